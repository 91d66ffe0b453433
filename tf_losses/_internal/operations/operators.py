# SPDX-License-Identifier: Apache-2.0
"""Operators of tensors that no function of TensorFlow's is: those of truth values.

`&`, `|`, `^` and `~` are logic of truth values, and bit by bit of whole numbers; `*` counts in
whole numbers where one of the two is a tensor of truth values, and tells which are not 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import check_dtype, refuse_pair
from tf_losses._internal.autodiff.arithmetic import multiply, operands
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype, tensor
from tf_losses._internal.operations.comparisons import (
    equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
)
from tf_losses._internal.operations.plain import broadcast
from tf_losses._internal.runtime.dtypes import BOOL, INT32
from tf_losses.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["and_", "equals", "invert", "not_equals", "or_", "times", "xor"]


def and_(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (operands)
    """Compute x & y.

    TensorFlow counterpart: `and_`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> and_(tf.constant([6, 3]), 2).numpy()
    array([2, 2], dtype=int32)
    """
    return _both(operations.BITWISE_AND, x, y, logical_and, np.bitwise_and)


def or_(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (operands)
    """Compute x | y.

    TensorFlow counterpart: `or_`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> or_(tf.constant([True, False]), False).numpy()
    array([ True, False])
    """
    return _both(operations.BITWISE_OR, x, y, logical_or, np.bitwise_or)


def xor(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (operands)
    """Compute x ^ y.

    TensorFlow counterpart: `xor_`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> xor(tf.constant([6, 3]), 2).numpy()
    array([4, 1], dtype=int32)
    """
    return _both(operations.BITWISE_XOR, x, y, logical_xor, np.bitwise_xor)


def invert(x: Any) -> Tensor:  # noqa: ANN401 (an operand)
    """Compute ~x.

    TensorFlow counterpart: `invert_`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> invert(tf.constant([0, 1])).numpy()
    array([-1, -2], dtype=int32)
    """
    array = to_array(x, TF2)
    if array.dtype == BOOL:
        return logical_not(x)
    check_dtype(operations.INVERT, array.dtype)
    return result(operations.INVERT.name, (x,), np.invert(array), no_gradient)


def times(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (operands)
    """Compute x * y.

    TensorFlow counterpart: tensorflow/python/ops/tensor_math_operator_overrides.py.

    >>> from tf_losses.compat import v2 as tf
    >>> times(tf.constant([True, False]), [2.0, 3.0]).numpy()
    array([ True, False])
    """
    if any(isinstance(one, Tensor) and plain_dtype(one) == BOOL for one in (x, y)):
        if not isinstance(x, Tensor):
            x = read(x, BOOL)  # on the left, what is no tensor takes the other's dtype first
        return cast(multiply(*(cast(one, INT32) for one in (x, y))), BOOL)
    return multiply(x, y)


def equals(x: Any, y: Any) -> Any:  # noqa: ANN401 (a tensor, or False)
    """Compute `x == y`: as `equal` does, but nothing equals None, or what has another shape.

    TensorFlow counterpart: `tf.Tensor.__eq__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant(1.0) == None, np.asarray(tf.constant([1, 2]) == [1, 2, 3])
    (False, array(False))
    """
    return _equality(equal, x, y, equals=True)


def not_equals(x: Any, y: Any) -> Any:  # noqa: ANN401 (a tensor, or True)
    """Compute `x != y`; all else as in `equals`.

    TensorFlow counterpart: `tf.Tensor.__ne__`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant(1.0) != None
    True
    """
    return _equality(not_equal, x, y, equals=False)


def _equality(compare: Callable[..., Tensor], x: object, y: object, *, equals: bool) -> Any:  # noqa: ANN401 (a tensor or bool)
    if x is None or y is None:
        return not equals
    try:
        return compare(x, y)
    except InvalidArgumentError as error:
        if not str(error).startswith("Incompatible shapes"):
            raise
    return tensor(np.array(not equals))


def _both(
    op: operations.Op,
    x: object,
    y: object,
    logic: Callable[[Any, Any], Tensor],
    function: np.ufunc,
) -> Tensor:
    a, b = operands(op, x, y, refuse_pair)
    if a.dtype == BOOL:
        return logic(a, b)
    check_dtype(op, a.dtype)
    return result(op.name, (x, y), function(*broadcast(a, b)), no_gradient)
