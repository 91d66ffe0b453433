# SPDX-License-Identifier: Apache-2.0
"""The tables of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.markup import (
    EMPTY,
    definitions,
    element,
    fitted,
    foreign,
    table,
    text,
)
from tf_losses._internal.report.numbers import NOTHING, number, percent
from tf_losses._internal.report.quality import worst_classes
from tf_losses._internal.runtime.kinds import is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tf_losses._internal.report.markup import Markup

    Row = Mapping[str, Any]


def quantiles(facts: Row) -> Markup:
    """List the quantiles."""
    rows = facts.get("quantiles") or ()
    names = {0: "smallest", 50: "median", 100: "largest"}
    listed = (
        (
            text(names.get(row["percent"], f"{row['percent']:g}%")),
            text(number(row["loss"])),
        )
        for row in rows
    )
    return table("Quantiles", ("at most", "loss"), listed) if rows else EMPTY


def classes(rows: Sequence[Row]) -> Markup:
    """List the classes, the worst first."""
    if not rows:
        return EMPTY
    has_names = any(row.get("name") is not None for row in rows)
    heading = ("class", *(("name",) if has_names else ()), "losses", "mean", "p95", "accuracy")
    listed = (
        (
            text(row["class"]),
            *((_foreign(row.get("name")),) if has_names else ()),
            *_summary(row),
        )
        for row in worst_classes(rows)
    )
    return table("Classes, the worst first", heading, listed, left=2 if has_names else 1)


def groups(given: Row) -> Markup:
    """List the values of a column."""
    rows = given.get("rows") or ()
    if not rows:
        return EMPTY
    heading = (fitted(given["column"], 28), "losses", "mean", "p95", "accuracy")
    listed = ((_foreign(row["value"]), *_summary(row)) for row in rows)
    return table(f"Losses by {fitted(given['column'], 40)}", heading, listed)


def _summary(row: Row) -> Iterator[Markup]:
    yield text(number(row["count"]))
    yield text(number(row.get("mean"), 4))
    yield text(number(row.get("p95"), 4))
    yield text(percent(row.get("accuracy"), aligned=True))


def _foreign(value: object) -> Markup:
    return text(NOTHING) if value is None else foreign(value)


def reliability(rows: Sequence[Row]) -> Markup:
    """List the bins of the confidence."""
    listed = (
        (
            text(f"{percent(row['from'])} to {percent(row['to'])}"),
            text(number(row["count"])),
            text(percent(row.get("confidence") if row["count"] else None, aligned=True)),
            text(percent(row.get("accuracy") if row["count"] else None, aligned=True)),
        )
        for row in rows
    )
    heading = ("confidence", "examples", "mean", "accuracy")
    return table("Bins of confidence", heading, listed) if rows else EMPTY


def worst(rows: Sequence[Row]) -> Markup:
    """List the examples with the largest losses."""
    if not rows:
        return EMPTY
    cells: dict[str, Callable[[Row], Markup]] = {
        "index": _index,
        "id": lambda row: _foreign(row.get("id")),
        "label": lambda row: _class(row, "label", "label_name"),
        "predicted": lambda row: _class(row, "predicted", "predicted_name"),
        "confidence": lambda row: text(percent(row.get("confidence"), aligned=True)),
        "loss": lambda row: text(number(row["loss"])),
    }
    columns = [
        (name, cell)
        for name, cell in cells.items()
        if any(row.get(name) is not None for row in rows)
    ]
    heading = [name for name, _ in columns]
    left = sum(name in ("index", "id", "label", "predicted") for name in heading)
    listed = ([cell(row) for _, cell in columns] for row in rows)
    caption = f"The {len(rows):,} largest, the largest first" if len(rows) > 1 else "The largest"
    return table(caption, heading, listed, left=left)


def _index(row: Row) -> Markup:
    return text(", ".join(f"{at}" for at in row["index"]) or NOTHING)


def _class(row: Row, key: str, name: str) -> Markup:
    if row.get(key) is None:
        return text(NOTHING)
    if row.get(name) is None:
        return text(row[key])
    return element("span", foreign(row[name], 20), text(" "), element("small", text(row[key])))


def inputs(facts: Row) -> Markup:
    """List the files."""
    rows = facts.get("inputs") or ()
    listed = (
        (
            text(row["role"]),
            foreign(row["name"], 44),
            text(row.get("format") or NOTHING),
            text(f"{row['dtype']}[{', '.join(f'{size:,}' for size in row['shape'])}]"),
            text(number(row.get("files", 1))),
        )
        for row in rows
    )
    heading = ("role", "name", "format", "array", "files")
    return table("Inputs", heading, listed, left=4) if rows else EMPTY


def options(facts: Row) -> Markup:
    """List what was chosen, as far as anything was."""
    given: Row = facts.get("options") or {}
    shown = [
        (key.replace("_", " "), foreign(_said(value)))
        for key, value in given.items()
        if _is_chosen(value)
    ]
    return definitions(shown) if shown else EMPTY


def _is_chosen(value: Any) -> bool:  # noqa: ANN401 (whatever JSON has)
    """Tell what is not there from what is: the axis 0 is one."""
    is_off = value is None or value is False or (isinstance(value, float) and value == 0.0)
    return not is_off and value not in ([], "")


def _said(value: Any) -> str:  # noqa: ANN401 (whatever JSON has)
    if is_list(value):
        return ", ".join(map(_said, value))
    if isinstance(value, bool):
        return "yes"
    return number(value) if isinstance(value, int | float) else str(value)


def notes(facts: Row) -> Markup:
    """List what else there is to say."""
    said: Iterable[str] = facts.get("notes") or ()
    items = [element("li", text(note)) for note in said]
    return element("ul", *items, class_="notes") if items else EMPTY
