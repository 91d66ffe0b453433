# SPDX-License-Identifier: Apache-2.0
"""`tf.train.Example`, read from its bytes: protobuf's wire format, of the few messages it has.

    Example  { Features features = 1; }
    Features { map<string, Feature> feature = 1; }     an entry is { key = 1; value = 2; }
    Feature  { oneof { BytesList = 1; FloatList = 2; Int64List = 3; } }  each { value = 1; }

Records of a file mostly differ in their values alone. What one of them looks like is found out
byte by byte; all that look the same are then read together, and checked to look the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime.dtypes import object_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Array = npt.NDArray[Any]

BYTES, FLOAT, INTEGER = 1, 2, 3
KINDS = {BYTES: "text", FLOAT: "float", INTEGER: "integer", 0: ""}
_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_MOST_BITS = 63
_PACKED_FLOAT = 4


class WireError(ValueError):
    """Bytes that are no message."""


@dataclass(frozen=True)
class Feature:
    """Where the values of a feature are."""

    kind: int
    spans: tuple[tuple[int, int], ...]
    """Of each string; of each run of numbers, packed or alone."""


def features(record: bytes) -> dict[str, Feature]:
    """Find the features of an Example.

    Raises:
        WireError: it is none.
    """
    found: dict[str, Feature] = {}
    for number, start, stop in _fields(record, 0, len(record)):
        if number == 1:
            for inner, begin, end in _fields(record, start, stop):
                if inner == 1:
                    _add_entry(record, begin, end, found)
    return found


def _add_entry(record: bytes, start: int, stop: int, found: dict[str, Feature]) -> None:
    key, feature = "", Feature(0, ())
    for number, begin, end in _fields(record, start, stop):
        if number == 1:
            key = record[begin:end].decode("utf-8", "backslashreplace")
        elif number == 2:  # noqa: PLR2004 (the field)
            feature = _feature(record, begin, end)
    found[key] = feature


def _feature(record: bytes, start: int, stop: int) -> Feature:
    kind = 0
    spans: list[tuple[int, int]] = []
    for number, begin, end in _fields(record, start, stop):
        if number in KINDS:
            if number != kind:
                kind, spans = number, []
            spans += [(a, b) for inner, a, b in _fields(record, begin, end) if inner == 1]
    return Feature(kind, tuple(spans))


def _fields(record: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The number of each field, and where its content is."""
    while start < stop:
        tag, start = _varint(record, start, stop)
        begin, wire = start, tag & 7
        if wire == _DELIMITED:
            length, begin = _varint(record, start, stop)
            start = begin + length
        elif wire == _VARINT:
            _, start = _varint(record, start, stop)
        elif wire in (_FIXED32, _FIXED64):
            start += 4 if wire == _FIXED32 else 8
        else:
            raise WireError("a field of an unknown type")
        if start > stop:
            raise WireError("a field that ends behind its message")
        yield tag >> 3, begin, start


def _varint(record: bytes, start: int, stop: int) -> tuple[int, int]:
    value = shift = 0
    while start < stop and shift <= _MOST_BITS:
        byte = record[start]
        value |= (byte & 0x7F) << shift
        start += 1
        if byte < 0x80:  # noqa: PLR2004 (the bit that says that more follows)
            return value, start
        shift += 7
    raise WireError("a number that does not end")


def values_of(record: bytes, feature: Feature) -> Array:
    """The values of one feature of one record."""
    if feature.kind == BYTES:
        texts = [record[a:b].decode("utf-8", "backslashreplace") for a, b in feature.spans]
        return object_array(texts)
    if feature.kind == FLOAT:
        content = b"".join(record[a:b] for a, b in feature.spans)
        if len(content) % _PACKED_FLOAT:
            raise WireError("a part of a number")
        return np.frombuffer(content, "<f4")
    numbers: list[int] = []
    for begin, stop in feature.spans:
        place = begin
        while place < stop:
            number, place = _varint(record, place, stop)
            numbers.append(number & 0xFFFFFFFFFFFFFFFF)
    return np.array(numbers, np.uint64).view(np.int64)


class Template:
    """What one record looks like; reads all records that look like it."""

    def __init__(self, record: bytes, wanted: tuple[str, ...]) -> None:
        """Find the wanted features.

        Raises:
            WireError: it is no Example.
        """
        self.found = features(record)
        self._wanted = wanted
        self._record = np.frombuffer(record, np.uint8)
        spans = sorted(span for feature in self.found.values() for span in feature.spans)
        edges = [0, *(edge for span in spans for edge in span), len(record)]
        # What is between values: tags, lengths and names.
        self._fixed = list(zip(edges[::2], edges[1::2], strict=True))
        self._integers = [
            span
            for name in wanted
            if name in self.found and self.found[name].kind == INTEGER
            for span in self.found[name].spans
        ]

    def matches(self, records: Array) -> Array:
        """Which rows of bytes, as long as the record, look like it."""
        same = np.ones(len(records), bool)
        for start, stop in self._fixed:
            same &= (records[:, start:stop] == self._record[start:stop]).all(axis=1)
        for start, stop in self._integers:  # whose lengths in bytes are theirs
            more = (records[:, start:stop] ^ self._record[start:stop]) < 0x80  # noqa: PLR2004 (the bit that says that more follows)
            same &= more.all(axis=1)
        return same

    def values(self, records: Array, name: str) -> Array:
        """The values of a feature in rows of bytes that look like the record, a row each."""
        feature = self.found[name]
        if feature.kind == BYTES:
            return self._texts(records, feature)
        if feature.kind == INTEGER:
            return self._whole_numbers(records, feature)
        columns = [records[:, a:b] for a, b in feature.spans]
        if not columns:
            return np.empty((len(records), 0), "<f4")
        joined = np.ascontiguousarray(columns[0] if len(columns) == 1 else np.hstack(columns))
        if joined.shape[1] % _PACKED_FLOAT:
            raise WireError("a part of a number")
        return joined.view("<f4")

    @staticmethod
    def _texts(records: Array, feature: Feature) -> Array:
        texts = np.empty((len(records), len(feature.spans)), object)
        for place, (start, stop) in enumerate(feature.spans):
            content = np.ascontiguousarray(records[:, start:stop]).tobytes()
            width = stop - start
            texts[:, place] = [
                content[i * width : (i + 1) * width].decode("utf-8", "backslashreplace")
                for i in range(len(records))
            ]
        return texts

    def _whole_numbers(self, records: Array, feature: Feature) -> Array:
        columns: list[Array] = []
        for span_start, stop in feature.spans:
            start = span_start
            while start < stop:
                value = np.zeros(len(records), np.uint64)
                shift = 0
                while True:
                    if start >= stop or shift > _MOST_BITS:
                        raise WireError("a number that does not end")
                    byte = records[:, start].astype(np.uint64)
                    value |= (byte & np.uint64(0x7F)) << np.uint64(shift)
                    start, shift = start + 1, shift + 7
                    if self._record[start - 1] < 0x80:  # noqa: PLR2004 (the bit that says that more follows)
                        break
                columns.append(value.view(np.int64))
        if not columns:
            return np.empty((len(records), 0), np.int64)
        return np.stack(columns, axis=1)
