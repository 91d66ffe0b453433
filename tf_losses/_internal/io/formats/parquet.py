# SPDX-License-Identifier: Apache-2.0
"""Apache Parquet, by pyarrow: a column of lists, or one column a class, read batch by batch."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.columns import Chosen, Column, choose
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.handle import Handle, closed_on_error
from tf_losses._internal.io.place import refusing
from tf_losses._internal.io.source import Source, new_copy
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening

    Array = npt.NDArray[Any]

_BATCH_BYTES = 1 << 23  # decoded together
_BUFFER_BYTES = 1 << 20  # of each column, read together
_HELD_BYTES = 1 << 28  # of a row group of many columns
_LEAST_BUFFER_BYTES = 1 << 14
_BUFFERS_BYTES = 1 << 26  # of all columns


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open a column, or several of which each is a class.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    with refusing(place.name), closed_on_error(Handle(place, _make)) as file:
        schema = file.opened.schema_arrow
        columns = [Column(field.name, *_kind(field.type)) for field in schema]
        return _Columns(file, choose(columns, column, role, place.name), opening)


def _make(place: Place, stack: ExitStack) -> Any:  # noqa: ANN401 (pyarrow has no types)
    module = needed("pyarrow.parquet", "parquet", place.name)
    file = stack.enter_context(place.open())
    about = module.ParquetFile(file).metadata
    buffer = max(
        _LEAST_BUFFER_BYTES, min(_BUFFER_BYTES, _BUFFERS_BYTES // max(1, about.num_columns))
    )
    return module.ParquetFile(
        file,
        metadata=about,
        buffer_size=buffer,
        pre_buffer=False,
        page_checksum_verification=True,
    )


class _Columns(Source):
    """Columns of a file, with the batch that was read last."""

    def __init__(self, file: Handle, chosen: Chosen, opening: Opening) -> None:
        place = file.place
        self._held = self._handle = file
        self._chosen = chosen
        reader = file.opened
        groups = [reader.metadata.row_group(i).num_rows for i in range(reader.num_row_groups)]
        self._group_ends = list(accumulate(groups, initial=0))
        self._batches: Iterator[Array] | None = None
        self._batch: Array | None = None
        self._begin = self._end = 0  # of the batch
        kinds = {str(reader.schema_arrow.field(name).type) for name in chosen.names}
        if len(kinds) > 1:
            raise InputError(
                f"{place.name}: columns of one array have several types: {', '.join(sorted(kinds))}"
            )
        dtype = _dtype(reader.schema_arrow.field(chosen.names[0]).type, place.name)
        self._dtype, self._scratch = dtype, opening.scratch
        row_shape = self._row_shape = self._first_shape(reader)
        super().__init__(
            place.name,
            dtype,
            (self._group_ends[-1], *row_shape),
            opening.scratch,
            kind="parquet",
            paths=place.paths,
        )

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        self._batches = self._batch = None
        self._begin = self._end = 0

    def _first_shape(self, reader: Any) -> tuple[int, ...]:  # noqa: ANN401 (pyarrow has no types)
        """The shape of an entry, as the first one has it."""
        names = self._chosen.names
        classes = (len(names),) if self._chosen.stacked else ()
        for group in range(len(self._group_ends) - 1):
            if self._rows_of(group):
                first = next(self._batches_of(group, 1, names[:1]))[0]
                return (*first.shape[1:], *classes)
        return (*(0,) * _depth(reader.schema_arrow.field(names[0]).type), *classes)

    def _rows_of(self, group: int) -> int:
        return int(self._group_ends[group + 1] - self._group_ends[group])

    def _read(self, start: int, stop: int) -> Array:
        entries: Array = (
            np.empty((stop - start, *self.shape[1:]), self.dtype)
            if self.dtype.hasobject
            else native.empty((stop - start, *self.shape[1:]), self.dtype)
        )
        done = start
        with refusing(self.name):
            while done < stop:
                batch = self._batch_at(done)
                part = batch[done - self._begin : stop - self._begin]
                entries[done - start : done - start + len(part)] = part.view(self.dtype)
                done += len(part)
            self._handle.check()
        return entries

    def _batch_at(self, row: int) -> Array:
        """The batch that a row is in; batches before it in its row group are read as well."""
        group = bisect_right(self._group_ends, row) - 1
        is_ahead = self._end < self._group_ends[group]
        if self._batch is None or self._batches is None or row < self._begin or is_ahead:
            self._begin = self._end = self._group_ends[group]
            groups = list(range(group, len(self._group_ends) - 1))
            entry = max(1, self.size // max(1, self.shape[0]) * self.dtype.itemsize)
            self._batches = self._decoded(groups, max(1, _BATCH_BYTES // entry))
        while row >= self._end:
            self._batch = next(self._batches, None)
            if self._batch is None:
                raise InputError(f"{self.name}: fewer rows than it says; cut short?")
            self._begin, self._end = self._end, self._end + len(self._batch)
        assert self._batch is not None  # noqa: S101 (for the type: the row is in one)
        return self._batch

    def _decoded(self, groups: list[int], rows: int) -> Iterator[Array]:
        """The entries of row groups, some rows at a time."""
        names, width = self._chosen.names, len(self._chosen.names) * self._dtype.itemsize
        for group in groups:
            if self._chosen.stacked and self._rows_of(group) * width > _HELD_BYTES:
                yield from self._turned(group, rows)
                continue
            for arrays in self._batches_of(group, rows, names):
                entries = np.stack(arrays, axis=-1) if self._chosen.stacked else arrays[0]
                if entries.shape[1:] != self._row_shape and len(entries):
                    raise _ragged(self._handle.place.name, names[0])
                yield entries

    def _turned(self, group: int, rows: int) -> Iterator[Array]:
        """Entries of many columns, of each of which pages of many rows would be held in memory.

        A few columns at a time are laid out by rows in a file.
        """
        names, count = self._chosen.names, self._rows_of(group)
        table = new_copy(self._scratch, self._dtype, count * len(names)).reshape(count, -1)
        step = max(1, _HELD_BYTES // 4 // (count * self._dtype.itemsize))
        for first in range(0, len(names), step):
            place = 0
            for arrays in self._batches_of(group, rows, names[first : first + step]):
                stacked = np.stack(arrays, axis=-1)
                table[place : place + len(stacked), first : first + step] = stacked
                place += len(stacked)
        for start in range(0, count, rows):
            yield np.array(table[start : start + rows])

    def _batches_of(self, group: int, rows: int, names: tuple[str, ...]) -> Iterator[list[Array]]:
        for batch in self._handle.opened.iter_batches(rows, [group], columns=list(names)):
            yield [_decode(batch.column(name), self._handle.place.name) for name in names]


def _ragged(name: str, column: str) -> InputError:
    return InputError(f"{name}: the lists in column {column!r} have several lengths")


def _depth(found: Any) -> int:  # noqa: ANN401 (pyarrow has no types)
    """How deep lists lie in lists."""
    return 1 + _depth(_storage(found).value_type) if _is_list(found) else 0


def _storage(found: Any) -> Any:  # noqa: ANN401 (pyarrow has no types)
    """The type that an extension, such as a tensor of one shape, is stored as."""
    return getattr(found, "storage_type", found)


def _is_list(found: Any) -> bool:  # noqa: ANN401 (pyarrow has no types)
    from pyarrow import types  # noqa: PLC0415 (optional)

    kind = _storage(found)
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _kind(found: Any) -> tuple[str, bool]:  # noqa: ANN401 (pyarrow has no types)
    from pyarrow import types  # noqa: PLC0415 (optional)

    is_row = _is_list(found)
    while _is_list(found):
        found = _storage(found).value_type
    if types.is_dictionary(found):
        found = found.value_type
    if types.is_floating(found) or _is_unnamed(found):
        return "float", is_row
    if types.is_integer(found) or types.is_boolean(found):
        return "integer", is_row
    is_text = types.is_string(found) or types.is_large_string(found) or types.is_string_view(found)
    return ("text" if is_text or types.is_temporal(found) else ""), is_row


def _is_unnamed(found: Any) -> bool:  # noqa: ANN401 (pyarrow has no types)
    """Two bytes each, which may be bfloat16."""
    from pyarrow import types  # noqa: PLC0415 (optional)

    return bool(types.is_fixed_size_binary(found) and found.byte_width == 2)  # noqa: PLR2004


def _dtype(found: Any, name: str) -> np.dtype[Any]:  # noqa: ANN401 (pyarrow has no types)
    kind, _ = _kind(found)
    whole = found
    while _is_list(found):
        found = _storage(found).value_type
    if kind == "text":
        return np.dtype(object)
    if not kind:
        raise InputError(f"{name}: a column of {whole}; numbers or strings are needed")
    found = getattr(found, "value_type", found)  # of a dictionary
    return np.dtype("V2") if _is_unnamed(found) else np.dtype(found.to_pandas_dtype())


def _decode(array: Any, name: str) -> Array:  # noqa: ANN401 (pyarrow has no types)
    """The values of a batch; lists are rows."""
    import pyarrow as pa  # noqa: PLC0415 (optional)

    array = getattr(array, "storage", array)
    if array.null_count:
        raise InputError(f"{name}: a column has {array.null_count} values that are null")
    if _is_list(array.type):
        values = _decode(array.flatten(), name)
        if not len(array):
            return np.empty((0, 0, *values.shape[1:]), values.dtype)
        width = len(values) // len(array)
        if not pa.types.is_fixed_size_list(array.type):
            lengths = np.diff(array.offsets.to_numpy())
            if (lengths != width).any():
                raise InputError(f"{name}: a column has lists of several lengths")
        return values.reshape(len(array), width, *values.shape[1:])
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if _is_unnamed(array.type):
        return np.frombuffer(array.buffers()[1], "V2")[array.offset : array.offset + len(array)]
    if pa.types.is_temporal(array.type):
        array = array.cast(pa.string())
    decoded: Array = array.to_numpy(zero_copy_only=False)
    return decoded
