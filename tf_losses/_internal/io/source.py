# SPDX-License-Identifier: Apache-2.0
"""An array that lies somewhere else and is read by ranges of rows, with bounded memory."""

from __future__ import annotations

import math
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.place import claim, refusing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.handle import Handle

    Array = npt.NDArray[Any]

_COPIED_BYTES = 1 << 24  # at a time


@dataclass(frozen=True)
class Opening:
    """How what is named by a user is opened; the same in every process that reads it."""

    scratch: Path
    """A folder for what cannot be read in place."""
    bfloat16: bool = False
    """Take unnamed 16-bit elements for bfloat16."""
    column: str | None = None
    """Which array of a file that holds several; a pattern such as `logit_*` joins columns."""
    numbers: str = "float32"
    """The type of fractions in text, which has none: the one they are rounded to, once."""


class Source:
    """The elements of an array, in C order.

    A kind of file implements `_read`, and sets `_held` or extends `release` if it holds something
    open.

    Args:
        name: under which it is complained about.
        dtype: of the elements; `object` for strings.
        shape: of the array.
        scratch: a folder for a copy, if one is needed.
        kind: the format's name.
        paths: the files on this machine that it is read from.
    """

    _held: Handle | None = None
    """What is open."""

    def __init__(
        self,
        name: str,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        scratch: Path,
        *,
        kind: str = "",
        paths: tuple[Path, ...] = (),
    ) -> None:
        """Know what there is to read."""
        self.name, self.dtype, self.shape = name, dtype, shape
        self.kind, self.paths, self.files = kind, paths, 1
        self._scratch = scratch
        self._whole: Array | None = None

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def view(self, dtype: np.dtype[Any]) -> Source:
        """Take the elements for others of the same size, from now on."""
        self.dtype = dtype
        return self

    def rows(self, row_rank: int, start: int, stop: int) -> Array:
        """Read the rows `start` to `stop`, of which each has the last `row_rank` axes.

        The other axes are flat. The array is nobody else's.
        """
        outer, row_shape = self.shape[: self.ndim - row_rank], self.shape[self.ndim - row_rank :]
        inner = math.prod(outer[1:])  # rows in one entry of the first axis
        if not outer:
            entries = self._entries(0, self.shape[0] if self.shape else 1)
            return entries.reshape(1, *row_shape)[start:stop]
        if start >= stop:
            return np.empty((0, *row_shape), self.dtype)
        first, last = start // inner, -(-stop // inner)
        entries = self._entries(first, last).reshape((last - first) * inner, *row_shape)
        return entries[start - first * inner : stop - first * inner]

    def take(self, row_rank: int, places: Iterable[int]) -> Array:
        """Read single rows, given by their flat places, from the front to the back of the file."""
        wanted = list(places)
        rows = np.empty((len(wanted), *self.shape[self.ndim - row_rank :]), self.dtype)
        for place in sorted(range(len(wanted)), key=wanted.__getitem__):
            rows[place] = self.rows(row_rank, wanted[place], wanted[place] + 1)[0]
        return rows

    def whole(self) -> Array:
        """Give all of the array, a large one as a map of a copy of one's own."""
        if self._whole is None:
            self._whole = self._copy().reshape(self.shape)
        return self._whole

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        self._whole = None
        if self._held is not None:
            self._held.close()

    def close(self) -> None:
        """Read no more."""
        self.release()

    def _entries(self, start: int, stop: int) -> Array:
        """Entries of the first axis, as elements of the type that they are taken for."""
        return as_type(self._read(start, stop), self.dtype)

    def _read(self, start: int, stop: int) -> Array:
        """Read entries of the first axis; an array without axes has one."""
        raise NotImplementedError

    def _copy(self) -> Array:
        """Read everything, flat."""
        flat = new_copy(self._scratch, self.dtype, self.size)
        done = 0
        for start, stop in self._steps():
            entries = self._entries(start, stop).reshape(-1)
            flat[done : done + entries.size] = entries
            done += entries.size
        return flat

    def _steps(self) -> Iterator[tuple[int, int]]:
        """Cut the first axis into ranges that are held in memory together."""
        if not self.shape:
            yield 0, 1
        elif self.size:
            entry = self.size // self.shape[0] * self.dtype.itemsize
            step = max(1, _COPIED_BYTES // entry)
            for start in range(0, self.shape[0], step):
                yield start, min(start + step, self.shape[0])


def new_copy(scratch: Path, dtype: np.dtype[Any], size: int) -> Array:
    """Make room for a copy: in memory if it is small, else a file that has no name any more."""
    if dtype.hasobject or size * dtype.itemsize <= _COPIED_BYTES:
        return np.empty(size, dtype)
    place = scratch / f"copy-{secrets.token_hex(8)}"
    with refusing(str(place)):
        flat = new_map(place, dtype, size)
        with suppress(PermissionError):  # of a system that keeps the names of what is open
            place.unlink()
    return flat


def new_map(place: Path, dtype: np.dtype[Any], size: int) -> Array:
    """Map a new file of so many elements, which are zeros; the disk has room for them."""
    claim(place, size * dtype.itemsize)
    return np.memmap(place, dtype, "r+", shape=(size,))


class Sliced(Source):
    """An array of which boxes are read: part of one axis, at one place of those before it."""

    def rows(self, row_rank: int, start: int, stop: int) -> Array:
        """Read the rows `start` to `stop`, of which each has the last `row_rank` axes."""
        outer, row_shape = self.shape[: self.ndim - row_rank], self.shape[self.ndim - row_rank :]
        if not outer:
            return super().rows(row_rank, start, stop)
        rows = np.empty((stop - start, *row_shape), self.dtype)
        _fill(self._box, outer, (), start, stop, rows)
        return rows

    def _box(self, before: tuple[int, ...], start: int, stop: int) -> Array:
        """Read entries `start` to `stop` of what stands at the place `before`."""
        raise NotImplementedError

    def _read(self, start: int, stop: int) -> Array:
        return self._box((), start, stop)


def array_rows(array: Array, row_rank: int, start: int, stop: int) -> Array:
    """Rows `start` to `stop` of an array in memory or a map, a view where the layout allows it.

    >>> transposed = np.arange(12).reshape(3, 4).T
    >>> array_rows(transposed, 0, 2, 7)
    array([8, 1, 5, 9, 2])
    """
    outer, row_shape = array.shape[: array.ndim - row_rank], array.shape[array.ndim - row_rank :]
    if array.flags.c_contiguous:
        return array.reshape((math.prod(outer), *row_shape))[start:stop]
    rows = np.empty((stop - start, *row_shape), array.dtype)

    def box(before: tuple[int, ...], first: int, last: int) -> Array:
        entries: Array = array[before][first:last]
        return entries

    if not outer:
        rows[...] = array[None][start:stop]
    else:
        _fill(box, outer, (), start, stop, rows)
    return rows


def _fill(
    box: Callable[[tuple[int, ...], int, int], Array],
    outer: tuple[int, ...],
    before: tuple[int, ...],
    start: int,
    stop: int,
    rows: Array,
) -> None:
    """Fill a range of rows: a part of one entry, whole entries, a part again.

    `outer` are the axes that rows lie along, after those that `before` has chosen a place on.
    """
    if start >= stop:
        return
    inner = math.prod(outer[1:])  # rows in one entry of the first axis
    first, last = -(-start // inner), stop // inner  # the entries taken whole
    if first > last:  # the range lies inside one entry
        inside = (start - last * inner, stop - last * inner)
        _fill(box, outer[1:], (*before, last), *inside, rows)
        return
    head, tail = first * inner - start, stop - last * inner
    if head:
        _fill(box, outer[1:], (*before, first - 1), inner - head, inner, rows[:head])
    if first < last:
        whole = box(before, first, last)
        rows[head : len(rows) - tail].reshape(whole.shape)[...] = as_type(whole, rows.dtype)
    if tail:
        _fill(box, outer[1:], (*before, last), 0, tail, rows[len(rows) - tail :])


def as_type(array: Array, dtype: np.dtype[Any]) -> Array:
    """Take elements for others of the same size."""
    return array if array.dtype == dtype else array.view(dtype)


def loaded(array: Array | Source) -> Array:
    """Give an array that can be looked at in any order."""
    return array.whole() if isinstance(array, Source) else array
