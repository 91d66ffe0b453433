# SPDX-License-Identifier: Apache-2.0
"""The gradients of functions of one tensor, in TensorFlow's order of operations.

Each takes the argument, the result, the upstream gradient, and whether a gradient is wanted.
Sources: tensorflow/python/ops/math_grad.py, nn_grad.py and the kernels of SqrtGrad and its like in
tensorflow/core/kernels/cwise_ops_gradients.h, whose packets multiply in another order than what
they leave over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.autodiff.exact import in_packets, rounded
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]


def of_exp(_x: Array, y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by y."""
    return (_times(g, y) if wanted[0] else None,)


def of_log(x: Array, _y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by the reciprocal of x."""
    return (_times(g, reciprocal(x)) if wanted[0] else None,)


def of_log1p(x: Array, _y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by the reciprocal of 1 + x."""
    if not wanted[0]:
        return (None,)
    return (_times(g, reciprocal(rounded(np.add, _like(x, 1.0), x))),)


def of_expm1(x: Array, _y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by e^x."""
    return (_times(g, apply(native.EXP, x)) if wanted[0] else None,)


def of_softplus(x: Array, _y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by the sigmoid of x."""
    return (_times(g, apply(native.LOGISTIC, x)) if wanted[0] else None,)


def of_tanh(_x: Array, y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by 1 - y*y."""
    return (_times(g, _minus(_like(y, 1.0), _times(y, y))) if wanted[0] else None,)


def of_rsqrt(_x: Array, y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by -y^3/2; 0 where g is 0."""

    def of_packets(y: Array, g: Array) -> Array:
        slope = _times(_like(y, -0.5), _times(y, y))
        return _times_no_nan(slope, _times_no_nan(y, g))

    def of_rest(y: Array, g: Array) -> Array:
        whole = _times(_times(_like(y, -0.5), _times(g, y)), _times(y, y))
        return np.asarray(np.where(_is_zero(g), _like(y, 0.0), whole))

    return (_by_paths(of_packets, of_rest, y, g) if wanted[0] else None,)


def of_sqrt(_x: Array, y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Divide g by 2y; 0 where g is 0."""

    def of_packets(y: Array, g: Array) -> Array:
        return _times_no_nan(rounded(np.divide, _like(y, 0.5), y), g)

    def of_rest(y: Array, g: Array) -> Array:
        half = rounded(np.divide, _times(_like(y, 0.5), g), y)
        return np.asarray(np.where(_is_zero(g), _like(y, 0.0), half))

    return (_by_paths(of_packets, of_rest, y, g) if wanted[0] else None,)


def of_sigmoid(_x: Array, y: Array, g: Array, wanted: Wanted) -> tuple[Array | None]:
    """Multiply g by y and 1 - y."""

    def of_packets(y: Array, g: Array) -> Array:
        return _times(g, _times(y, _minus(_like(y, 1.0), y)))

    def of_rest(y: Array, g: Array) -> Array:
        return _times(_times(g, y), _minus(_like(y, 1.0), y))

    return (_by_paths(of_packets, of_rest, y, g) if wanted[0] else None,)


def reciprocal(x: Array) -> Array:
    """Compute 1/x, as TensorFlow's operation of that name."""
    return apply(native.RECIPROCAL, x)


def apply(function: int, x: Array) -> Array:
    """Compute a function of C's (native.EXP, ...) of every element."""
    out = np.empty(x.shape, x.dtype)
    native.unary(function, FLOAT_CODES[x.dtype], x, out)
    return out


def _by_paths(
    of_packets: Callable[..., Array], of_rest: Callable[..., Array], *arrays: Array
) -> Array:
    """Compute what fills packets in one way, and what is left in the other."""
    first = arrays[0]
    flat = [array.reshape(-1) for array in arrays]
    split = in_packets(first.size, first.dtype)
    if first.dtype.name in versions.release().operations.one_by_one:
        split = 0
    parts = of_packets(*(a[:split] for a in flat)), of_rest(*(a[split:] for a in flat))
    return np.concatenate(parts).reshape(first.shape)


def _times(a: Array, b: Array) -> Array:
    return rounded(np.multiply, a, b)


def _minus(a: Array, b: Array) -> Array:
    return rounded(np.subtract, a, b)


def _times_no_nan(a: Array, b: Array) -> Array:
    """Compute a * b, and 0 where b is 0, whatever a is."""
    return np.asarray(np.where(_is_zero(b), _like(a, 0.0), _times(a, b)))


def _is_zero(a: Array) -> Array:
    """Tell where values are zeros, to which TensorFlow flushes subnormal numbers."""
    return np.asarray(rounded(np.multiply, a, _like(a, 1.0)) == 0)


def _like(a: Array, value: float) -> Array:
    return np.asarray(value, a.dtype)
