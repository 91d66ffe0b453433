# SPDX-License-Identifier: Apache-2.0
"""Array files that are read, not mapped: one that another process cuts short is an error.

Touching a mapped page that the file no longer has would end the process by a signal. Pieces are
read into memory of this process instead; where they do not lie together in the file, the file is
copied once to a place where nobody else has it, and that is mapped.
"""

from __future__ import annotations

import math
import stat
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.command import InputError
from tf_losses._runtime import native

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_COPIED_BYTES = 1 << 24  # at a time
_KINDS = (
    (stat.S_ISDIR, "Is a directory"),
    (stat.S_ISFIFO, "is a pipe; a file is needed, which can be read in any order"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)


class ArrayFile:
    """The elements of an array in a file, in C order unless `fortran`.

    Args:
        path: where it is.
        name: under which it is complained about.
        offset: of the first element, in bytes.
        dtype: of the elements.
        shape: of the array.
        fortran: whether the first axis is the one that changes fastest.
        scratch: a folder for a copy, if one is needed.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        offset: int,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        scratch: Path,
        *,
        fortran: bool = False,
    ) -> None:
        """Open the file; `close` closes it."""
        self._file = path.open("rb")
        self._path, self._name, self._offset, self._scratch = path, name, offset, scratch
        self.fortran = fortran
        self.dtype, self.shape = dtype, shape
        self._whole: Array | None = None

    def close(self) -> None:
        """Read no more."""
        self._file.close()

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def view(self, dtype: np.dtype[Any]) -> ArrayFile:
        """Take the elements for others of the same size."""
        made = ArrayFile(
            self._path, self._name, self._offset, dtype, self.shape, self._scratch,
            fortran=self.fortran,
        )  # fmt: skip
        self.close()
        return made

    def rows(self, row_rank: int, start: int, stop: int) -> Array:
        """Read the rows `start` to `stop` of an array in C order.

        Each has the last `row_rank` axes; the others are flat.
        """
        row_shape = self.shape[self.ndim - row_rank :]
        width = math.prod(row_shape)
        elements = native.empty((stop - start, *row_shape), self.dtype)
        self._read(elements, self._offset + start * width * self.dtype.itemsize)
        return elements

    def whole(self) -> Array:
        """Give all of the array, as a map of a copy of one's own."""
        if self._whole is None:
            flat = self._copy()
            self._whole = flat.reshape(self.shape, order="F" if self.fortran else "C")
        return self._whole

    def _copy(self) -> Array:
        if not self.size:
            return np.empty(0, self.dtype)
        place = self._scratch / f"copy-{id(self)}"
        flat = np.memmap(place, self.dtype, "w+", shape=(self.size,))
        step = max(1, _COPIED_BYTES // self.dtype.itemsize)
        for start in range(0, self.size, step):
            self._read(flat[start : start + step], self._offset + start * self.dtype.itemsize)
        return flat

    def _read(self, elements: Array, offset: int) -> None:
        """Fill an array from the file."""
        left = memoryview(elements.reshape(-1).view(np.uint8).data)
        self._file.seek(offset)
        while left:
            count = self._file.readinto(left)
            if not count:
                raise InputError(f"{self._name}: the file ends before its last element: cut short?")
            left = left[count:]


def loaded(array: Array | ArrayFile) -> Array:
    """Give an array that can be looked at in any order."""
    return array.whole() if isinstance(array, ArrayFile) else array


def refuse_special(path: Path, name: str) -> None:
    """Refuse what is no plain file, before opening it, which may wait for ever.

    Raises:
        InputError: it is none.
        OSError: there is nothing, or it cannot be looked at.
    """
    found = path.stat()
    for is_kind, what in _KINDS:
        if is_kind(found.st_mode):
            raise InputError(f"{name}: {what}")
