# SPDX-License-Identifier: Apache-2.0
"""Absolute values, signs, whole numbers near by, and what is no finite number.

Source of the kernels: tensorflow/core/kernels/cwise_op_*.cc and Eigen's Core/functors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import check_dtype
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.exact import in_packets
from tf_losses._internal.autodiff.results import no_gradient, result
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations.plain import seen
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT64, FLOAT_CODES, enum_name
from tf_losses.errors import NotFoundError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["abs", "ceil", "floor", "is_finite", "is_inf", "is_nan", "rint", "round", "sign"]


def abs(x: Any, name: object = None) -> Tensor:  # noqa: A001, ANN401, ARG001 (TensorFlow's signature)
    """Compute |x|.

    Args:
        x: a tensor, or anything `constant` takes; floats or signed integers.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another.

    TensorFlow counterpart: `tf.abs`, tensorflow/python/ops/math_ops.py.

    >>> abs([1.0, -2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    a = _argument(operations.ABS, x)
    with np.errstate(all="ignore"):  # the least integer stays what it is
        return result("abs", (x,), np.abs(a), _abs_gradient, a)


def _abs_gradient(a: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (rounded(np.multiply, g, _sign(a)) if wanted[0] else None,)


def sign(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give -1, 0 or 1; NaN stays NaN. The argument as in `abs`.

    Up to 2.3, NaN gives 0, and in bfloat16 1 with its sign.

    TensorFlow counterpart: `tf.sign`, tensorflow/python/ops/math_ops.py.

    >>> sign([3.0, -2.0, 0.0]).numpy()
    array([ 1., -1.,  0.], dtype=float32)
    """
    a = _argument(operations.SIGN, x)
    return result("sign", (x,), _sign(a), _zeros, a)


def _sign(a: Array) -> Array:
    if a.dtype not in FLOAT_CODES:
        return np.sign(a)
    if versions.release().operations.old_sign:
        return _old_sign(a)
    values = np.asarray(np.sign(seen(a)) + 0).astype(a.dtype)
    # Packets give what counts as zero back, without its sign.
    count = in_packets(a.size, a.dtype)
    head, given = values.reshape(-1)[:count], a.reshape(-1)[:count]
    return np.concatenate(
        [np.where(head == 0, np.abs(given), head), values.reshape(-1)[count:]]
    ).reshape(a.shape)


def _old_sign(a: Array) -> Array:
    wide = seen(a)
    if a.dtype.name == "bfloat16":  # whose zeros and NaN keep their sign
        values = np.copysign((wide != 0).astype(wide.dtype), wide)
        if not versions.release().operations.bfloat16_nan_has_sign:
            values = np.where(np.isnan(wide), np.zeros((), wide.dtype), values)
        return np.asarray(values, a.dtype)
    return np.asarray((wide > 0).astype(np.int8) - (wide < 0)).astype(a.dtype)


def _zeros(a: Array, _g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (np.zeros_like(a) if wanted[0] else None,)


def floor(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the largest whole number that is not above x.

    Args:
        x: a tensor, or anything `constant` takes; floats.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another.

    TensorFlow counterpart: `tf.floor`, tensorflow/python/ops/math_ops.py.

    >>> floor([1.5, -1.5]).numpy()
    array([ 1., -2.], dtype=float32)
    """
    return _whole(operations.FLOOR, x, np.floor)


def ceil(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the smallest whole number that is not below x; the argument as in `floor`.

    TensorFlow counterpart: `tf.math.ceil`, tensorflow/python/ops/math_ops.py.

    >>> ceil([1.5, -1.5]).numpy()
    array([ 2., -1.], dtype=float32)
    """
    return _whole(operations.CEIL, x, np.ceil)


def rint(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the nearest whole number, of two the even one.

    Args:
        x: a tensor, or anything `constant` takes; float32 or float64.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the values are no floats.
        tf_losses.errors.NotFoundError: they have 16 bits (which 1.12 to 2.3 take).

    TensorFlow counterpart: `tf.math.rint`, tensorflow/core/kernels/cwise_op_rint.cc.

    >>> rint([1.5, 2.5, -0.7]).numpy()
    array([ 2.,  2., -1.], dtype=float32)
    """
    a = _argument(operations.RINT, x)
    narrow = a.dtype not in (FLOAT32, FLOAT64)
    if narrow and a.dtype.name not in versions.release().operations.narrow_rints:
        raise hinted(
            NotFoundError(
                None,
                None,
                f"Could not find device for node: {{{{node Rint}}}} = Rint[T={enum_name(a.dtype)}]",
            ),
            "TensorFlow has no rint of 16 bits; its round does the same.",
        )
    return result("rint", (x,), _without_minus(a) if narrow else np.rint(seen(a)), no_gradient)


def round(x: Any, name: object = None) -> Tensor:  # noqa: A001, ANN401, ARG001 (TensorFlow's signature)
    """Give the nearest whole number, of two the even one; integers stay as they are.

    Args:
        x: a tensor, or anything `constant` takes; floats or integers.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another.

    TensorFlow counterpart: `tf.round`, tensorflow/python/ops/math_ops.py.

    >>> round([0.9, 2.5, 1.5, -4.5]).numpy()
    array([ 1.,  2.,  2., -4.], dtype=float32)
    """
    a = to_array(x, TF2)
    if a.dtype.kind in "iu":
        if isinstance(x, Tensor):
            return x
        return result("round", (x,), a, no_gradient)
    a = _argument(operations.ROUND, x)
    return result("round", (x,), _nearest(a), no_gradient)


def _nearest(a: Array) -> Array:
    now = versions.release().operations
    if a.dtype.name in now.positive_zeros:
        return _without_minus(a)
    values = np.rint(seen(a))
    return (values + 0 if a.dtype.name in now.no_negative_zero else values).astype(a.dtype)


def _without_minus(a: Array) -> Array:
    """Round; no negative fraction becomes -0."""
    values = np.rint(seen(a))
    return np.where(seen(a) == 0, values, values + 0).astype(a.dtype)


def _whole(op: operations.Op, x: object, function: np.ufunc) -> Tensor:
    a = _argument(op, x)
    return result(op.name, (x,), function(seen(a)).astype(a.dtype), no_gradient)


def is_nan(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell which elements are NaN; the argument as in `floor`.

    TensorFlow counterpart: `tf.math.is_nan`, tensorflow/core/kernels/cwise_op_isnan.cc.

    >>> is_nan([1.0, float("nan")]).numpy()
    array([False,  True])
    """
    return _kind(operations.IS_NAN, x, np.isnan)


def is_inf(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell which elements are infinite; the argument as in `floor`.

    TensorFlow counterpart: `tf.math.is_inf`, tensorflow/core/kernels/cwise_op_isinf.cc.

    >>> is_inf([1.0, float("-inf")]).numpy()
    array([False,  True])
    """
    return _kind(operations.IS_INF, x, np.isinf)


def is_finite(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Tell which elements are neither NaN nor infinite; the argument as in `floor`.

    TensorFlow counterpart: `tf.math.is_finite`, tensorflow/core/kernels/cwise_op_isfinite.cc.

    >>> is_finite([1.0, float("nan")]).numpy()
    array([ True, False])
    """
    return _kind(operations.IS_FINITE, x, np.isfinite)


def _kind(op: operations.Op, x: object, function: Callable[[Array], Array]) -> Tensor:
    return result(op.name, (x,), np.asarray(function(seen(_argument(op, x)))), no_gradient)


def _argument(op: operations.Op, x: object) -> Array:
    a = to_array(x, TF2)
    check_dtype(op, a.dtype)
    return a
