# SPDX-License-Identifier: Apache-2.0
"""CSV of small tables: one column a class, or a column of labels; the first line may name them.

The text is gone through once for its types and once for its values, which are kept in a file of
their own: there is no way to a row of a CSV file but from its beginning.
"""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.array_file import ArrayFile
from tf_losses._internal.io.columns import FRACTION_ROLES, TEXT_ROLES, Column, choose
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.compressed import plain
from tf_losses._internal.io.decimals import rounded
from tf_losses._internal.io.place import Unpacked, refusing
from tf_losses._internal.io.source import Source
from tf_losses._internal.runtime.dtypes import object_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening

    Array = npt.NDArray[Any]

_ROWS = 1 << 12  # converted together
_KINDS = ("integer", "float", "text")  # each can be taken for those after it
_INTEGER_DIGITS = 19  # that an int64 may not have


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open a column, or several of which each is a class.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    table = _Table(plain(place, opening.scratch))
    with refusing(place.name):
        names, kinds, rows = table.looked_at()
        columns = [Column(name, kind) for name, kind in zip(names, kinds, strict=True)]
        chosen = choose(columns, column, role, place.name)
        places = [names.index(name) for name in chosen.names]
        kind = max((kinds[each] for each in places), key=_KINDS.index)
        shape = (rows, len(places)) if chosen.stacked else (rows,)
        if kind == "text" and role in TEXT_ROLES:
            return _Texts(table, places, shape, opening)
        is_whole = kind == "integer" and role not in FRACTION_ROLES
        dtype = np.dtype(np.int64 if is_whole else opening.numbers)

        def convert(target: Path) -> None:
            with refusing(place.name), target.open("wb") as sink:
                for first, texts in table.rows(places):
                    sink.write(_numbers(texts, dtype, table, first).tobytes())

        made = Unpacked(table.place, opening.scratch, convert)
        return ArrayFile(made, 0, dtype, shape, opening.scratch, kind="csv")


class _Table:
    """The cells of a file."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._delimiter = ""
        self._is_named = False

    def looked_at(self) -> tuple[list[str], list[str], int]:
        """The names of the columns, their kinds, and the number of rows."""
        names: list[str] = []
        ranks: list[int] = []
        count = 0
        for row in self._lines():
            kinds = [_kind(cell) for cell in row]
            self._is_named = "text" in kinds
            names = [cell.strip() for cell in row] if self._is_named else _numbered(row)
            ranks = [0] * len(row)
            break
        for _, rows in self.rows(list(range(len(names)))):
            count += len(rows)
            for place, column in enumerate(zip(*rows, strict=True)):
                ranks[place] = max(ranks[place], _KINDS.index(_kind_of_all(column)))
        return names, [_KINDS[rank] for rank in ranks], count

    def rows(self, places: list[int]) -> Iterator[tuple[int, list[list[str]]]]:
        """The cells of some columns, many rows at a time, with the number of the first."""
        kept: list[list[str]] = []
        first = 0
        for number, row in enumerate(self._lines()):
            if number or not self._is_named:
                kept.append([row[place] for place in places])
            if len(kept) == _ROWS:
                yield first, kept
                first, kept = first + len(kept), []
        yield first, kept

    def number(self, cell: str, convert: Callable[[str], Any], row: int) -> Any:  # noqa: ANN401 (a number)
        """The number in a cell.

        Raises:
            InputError: it has none.
        """
        try:
            return convert(cell.replace("_", "x"))  # which Python takes for nothing
        except ValueError:
            said = f"{self.place.name}: row {row}: {cell!r} is not a number"
            raise InputError(said) from None

    def _lines(self) -> Iterator[list[str]]:
        width = None
        separator = self._separator()
        with self.place.open_buffered() as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            reader = csv.reader(text, delimiter=separator, strict=True)
            for row in reader:
                if not row:
                    continue
                if width is None:
                    width = len(row)
                if len(row) != width:
                    raise InputError(
                        f"{self.place.name}: line {reader.line_num} has {len(row)} cells, "
                        f"the first has {width}"
                    )
                yield row
            self.place.check()

    def _separator(self) -> str:
        """What stands between cells: the most frequent in the first line."""
        if not self._delimiter:
            with self.place.open_buffered() as file:
                line = file.readline(1 << 16).decode("utf-8", "replace")
            self._delimiter = max(",\t;", key=line.count)
        return self._delimiter


def _numbered(row: list[str]) -> list[str]:
    return [str(place) for place in range(len(row))]


def _numbers(texts: list[list[str]], dtype: np.dtype[Any], table: _Table, first: int) -> Array:
    convert = int if dtype.kind == "i" else float
    values: list[list[Any]] = []
    with suppress(ValueError):
        if not any("_" in "".join(row) for row in texts):
            values = [list(map(convert, row)) for row in texts]
    if not values:
        values = [
            [table.number(cell, convert, first + number) for cell in row]
            for number, row in enumerate(texts)
        ]
    parsed = np.array(values, np.int64 if dtype.kind == "i" else np.float64)
    if dtype.kind == "i":
        return parsed.astype(dtype)
    return rounded(parsed, dtype, lambda place: Fraction(texts[place[0]][place[1]].strip()))


def _kind_of_all(cells: Sequence[str]) -> str:
    """What all cells of a column are at least; many at a time where nothing is odd."""
    is_odd = "_" in "".join(cells)  # which Python takes for nothing
    is_short = max(map(len, cells)) < _INTEGER_DIGITS
    for kind, convert in (("integer", int), ("float", float)):
        with suppress(ValueError):
            if not is_odd and (is_short or kind == "float"):
                list(map(convert, cells))
                return kind
    return max(map(_kind, cells), key=_KINDS.index)


def _kind(cell: str) -> str:
    """What a cell is at least; one without anything is a number that is missing."""
    stripped = cell.strip()
    if stripped.lstrip("+-").isdecimal() and len(stripped) < _INTEGER_DIGITS:
        return "integer"
    try:
        float(stripped.replace("_", "x") or "nan")
    except ValueError:
        return "text"
    return "float"


class _Texts(Source):
    """A column of strings, in memory."""

    def __init__(
        self, table: _Table, places: list[int], shape: tuple[int, ...], opening: Opening
    ) -> None:
        place = table.place
        super().__init__(
            place.name, np.dtype(object), shape, opening.scratch, kind="csv", paths=place.paths
        )
        cells = [cell for _, rows in table.rows(places) for row in rows for cell in row]
        self._cells = object_array(cells).reshape(shape)
        place.discard()

    def _read(self, start: int, stop: int) -> Array:
        cells: Array = self._cells[start:stop].copy()
        return cells
