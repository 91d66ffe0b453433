# SPDX-License-Identifier: Apache-2.0
"""Arithmetic and Softmax of plain arrays, with TensorFlow's rounding."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments.messages import bad, brackets
from tf_losses._internal.runtime import native, onednn
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT64, FLOAT_CODES
from tf_losses._internal.runtime.subnormals import cast
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]

__all__ = ["added_up", "in_packets", "negated", "rounded", "softmax_of_rows"]

_NATIVE: dict[np.ufunc, int] = {
    np.add: native.ADD,
    np.subtract: native.SUBTRACT,
    np.multiply: native.MULTIPLY,
    np.divide: native.DIVIDE,
}


def rounded(function: np.ufunc, a: Array, b: Array) -> Array:
    """Compute in the dtype of both, broadcast, each element rounded once."""
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise hinted(
            bad(f"Incompatible shapes: {brackets(a.shape)} vs. {brackets(b.shape)}"),
            f"Shapes {a.shape} and {b.shape} do not broadcast.",
        ) from None
    if a.dtype not in FLOAT_CODES:
        with np.errstate(all="ignore"):
            return np.asarray(function(a, b))
    a, b = (np.ascontiguousarray(np.broadcast_to(one, shape)) for one in (a, b))
    if a.dtype.itemsize == FLOAT64.itemsize or a.dtype == FLOAT32:
        out = np.empty(shape, a.dtype)
        native.arithmetic(_NATIVE[function], FLOAT_CODES[a.dtype], a, b, out)
        return out
    wide = rounded(function, a.astype(FLOAT32), b.astype(FLOAT32))
    return cast(wide.reshape(shape), a.dtype)


def in_packets(count: int, dtype: Dtype) -> int:
    """Tell how many of an array's elements are computed in packets; the rest stands at the end.

    >>> in_packets(11, FLOAT32), in_packets(11, FLOAT64), in_packets(3, FLOAT32)
    (8, 8, 0)
    """
    return count - count % (4 if dtype == FLOAT64 else 8) if dtype in FLOAT_CODES else 0


def negated(a: Array) -> Array:
    """Change the signs; packets of older releases subtract from 0, so that -0 does not come of 0.

    >>> negated(np.array([0.0, 1.0], np.float32))
    array([-0., -1.], dtype=float32)
    >>> with versions.tf_version("1.15"):
    ...     negated(np.zeros(9, np.float32))
    array([ 0.,  0.,  0.,  0.,  0.,  0.,  0.,  0., -0.], dtype=float32)
    """
    values = np.array(-a, order="C")
    if a.dtype.name in versions.release().operations.from_zero:
        packets = slice(in_packets(a.size, a.dtype))
        of_packets = rounded(np.subtract, np.zeros((), a.dtype), a.reshape(-1)[packets])
        values.reshape(-1)[packets] = of_packets
    return values


def softmax_of_rows(x: Array, *, logarithm: bool = False) -> Array:
    """Compute what the operation Softmax, or LogSoftmax, gives for the last axis.

    >>> softmax_of_rows(np.zeros(2, np.float32))
    array([0.5, 0.5], dtype=float32)
    """
    y, code = np.empty(x.shape, x.dtype), FLOAT_CODES[x.dtype]
    way = None if logarithm else onednn.way(versions.get_tf_version(), code)
    rows = math.prod(x.shape[:-1])
    native.softmax(code, rows, x.shape[-1], x, y, logarithm=logarithm, onednn=way)
    return y


# So many tensors TensorFlow adds up at once.
_AT_ONCE = 8


def added_up(arrays: list[Array]) -> Array:
    """Add up arrays of one shape and dtype as TensorFlow's AddN: eight at a time, the rest first.

    >>> added_up([np.ones(1, np.float32)] * 3)
    array([3.], dtype=float32)
    """
    first = (len(arrays) - 2) % _AT_ONCE + 2
    total = _added(arrays[:first])
    for i in range(first, len(arrays), _AT_ONCE):
        total = rounded(np.add, total, _added(arrays[i : i + _AT_ONCE]))
    return total


def _added(arrays: list[Array]) -> Array:
    return reduce(lambda a, b: rounded(np.add, a, b), arrays)
