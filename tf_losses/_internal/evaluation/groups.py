# SPDX-License-Identifier: Apache-2.0
"""Losses by class, or by any column: count, mean, 95th percentile, accuracy.

The losses are sorted by group into a file, each group in a place of its own; NumPy then finds the
percentile in the map. Memory does not grow with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.evaluation.details import NO_CLASS
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import new_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.evaluation.store import Store

    Array = npt.NDArray[Any]

MOST = 100_000
"""Groups; what has more is no group but a name of each example."""
_PERCENT = 95


@dataclass(frozen=True)
class Group:
    """Figures of one group; those of its finite losses."""

    value: Hashable
    count: int
    mean: float
    p95: float
    accuracy: float | None


def grouped(
    store: Store, values_of: Callable[[int, int], Array], scratch: Path, what: str
) -> list[Group]:
    """Compute the figures of each group.

    Args:
        store: the losses, with the classes that were wanted and predicted.
        values_of: the groups of a range of rows.
        scratch: a folder for the sorted losses.
        what: the groups are by, for an error.

    Raises:
        InputError: there are too many groups.
    """
    table = _Table(what)
    for block, codes in _coded(store, values_of, table):
        table.count(block, codes)
    return table.figures(_coded(store, values_of, table), scratch)


class _Block(NamedTuple):
    """Losses that count, of a range of rows."""

    losses: Array
    right: Array | None
    """Whether each was predicted right, if that is known."""


def _coded(
    store: Store, values_of: Callable[[int, int], Array], table: _Table
) -> Iterator[tuple[_Block, Array]]:
    target, predicted = store.get("target"), store.get("predicted")
    for part, kept in store.blocks():
        block = store["losses"][part].astype(np.float64)
        counts = kept & np.isfinite(block)
        right = None
        if target is not None and predicted is not None and (target[part] != NO_CLASS).any():
            right = (target[part] == predicted[part])[counts]
        codes = table.codes(np.asarray(values_of(part.start, part.stop))[counts])
        yield _Block(block[counts], right), codes


class _Table:
    def __init__(self, what: str) -> None:
        self._what = what
        self._codes: dict[Hashable, int] = {}
        self._counts: Array = np.zeros(0, np.int64)
        self._sums: Array = np.zeros(0)
        self._right: Array = np.zeros(0, np.int64)
        self._knows_right = True

    def codes(self, values: Array) -> Array:
        """Number values in the order in which they come."""
        different, places = np.unique(values, return_inverse=True)
        numbers = [
            self._codes.setdefault(one if one == one else math.nan, len(self._codes))  # noqa: PLR0124 (NaN is one group: a dict knows it by its identity)
            for one in different.tolist()
        ]
        if len(self._codes) > MOST:
            raise InputError(
                f"{self._what} has more than {MOST:,} different values: no groups but names"
            )
        return np.asarray(numbers, np.intp)[places.reshape(-1)]

    def count(self, block: _Block, codes: Array) -> None:
        """Add a block to the counts and sums."""
        size = len(self._codes)
        self._counts = _grown(self._counts, size) + np.bincount(codes, minlength=size)
        self._sums = _grown(self._sums, size) + np.bincount(codes, block.losses, size)
        if block.right is None:
            self._knows_right = False
        else:
            right = np.bincount(codes[block.right], minlength=size)
            self._right = _grown(self._right, size) + right

    def figures(self, blocks: Iterable[tuple[_Block, Array]], scratch: Path) -> list[Group]:
        """Sort the losses by group, and describe each."""
        total = int(self._counts.sum())
        if not total:
            return []
        ends = np.cumsum(self._counts)
        by_group = new_copy(scratch, np.dtype(np.float64), total)
        following = ends - self._counts
        for block, codes in blocks:
            order = np.argsort(codes, kind="stable")
            ordered = codes[order]
            first = np.searchsorted(ordered, ordered)
            by_group[following[ordered] + np.arange(ordered.size) - first] = block.losses[order]
            following += np.bincount(codes, minlength=following.size)
        found = [
            self._group(value, code, by_group[ends[code] - self._counts[code] : ends[code]])
            for value, code in self._codes.items()
            if self._counts[code]
        ]
        return sorted(found, key=lambda group: _order(group.value))

    def _group(self, value: Hashable, code: int, losses: Array) -> Group:
        count = int(self._counts[code])
        rank = max(0, math.ceil(_PERCENT * count / 100) - 1)
        losses.partition(rank)
        accuracy = int(self._right[code]) / count if self._knows_right else None
        return Group(value, count, float(self._sums[code]) / count, float(losses[rank]), accuracy)


def _grown(values: Array, size: int) -> Array:
    return np.concatenate([values, np.zeros(size - values.size, values.dtype)])


def _order(value: Hashable) -> tuple[int, Any, str]:
    """Numbers first, by size."""
    is_number = isinstance(value, (int, float)) and not math.isnan(value)
    return (0, value, "") if is_number else (1, 0, str(value))
