# SPDX-License-Identifier: Apache-2.0
"""Comparisons, and what is computed of truth values. None has a gradient.

Subnormal numbers compare as zeros, except those of float16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import refuse_pair
from tf_losses._internal.autodiff.arithmetic import operands
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations.plain import broadcast, seen
from tf_losses._internal.runtime.dtypes import (
    BOOL,
    is_string,
    kernel_name,
    object_array,
    python_name,
)
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = [
    "bools",
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
]


def equal(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x == y.

    Args:
        x: a tensor, or anything `constant` takes.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is not
            taken, or the shapes do not broadcast.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.equal`, tensorflow/python/ops/math_ops.py.

    >>> equal([1, 2, 3], 2).numpy()
    array([False,  True, False])
    """
    return _compare(operations.EQUAL, x, y, np.equal)


def not_equal(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x != y; all else as in `equal`.

    TensorFlow counterpart: `tf.not_equal`, tensorflow/python/ops/math_ops.py.

    >>> not_equal([1, 2, 3], 2).numpy()
    array([ True, False,  True])
    """
    return _compare(operations.NOT_EQUAL, x, y, np.not_equal)


def less(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x < y; all else as in `equal`.

    TensorFlow counterpart: `tf.less`, tensorflow/core/kernels/cwise_op_less.cc.

    >>> less([1, 2, 3], 2).numpy()
    array([ True, False, False])
    """
    return _compare(operations.LESS, x, y, np.less)


def less_equal(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x <= y; all else as in `equal`.

    TensorFlow counterpart: `tf.less_equal`, tensorflow/core/kernels/cwise_op_less_equal.cc.

    >>> less_equal([1, 2, 3], 2).numpy()
    array([ True,  True, False])
    """
    return _compare(operations.LESS_EQUAL, x, y, np.less_equal)


def greater(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x > y; all else as in `equal`.

    TensorFlow counterpart: `tf.greater`, tensorflow/core/kernels/cwise_op_greater.cc.

    >>> greater([1, 2, 3], 2).numpy()
    array([False, False,  True])
    """
    return _compare(operations.GREATER, x, y, np.greater)


def greater_equal(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x >= y; all else as in `equal`.

    TensorFlow counterpart: `tf.greater_equal`, tensorflow/core/kernels/cwise_op_greater_equal.cc.

    >>> greater_equal([1, 2, 3], 2).numpy()
    array([False,  True,  True])
    """
    return _compare(operations.GREATER_EQUAL, x, y, np.greater_equal)


def _compare(op: operations.Op, x: object, y: object, function: np.ufunc) -> Tensor:
    a, b = operands(op, x, y, refuse_pair)
    if kernel_name(a.dtype) not in op.allowed:
        raise hinted(TF2.type_refused(op, a.dtype), f"An operand is {a.dtype}.")
    left, right = broadcast(*map(_comparable, (a, b)))
    return result(op.name, (x, y), function(left, right).astype(BOOL), no_gradient)


def _comparable(a: Array) -> Array:
    if not is_string(a.dtype):
        return seen(a)
    encoded = [item if isinstance(item, bytes) else str(item).encode() for item in a.flat]
    return object_array(encoded).reshape(a.shape)


def logical_and(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where both are true.

    Args:
        x: a tensor of bools, or anything that makes one.
        y: the same.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: a tensor is not of bools, or the shapes do not
            broadcast.
        TypeError, ValueError: a value is no bool.

    TensorFlow counterpart: `tf.logical_and`, tensorflow/core/kernels/cwise_op_logical_and.cc.

    >>> logical_and([True, False], True).numpy()
    array([ True, False])
    """
    return _logical(operations.LOGICAL_AND, x, y, np.logical_and)


def logical_or(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where one is true, or both; all else as in `logical_and`.

    TensorFlow counterpart: `tf.logical_or`, tensorflow/core/kernels/cwise_op_logical_or.cc.

    >>> logical_or([True, False], False).numpy()
    array([ True, False])
    """
    return _logical(operations.LOGICAL_OR, x, y, np.logical_or)


def logical_xor(x: Any, y: Any, name: object = "LogicalXor") -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where one is true and the other is not; all else as in `logical_and`.

    TensorFlow counterpart: `tf.math.logical_xor`, tensorflow/python/ops/math_ops.py.

    >>> logical_xor([True, False], True).numpy()
    array([False,  True])
    """
    return _logical(operations.LOGICAL_OR, x, y, np.logical_xor)


def logical_not(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell where x is false; the argument as in `logical_and`.

    TensorFlow counterpart: `tf.logical_not`, tensorflow/core/kernels/cwise_op_logical_not.cc.

    >>> logical_not([True, False]).numpy()
    array([False,  True])
    """
    truth = bools(operations.LOGICAL_NOT, x, 0, converts=False)
    return result("logical_not", (x,), ~truth, no_gradient)


def _logical(op: operations.Op, x: object, y: object, function: np.ufunc) -> Tensor:
    strict = isinstance(x, Tensor) and isinstance(y, Tensor)
    left, right = (bools(op, one, i, converts=not strict) for i, one in enumerate((x, y)))
    return result(op.name, (x, y), function(*broadcast(left, right)), no_gradient)


def bools(op: operations.Op, value: object, place: int, *, converts: bool) -> Array:
    """Convert an argument that has to be of bools.

    Args:
        op: the operation.
        value: the argument.
        place: its number, for the message.
        converts: whether TensorFlow tries to convert it, as some argument is no tensor.

    >>> bools(operations.LOGICAL_NOT, [True], 0, converts=True)
    array([ True])
    """
    given = to_array(value, TF2) if isinstance(value, Tensor) else read(value, BOOL)
    if given.dtype == BOOL:
        return np.asarray(given)
    error: Exception = TF2.types_differ(op.name, BOOL, given.dtype, place)
    if converts:
        error = ValueError(
            f"Tensor conversion requested dtype bool for Tensor with dtype "
            f"{python_name(given.dtype)}: {value!r}"
        )
    raise hinted(
        error, f"A tensor of {given.dtype} came; compare it with something, or cast it to bool."
    )
