# SPDX-License-Identifier: Apache-2.0
"""Small arithmetic outside of C, with subnormal numbers as TensorFlow's threads treat them.

They are read and written as zero; those of float16, which is computed in float32, are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from numpy.typing import NDArray

# bfloat16 has float32's range.
_TINY = {"float32": 2.0**-126, "bfloat16": 2.0**-126, "float64": 2.0**-1022}


def flush(values: NDArray[Any]) -> NDArray[Any]:
    """Write subnormal numbers as zeros of their sign.

    >>> flush(np.array([1e-310, -1e-310, 1.0]))
    array([ 0., -0.,  1.])
    """
    tiny = _TINY.get(values.dtype.name)
    if tiny is None:
        return values
    wide = values if values.dtype == np.float64 else values.astype(np.float32)
    return np.asarray(np.where(np.abs(wide) < tiny, np.copysign(0, wide), wide), values.dtype)


def divide(a: NDArray[Any], divisor: int) -> NDArray[Any]:
    """Divide by a whole number in the dtype of `a`."""
    with np.errstate(all="ignore"):
        return flush(np.asarray(flush(a) / np.asarray(divisor, a.dtype)))


# Half a unit in the last place below float32's least normal number. x86 rounds before it judges
# whether a result is subnormal, so that what is closer to that number than this is kept.
_ROUNDS_TO_TINY = 2.0**-126 * (1 - 2.0**-25)


# TensorFlow goes from one to the other by shifting bits.
_SAME_RANGE = {"float32", "bfloat16"}


def cast(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Cast as TensorFlow's threads do: float64 goes to 16 bits by way of float32.

    >>> cast(np.array([1e-40, 1.0]), np.dtype(np.float32))
    array([0., 1.], dtype=float32)
    """
    if values.dtype == dtype:
        return values
    with np.errstate(all="ignore"):
        if values.dtype == np.float64 and dtype.itemsize < values.dtype.itemsize:
            small = np.abs(values) < _ROUNDS_TO_TINY
            values = np.where(small, np.copysign(0, values), values).astype(np.float32)
        elif {values.dtype.name, dtype.name} != _SAME_RANGE and values.dtype.name in _SAME_RANGE:
            values = flush(values)
        if dtype.name == "bfloat16" and native.cuts_bfloat16():
            values = cut_off(values.astype(np.float32))
        return np.asarray(values.astype(dtype))


def cut_off(values: NDArray[Any]) -> NDArray[Any]:
    """Cut float32 off to what bfloat16 holds, without rounding.

    >>> cut_off(np.array([1.0, 1.0117], np.float32))
    array([1.       , 1.0078125], dtype=float32)
    """
    bits = values.view(np.uint32) & np.uint32(0xFFFF0000)
    return np.asarray(bits.view(np.float32))
