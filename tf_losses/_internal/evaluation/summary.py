# SPDX-License-Identifier: Apache-2.0
"""Figures over a file of losses, in memory that does not grow with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.evaluation.pieces import flat_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from tf_losses._internal.io.source import Source

BLOCK = 1 << 20  # losses looked at together
PERCENTS = (0, 1, 5, 25, 50, 75, 95, 99, 100)
_DIGIT = 16  # bits settled by each pass of order_statistics
_WIDENED = np.dtype(np.float32)


@dataclass(frozen=True)
class Summary:
    """Figures over losses; mean and quantiles are those of the finite ones."""

    count: int
    """Of those that count; so are all others."""
    nan: int
    inf: int
    mean: float
    quantiles: tuple[float, ...]
    """One per entry of PERCENTS; each is a loss that occurs (nearest rank). Empty without any."""
    worst: tuple[int, ...]
    """Flat indices of the largest losses, the largest first; NaN is left out."""


def _ignore(_done: int) -> None:
    """Nobody watches the progress."""


def passes(losses: npt.NDArray[Any]) -> int:
    """How often `summarize` goes through the losses.

    >>> passes(np.zeros(3, np.float32)), passes(np.zeros(3))
    (3, 5)
    """
    return 1 + _width(losses) // _DIGIT


def summarize(
    losses: npt.NDArray[Any],
    worst: int = 5,
    advance: Callable[[int], object] = _ignore,
    kept: npt.NDArray[np.bool_] | None = None,
) -> Summary:
    """Look through an array of losses, block by block.

    `advance` is told how many losses were looked at, each of `passes(losses)` times. `kept` says
    which losses count, if not all do.

    >>> summary = summarize(np.float32([3, 1, np.inf, 2, np.nan]), worst=2)
    >>> summary.count, summary.nan, summary.inf, summary.mean, summary.worst
    (5, 1, 1, 2.0, (2, 0))
    >>> summary.quantiles[0], summary.quantiles[-1]
    (1.0, 3.0)
    """
    count = nan = inf = 0
    sums: list[float] = []
    top = np.empty(0, np.intp)
    flat = losses.reshape(-1)
    for start, block in _blocks(flat, kept, advance):
        values = block.values
        finite = _finite(values)
        count += values.size
        if finite.size < values.size:
            nan += int(np.isnan(values).sum())
            inf += int(np.isinf(values).sum())
        with np.errstate(over="ignore"):
            sums.append(float(finite.sum(dtype=np.float64)))
        top = _with(top, flat, start, block, worst)
    usable = count - nan - inf
    ranks = [max(0, math.ceil(percent * usable / 100) - 1) for percent in PERCENTS]
    return Summary(
        count=count,
        nan=nan,
        inf=inf,
        mean=_total(sums) / usable if usable else math.nan,
        quantiles=order_statistics(flat, ranks, advance, kept) if usable else (),
        worst=tuple(top.tolist()),
    )


def _with(
    top: npt.NDArray[np.intp], flat: npt.NDArray[Any], start: int, block: _Block, worst: int
) -> npt.NDArray[np.intp]:
    """Give the places of the largest losses, with those of a block that follows."""
    larger = None
    if top.size == worst:  # those that equal the least come later, and so stand behind it
        least = widened(flat[top[-1:]])
        larger = np.flatnonzero(block.values > least) if worst else np.empty(0, np.intp)
    values = block.values if larger is None else block.values[larger]
    chosen = _largest(values, worst)
    places = start + block.places(chosen if larger is None else larger[chosen])
    candidates = np.concatenate([top, places])
    return candidates[_largest(widened(flat[candidates]), worst)]


def _total(sums: list[float]) -> float:
    try:
        return math.fsum(sums)
    except (OverflowError, ValueError):  # beyond what a float can hold, in one way or both
        return sum(sums)


def count_equal(
    losses: npt.NDArray[Any],
    recorded: npt.NDArray[Any] | Source,
    kept: npt.NDArray[np.bool_] | None = None,
) -> int:
    """How many losses that count have the recorded bits; NaN equals NaN.

    >>> count_equal(np.float32([0.0, np.nan, 1.0]), np.float32([-0.0, np.nan, 1.0]))
    2
    """
    mine = losses.reshape(-1)
    bits = np.dtype(f"u{losses.dtype.itemsize}")
    equal = 0
    for start in range(0, losses.size, BLOCK):
        a = mine[start : start + BLOCK]
        b = flat_rows(recorded, 0, start, start + a.size).astype(losses.dtype, copy=False)
        same = (a.view(bits) == b.view(bits)) | (np.isnan(a) & np.isnan(b))
        if kept is not None:
            same &= kept[start : start + a.size]
        equal += int(same.sum())
    return equal


def order_statistics(
    flat: npt.NDArray[Any],
    ranks: Sequence[int],
    advance: Callable[[int], object] = _ignore,
    kept: npt.NDArray[np.bool_] | None = None,
) -> tuple[float, ...]:
    """The finite elements at the given places of the sorted array, without sorting it.

    Each pass over the array settles the next 16 bits of every answer by counting, so memory
    stays fixed and the answers are exact.

    >>> order_statistics(np.array([5.0, -1.0, 3.0]), [0, 1, 2])
    (-1.0, 3.0, 5.0)
    """
    width = _width(flat)
    found = [(0, rank) for rank in ranks]  # leading bits, place among the elements with them
    for shift in range(width - _DIGIT, -1, -_DIGIT):
        prefixes = {prefix for prefix, _ in found}
        counts = _count_digits(_blocks(flat, kept, advance), shift, prefixes)
        found = [_descend(counts[prefix], prefix, place) for prefix, place in found]
    return tuple(_value(key, width) for key, _ in found)


def _count_digits(
    blocks: Iterator[tuple[int, _Block]], shift: int, prefixes: set[int]
) -> dict[int, npt.NDArray[np.intp]]:
    """For each prefix, how often each next digit follows it."""
    counts = {prefix: np.zeros(1 << _DIGIT, np.intp) for prefix in prefixes}
    for _, block in blocks:
        # Two shifts: one by the full width is not defined.
        digits = _ordered(_finite(block.values)) >> np.uint8(shift)
        leading = digits >> np.uint8(_DIGIT)
        for prefix, count in counts.items():
            hits = digits[leading == prefix] & ((1 << _DIGIT) - 1)
            np.add(count, np.bincount(hits.astype(np.intp), minlength=count.size), out=count)
    return counts


def _descend(count: npt.NDArray[np.intp], prefix: int, place: int) -> tuple[int, int]:
    """Extend a prefix by the digit under which the place falls."""
    ends = np.cumsum(count)
    digit = int(np.searchsorted(ends, place, side="right"))
    return (prefix << _DIGIT) | digit, place - (int(ends[digit - 1]) if digit else 0)


def _ordered(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Unsigned integers in the order of the floats: flip negatives, lift the rest above."""
    size = values.dtype.itemsize
    bits = values.view(np.dtype(f"u{size}"))
    top = bits.dtype.type(1 << (8 * size - 1))
    negative = values.view(np.dtype(f"i{size}")) >> (8 * size - 1)  # all bits set, or none
    ordered: npt.NDArray[Any] = bits ^ (negative.view(bits.dtype) | top)
    return ordered


def _value(key: int, width: int) -> float:
    """Undo _ordered for one key."""
    top = 1 << (width - 1)
    bits = key ^ top if key & top else key ^ ((1 << width) - 1)
    return float(np.array(bits, f"u{width // 8}").view(f"f{width // 8}"))


class _Block(NamedTuple):
    values: npt.NDArray[Any]
    """The losses that count."""
    kept: npt.NDArray[np.intp] | None
    """Their places in the block; None if all count."""

    def places(self, chosen: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Give the places in the block of some of the values."""
        return chosen if self.kept is None else self.kept[chosen]


def _blocks(
    flat: npt.NDArray[Any],
    kept: npt.NDArray[np.bool_] | None,
    advance: Callable[[int], object],
) -> Iterator[tuple[int, _Block]]:
    for start in range(0, flat.size, BLOCK):
        block = widened(flat[start : start + BLOCK])
        places = None if kept is None else np.flatnonzero(kept[start : start + BLOCK])
        yield start, _Block(block if places is None else block[places], places)
        advance(block.size)


def _width(losses: npt.NDArray[Any]) -> int:
    """Bits in which the losses are compared."""
    return 8 * max(losses.dtype.itemsize, _WIDENED.itemsize)


def widened(block: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """16-bit types as float32, exactly: NumPy's functions do not know all of them."""
    narrow = block.dtype.itemsize < _WIDENED.itemsize
    return block.astype(_WIDENED) if narrow else np.asarray(block)


def _finite(block: npt.NDArray[Any]) -> npt.NDArray[Any]:
    usable = np.isfinite(block)
    finite: npt.NDArray[Any] = block if usable.all() else block[usable]
    return finite


def _largest(block: npt.NDArray[Any], count: int) -> npt.NDArray[np.intp]:
    """Indices of the `count` largest elements, largest first, equal ones in order; no NaN."""
    candidates = np.flatnonzero(~np.isnan(block))
    if 0 < count < candidates.size:
        least = np.partition(block[candidates], -count)[-count]
        candidates = candidates[block[candidates] >= least]
    order = np.argsort(-block[candidates], kind="stable")
    return candidates[order[:count]]
