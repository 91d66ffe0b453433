# SPDX-License-Identifier: Apache-2.0
"""A TFRecord file with a `tf.train.Example` for each row; numbers with fractions are float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io import crc32c
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.example import BYTES, FLOAT, INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout, OutColumn

    Array = npt.NDArray[Any]

_ROWS = 1 << 13  # encoded together
_DELIMITED = 2
_FLOAT_BYTES = 4


class NewTable:
    """Records, one after the other."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Begin the file.

        Raises:
            InputError: a column has numbers that would be rounded.
        """
        self._columns = layout.columns
        self._entries = [_Entry(column) for column in layout.columns]
        self._heads: dict[int, tuple[bytes, bytes]] = {}  # what begins a record, by its length
        for column in layout.columns:
            if not column.is_text and column.dtype == np.float64:
                raise InputError(
                    f"--out: an Example of a TFRecord holds float32, and the {column.name} are "
                    "float64; choose another format"
                )
        self._file = part.open("wb")

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        count = len(block[self._columns[0].name])
        for begin in range(0, count, _ROWS):
            parts = [
                entry.encoded(block[entry.column.name][begin : begin + _ROWS])
                for entry in self._entries
            ]
            self._file.write(b"".join(map(self._framed, zip(*parts, strict=True))))

    def _framed(self, features: tuple[bytes, ...]) -> bytes:
        content = b"".join(features)
        head = self._heads.get(len(content))
        if head is None:
            begins = _begin(1, len(content))
            length = (len(begins) + len(content)).to_bytes(8, "little")
            head = (length + crc32c.masked(length).to_bytes(4, "little"), begins)
            self._heads[len(content)] = head
        example = head[1] + content
        return b"".join((head[0], example, crc32c.masked(example).to_bytes(4, "little")))

    def close(self) -> None:
        """End the file."""
        self._file.close()

    abandon = close


class _Entry:
    """An entry of the map of features: what stands before its values depends on their length."""

    def __init__(self, column: OutColumn) -> None:
        self.column = column
        self._key = _field(1, column.name.encode())
        is_whole = column.dtype.kind in "iub"
        self._kind = BYTES if column.is_text else INTEGER if is_whole else FLOAT
        self._begins: dict[int, bytes] = {}

    def encoded(self, values: Array) -> Iterator[bytes]:
        """The entry for each row."""
        for content in self._contents(values.reshape(len(values), -1)):
            begins = self._begins.get(len(content))
            if begins is None:
                begins = self._begins[len(content)] = self._beginning(len(content))
            yield begins + content

    def _contents(self, rows: Array) -> Iterator[bytes]:
        if self._kind == BYTES:
            for row in rows.tolist():
                yield b"".join(_field(1, str(text).encode("utf-8", "replace")) for text in row)
        elif self._kind == INTEGER:
            for row in rows.tolist():
                yield b"".join(_varint(int(number)) for number in row)
        else:
            content = np.ascontiguousarray(rows, "<f4").tobytes()
            width = rows.shape[1] * _FLOAT_BYTES
            for row in range(len(rows)):
                yield content[row * width : (row + 1) * width]

    def _beginning(self, length: int) -> bytes:
        values = b"" if self._kind == BYTES else _begin(1, length)
        feature = _begin(self._kind, len(values) + length) + values
        value = _begin(2, len(feature) + length) + feature
        return _begin(1, len(self._key) + len(value) + length) + self._key + value


def _field(number: int, content: bytes) -> bytes:
    return _begin(number, len(content)) + content


def _begin(number: int, length: int) -> bytes:
    return bytes([number << 3 | _DELIMITED]) + _varint(length)


def _varint(number: int) -> bytes:
    """A number in groups of 7 bits, the lowest first; a negative one as that of 64 bits.

    >>> _varint(300).hex(), _varint(-1).hex()
    ('ac02', 'ffffffffffffffffff01')
    """
    number &= 0xFFFFFFFFFFFFFFFF
    groups = bytearray()
    while number > 0x7F:  # noqa: PLR2004 (what fits)
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
