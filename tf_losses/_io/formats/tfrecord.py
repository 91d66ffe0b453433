# SPDX-License-Identifier: Apache-2.0
"""TFRecord files of `tf.train.Example`, plain or compressed, read without TensorFlow.

A record is its length in 8 bytes, their sum in 4, the Example, and its sum in 4. A feature of one
value in each record is a column of numbers; one of several is a row. All sums are checked.
"""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._io import crc32c, example
from tf_losses._io.columns import Chosen, Column, choose, listed
from tf_losses._io.command import InputError
from tf_losses._io.compressed import is_compressed, plain
from tf_losses._io.handle import Handle, closed_on_error
from tf_losses._io.place import CUT_SHORT, refusing
from tf_losses._io.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._io.place import Place
    from tf_losses._io.source import Opening

    Array = npt.NDArray[Any]

_HEAD, _FOOT = 12, 4
_FRAME = _HEAD + _FOOT
_BLOCK_BYTES = 1 << 24  # read together, unless one record is longer
_TEMPLATES = 32  # for the records of one length in a block; what looks otherwise is read alone
_RUN = 16  # records of one length, after which more are expected
_FEW = 8  # records that look the same, for which it is not worth it


def is_beginning(begins: bytes) -> bool:
    """Whether a file that begins so has records, as the sum of the first length says.

    >>> is_beginning(b"text, which has no sum")
    False
    """
    if is_compressed(begins):
        try:
            begins = zlib.decompressobj(wbits=47).decompress(begins, _HEAD)
        except zlib.error:
            return False
    return len(begins) >= _HEAD and crc32c.masked(begins[:8]) == int.from_bytes(
        begins[8:_HEAD], "little"
    )


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open a feature, or several of which each is a class.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    with (
        refusing(place.name),
        closed_on_error(Handle(plain(place, opening.scratch), _make)) as handle,
    ):
        offsets = _offsets(handle.opened, place.name)
        if len(offsets) == 1:
            return _Features(handle, Chosen(()), offsets, opening)
        found = _first(handle.opened, offsets, place.name)
        columns = [
            Column(name, example.KINDS[feature.kind], len(values) > 1)
            for name, (feature, values) in sorted(found.items())
        ]
        return _Features(handle, choose(columns, column, role, place.name), offsets, opening)


def _make(place: Place, stack: ExitStack) -> IO[bytes]:
    return stack.enter_context(place.open())


def _offsets(file: IO[bytes], name: str) -> Array:
    """Where each record begins, and where the last one ends."""
    parts: list[Array] = []
    left, begin = b"", 0
    need = _HEAD
    while True:
        content = file.read(max(_BLOCK_BYTES, need - len(left)))
        if not content:
            break
        buffer = left + content
        places, used, need = _scan(buffer, begin, name)
        parts.append(places)
        left, begin = buffer[used:], begin + used
    if left:
        raise InputError(f"{name}: the file ends in the middle of a record: cut short?")
    return np.concatenate([*parts, np.array([begin], np.int64)])


def _scan(buffer: bytes, begin: int, name: str) -> tuple[Array, int, int]:
    """Find the records that end in a buffer; gives what is used of it, and what the next needs."""
    places: list[Array] = []
    alone: list[int] = []
    strides: dict[bytes, int] = {}
    used = run = 0
    last, need = b"", _HEAD
    while used + _HEAD <= len(buffer):
        head = buffer[used : used + _HEAD]
        if head not in strides:
            strides[head] = _stride(head, name, begin + used)
        stride = strides[head]
        if used + stride > len(buffer):
            need = stride
            break
        alone.append(begin + used)
        used += stride
        run = run + 1 if head == last else 0
        last = head
        if run == _RUN:
            count = _alike(buffer, used, stride)
            places += [np.array(alone), begin + used + stride * np.arange(count, dtype=np.int64)]
            alone, run, used = [], 0, used + count * stride
    return np.concatenate([*places, np.array(alone, np.int64)]), used, need


def _stride(head: bytes, name: str, place: int) -> int:
    """The bytes of a record, by the length that it begins with."""
    if crc32c.masked(head[:8]) != int.from_bytes(head[8:], "little"):
        raise InputError(f"{name}: no record at byte {place}: damaged?")
    return int.from_bytes(head[:8], "little") + _FRAME


def _alike(buffer: bytes, used: int, stride: int) -> int:
    """How many records with the same head as the last one follow it."""
    view = np.frombuffer(buffer, np.uint8)
    head = view[used - stride :][:_HEAD]
    found, step = 0, 64
    while True:
        step = min(step * 4, (len(buffer) - used) // stride - found)
        begin = used + found * stride
        heads = view[begin : begin + step * stride].reshape(step, stride)[:, :_HEAD]
        other = np.flatnonzero((heads != head).any(axis=1))
        if other.size or not step:
            return found + (int(other[0]) if other.size else 0)
        found += step


def _first(file: IO[bytes], offsets: Array, name: str) -> dict[str, tuple[example.Feature, Array]]:
    """What the first record has."""
    buffer = _read(file, offsets[:2], name, 0)
    record = buffer[_HEAD:-_FOOT]
    try:
        return {
            key: (feature, example.values_of(record, feature))
            for key, feature in example.features(record).items()
        }
    except example.WireError as error:
        raise InputError(f"{name}: record 0 is no tf.train.Example: {error}") from error


def _read(file: IO[bytes], offsets: Array, name: str, first: int) -> bytes:
    """Read records one after the other, and check their sums."""
    begin, end = int(offsets[0]), int(offsets[-1])
    file.seek(begin)
    buffer = b""
    while len(buffer) < end - begin:
        content = file.read(end - begin - len(buffer))
        if not content:
            raise InputError(f"{name}: {CUT_SHORT}")
        buffer = buffer + content if buffer else content
    starts = offsets[:-1] - begin + _HEAD
    ends = offsets[1:] - begin - _FOOT
    feet = np.lib.stride_tricks.sliding_window_view(np.frombuffer(buffer, np.uint8), _FOOT)[ends]
    sums = np.ascontiguousarray(feet).view("<u4")[:, 0]
    wrong = np.flatnonzero(sums != crc32c.masked_each(buffer, starts, ends - starts))
    if wrong.size:
        raise InputError(f"{name}: record {first + int(wrong[0])} is damaged: its sum is wrong")
    return buffer


class _Features(Source):
    """Features of all records."""

    def __init__(self, handle: Handle, chosen: Chosen, offsets: Array, opening: Opening) -> None:
        self._handle, self._chosen, self._offsets = handle, chosen, offsets
        place = handle.place
        dtype: np.dtype[Any] = np.dtype("<f4")
        row_shape: tuple[int, ...] = (0,)
        if chosen.names:
            found = _first(handle.opened, offsets, place.name)
            picked = [found[name] for name in chosen.names]
            self._kind, self._width = picked[0][0].kind, len(picked[0][1])
            dtype = picked[0][1].dtype
            if not self._kind:
                raise InputError(f"{place.name}: feature {chosen.names[0]!r} has no values")
            row_shape = (self._width,) if self._width != 1 else ()
            row_shape = (*row_shape, len(chosen.names)) if chosen.stacked else row_shape
        super().__init__(
            place.name,
            dtype,
            (len(offsets) - 1, *row_shape),
            opening.scratch,
            kind="tfrecord",
            paths=place.paths,
        )

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        self._handle.close()

    def _read(self, start: int, stop: int) -> Array:
        parts = []
        with refusing(self.name):
            while start < stop:
                limit = self._offsets[start] + _BLOCK_BYTES
                last = int(np.searchsorted(self._offsets, limit, side="right")) - 1
                last = min(max(last, start + 1), stop)
                parts.append(self._block(start, last))
                start = last
            self._handle.check()
        if not parts:
            return np.empty((0, *self.shape[1:]), self.dtype)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _block(self, start: int, stop: int) -> Array:
        offsets = self._offsets[start : stop + 1]
        buffer = _read(self._handle.opened, offsets, self.name, start)
        records = _Records(buffer, offsets - offsets[0], self.name, start)
        columns = records.values(self._chosen.names, self._kind, self._width, self.dtype)
        if self._width == 1:
            columns = [column[:, 0] for column in columns]
        return np.stack(columns, axis=-1) if self._chosen.stacked else columns[0]


class _Records:
    """Some records in memory."""

    def __init__(self, buffer: bytes, offsets: Array, name: str, first: int) -> None:
        self._buffer, self._name, self._first = buffer, name, first
        self._starts = offsets[:-1] + _HEAD
        self._lengths = np.diff(offsets) - _FRAME

    def values(
        self, names: tuple[str, ...], kind: int, width: int, dtype: np.dtype[Any]
    ) -> list[Array]:
        """The values of features in each record, which must be as many of one kind."""
        columns = [np.empty((len(self._starts), width), dtype) for _ in names]
        for length in np.unique(self._lengths).tolist():
            left = np.flatnonzero(self._lengths == length)
            for template, chosen, rows in self._alike(left, length, names):
                for column, name in zip(columns, names, strict=True):
                    self._refuse_other(template, name, kind, int(chosen[0]))
                    found = template.values(rows, name)
                    if found.shape[1] != width:
                        raise InputError(
                            f"{self._name}: record {self._first + int(chosen[0])} has "
                            f"{found.shape[1]} values of {name!r}, the first record {width}"
                        )
                    column[chosen] = found
        return columns

    def _alike(
        self, left: Array, length: int, names: tuple[str, ...]
    ) -> Iterator[tuple[example.Template, Array, Array]]:
        """Parts of the records of one length that look the same."""
        view = np.frombuffer(self._buffer, np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(view, length)
        tried = 0
        while left.size:
            start = int(self._starts[left[0]])
            try:
                template = example.Template(self._buffer[start : start + length], names)
                if left.size >= _FEW and tried < _TEMPLATES:
                    rows = windows[self._starts[left]]
                    same = template.matches(rows)
                    yield template, left[same], rows if same.all() else rows[same]
                    left, tried = left[~same], tried + 1
                else:
                    yield template, left[:1], windows[self._starts[left[:1]]]
                    left = left[1:]
            except example.WireError as error:
                number = self._first + int(left[0])
                raise InputError(
                    f"{self._name}: record {number} is no tf.train.Example: {error}"
                ) from error

    def _refuse_other(self, template: example.Template, name: str, kind: int, record: int) -> None:
        number = self._first + record
        if name not in template.found:
            raise InputError(
                f"{self._name}: record {number} has no feature {name!r}; "
                f"it has {listed(sorted(template.found))}"
            )
        found = template.found[name].kind
        if found != kind:
            has = example.KINDS[found] or "no"
            raise InputError(
                f"{self._name}: record {number} has {has} values of {name!r}, "
                f"the first record {example.KINDS[kind]} ones"
            )
