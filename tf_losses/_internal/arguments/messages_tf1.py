# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow 1.15 says instead, where it says something else than TensorFlow 2.21.

TensorFlow 1 builds a graph, so most mistakes are found by shape inference: a ValueError that
names the operation by the scope of its function. `InvalidArgumentError` is a ValueError here,
so either serves an `except`. Source: tensorflow_core/python/ops/nn_ops.py and nn_impl.py,
framework/op_def_library.py and tensor_util.py of TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import Messages, Shape, bad, brackets, plain
from tf_losses._internal.arguments.nest import shown
from tf_losses._internal.runtime.dtypes import python_name
from tf_losses.errors import InvalidDtypeError

if TYPE_CHECKING:
    from tf_losses._internal.arguments import operations
    from tf_losses._internal.runtime.dtypes import Dtype

# Kernel names to Python names, in the lists of allowed dtypes; all others are the same.
_PYTHON_NAMES = {"half": "float16", "float": "float32", "double": "float64"}
# Operations that took fewer dtypes in 1.15.
_FEWER = {"Neg": ("int8", "int16")}


class Messages1(Messages):
    """TensorFlow 1.15, where `scope` is the name of the function's operations in the graph."""

    def __init__(self, scope: str) -> None:
        """Keep the scope that the messages name."""
        self._scope = scope

    def _node(self, op: str, node: str, inputs: str) -> str:
        where = f"{self._scope}/{node}" if node else self._scope
        return f" for '{where}' (op: '{op}') with input shapes: {inputs}"

    def named_only(self, function: str) -> Exception:
        """The guard before the arguments got a value: the call was positional."""
        return ValueError(
            f"Only call `{function}` with named arguments (labels=..., logits=..., ...)"
        )

    # ---- conversion of arguments ----

    def unconvertible(self, _value: object, whole: object, /) -> Exception:
        if whole is None:
            return ValueError("None values not supported.")
        return TypeError(
            f"Failed to convert object of type {type(whole)} to Tensor. "
            f"Contents: {whole}. Consider casting elements to a supported type."
        )

    def mixed(self, value: object) -> Exception:
        return self.unconvertible(value, value)

    def ragged(self, value: object, shape: Shape) -> Exception:
        got = [len(value)] if isinstance(value, Sized) else []
        return ValueError(
            f"Argument must be a dense tensor: {shown(value)} - got shape {got}, "
            f"but wanted {list(shape)}."
        )

    def integer_too_large(self, value: object) -> Exception:
        return self.unconvertible(value, value)

    def unsupported_array(self, dtype: Dtype, _reason: str, /) -> Exception:
        return TypeError(f"Cannot convert value {dtype!r} to a TensorFlow DType.")

    def unsupported_object(self, value: object) -> Exception:
        return TypeError(f"Expected binary or unicode string, got {value!r}")

    # ---- arguments of a call ----

    def missing(self, _function: str, _labels: object, _logits: object, /) -> Exception:
        return ValueError("Both labels and logits must be provided.")

    def both_given(self, old: str, new: str) -> Exception:
        return ValueError(f"Cannot specify both '{old}' and '{new}'")

    # ---- dtypes ----

    def types_differ(self, op: str, expected: Dtype, found: Dtype, place: int = 1) -> Exception:  # noqa: ARG002 (TensorFlow 1.x does not tell)
        # logits * bool labels: 2.x multiplies by selecting and fails at the next step.
        op = "Mul" if op == "Sub" else op
        message = (
            f"Input 'y' of '{op}' Op has type {python_name(found)} that does not match "
            f"type {python_name(expected)} of argument 'x'."
        )
        return InvalidDtypeError(None, None, message)

    def type_refused(self, op: operations.Op, dtype: Dtype) -> Exception:
        allowed = [name for name in op.allowed if name not in _FEWER.get(op.name, ())]
        names = ", ".join(_PYTHON_NAMES.get(name, name) for name in allowed)
        message = (
            f"Value passed to parameter '{op.argument}' has DataType {python_name(dtype)} "
            f"not in list of allowed values: {names}"
        )
        return InvalidDtypeError(None, None, message)

    def scalar_refused(self, value: object, dtype: Dtype) -> Exception:
        return TypeError(
            f"Expected {python_name(dtype)}, got {value} of type '{type(value).__name__}' instead."
        )

    # ---- shapes ----

    def shapes_differ(self, logits: Shape, labels: Shape) -> Exception:
        return ValueError(f"logits and labels must have the same shape ({logits} vs {labels})")

    def weight_shape(self, weight: Shape, labels: Shape) -> Exception:
        ours, theirs = _first_difference(weight, labels)
        inputs = f"{brackets(weight)}, {brackets(labels)}."
        return bad(
            f"Dimensions must be equal, but are {ours} and {theirs}"
            + self._node("Mul", "mul", inputs)
        )

    def range_reversed(self, start: Any, limit: Any) -> Exception:  # noqa: ANN401 (any number)
        node = "range_1" if start else "range"
        values = f"input[0] = <{plain(start)}>, input[1] = <{plain(limit)}>, input[2] = <1>."
        where = self._node("Range", node, "[], [], [] and with computed input tensors: ")
        return bad(f"{super().range_reversed(start, limit)}{where}{values}")

    def range_not_scalar(self, shape: Shape) -> Exception:
        where = self._node("Range", "range", f"[], {brackets(shape)}, [].")
        return bad(f"Shape must be rank 0 but is rank {len(shape)}\n\t for 'limit'{where}")

    def axis_rank(self, shape: Shape) -> Exception:
        return self.range_not_scalar(shape)

    def transpose_rank(self, labels: Shape, logits: Shape) -> Exception:
        inputs = f"{brackets(labels)}, [{len(logits)}]."
        where = self._node("Transpose", "transpose_1", inputs)
        return bad(f"Dimension must be {len(labels)} but is {len(logits)}{where}")

    def no_axes(self) -> Exception:
        return IndexError("list index out of range")

    def not_broadcastable(self, logits: Shape, labels: Shape) -> Exception:
        ours, theirs = _first_difference(logits, labels)
        inputs = f"{brackets(logits)}, {brackets(labels)}."
        where = self._node("SoftmaxCrossEntropyWithLogits", "", inputs)
        return bad(f"Dimensions must be equal, but are {ours} and {theirs}{where}")

    def wrong_count(self, losses: int, shape: Shape) -> Exception:
        size = int(np.prod(shape))
        if size == 0:  # shape inference lets it pass, the kernel does not
            return super().wrong_count(losses, shape)
        target = brackets(shape)
        inputs = (
            f"[{losses}], [{len(shape)}] and with input tensors computed as partial shapes: "
            f"input[1] = {target}."
        )
        where = self._node("Reshape", "Reshape_2", inputs)
        return bad(
            f"Cannot reshape a tensor with {losses} elements to shape {target} "
            f"({size} elements){where}"
        )

    # ---- sparse ----

    def scalar_logits(self, _logits: Any, /) -> Exception:  # noqa: ANN401 (a NumPy scalar)
        return ValueError("Logits cannot be scalars - received shape ().")

    def ranks_differ(self, logits: Shape, labels: Shape) -> Exception:
        return ValueError(
            f"Rank mismatch: Rank of labels (received {len(labels)}) should equal "
            f"rank of logits minus 1 (received {len(logits)})."
        )

    def rows_differ(self, logits: Shape, labels: Shape) -> Exception:
        return ValueError(
            f"Shape mismatch: The shape of labels (received {labels}) should equal the shape of "
            f"logits except for the last dimension (received {logits})."
        )


def _first_difference(ours: Shape, theirs: Shape) -> tuple[int, int]:
    """Find the last pair of lengths that do not broadcast: shape inference begins at the end."""
    for pair in zip(reversed(ours), reversed(theirs), strict=False):
        if pair[0] != pair[1] and 1 not in pair:
            return pair
    return 0, 0


SIGMOID: Messages1 = Messages1("logistic_loss")
WEIGHTED: Messages1 = Messages1("logistic_loss")
SOFTMAX: Messages1 = Messages1("softmax_cross_entropy_with_logits_sg")
SOFTMAX_V2: Messages1 = Messages1("softmax_cross_entropy_with_logits")
SPARSE: Messages1 = Messages1("SparseSoftmaxCrossEntropyWithLogits")
