# SPDX-License-Identifier: Apache-2.0
"""Pieces of an array that give the bits of the whole.

TensorFlow computes whole packets of elements one way and the leftovers at the end of an
array another way. A call on a piece therefore gives the bits of a call on the whole if the
piece starts at a multiple of the packet (8 covers every dtype), in elements for the losses
that work on elements, in rows for those that work on rows, and if only the last piece has
leftovers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.dask.cutting import PACKET
from tf_losses._internal.io.source import Source, array_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt


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
    array: npt.NDArray[Any] | Source, row_rank: int, start: int, stop: int
) -> npt.NDArray[Any]:
    """Rows `start` to `stop` of an array whose last `row_rank` axes make a row.

    All other axes are flattened in C order, whatever the layout in memory, and only the rows
    asked for are read. The result is a view where the layout allows it.

    >>> import numpy as np
    >>> transposed = np.arange(12).reshape(3, 4).T
    >>> flat_rows(transposed, 0, 2, 7)
    array([8, 1, 5, 9, 2])
    """
    if isinstance(array, Source):
        return array.rows(row_rank, start, stop)
    return array_rows(array, row_rank, start, stop)
