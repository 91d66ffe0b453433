# SPDX-License-Identifier: Apache-2.0
"""A TFRecord file with a `tf.train.Example` for each row; numbers with fractions are float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io import crc32c
from tf_losses._io.command import InputError
from tf_losses._io.example import BYTES, FLOAT, INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._io.tables import Layout, OutColumn

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
                _features(column, block[column.name][begin : begin + _ROWS])
                for column in self._columns
            ]
            self._file.write(b"".join(_framed(each) for each in zip(*parts, strict=True)))

    def close(self) -> None:
        """End the file."""
        self._file.close()

    abandon = close


def _framed(features: tuple[bytes, ...]) -> bytes:
    example = _field(1, b"".join(features))
    length = len(example).to_bytes(8, "little")
    sums = [crc32c.masked(content).to_bytes(4, "little") for content in (length, example)]
    return b"".join((length, sums[0], example, sums[1]))


def _features(column: OutColumn, values: Array) -> Iterator[bytes]:
    """The entry of the map of features, for each row."""
    key = _field(1, column.name.encode())
    rows = values.reshape(len(values), -1)
    for kind, content in _lists(column, rows):
        yield _field(1, key + _field(2, _field(kind, content)))


def _lists(column: OutColumn, rows: Array) -> Iterator[tuple[int, bytes]]:
    if column.is_text:
        for row in rows.tolist():
            yield BYTES, b"".join(_field(1, str(t).encode("utf-8", "replace")) for t in row)
    elif column.dtype.kind in "iub":
        for row in rows.tolist():
            yield INTEGER, _field(1, b"".join(_varint(int(number)) for number in row))
    else:
        content = np.ascontiguousarray(rows, "<f4").tobytes()
        width = rows.shape[1] * _FLOAT_BYTES
        for begin in range(0, len(content), width):
            yield FLOAT, _field(1, content[begin : begin + width])


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | _DELIMITED]) + _varint(len(content)) + content


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
