# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow 2.21 says when a call is wrong, and in which exception.

The losses find out what is wrong; a `Messages` object builds the exception for it. Each namespace
of the package hands its own down: this one, or TensorFlow 1.15's from `messages_tf1`. Hints are not
part of it: they are the same for every namespace and added where the exception is raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.nest import shown
from tf_losses._internal.runtime.dtypes import Dtype, enum_name, kernel_name
from tf_losses.errors import (
    InvalidArgumentError,
    InvalidDtypeError,
    NotFoundError,
    UnimplementedError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape = tuple[int, ...]


def bad(message: str) -> InvalidArgumentError:
    """Build an InvalidArgumentError of a text."""
    return InvalidArgumentError(None, None, message)


def brackets(shape: Sequence[int]) -> str:
    """Write a shape as TensorFlow's kernels do.

    >>> brackets((2, 3))
    '[2,3]'
    """
    return f"[{','.join(map(str, shape))}]"


def plain(number: Any) -> str:  # noqa: ANN401 (any number)
    """Write a number as C++ streams do: floats in at most six digits.

    >>> plain(2147483649), plain(2.5)
    ('2147483649', '2.5')
    """
    return f"{number:g}" if isinstance(number, (float, np.floating)) else str(number)


class Messages:
    """TensorFlow 2.21, eager."""

    # ---- conversion of arguments ----

    def unconvertible(self, value: object, _whole: object, /) -> Exception:
        """Nothing can be made of `value`, which is `_whole` or stands in it."""
        return ValueError(
            f"Attempt to convert a value ({value!r}) with an unsupported type "
            f"({type(value)}) to a Tensor."
        )

    def mixed(self, _value: object) -> Exception:
        """A sequence holds values of types that do not go together."""
        return ValueError("Can't convert Python sequence with mixed types to Tensor.")

    def ragged(self, _value: object, _shape: Shape) -> Exception:
        """A sequence does not have the shape that its first elements announce."""
        return ValueError("Can't convert non-rectangular Python sequence to Tensor.")

    def integer_too_large(self, _value: object) -> Exception:
        """A Python int does not fit in 64 bits."""
        return ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")

    def float_too_large(self, _value: object) -> Exception:
        """A Python number is finite, but not in the dtype of its sequence."""
        return ValueError(
            "Can't convert Python sequence with a value out of range for a double-precision float."
        )

    def unsupported_array(self, _dtype: Dtype, reason: str, /) -> Exception:
        """TensorFlow does not know the dtype of a NumPy array."""
        return ValueError(f"Failed to convert a NumPy array to a Tensor ({reason}).")

    def unsupported_object(self, value: object) -> Exception:
        """An array of objects holds something that is not a string."""
        name = type(value).__name__
        return ValueError(
            f"Failed to convert a NumPy array to a Tensor (Unsupported object type {name})."
        )

    # ---- arguments of a call ----

    def missing(self, function: str, labels: object, logits: object, /) -> Exception:
        """Labels or logits are None; TensorFlow forgot the full stop and space."""
        return ValueError(
            f"Both `labels` and `logits` must be provided for {function}"
            f"Received: labels={shown(labels)} and logits={shown(logits)}"
        )

    def both_given(self, old: str, new: str) -> Exception:
        """An argument is given under its old name and its new one."""
        return ValueError(f"Cannot specify both '{old}' and '{new}'.")

    # ---- dtypes ----

    def types_differ(self, op: str, expected: Dtype, found: Dtype, place: int = 1) -> Exception:
        """An operand of an operation, usually the second, is not of the first one's dtype."""
        message = (
            f"cannot compute {op} as input #{place}(zero-based) was expected to be a "
            f"{kernel_name(expected)} tensor but is a {kernel_name(found)} tensor"
        )
        return InvalidDtypeError(None, None, message)

    def type_refused(self, op: operations.Op, dtype: Dtype) -> Exception:
        """An operation does not take a dtype."""
        message = (
            f"Value for attr '{op.attr}' of {kernel_name(dtype)} is not in the list of allowed "
            f"values: {', '.join(op.allowed)}\n\t; NodeDef: {{{{node {op.name}}}}}; "
            f"Op<name={op.name}; {op.description}>"
        )
        return InvalidDtypeError(None, None, message)

    def no_kernel(self, dtype: Dtype) -> Exception:
        """ZerosLike, with which sigmoid begins, has no kernel for the smallest dtypes."""
        message = (
            "Could not find device for node: {{node ZerosLike}} = "
            f"ZerosLike[T={enum_name(dtype)}]\n"
            f"All kernels registered for op ZerosLike:\n{operations.ZEROS_LIKE_KERNELS}"
        )
        return NotFoundError(None, None, message)

    def no_cast(self, source: Dtype, target: Dtype) -> Exception:
        """Labels cannot be cast to the dtype of the logits."""
        message = f"Cast {kernel_name(source)} to {kernel_name(target)} is not supported"
        return UnimplementedError(None, None, message)

    def scalar_refused(self, value: object, dtype: Dtype) -> Exception:
        """A Python number does not convert to the dtype of a tensor."""
        return TypeError(f"Cannot convert {value} to EagerTensor of dtype {kernel_name(dtype)}")

    # ---- shapes: sigmoid and weighted ----

    def shapes_differ(self, logits: Shape, labels: Shape) -> Exception:
        """Labels and logits are to have one shape."""
        return ValueError(
            f"`logits` and `labels` must have the same shape, received ({logits} vs {labels})."
        )

    def weight_shape(self, weight: Shape, labels: Shape) -> Exception:
        """The weight cannot be broadcast."""
        return bad(f"Incompatible shapes: {brackets(weight)} vs. {brackets(labels)}")

    def too_many_axes(self, weight: Shape, labels: Shape) -> Exception:
        """The weight could be broadcast, but along more axes than there is code for."""
        pair = f"{brackets(weight)} and {brackets(labels)}"
        message = f"Broadcast between {pair} is not supported yet."
        return UnimplementedError(None, None, message)

    # ---- softmax ----

    def range_reversed(self, start: Any, limit: Any) -> Exception:  # noqa: ANN401 (any number)
        """The axis lies outside the logits: TensorFlow fails to list the axes around it."""
        return bad(f"Requires start <= limit when delta > 0: {plain(start)}/{plain(limit)}")

    def range_not_scalar(self, shape: Shape) -> Exception:
        """The axis is a sequence."""
        return bad(f"limit must be a scalar, not shape {brackets(shape)}")

    def axis_rank(self, shape: Shape) -> Exception:
        """The axis is an array of one element."""
        return bad(
            "ConcatOp : Ranks of all input tensors should match: "
            f"shape[0] = [0] vs. shape[2] = {brackets((1, *shape))}"
        )

    def transpose_rank(self, labels: Shape, logits: Shape) -> Exception:
        """The labels have not as many axes as the logits, though an axis is to be moved."""
        return bad(
            f"transpose expects a vector of size {len(labels)}. "
            f"But input(1) is a vector of size {len(logits)}"
        )

    def no_axes(self) -> Exception:
        """Labels or logits are scalars: there is no last axis."""
        return bad(
            "Expected begin[0] == 0 (got -1) and size[0] == 0 (got 1) when input.dim_size(0) == 0"
        )

    def not_broadcastable(self, logits: Shape, labels: Shape) -> Exception:
        """Rows and classes do not match, after flattening to two axes."""
        return bad(
            "logits and labels must be broadcastable: "
            f"logits_size={brackets(logits)} labels_size={brackets(labels)}"
        )

    def wrong_count(self, losses: int, shape: Shape) -> Exception:
        """There are more (or fewer) losses than the logits' shape has room for."""
        size = 1
        for length in shape:
            size *= length
        return bad(
            f"Input to reshape is a tensor with {losses} values, but the requested shape has {size}"
        )

    # ---- sparse ----

    def scalar_logits(self, logits: Any, /) -> Exception:  # noqa: ANN401 (a NumPy scalar)
        """The logits have no axis of classes; the stray backquote is TensorFlow's."""
        value = logits.item()
        shown = repr(value.encode() if isinstance(value, str) else value)
        return ValueError(f"`logits` cannot be a scalar. Received logits={shown}`")

    def ranks_differ(self, logits: Shape, labels: Shape) -> Exception:
        """Labels are to have one axis less than the logits."""
        return ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. "
            f"Received: labels.shape={labels} of rank {len(labels)} "
            f"and logits.shape={logits} of rank {len(logits)}"
        )

    def rows_differ(self, logits: Shape, labels: Shape) -> Exception:
        """Labels are to have the logits' shape without the classes."""
        return ValueError(
            "`labels.shape` must equal `logits.shape` except for the last dimension. "
            f"Received: labels.shape={labels} and logits.shape={logits}"
        )

    def first_axes_differ(self, logits: Shape, labels: Shape) -> Exception:
        """Empty logits flatten to another number of rows than their labels."""
        return bad(
            "logits and labels must have the same first dimension, got logits shape "
            f"{brackets(logits)} and labels shape {brackets(labels)}"
        )

    def no_classes(self, rows: int) -> Exception:
        """The logits have no class."""
        return bad(f"Must have at least one class, but got logits shape [{rows},0]")

    def label_out_of_range(self, label: int, classes: int, labels: str) -> Exception:
        """A label is no class; the two spaces are TensorFlow's."""
        return bad(
            f"Received a label value of {label} which is outside the valid range of "
            f"[0, {classes}).  Label values: {labels}"
        )


TF2 = Messages()
