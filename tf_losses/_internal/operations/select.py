# SPDX-License-Identifier: Apache-2.0
"""Choices between two tensors by a third one, and the places where something is true.

Source of the kernels: tensorflow/core/kernels/cwise_op_select.cc and where_op.cc.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.arguments.operand_dtypes import refuse_pair
from tf_losses._internal.autodiff.arithmetic import operands, sum_back
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations.comparisons import bools
from tf_losses._internal.operations.plain import broadcast, seen
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT16, kernel_name
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["where", "where_v1"]


def where(
    condition: Any,  # noqa: ANN401 (anything TensorFlow converts)
    x: Any = None,  # noqa: ANN401 (same)
    y: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Take x where the condition is true and y elsewhere; or tell where it is true.

    Args:
        condition: a tensor of bools, or anything that makes one; without `x` and `y` also numbers,
            which are true unless they are 0.
        x: a tensor, or anything `constant` takes.
        y: the same. Beside a tensor, what is none takes its dtype. All three are broadcast.
        name: not used.

    Returns:
        The chosen elements; or, without `x` and `y`, the indices of what is true, a row of int64
        for each.

    Raises:
        ValueError: only one of `x` and `y` is given.
        tf_losses.errors.InvalidArgumentError: dtypes differ, the shapes do not broadcast, or a
            condition without `x` and `y` has no axis.
        tf_losses.errors.UnimplementedError: such a condition is float16.

    TensorFlow counterpart: `tf.where`, tensorflow/python/ops/array_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.where([True, False], [1.0, 2.0], 0.0).numpy(), tf.where([0, 3]).numpy()
    (array([1., 0.], dtype=float32), array([[1]]))
    """
    if _is_question(x, y):
        return _places(condition)
    mask, a, b = _choice(operations.SELECT_V2, condition, x, y)
    values = np.where(*broadcast(mask, a, b))
    return result("where", (condition, x, y), values, _where_gradients, mask, a, b)


def _where_gradients(
    mask: Array, a: Array, b: Array, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    zero = np.zeros((), g.dtype)
    return (
        None,
        sum_back(np.where(mask, g, zero), a) if wanted[1] else None,
        sum_back(np.where(mask, zero, g), b) if wanted[2] else None,
    )


def where_v1(
    condition: Any,  # noqa: ANN401 (anything TensorFlow converts)
    x: Any = None,  # noqa: ANN401 (same)
    y: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Take x where the condition is true and y elsewhere, without broadcasting; or tell where.

    Args:
        condition: a tensor of bools, or anything that makes one: of the shape of `x`, or one for
            each of its rows, or a single one.
        x: a tensor, or anything `constant` takes.
        y: the same, of the same shape.
        name: not used.

    Returns, Raises: as `where` of 2.x.

    TensorFlow counterpart: `tf.compat.v1.where`, tensorflow/python/ops/array_ops.py.

    >>> from tf_losses.compat import v1 as tf
    >>> tf.where([True, False], [[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]).numpy()
    array([[1., 2.],
           [0., 0.]], dtype=float32)
    """
    if _is_question(x, y):
        return _places(condition)
    mask, a, b = _choice(operations.SELECT, condition, x, y)
    if a.shape != b.shape:
        raise hinted(
            bad(
                "'then' and 'else' must have the same size.  but received: "
                f"{brackets(a.shape)} vs. {brackets(b.shape)}"
            ),
            f"`x` has shape {a.shape}, `y` {b.shape}; where of TensorFlow 2.x broadcasts.",
        )
    mask = _by_rows(mask, a)
    return result("where", (condition, x, y), np.where(mask, a, b), _where_gradients, mask, a, b)


def _by_rows(mask: Array, a: Array) -> Array:
    """Give a condition of rows an axis for each of theirs, or refuse it."""
    if mask.shape in ((), a.shape):
        return mask
    if mask.ndim == 1 and a.ndim >= 1 and mask.shape[0] == a.shape[0]:
        return mask.reshape(-1, *(1,) * (a.ndim - 1))
    if mask.ndim == 1 and a.ndim >= 1:
        raise hinted(
            bad(
                "Number of batches of 'then' must match size of 'cond', but saw: "
                f"{a.shape[0]} vs. {mask.shape[0]}"
            ),
            f"`condition` has shape {mask.shape}, `x` {a.shape}.",
        )
    raise hinted(
        bad(
            "'cond' must be the same size as 'then'. received: "
            f"{brackets(mask.shape)} vs. {brackets(a.shape)}"
        ),
        f"`condition` has shape {mask.shape}, `x` {a.shape}; where of TensorFlow 2.x broadcasts.",
    )


def _is_question(x: object, y: object) -> bool:
    if (x is None) != (y is None):
        raise ValueError("x and y must both be non-None or both be None.")
    return x is None


def _choice(
    op: operations.Op, condition: object, x: object, y: object
) -> tuple[Array, Array, Array]:
    converts = not all(isinstance(one, Tensor) for one in (condition, x, y))
    mask = bools(op, condition, 0, converts=converts)
    return (mask, *operands(op, x, y, refuse_pair))


def _conditions(condition: object) -> Array:
    """Make bools of what is no tensor, if that can be done."""
    if not isinstance(condition, Tensor):
        with suppress(TypeError, ValueError):
            return np.asarray(read(condition, BOOL))
    return to_array(condition, TF2)


def _places(condition: object) -> Tensor:
    given = _conditions(condition)
    if kernel_name(given.dtype) not in operations.WHERE.allowed:
        raise hinted(
            TF2.type_refused(operations.WHERE, given.dtype), f"`condition` came as {given.dtype}."
        )
    if given.dtype == FLOAT16:
        raise hinted(
            UnimplementedError(None, None, "No WhereOp available for float16/half type on CPU"),
            "Compare with 0 first.",
        )
    if given.ndim == 0:
        raise bad("WhereOp : Unhandled input dimensions: 0")
    # bfloat16 is looked at as it is.
    truth = given if given.dtype.name == "bfloat16" else seen(given)
    places = np.argwhere(truth != 0).astype(np.int64)
    return result("where", (condition,), places, no_gradient)
