# SPDX-License-Identifier: Apache-2.0
"""Tables of results, written row by row from the front: one module for each format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]

MAIN = "losses"  # the column that a format of one array keeps


@dataclass(frozen=True)
class OutColumn:
    """A column of a table to be written."""

    name: str
    dtype: np.dtype[Any]
    """Of its values; `object` for strings."""
    row_shape: tuple[int, ...] = ()
    """Of what a row has in it."""

    @property
    def is_text(self) -> bool:
        """Whether it has strings."""
        return bool(self.dtype.hasobject)

    @property
    def is_bfloat16(self) -> bool:
        """Whether it has numbers of a type that files have no name for."""
        return bool(self.dtype.name == "bfloat16")

    @property
    def stored(self) -> np.dtype[Any]:
        """The type in binary files: unnamed bytes for what has no name there."""
        return np.dtype("V2") if self.is_bfloat16 else self.dtype.newbyteorder("=")

    def binary(self, values: Array) -> Array:
        """Values as they are stored in binary files."""
        return values.view("V2") if self.is_bfloat16 else values.astype(self.stored, copy=False)

    def numbers(self, values: Array) -> Array:
        """Values in a type that every library knows, exactly."""
        is_half = self.is_bfloat16 or self.dtype == np.float16
        return values.astype(np.float32) if is_half else values


@dataclass(frozen=True)
class Layout:
    """What a table will have."""

    columns: tuple[OutColumn, ...]
    rows: int

    @property
    def main(self) -> OutColumn:
        """The column that a format of one array keeps."""
        numbers = [column for column in self.columns if not column.is_text]
        return next((column for column in numbers if column.name == MAIN), numbers[0])


class Table(Protocol):
    """A file that rows are added to."""

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows: some of each column."""

    def close(self) -> None:
        """Write what is left; the file is complete then."""

    def abandon(self) -> None:
        """Let go of the file, which will be removed."""


def cells(column: OutColumn, values: Array) -> list[Any]:
    """The values of a column as Python's own, a list for each row that has several."""
    listed: Sequence[Any] = column.numbers(values).tolist()
    return list(listed)


class Regrouped:
    """Rows that come in any number, given on in groups of one size but for the last.

    Args:
        layout: of the table.
        size: of a group.
    """

    def __init__(self, layout: Layout, size: int) -> None:
        """Hold nothing yet."""
        self._layout, self._size = layout, size
        self._held: dict[str, list[Array]] = {column.name: [] for column in layout.columns}
        self._count = 0

    def add(self, block: Mapping[str, Array]) -> list[dict[str, Array]]:
        """Take rows; gives the groups that are full."""
        for name, held in self._held.items():
            held.append(block[name])
        self._count += len(block[self._layout.columns[0].name])
        if self._count < self._size:
            return []
        whole = self.rest()
        full = self._full(whole)
        begin = len(full) * self._size
        left = {name: values[begin:].copy() for name, values in whole.items()}
        self._held = {name: [values] for name, values in left.items()}
        self._count = len(next(iter(left.values())))
        return full

    def _full(self, whole: dict[str, Array]) -> list[dict[str, Array]]:
        count = len(next(iter(whole.values())))
        return [
            {name: values[begin : begin + self._size] for name, values in whole.items()}
            for begin in range(0, count - self._size + 1, self._size)
        ]

    def rest(self) -> dict[str, Array]:
        """What is held, which is given away."""
        whole = {
            name: np.concatenate(held) if held else np.empty(0) for name, held in self._held.items()
        }
        self._held = {name: [] for name in self._held}
        self._count = 0
        return whole


def group_rows(layout: Layout, group_bytes: int) -> int:
    """How many rows make a group of about so many bytes."""
    width = sum(
        max(1, column.dtype.itemsize) * int(np.prod(column.row_shape, dtype=int))
        for column in layout.columns
    )
    return max(1, group_bytes // max(1, width))
