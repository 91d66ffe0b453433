# SPDX-License-Identifier: Apache-2.0
"""JSON lines: an object a line, whose fields are columns, or the answer of a server to a batch.

`{"id": "a", "logits": [0.5, -1.0], "label": 1}` is a row. Fields of fields have names with dots.
What servers answer is in `tf_losses._internal.io.answers`.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.answers import Output, outputs
from tf_losses._internal.io.columns import FRACTION_ROLES, Chosen, Column, choose, kind_of
from tf_losses._internal.io.compressed import plain
from tf_losses._internal.io.decimals import rounded
from tf_losses._internal.io.handle import closed_on_error
from tf_losses._internal.io.json_lines import Lines
from tf_losses._internal.io.place import refusing
from tf_losses._internal.io.source import Source
from tf_losses._internal.runtime.dtypes import object_array
from tf_losses._internal.runtime.kinds import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening

    Array = npt.NDArray[Any]

_LOOKED_AT = 100  # lines, to tell whole numbers from fractions


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open a field, or several of which each is a class.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    with refusing(place.name):
        lines = Lines(plain(place, opening.scratch))
        with closed_on_error(lines.handle):
            if not len(lines):
                return _Fields(lines, Chosen(()), np.dtype(opening.numbers), (0,), opening)
            return _open(lines, column, role, opening)


def _open(lines: Lines, column: str | None, role: str, opening: Opening) -> Source:
    first = lines.parsed(0, 1)[0]
    if not is_dict(first):
        raise lines.wrong(0, "not an object with named fields")
    answer = outputs(first)
    if answer is not None:
        columns = [
            Column(name, kind_of(output.dtype), len(output.shape) > 1)
            for name, output in answer.items()
        ]
        chosen = choose(columns, column, role, lines.name)
        return _Answers(lines, chosen.names[0], answer[chosen.names[0]], opening)
    found = dict(_flat(first))
    columns = [Column(name, _kind(value), isinstance(value, list)) for name, value in found.items()]
    chosen = choose(columns, column, role, lines.name)
    looked_at = enumerate(lines.parsed(0, min(len(lines), _LOOKED_AT)))
    kinds = {_kind(_field(lines, i, row, name)) for i, row in looked_at for name in chosen.names}
    if "text" in kinds:
        dtype = np.dtype(object)
    elif kinds == {"integer"} and role not in FRACTION_ROLES:
        dtype = np.dtype(np.int64)
    else:
        dtype = np.dtype(opening.numbers)
    values = [found[name] for name in chosen.names]
    row_shape = np.shape(values) if chosen.stacked else np.shape(values[0])
    if chosen.stacked:
        row_shape = (*row_shape[1:], row_shape[0])
    return _Fields(lines, chosen, dtype, row_shape, opening)


def _flat(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of an object, and those of the objects in it."""
    for name, inner in value.items():
        if is_dict(inner):
            yield from _flat(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}", inner


def _field(lines: Lines, number: int, row: Any, name: str) -> Any:  # noqa: ANN401 (of JSON)
    """What a row has under a name, which may have dots."""
    found, rest = row, name
    while is_dict(found):
        if rest in found:
            return found[rest]
        first, dot, rest = rest.partition(".")
        found = found.get(first) if dot else None
    raise lines.wrong(number, f"no field {name!r}")


def _kind(value: object) -> str:
    """The kind of a value, or of all that is in a list."""
    if is_list(value):
        types = set(map(type, value))  # without a look at each, of which there are many
        kinds = _OF_TYPES.get(frozenset(types)) or {_kind(inner) for inner in value}
        return next(iter(kinds)) if len(kinds) == 1 else "float" if kinds <= _NUMBERS else ""
    if isinstance(value, (bool, int)):
        return "integer"
    if isinstance(value, str):
        return "float" if value in _NOT_FINITE else "text"
    return "float" if isinstance(value, float) else ""


_OF_TYPES = {frozenset([float]): {"float"}, frozenset([int]): {"integer"}}
_NUMBERS = {"integer", "float"}
_NOT_FINITE = {"nan", "inf", "-inf", "NaN", "Infinity", "-Infinity"}  # for which JSON has nothing


class _Fields(Source):
    """A field of every line, or several."""

    def __init__(
        self,
        lines: Lines,
        chosen: Chosen,
        dtype: np.dtype[Any],
        row_shape: tuple[int, ...],
        opening: Opening,
    ) -> None:
        super().__init__(
            lines.name,
            dtype,
            (len(lines), *row_shape),
            opening.scratch,
            kind="jsonl",
            paths=lines.handle.place.paths,
        )
        self._held = lines.handle
        self._lines, self._chosen = lines, chosen

    def _read(self, start: int, stop: int) -> Array:
        entries = np.empty((stop - start, *self.shape[1:]), self.dtype)
        with refusing(self.name):
            for first, last in self._lines.blocks(start, stop):
                rows = self._lines.parsed(first, last)
                columns = [self._column(rows, first, name) for name in self._chosen.names]
                entries[first - start : last - start] = (
                    np.stack(columns, axis=-1) if self._chosen.stacked else columns[0]
                )
        return entries

    def _column(self, rows: list[Any], first: int, name: str) -> Array:
        values = [_field(self._lines, first + i, row, name) for i, row in enumerate(rows)]
        row_shape = self.shape[1:-1] if self._chosen.stacked else self.shape[1:]
        for number, value in enumerate(values, first):
            self._refuse_other(number, value, row_shape, name)
        if self.dtype.hasobject:
            return object_array(values)
        if self.dtype.kind == "i":
            return np.array(values, np.int64)

        def exact(place: tuple[int, ...]) -> Fraction:
            line = first + place[0]
            row = self._lines.parsed(line, line + 1, _parse_exactly)[0]
            found = _field(self._lines, line, row, name)
            for index in place[1:]:
                found = found[index]
            return Fraction(found)

        return rounded(np.array(values, np.float64), self.dtype, exact)

    def _refuse_other(
        self, number: int, value: object, row_shape: tuple[int, ...], name: str
    ) -> None:
        """Refuse what is not like the first row; the shape of all but long lists is looked at."""
        kind = _kind(value)
        wanted = {"O": "text", "i": "integer"}.get(self.dtype.kind, "float")
        is_fine = kind in _NUMBERS if wanted == "float" else kind == wanted
        if not is_fine and not (wanted == "text" and isinstance(value, str)):
            raise self._lines.wrong(number, f"{name!r} is {kind or 'no number'}, not {wanted}")
        if _shape(value) != row_shape:
            raise self._lines.wrong(
                number, f"{name!r} has the shape {list(_shape(value))}, not {list(row_shape)}"
            )


def _parse_exactly(line: bytes) -> Any:  # noqa: ANN401 (of JSON)
    return json.loads(line, parse_float=Fraction)


def _shape(value: object) -> tuple[int, ...]:
    """The shape of nested lists; of lists of several lengths, one that no array has."""
    if not is_list(value):
        return ()
    if not value or not isinstance(value[0], list):
        return (len(value),) if list not in set(map(type, value)) else (-1,)
    inner = {_shape(each) for each in value}
    return (len(value), *next(iter(inner))) if len(inner) == 1 else (len(value), -1)


class _Answers(Source):
    """One output of every answer, a batch each."""

    def __init__(self, lines: Lines, name: str, like: Output, opening: Opening) -> None:
        self._held = lines.handle
        self._lines, self._output, self._like = lines, name, like
        sizes = [
            self._answer(number, row).shape[0]
            for first, last in lines.blocks(0, len(lines))
            for number, row in enumerate(lines.parsed(first, last), first)
        ]
        self._ends = list(accumulate(sizes, initial=0))
        super().__init__(
            lines.name,
            like.dtype,
            (self._ends[-1], *like.shape[1:]),
            opening.scratch,
            kind="jsonl",
            paths=lines.handle.place.paths,
        )

    def _answer(self, number: int, row: object) -> Output:
        found = (outputs(row) if is_dict(row) else None) or {}
        if self._output not in found:
            raise self._lines.wrong(number, f"no output {self._output!r}")
        output, like = found[self._output], self._like
        if (output.dtype, output.shape[1:]) != (like.dtype, like.shape[1:]) or not output.shape:
            raise self._lines.wrong(
                number,
                f"{self._output!r} is {output.dtype}{list(output.shape)}, "
                f"that of the first line {like.dtype}{list(like.shape)}",
            )
        return output

    def _read(self, start: int, stop: int) -> Array:
        entries = np.empty((stop - start, *self.shape[1:]), self.dtype)
        first = int(np.searchsorted(self._ends, start, side="right")) - 1
        last = int(np.searchsorted(self._ends, stop))
        with refusing(self.name):
            for number in range(first, last):
                row = self._lines.parsed(number, number + 1)[0]
                try:
                    batch = self._answer(number, row).array()
                except (ValueError, TypeError) as error:
                    raise self._lines.wrong(number, f"{self._output!r}: {error}") from error
                begin = self._ends[number]
                part = batch[max(0, start - begin) : stop - begin]
                place = max(0, begin - start)
                entries[place : place + len(part)] = part
        return entries
