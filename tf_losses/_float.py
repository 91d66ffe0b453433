# SPDX-License-Identifier: Apache-2.0
"""Small arithmetic outside of C, with subnormal numbers as TensorFlow's threads treat them.

They are read and written as zero; those of float16, which is computed in float32, are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

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


def add(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Add two gradients of one tensor."""
    with np.errstate(all="ignore"):
        return flush(np.asarray(flush(a) + flush(b)))


def divide(a: NDArray[Any], divisor: int) -> NDArray[Any]:
    """Divide by a whole number in the dtype of `a`."""
    with np.errstate(all="ignore"):
        return flush(np.asarray(flush(a) / np.asarray(divisor, a.dtype)))
