# SPDX-License-Identifier: Apache-2.0
"""What is done to labels before a loss is computed: cast, and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

INT64 = np.dtype(np.int64)


def cast_exactly(labels: Array, dtype: np.dtype[Any], name: str, start: int) -> Array:
    """Cast labels to another dtype, in which each must have the same value.

    >>> cast_exactly(np.uint8([3]), INT64, "labels.npy", 0)
    array([3])
    """
    if labels.dtype == dtype:
        return labels
    with np.errstate(all="ignore"):
        cast = labels.astype(dtype)
        same = cast.astype(labels.dtype) == labels
        if labels.dtype.kind == "f" or labels.dtype.name == "bfloat16":
            same &= np.isfinite(labels.astype(np.float64))
        elif labels.dtype.kind == "u":
            same &= cast >= 0
    if not same.all():
        first = int(np.flatnonzero(~same.reshape(-1))[0])
        value = labels.reshape(-1)[first]
        raise InputError(f"{name}: label {value} at {start + first} is no {dtype.name}")
    return cast


def without(labels: Array, ignored: tuple[int, ...]) -> tuple[Array, Array]:
    """Put class 0 in the place of labels that are ignored, and say which are not.

    >>> labels, kept = without(np.array([3, 255, 1]), (255, -100))
    >>> labels, kept
    (array([3, 0, 1]), array([ True, False,  True]))
    """
    kept = ~np.isin(labels, ignored)
    return np.where(kept, labels, labels.dtype.type(0)), kept
