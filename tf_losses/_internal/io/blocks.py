# SPDX-License-Identifier: Apache-2.0
"""Arrays that are stored in compressed blocks, each of which is decoded once as they are read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.place import refusing
from tf_losses._internal.io.source import Sliced

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_KEPT_BYTES = 1 << 27  # of blocks larger than this, nothing is kept


class Blocks(Sliced):
    """An array of which the blocks that were read last are kept.

    A kind of file implements `_fetch`, which reads what an index of NumPy stands for.
    """

    def __init__(
        self,
        name: str,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        scratch: Path,
        *,
        blocks: tuple[int, ...] | None,
        kind: str = "",
        paths: tuple[Path, ...] = (),
    ) -> None:
        """Know what there is to read; `blocks` is the shape of one, or None without any."""
        super().__init__(name, dtype, shape, scratch, kind=kind, paths=paths)
        self._blocks = blocks
        self._kept: tuple[tuple[int, ...], int, int, Array] | None = None

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        self._kept = None

    def _box(self, before: tuple[int, ...], start: int, stop: int) -> Array:
        if not self.shape:
            return self._load((), 0, 1)
        axis = len(before)
        rest = self.shape[axis + 1 :]
        length = 1 if self._blocks is None else self._blocks[axis]
        if length <= 1 or length * math.prod(rest) * self.dtype.itemsize > _KEPT_BYTES:
            return self._load(before, start, stop)
        parts: list[Array] = []
        while start < stop:
            first, last, kept = self._block(before, start, stop, length)
            part = kept[start - first : min(stop, last) - first]
            parts.append(part)
            start += len(part)
        return np.concatenate(parts) if parts else np.empty((0, *rest), self.dtype)

    def _block(
        self, before: tuple[int, ...], start: int, stop: int, length: int
    ) -> tuple[int, int, Array]:
        """The block that an entry is in, with those after it that are wanted to their ends."""
        if self._kept is not None:
            of, first, last, kept = self._kept
            if of == before and first <= start < last:
                return first, last, kept
        first = start // length * length
        last = min(max(first + length, stop // length * length), self.shape[len(before)])
        self._kept = None  # two are not held together
        kept = self._load(before, first, last)
        self._kept = (before, first, last, kept)
        return first, last, kept

    def _load(self, before: tuple[int, ...], start: int, stop: int) -> Array:
        """Read entries `start` to `stop` of what stands at the place `before`.

        An array without axes has one entry.
        """
        with refusing(self.name):
            box = self._fetch((*before, slice(start, stop)) if self.shape else ())
        return np.asarray(box, self.dtype if self.dtype.hasobject else None).reshape(
            (stop - start, *self.shape[len(before) + 1 :])
        )

    def _fetch(self, wanted: tuple[int | slice, ...]) -> Any:  # noqa: ANN401 (libraries without types)
        """Read a box of the array."""
        raise NotImplementedError
