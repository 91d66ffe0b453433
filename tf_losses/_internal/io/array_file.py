# SPDX-License-Identifier: Apache-2.0
"""Elements that lie together in a file: they are read, not mapped, in the order they have there."""

from __future__ import annotations

import math
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.place import CUT_SHORT, Place, refusing
from tf_losses._internal.io.source import Source, array_rows, new_copy
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_READ_BYTES = 1 << 24  # at a time


class ArrayFile(Source):
    """The elements of an array in a file, in C order unless `fortran`.

    Args:
        place: where it is.
        offset: of the first element, in bytes.
        dtype: of the elements.
        shape: of the array.
        scratch: a folder for a copy, if one is needed.
        fortran: whether the first axis is the one that changes fastest.
        kind: the format's name.
    """

    def __init__(
        self,
        place: Place,
        offset: int,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        scratch: Path,
        *,
        fortran: bool = False,
        kind: str = "npy",
    ) -> None:
        """Open nothing yet."""
        super().__init__(place.name, dtype, shape, scratch, kind=kind, paths=place.paths)
        self._place, self._offset, self._fortran = place, offset, fortran
        self._file: IO[bytes] | None = None

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        if self._file is not None:
            self._file.close()
            self._file = None
        self._place.discard()

    def rows(self, row_rank: int, start: int, stop: int) -> Array:
        """Read the rows `start` to `stop`, of which each has the last `row_rank` axes."""
        if self._fortran:
            return np.array(array_rows(self.whole(), row_rank, start, stop))
        row_shape = self.shape[self.ndim - row_rank :]
        width = math.prod(row_shape)
        elements = native.empty((stop - start, *row_shape), self.dtype)
        self._fill(elements, start * width)
        return elements

    def whole(self) -> Array:
        """Give all of the array, a large one as a map of a copy of one's own."""
        if self._whole is None:
            flat = new_copy(self._scratch, self.dtype, self.size)
            step = max(1, _READ_BYTES // max(1, self.dtype.itemsize))
            for start in range(0, self.size, step):
                self._fill(flat[start : start + step], start)
            self._whole = flat.reshape(self.shape, order="F" if self._fortran else "C")
        return self._whole

    def _fill(self, elements: Array, first: int) -> None:
        """Read elements from the one at the place `first` in the file on."""
        with refusing(self.name):
            if self._file is None:
                self._file = self._place.open()
            left = memoryview(elements.reshape(-1).view(np.uint8).data)
            self._file.seek(self._offset + first * self.dtype.itemsize)
            while left:
                count: int = self._file.readinto(left)  # type: ignore[attr-defined]
                if not count:
                    raise InputError(f"{self.name}: {CUT_SHORT}")
                left = left[count:]
            self._place.check(self._file)
