# SPDX-License-Identifier: Apache-2.0
"""Where Dask arrays may be cut so that pieces have the bits of the whole, and how they are.

TensorFlow counts elements, or rows, from the start of the whole array in C order: those that fill
packets of 8 are computed one way, the up to seven that are left over at the end another way.
A piece is computed as an array of its own. It has the whole's bits if no element changes its way:

- every piece but the last has a multiple of 8 elements (or rows), so that it leaves none over;
- the last one ends with what the whole ends with: the last 8 lie together in it.

That is all that sigmoid and weighted ask for, and softmax unless its rows are so long that their
sums begin at a packet of the whole array. In that case, and where packets end at the tiles of
TensorFlow's threads (the gradient of softmax), pieces must also lie together in the whole: it is
cut along its first axis only, and where a tile begins.

The axis of the classes is never cut. Chunks that fit stay as they are; of others the borders move
to the nearest place that fits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Collection

    DaskArray = Any
    Chunks = tuple[tuple[int, ...], ...]

PACKET = 8


class Rule(NamedTuple):
    """What is asked of pieces, counted in rows (or in elements, where each is computed alone)."""

    unit: int = PACKET
    """They begin at multiples of so many."""
    least: int = 0
    """None has fewer, unless there is one alone."""
    together: bool = False
    """They lie together in the whole."""
    each: int = 1
    """They have at least so many along every axis that is cut."""


def check_known(array: DaskArray, name: str) -> None:
    """Refuse an array with chunks of unknown size.

    Raises:
        ValueError: it has some.
    """
    if any(math.isnan(length) for length in array.shape):
        raise hinted(
            ValueError(f"`{name}` has chunks of unknown size: shape {array.shape}."),
            "The place of a row in the whole array decides how it is computed. Find the sizes out "
            f"with {name}.compute_chunk_sizes(), which computes what they depend on.",
        )


def aligned(
    shape: tuple[int, ...], chunks: Chunks, rule: Rule, whole: Collection[int] = ()
) -> Chunks:
    """Give the chunks nearest to these that obey a rule.

    Args:
        shape: of the array.
        chunks: its chunks.
        rule: what is asked of them.
        whole: axes that are not cut; those of the classes, which are no part of a row's number.

    >>> aligned((20, 3), ((5, 5, 10), (3,)), Rule(8), [1])
    ((8, 12), (3,))
    >>> aligned((20, 8), ((5, 5, 10), (4, 4)), Rule(8))
    ((5, 5, 10), (8,))
    """
    rows = [axis for axis in range(len(shape)) if axis not in whole]
    if rule.together or rule.least:
        return _along_one(shape, chunks, rule, rows)
    found: list[tuple[int, ...]] = [(length,) for length in shape]
    left = [axis for axis in rows if len(chunks[axis]) > 1]
    for axis in reversed(left):
        # An axis that is in one piece by now stays so.
        uncut = math.prod(
            shape[i] for i in rows if i not in left or (len(found[i]) == 1 and i > axis)
        )
        behind = math.prod(shape[i] for i in rows if i > axis)
        innermost = all(len(found[i]) == 1 for i in rows)
        # The last elements lie together in the last piece, along the innermost axis that is cut.
        last = -(-rule.unit // behind) if innermost and behind else 0
        unit = rule.unit // math.gcd(rule.unit, uncut)
        found[axis] = _moved(chunks[axis], unit, max(last, rule.each))
    return tuple(found)


def _along_one(shape: tuple[int, ...], chunks: Chunks, rule: Rule, rows: list[int]) -> Chunks:
    """Cut along the first axis that has a length, so that pieces lie together."""
    found: list[tuple[int, ...]] = [(length,) for length in shape]
    axis = next((axis for axis in rows if shape[axis] != 1), None)
    if axis is not None:
        behind = math.prod(shape[other] for other in rows if other > axis)
        unit = rule.unit // math.gcd(rule.unit, behind)
        least = -(-rule.least // behind) if behind else 0
        found[axis] = _moved(chunks[axis], unit, max(least, rule.each))
    return tuple(found)


def _moved(lengths: tuple[int, ...], unit: int, least: int) -> tuple[int, ...]:
    """Move the borders of chunks to multiples of a unit; too short ones are joined.

    >>> _moved((5, 5, 10), 8, 0), _moved((8, 8, 4), 8, 6)
    ((8, 12), (8, 12))
    """
    total, place, last = sum(lengths), 0, 0
    borders: list[int] = []
    for length in lengths[:-1]:
        place += length
        border = (place + unit // 2) // unit * unit
        if border - last >= max(unit, least) and total - border >= max(1, least):
            borders.append(border)
            last = border
    ends = [*borders, total]
    return tuple(end - start for start, end in zip([0, *borders], ends, strict=True))


def operand_chunks(shape: tuple[int, ...], index: tuple[int | None, ...], chunks: Chunks) -> Chunks:
    """Give the chunks of an array that goes along with another one's.

    Args:
        shape: of it.
        index: which axis of the other goes with each of its own; None for none.
        chunks: of the other array. What is repeated along an axis has the length 1 there.
    """
    return tuple(
        (length,) if axis is None or length == 1 else chunks[axis]
        for length, axis in zip(shape, index, strict=True)
    )
