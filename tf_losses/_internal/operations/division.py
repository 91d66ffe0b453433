# SPDX-License-Identifier: Apache-2.0
"""Quotients down to whole numbers, their remainders, and products that NaN cannot enter.

Source of the kernels: tensorflow/core/kernels/cwise_ops.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.arguments.operand_dtypes import (
    check_dtype,
    quotient_of,
    refuse_division,
    refuse_missing,
    refuse_pair,
)
from tf_losses._internal.autodiff.arithmetic import operands, rounded, sum_back
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.exact import negated
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations.plain import broadcast, seen
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, python_name
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["divide_no_nan", "floordiv", "floormod", "multiply_no_nan", "squared_difference"]


def floordiv(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the largest whole number that is not above x / y.

    Args:
        x: a tensor, or anything `constant` takes; real numbers.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an integer is divided by zero, two tensors have
            different dtypes, the dtype is not taken, or the shapes do not broadcast.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.math.floordiv`, tensorflow/python/ops/math_ops.py.

    >>> floordiv([7.0, -7.0], 2.0).numpy()
    array([ 3., -4.], dtype=float32)
    """
    a, b = _numbers(operations.FLOOR_DIV, x, y)
    return result("floordiv", (x, y), _floor_quotient(a, b), no_gradient)


def _floor_quotient(a: Array, b: Array) -> Array:
    if a.dtype not in FLOAT_CODES:
        return _of_integers(np.floor_divide, a, b)
    return np.floor(seen(rounded(np.divide, a, b))).astype(a.dtype)


def floormod(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the remainder of `floordiv`, which has the sign of y; all else as there.

    TensorFlow counterpart: `tf.math.floormod`, tensorflow/core/kernels/cwise_op_floor_mod.cc.

    >>> floormod([7.0, -7.0], 3.0).numpy()
    array([1., 2.], dtype=float32)
    """
    a, b = _numbers(operations.FLOOR_MOD, x, y)
    return result("floormod", (x, y), _remainder(a, b), _floormod_gradients, a, b)


def _remainder(a: Array, b: Array) -> Array:
    if a.dtype not in FLOAT_CODES:
        return _of_integers(np.remainder, a, b)
    wide = a.astype(seen(a).dtype)  # the C library's fmod keeps subnormal remainders
    numerators, divisors = broadcast(wide, seen(b))
    with np.errstate(all="ignore"):
        rest = np.asarray(np.fmod(numerators, divisors))
    other_sign = (seen(rest) != 0) & ((divisors < 0) != (rest < 0))
    return np.where(other_sign, rounded(np.add, rest, divisors), rest).astype(a.dtype)


def _floormod_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    def of_divisor() -> Array:
        return rounded(np.multiply, g, negated(_floor_quotient(a, b)))

    return (
        sum_back(g, a) if wanted[0] else None,
        sum_back(of_divisor(), b) if wanted[1] else None,
    )


def _of_integers(function: np.ufunc, a: Array, b: Array) -> Array:
    a, b = broadcast(a, b)
    if np.any(b == 0):
        raise hinted(bad("Integer division by zero"), "`y` has a 0; floats give inf or NaN there.")
    with np.errstate(all="ignore"):
        return np.asarray(function(a, b))


def divide_no_nan(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x / y, and 0 where y is 0; integers become floats as in `divide`.

    Args:
        x: a tensor, or anything `constant` takes; real numbers.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Raises:
        TypeError: the dtypes differ, or are none that is divided.
        tf_losses.errors.InvalidArgumentError: the shapes do not broadcast.

    TensorFlow counterpart: `tf.math.divide_no_nan`, tensorflow/python/ops/math_ops.py.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.math.divide_no_nan([3.0, 1.0], [2.0, 0.0]).numpy()
    array([1.5, 0. ], dtype=float32)
    """
    op = operations.DIV_NO_NAN
    a, b = operands(op, x, y, refuse_division)
    target = quotient_of(a.dtype, "tf.math.divide_no_nan")
    refuse_missing(op, target)
    a, b = a.astype(target, copy=False), b.astype(target, copy=False)
    return result("divide_no_nan", (x, y), _quotient(a, b), _quotient_gradients, a, b)


def _quotient(a: Array, b: Array) -> Array:
    return _guarded(rounded(np.divide, a, b), b)


def _product(a: Array, b: Array) -> Array:
    return _guarded(rounded(np.multiply, a, b), b)


def _guarded(values: Array, y: Array) -> Array:
    return np.where(seen(y) == 0, np.zeros((), values.dtype), values)


def _quotient_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    def of_divisor() -> Array:
        slope = _quotient(_quotient(negated(a), b), b)
        if versions.release().operations.guards_product:
            return _product(slope, g)
        return rounded(np.multiply, g, slope)

    return (
        sum_back(_quotient(g, b), a) if wanted[0] else None,
        sum_back(of_divisor(), b) if wanted[1] else None,
    )


def multiply_no_nan(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x * y, and 0 where y is 0, also if x is NaN or infinite.

    Args:
        x: a tensor, or anything `constant` takes; floats.
        y: the same, in the dtype of `x`.
        name: not used.

    Raises:
        ValueError: `y` is a tensor of another dtype.
        TypeError: `y` does not convert to the dtype of `x`.
        tf_losses.errors.InvalidArgumentError: they are no floats, or the shapes do not broadcast.

    TensorFlow counterpart: `tf.math.multiply_no_nan`, tensorflow/python/ops/math_ops.py.

    >>> multiply_no_nan([3.0, float("nan")], [2.0, 0.0]).numpy()
    array([6., 0.], dtype=float32)
    """
    a = to_array(x, TF2)
    if isinstance(y, Tensor) and y.dtype != a.dtype:
        raise hinted(
            ValueError(
                f"Tensor conversion requested dtype {python_name(a.dtype)} for Tensor with dtype "
                f"{python_name(y.dtype)}: {y!r}"
            ),
            f"`x` came as {a.dtype}, `y` as {y.dtype}; cast one of them.",
        )
    b = np.asarray(read(y, a.dtype))
    check_dtype(operations.MUL_NO_NAN, a.dtype)
    return result("multiply_no_nan", (x, y), _product(a, b), _product_gradients, a, b)


def _product_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (
        sum_back(_product(g, b), a) if wanted[0] else None,
        sum_back(_product(a, g), b) if wanted[1] else None,
    )


def squared_difference(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute (x - y) * (x - y).

    Args:
        x: a tensor, or anything `constant` takes; floats, int32 or int64.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is not
            taken, or the shapes do not broadcast.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.math.squared_difference`,
    tensorflow/core/kernels/cwise_op_squared_difference.cc.

    >>> squared_difference([3.0, 1.0], 2.0).numpy()
    array([1., 1.], dtype=float32)
    """
    a, b = _numbers(operations.SQUARED_DIFFERENCE, x, y)
    difference = rounded(np.subtract, a, b)
    values = rounded(np.multiply, difference, difference)
    return result("squared_difference", (x, y), values, _squared_difference_gradients, a, b)


def _squared_difference_gradients(
    a: Array, b: Array, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    twice = rounded(np.multiply, np.asarray(2, g.dtype), g)
    of_a = rounded(np.multiply, twice, rounded(np.subtract, a, b))
    of_b = None
    if wanted[1] and versions.release().operations.negates_last:
        of_b = negated(sum_back(of_a, b))
    elif wanted[1]:
        of_b = sum_back(negated(of_a), b)
    return (sum_back(of_a, a) if wanted[0] else None, of_b)


def _numbers(op: operations.Op, x: object, y: object) -> tuple[Array, Array]:
    a, b = operands(op, x, y, refuse_pair)
    check_dtype(op, a.dtype)
    return a, b
