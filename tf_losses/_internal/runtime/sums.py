# SPDX-License-Identifier: Apache-2.0
"""The gradient of what was broadcast: a sum over the axes that were repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sum_to(values: NDArray[Any], shape: tuple[int, ...], threads: int) -> NDArray[Any]:
    """Sum over the axes along which an array of `shape` was repeated, in TensorFlow's order.

    >>> sum_to(np.ones((2, 3), np.float32), (3,), 1)
    array([2., 2., 2.], dtype=float32)
    """
    padded = (1,) * (values.ndim - len(shape)) + shape
    axes = [
        axis
        for axis, (length, kept) in enumerate(zip(values.shape, padded, strict=True))
        if kept != length
    ]
    out = np.empty(shape, values.dtype)
    native.reduce_sum(FLOAT_CODES[values.dtype], values, axes, threads, 1, out)
    return out
