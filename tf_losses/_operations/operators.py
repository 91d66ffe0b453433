# SPDX-License-Identifier: Apache-2.0
"""What only the operators of tensors do: `&`, `|`, `^` and `~` of integers, `==` of anything.

TensorFlow counterpart: tensorflow/python/ops/math_ops.py, `and_`, `tensor_equals` and their kin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._arguments import operations
from tf_losses._arguments.convert import to_array
from tf_losses._arguments.messages import TF2
from tf_losses._arguments.operand_dtypes import refuse_pair
from tf_losses._autodiff.arithmetic import operands
from tf_losses._autodiff.tensor import Tensor, tensor
from tf_losses._operations import comparisons
from tf_losses._operations.plain import broadcast
from tf_losses._operations.results import no_gradient, result
from tf_losses._runtime.dtypes import kernel_name
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["and_", "equals", "invert", "not_equals", "or_", "xor"]


def and_(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (a tensor, and what becomes one)
    """Compute `x & y`: of bools what `logical_and` does, of integers bit by bit.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is
            neither, or the shapes do not broadcast.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.Tensor.__and__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> (tf.constant([6, 5]) & 3).numpy()
    array([2, 1], dtype=int32)
    """
    if _of_bools(x, y):
        return comparisons.logical_and(x, y)
    return _bitwise(operations.BITWISE_AND, x, y, np.bitwise_and)


def or_(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (a tensor, and what becomes one)
    """Compute `x | y`; all else as in `and_`.

    TensorFlow counterpart: `tf.Tensor.__or__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> (tf.constant([6, 5]) | 3).numpy()
    array([7, 7], dtype=int32)
    """
    if _of_bools(x, y):
        return comparisons.logical_or(x, y)
    return _bitwise(operations.BITWISE_OR, x, y, np.bitwise_or)


def xor(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (a tensor, and what becomes one)
    """Compute `x ^ y`; all else as in `and_`.

    TensorFlow counterpart: `tf.Tensor.__xor__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> (tf.constant([6, 5]) ^ 3).numpy()
    array([5, 6], dtype=int32)
    """
    if _of_bools(x, y):
        return comparisons.logical_xor(x, y)
    return _bitwise(operations.BITWISE_XOR, x, y, np.bitwise_xor)


def invert(x: Any) -> Tensor:  # noqa: ANN401 (a tensor)
    """Compute `~x`; all else as in `and_`.

    TensorFlow counterpart: `tf.Tensor.__invert__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> (~tf.constant([6, -1])).numpy()
    array([-7,  0], dtype=int32)
    """
    if _of_bools(x, x):
        return comparisons.logical_not(x)
    values = to_array(x, TF2)
    _check(operations.INVERT, values)
    return result("invert", (x,), ~values, no_gradient)


def equals(x: Any, y: Any) -> Any:  # noqa: ANN401 (a tensor, or False)
    """Compute `x == y`: as `equal` does, but nothing equals None, or what has another shape.

    TensorFlow counterpart: `tf.Tensor.__eq__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant(1.0) == None, (tf.constant([1, 2]) == [1, 2, 3]).numpy()
    (False, np.False_)
    """
    return _equality(comparisons.equal, x, y, equal=True)


def not_equals(x: Any, y: Any) -> Any:  # noqa: ANN401 (a tensor, or True)
    """Compute `x != y`; all else as in `equals`.

    TensorFlow counterpart: `tf.Tensor.__ne__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant(1.0) != None
    True
    """
    return _equality(comparisons.not_equal, x, y, equal=False)


def _equality(compare: Callable[..., Tensor], x: object, y: object, *, equal: bool) -> Any:  # noqa: ANN401 (a tensor or bool)
    if x is None or y is None:
        return not equal
    try:
        return compare(x, y)
    except InvalidArgumentError as error:
        if not str(error).startswith("Incompatible shapes"):
            raise
    return tensor(np.array(not equal))


def _of_bools(x: object, y: object) -> bool:
    """Tell whether the first of the two that is a tensor is one of bools."""
    one = x if isinstance(x, Tensor) else y
    return isinstance(one, Tensor) and bool(one.dtype.is_bool)


def _bitwise(op: operations.Op, x: object, y: object, function: np.ufunc) -> Tensor:
    a, b = operands(op, x, y, refuse_pair)
    _check(op, a)
    return result(op.name, (x, y), function(*broadcast(a, b)), no_gradient)


def _check(op: operations.Op, values: Array) -> None:
    if kernel_name(values.dtype) not in op.allowed:
        raise hinted(TF2.type_refused(op, values.dtype), f"An operand is {values.dtype}.")
