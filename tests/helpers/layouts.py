# SPDX-License-Identifier: Apache-2.0
"""The same values where they lie otherwise in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bits import Array


def misaligned(array: Array) -> Array:
    """The same values at an odd address."""
    room = np.empty(array.nbytes + 1, np.uint8)
    moved: Array = room[1:].view(array.dtype).reshape(array.shape)
    moved[...] = array
    return moved


def read_only(array: Array) -> Array:
    """A copy that nobody may write to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy
