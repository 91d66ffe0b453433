# SPDX-License-Identifier: Apache-2.0
"""Shards: several sources, one after the other along the first axis."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_OPEN_SHARDS = 4  # of one array at a time


class Joined(Source):
    """Sources of one type whose entries have one shape.

    Args:
        name: under which they are complained about together.
        shards: in order; each is released as soon as it was looked at.
        scratch: a folder for a copy, if one is needed.

    Raises:
        InputError: one of them does not go with the others.
    """

    def __init__(self, name: str, shards: Iterable[Source], scratch: Path) -> None:
        """Look at every shard."""
        looked_at: list[Source] = []
        for shard in shards:
            shard.release()
            looked_at.append(shard)
            if not shard.ndim:
                raise InputError(f"{shard.name}: one value without an axis, in a row of shards")
        # One without rows may not know the type and shape that its rows would have.
        filled = [shard for shard in looked_at if shard.shape[0]]
        like = (filled or looked_at)[0]
        for shard in filled:
            _refuse_other(shard, like)
        ends = list(accumulate((shard.shape[0] for shard in filled), initial=0))
        super().__init__(
            name,
            like.dtype,
            (ends[-1], *like.shape[1:]),
            scratch,
            kind=like.kind,
            paths=tuple(path for shard in looked_at for path in shard.paths),
        )
        self.files = len(looked_at)
        self._shards, self._ends = filled, ends
        self._open: dict[int, Source] = {}  # the one that was used last comes last

    def view(self, dtype: np.dtype[Any]) -> Source:
        """Take the elements for others of the same size, from now on."""
        for shard in self._shards:
            shard.view(dtype)
        return super().view(dtype)

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        for shard in self._open.values():
            shard.release()
        self._open.clear()

    def _read(self, start: int, stop: int) -> Array:
        place = bisect_right(self._ends, start) - 1
        parts: list[Array] = []
        while start < stop:
            begin, end = self._ends[place], min(stop, self._ends[place + 1])
            shard = self._used(place)
            parts.append(shard.rows(shard.ndim - 1, start - begin, end - begin))
            start, place = end, place + 1
        if not parts:
            return np.empty((0, *self.shape[1:]), self.dtype)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _used(self, place: int) -> Source:
        """Let few shards be open; the one that was used longest ago is released."""
        shard = self._open.pop(place, None) or self._shards[place]
        self._open[place] = shard
        if len(self._open) > _OPEN_SHARDS:
            self._open.pop(next(iter(self._open))).release()
        return shard


def _refuse_other(shard: Source, like: Source) -> None:
    if (shard.dtype, shard.shape[1:]) != (like.dtype, like.shape[1:]):
        raise InputError(
            f"{shard.name}: rows are {shard.dtype}{list(shard.shape[1:])}, but those of "
            f"{like.name} are {like.dtype}{list(like.shape[1:])}"
        )
