# SPDX-License-Identifier: Apache-2.0
"""Pieces of an array that give the bits of the whole.

TensorFlow computes whole packets of elements one way and the leftovers at the end of an
array another way. A call on a piece therefore gives the bits of a call on the whole if the
piece starts at a multiple of the packet (8 covers every dtype), in elements for the losses
that work on elements, in rows for those that work on rows, and if only the last piece has
leftovers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.array_file import ArrayFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

PACKET = 8


def pieces(rows: int, row_bytes: int, piece_bytes: int) -> Iterator[tuple[int, int]]:
    """Cut `rows` into ranges of about `piece_bytes`, each but the last of whole packets.

    There is always one range, if an empty one: a call on nothing still checks its arguments.

    >>> list(pieces(rows=20, row_bytes=4, piece_bytes=40))
    [(0, 8), (8, 16), (16, 20)]
    >>> list(pieces(rows=0, row_bytes=4, piece_bytes=40))
    [(0, 0)]
    """
    step = max(PACKET, piece_bytes // max(1, row_bytes) // PACKET * PACKET)
    for start in range(0, max(rows, 1), step):
        yield start, min(start + step, rows)


def flat_rows(
    array: npt.NDArray[Any] | ArrayFile, row_rank: int, start: int, stop: int
) -> npt.NDArray[Any]:
    """Rows `start` to `stop` of an array whose last `row_rank` axes make a row.

    All other axes are flattened in C order, whatever the layout in memory, and only the rows
    asked for are read. The result is a view where the layout allows it.

    >>> transposed = np.arange(12).reshape(3, 4).T
    >>> flat_rows(transposed, 0, 2, 7)
    array([8, 1, 5, 9, 2])
    """
    if isinstance(array, ArrayFile):
        if not array.fortran:
            return array.rows(row_rank, start, stop)
        array = array.whole()
    outer = array.ndim - row_rank
    row_shape = array.shape[outer:]
    if array.flags.c_contiguous:
        return array.reshape((math.prod(array.shape[:outer]), *row_shape))[start:stop]
    rows = np.empty((stop - start, *row_shape), array.dtype)
    _copy_rows(array, outer, start, stop, rows)
    return rows


def _copy_rows(
    array: npt.NDArray[Any], outer: int, start: int, stop: int, rows: npt.NDArray[Any]
) -> None:
    """Copy a range of rows into `rows`: a part of one entry, whole entries, a part again."""
    if start >= stop:
        return
    if outer == 0:
        rows[0] = array
        return
    inner = math.prod(array.shape[1:outer])  # rows in one entry of the first axis
    first, last = -(-start // inner), stop // inner  # the entries taken whole
    if first > last:  # the range lies inside one entry
        _copy_rows(array[last], outer - 1, start - last * inner, stop - last * inner, rows)
        return
    head, tail = first * inner - start, stop - last * inner
    if head:
        _copy_rows(array[first - 1], outer - 1, inner - head, inner, rows[:head])
    whole = array[first:last]
    rows[head : len(rows) - tail].reshape(whole.shape)[...] = whole
    if tail:
        _copy_rows(array[last], outer - 1, 0, tail, rows[len(rows) - tail :])
