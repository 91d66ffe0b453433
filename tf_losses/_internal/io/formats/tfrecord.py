# SPDX-License-Identifier: Apache-2.0
"""TFRecord files of `tf.train.Example`, plain or compressed, read without TensorFlow.

A feature of one value in each record is a column of numbers; one of several is a row.
"""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io import crc32c, example
from tf_losses._internal.io.columns import Chosen, Column, choose, listed
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.compressed import is_compressed, plain
from tf_losses._internal.io.handle import Handle, closed_on_error
from tf_losses._internal.io.place import refusing
from tf_losses._internal.io.records import (
    BLOCK_BYTES,
    FOOT,
    FRAME,
    HEAD,
    read_records,
    record_offsets,
)
from tf_losses._internal.io.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening

    Array = npt.NDArray[Any]

_TEMPLATES = 32  # for the records of one length in a block; what looks otherwise is read alone
_FEW = 8  # records that look the same, for which it is not worth it


def is_beginning(begins: bytes) -> bool:
    """Whether a file that begins so has records, as the sum of the first length says.

    >>> is_beginning(b"text, which has no sum")
    False
    """
    if is_compressed(begins):
        try:
            begins = zlib.decompressobj(wbits=47).decompress(begins, HEAD)
        except zlib.error:
            return False
    return len(begins) >= HEAD and crc32c.masked(begins[:8]) == int.from_bytes(
        begins[8:HEAD], "little"
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
        offsets = record_offsets(handle.opened, place.name)
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


def _first(file: IO[bytes], offsets: Array, name: str) -> dict[str, tuple[example.Feature, Array]]:
    """What the first record has."""
    buffer = read_records(file, offsets[:2], name, 0)
    record = buffer[HEAD:-FOOT]
    try:
        return {
            key: (feature, example.values_of(record, feature))
            for key, feature in example.features(record).items()
        }
    except example.WireError as error:
        raise InputError(f"{name}: record 0 is no tf.train.Example: {error}") from error


class _Features(Source):
    """Features of all records."""

    def __init__(self, handle: Handle, chosen: Chosen, offsets: Array, opening: Opening) -> None:
        self._held = self._handle = handle
        self._chosen, self._offsets = chosen, offsets
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

    def _read(self, start: int, stop: int) -> Array:
        parts: list[Array] = []
        with refusing(self.name):
            while start < stop:
                limit = int(self._offsets[start]) + BLOCK_BYTES
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
        buffer = read_records(self._handle.opened, offsets, self.name, start)
        records = _Records(buffer, offsets - offsets[0], self.name, start)
        columns = records.values(self._chosen.names, self._kind, self._width, self.dtype)
        if self._width == 1:
            columns = [column[:, 0] for column in columns]
        return np.stack(columns, axis=-1) if self._chosen.stacked else columns[0]


class _Records:
    """Some records in memory."""

    def __init__(self, buffer: bytes, offsets: Array, name: str, first: int) -> None:
        self._buffer, self._name, self._first = buffer, name, first
        self._starts = offsets[:-1] + HEAD
        self._lengths = np.diff(offsets) - FRAME

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
