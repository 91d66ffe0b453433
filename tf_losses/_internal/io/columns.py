# SPDX-License-Identifier: Apache-2.0
"""Which arrays of a file that holds several are meant."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.command import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

_NAMED = 12  # columns that an error lists
_NUMBERS = ("float", "integer")
TEXT_ROLES = ("ids", "by")  # which may be strings
FRACTION_ROLES = ("logits", "losses", "weights", "pos_weight")  # fractions, if text is read
_FITTING = {
    **dict.fromkeys(("logits", "pos_weight", "losses"), ("float",)),
    **dict.fromkeys(("labels", "weights", "mask"), _NUMBERS),
    **dict.fromkeys(TEXT_ROLES, ("text", "integer")),
}
# What may lie in one column for each class.
_BY_CLASS = ("logits", "labels")


@dataclass(frozen=True)
class Column:
    """What is known of an array before it is read."""

    name: str
    kind: str
    """float, integer, text, or nothing for what is not read."""
    is_row: bool = False
    """Whether an entry is more than one value."""


@dataclass(frozen=True)
class Chosen:
    """The columns that are read."""

    names: tuple[str, ...]
    stacked: bool = False
    """Whether each is one class, or the only one is the array."""


def kind_of(dtype: np.dtype[Any]) -> str:
    """The kind of a type of NumPy; unnamed 16 bits may be bfloat16.

    >>> import numpy as np
    >>> kind_of(np.dtype("f2")), kind_of(np.dtype("u1")), kind_of(np.dtype("V2"))
    ('float', 'integer', 'float')
    """
    if dtype.kind == "V":
        return "float" if dtype.itemsize == 2 and dtype.names is None else ""  # noqa: PLR2004 (bytes)
    return {"f": "float", "i": "integer", "u": "integer", "b": "integer", "O": "text"}.get(
        dtype.kind, "text" if dtype.kind in "SUT" else ""
    )


def choose(columns: Sequence[Column], wanted: str | None, role: str, name: str) -> Chosen:
    """Find what is meant.

    Args:
        columns: what there is, in order.
        wanted: a name, or a pattern of the names of one column a class.
        role: what it is for. Without `wanted`, it is the column of that name, or those of that name
            with numbers, or the only one that fits, or all if all are numbers with fractions.
        name: of the file.

    Raises:
        InputError: nothing is, or more than one thing may be.
    """
    if wanted is not None:
        return _named([column.name for column in columns], wanted, name)
    singular = singular_of(role)
    for column in columns:
        if column.name in (role, singular):
            return Chosen((column.name,))
    if role in _BY_CLASS:
        numbered = re.compile(rf"{singular}s?[^0-9a-zA-Z]*[0-9]+\]?")
        found = [column.name for column in columns if numbered.fullmatch(column.name)]
        if found:
            return Chosen(tuple(sorted(found, key=natural)), stacked=True)
    fitting = [column for column in columns if column.kind in _FITTING.get(role, _NUMBERS)]
    if len(fitting) == 1:
        return Chosen((fitting[0].name,))
    is_table = all(column.kind == "float" and not column.is_row for column in columns)
    if role in _BY_CLASS and is_table and columns:
        return Chosen(tuple(column.name for column in columns), stacked=True)
    raise InputError(
        f"{name}: which of its columns is meant for the {role}? It has "
        f"{listed(column.name for column in columns)} (write {name}:COLUMN)"
    )


def singular_of(role: str) -> str:
    """What a column of one value a row may be called.

    >>> singular_of("losses"), singular_of("labels")
    ('loss', 'label')
    """
    return "loss" if role == "losses" else role.removesuffix("s")


def _named(names: list[str], wanted: str, name: str) -> Chosen:
    if wanted in names:
        return Chosen((wanted,))
    found = [each for each in names if glob.has_magic(wanted) and fnmatchcase(each, wanted)]
    if not found:
        raise InputError(
            f"{name}: no column {wanted!r} in it; it has {listed(names)} (write {name}:COLUMN)"
        )
    return Chosen(tuple(sorted(found, key=natural)), stacked=True)


def listed(names: Iterable[str]) -> str:
    """Names for an error, not too many of them.

    >>> listed(["a", "b"]), listed([])
    ('a, b', 'none')
    """
    every = list(names)
    shown = ", ".join(every[:_NAMED]) or "none"
    return shown if len(every) <= _NAMED else f"{shown} and {len(every) - _NAMED} more"


def natural(name: str) -> list[tuple[int, int | str]]:
    """A key that sorts 2 before 10.

    >>> sorted(["part-10", "part-2", "part-1a"], key=natural)
    ['part-1a', 'part-2', 'part-10']
    """
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(part)) if place % 2 else (1, part) for place, part in enumerate(parts)]
