# SPDX-License-Identifier: Apache-2.0
"""What a plan is: how losses are read and computed for a range of rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class Piece(NamedTuple):
    """What was read of a range of rows."""

    start: int
    labels: Array
    logits: Array
    pos_weight: Array | float | None = None
    kept: Array | None = None
    """Which losses count; None if all do."""


@dataclass(frozen=True)
class Plan:
    """An evaluation that can be cut: `compute(read(start, stop))` gives a range of the losses."""

    shape: tuple[int, ...]
    """Of the losses."""
    dtype: np.dtype[Any]
    """Of the losses."""
    row_bytes: int
    """Of input read per loss."""
    read: Callable[[int, int], Piece]
    compute: Callable[[Piece], Array]
    by_row: bool = False
    """Whether a loss is one of a row of classes."""
    classes: int = 0
    """How many classes there are; 0 where each element is one."""
    whole: str = ""
    """Why the losses must be computed in one piece, if they must."""
    has_plain_labels: bool = True
    """Whether there is a label for each loss, and not several."""

    @property
    def rows(self) -> int:
        """How many losses there are."""
        return math.prod(self.shape)


def place(index: int, shape: tuple[int, ...]) -> str:
    """A flat index as a reader would write it.

    >>> place(7, (10,)), place(7, (2, 5))
    ('7', '(1, 2)')
    """
    if len(shape) <= 1:
        return str(index)
    return str(tuple(int(part) for part in np.unravel_index(index, shape)))
