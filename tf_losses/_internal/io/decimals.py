# SPDX-License-Identifier: Apache-2.0
"""Fractions that are written in digits, rounded once to the type that they are wanted in.

A parser gives the nearest float64. That lies half-way between two numbers of a narrower type for a
few texts that do not: they would be rounded twice, the second time maybe away from the nearest.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]


def rounded(
    parsed: Array, dtype: np.dtype[Any], exact: Callable[[tuple[int, ...]], Fraction]
) -> Array:
    """Round float64 numbers to a type.

    Args:
        parsed: the nearest float64 of each.
        dtype: what is wanted.
        exact: gives what the text at a place says, for the few that need it.

    >>> half = 1 + 2.0**-24  # between two float32
    >>> text = Fraction("1.0000000596046447753906251")
    >>> float(rounded(np.array([half]), np.dtype("f4"), lambda _: text)[0])
    1.0000001192092896
    """
    with np.errstate(over="ignore", invalid="ignore"):
        near = parsed.astype(dtype)
        if dtype.itemsize >= parsed.itemsize:
            return near
        back = near.astype(np.float64)
        towards = np.where(parsed > back, np.inf, -np.inf).astype(dtype)
        other = np.nextafter(near, towards)
        between = (parsed - back == other.astype(np.float64) - parsed) & (parsed != back)
    for place in map(tuple, np.argwhere(between).tolist()):
        says, half = exact(place), Fraction(float(parsed[place]))
        if says != half:
            pair = sorted((near[place], other[place]))
            near[place] = pair[says > half]
    return near
