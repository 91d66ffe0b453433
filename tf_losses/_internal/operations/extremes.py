# SPDX-License-Identifier: Apache-2.0
"""The larger and the smaller of two, element by element, and what is cut off at a bound.

Source of the kernels: Eigen's Core/functors/BinaryFunctors.h and
tensorflow/core/kernels/relu_op_functor.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import check_dtype, refuse_pair
from tf_losses._internal.autodiff.arithmetic import operands, rounded, sum_back
from tf_losses._internal.autodiff.arrays import constant
from tf_losses._internal.autodiff.exact import in_packets
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.plain import broadcast, seen
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT64, FLOAT_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["clip_by_value", "maximum", "minimum", "relu"]


def maximum(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the larger of x and y, element by element; NaN if one is NaN.

    Where they are equal, the gradient goes to x.

    Args:
        x: a tensor, or anything `constant` takes; real numbers.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is not
            taken, or the shapes do not broadcast.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.maximum`, tensorflow/core/kernels/cwise_op_maximum.cc.

    >>> maximum([0.0, 3.0], 2.0).numpy()
    array([2., 3.], dtype=float32)
    """
    return _extreme(operations.MAXIMUM, x, y, np.less, np.greater_equal)


def minimum(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give the smaller of x and y; everything else as in `maximum`.

    TensorFlow counterpart: `tf.minimum`, tensorflow/core/kernels/cwise_op_minimum.cc.

    >>> minimum([0.0, 3.0], 2.0).numpy()
    array([0., 2.], dtype=float32)
    """
    return _extreme(operations.MINIMUM, x, y, np.greater, np.less_equal)


def _extreme(
    op: operations.Op, x: object, y: object, takes_y: np.ufunc, takes_x: np.ufunc
) -> Tensor:
    a, b = operands(op, x, y, refuse_pair)
    check_dtype(op, a.dtype)
    return result(op.name, (x, y), _larger(a, b, takes_y), _extreme_gradients, takes_x, a, b)


def _larger(a: Array, b: Array, takes_y: np.ufunc) -> Array:
    """Choose y where it is beyond x; of a tie packets keep y, what is left over keeps x."""
    left, right = broadcast(seen(a), seen(b))
    chosen = np.where(takes_y(left, right), right, left)
    if a.dtype not in FLOAT_CODES:
        return chosen
    if versions.release().operations.nan_is_first:
        raw = a.dtype.name == "bfloat16"
        return np.where(takes_y(left, right), *(broadcast(b, a) if raw else (right, left))).astype(
            a.dtype
        )
    count = in_packets(chosen.size, a.dtype)
    if a.dtype in (FLOAT32, FLOAT64):
        tie = left == right
        tie.reshape(-1)[count:] = False
        chosen = np.where(tie, right, chosen)
    chosen = np.where(np.isnan(right), right, chosen).astype(a.dtype)
    if a.dtype.name == "bfloat16":  # of which the rest keeps subnormal numbers
        whole_a, whole_b = (one.reshape(-1)[count:] for one in broadcast(a, b))
        rest = chosen.reshape(-1)[count:]
        takes = takes_y(left, right).reshape(-1)[count:]
        chosen.reshape(-1)[count:] = np.where(rest == 0, np.where(takes, whole_b, whole_a), rest)
    return chosen


def _extreme_gradients(
    takes_x: np.ufunc, a: Array, b: Array, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    mask, zero = takes_x(*broadcast(seen(a), seen(b))), np.zeros((), g.dtype)
    return (
        sum_back(np.where(mask, g, zero), a) if wanted[0] else None,
        sum_back(np.where(mask, zero, g), b) if wanted[1] else None,
    )


def clip_by_value(
    t: Any,  # noqa: ANN401 (anything TensorFlow converts)
    clip_value_min: Any,  # noqa: ANN401 (same)
    clip_value_max: Any,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Cut values off at two bounds.

    Args:
        t: a tensor, or anything `constant` takes; real numbers.
        clip_value_min: the lower bound: one number, or what broadcasts to the shape of `t`.
        clip_value_max: the upper bound, likewise.
        name: not used.

    Raises:
        ValueError: a bound is larger than `t`, so that the result would have another shape.
        tf_losses.errors.InvalidArgumentError, TypeError: as in `maximum`.

    TensorFlow counterpart: `tf.clip_by_value`, tensorflow/python/ops/clip_ops.py.

    >>> clip_by_value([-1.0, 0.5, 2.0], 0.0, 1.0).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    values = constant(t)
    below = minimum(values, clip_value_max)
    _refuse_growth(values, below)
    inside = maximum(below, clip_value_min)
    _refuse_growth(values, inside)
    return inside


def _refuse_growth(values: Tensor, clipped: Tensor) -> None:
    if values.shape != clipped.shape:
        raise ValueError(f"Shapes {values.shape} and {clipped.shape} are incompatible")


def relu(features: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute max(features, 0).

    Args:
        features: a tensor, or anything `constant` takes; real numbers.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another.

    TensorFlow counterpart: `tf.nn.relu`, tensorflow/core/kernels/relu_op.cc.

    >>> relu([-1.0, 0.0, 2.0]).numpy()
    array([0., 0., 2.], dtype=float32)
    """
    a = to_array(features, TF2)
    check_dtype(operations.RELU, a.dtype)
    values = _larger(a, np.zeros((), a.dtype), np.less)
    now = versions.release().operations
    if now.keeps_one:
        _keep_one(a, values)
    if now.relu_keeps_zeros and a.dtype in (FLOAT32, FLOAT64):
        values = np.where(seen(a) == 0, seen(a), values)
    return result("relu", (features,), values, _relu_gradient, values)


def _keep_one(a: Array, values: Array) -> None:
    """Keep a subnormal number where the compiler let one element of an odd rest through."""
    if a.dtype not in (FLOAT32, FLOAT64):
        return
    first = in_packets(a.size, a.dtype)
    if (a.size - first) % 2 == 1 and values.reshape(-1)[first] == 0:
        values.reshape(-1)[first] = np.where(
            np.isnan(a.reshape(-1)[first]) | (seen(a).reshape(-1)[first] < 0),
            values.reshape(-1)[first],
            a.reshape(-1)[first],
        )


def _relu_gradient(values: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    mask = (seen(values) > 0).astype(g.dtype)
    return (rounded(np.multiply, g, mask) if wanted[0] else None,)
