# SPDX-License-Identifier: Apache-2.0
"""The page of an evaluation, made from its facts: what is not among them is left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report import distribution, quality, tables
from tf_losses._internal.report.figures import need_figures
from tf_losses._internal.report.headline import headline
from tf_losses._internal.report.markup import EMPTY, element, fitted, section, text
from tf_losses._internal.report.numbers import number, percent
from tf_losses._internal.report.page import figure, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tf_losses._internal.report.markup import Markup


def evaluation_page(facts: Mapping[str, Any]) -> str:
    """Give the page as HTML; the same facts give the same bytes.

    Raises:
        InputError: matplotlib, which draws the figures, is not installed.
    """
    need_figures()
    title = f"tf_losses: {facts['loss']}, {number(facts['losses']['count'])} losses"
    parts = (_distribution, _classes, _calibration, _worst, _groups, _read)
    return page(title, [headline(facts), *(part(facts) for part in parts), _end(facts)])


def _distribution(facts: Mapping[str, Any]) -> Markup:
    return section(
        "Distribution of the loss",
        figure("How many losses of which size", "", distribution.histogram(facts)),
        figure("How many are at most so large", "", distribution.ecdf(facts)),
        tables.quantiles(facts),
        _nothing(facts),
        about=_not_finite(facts),
    )


def _nothing(facts: Mapping[str, Any]) -> Markup:
    """Say why there is nothing to see."""
    losses = facts["losses"]
    if losses["count"] > losses.get("nan", 0):
        return EMPTY
    why = "All losses are NaN: there is nothing to draw." if losses["count"] else "No losses."
    return element("p", text(why))


def _not_finite(facts: Mapping[str, Any]) -> str:
    losses = facts["losses"]
    found = [(losses.get("inf", 0), "infinite"), (losses.get("nan", 0), "NaN")]
    told = [f"{count:,} {'is' if count == 1 else 'are'} {name}" for count, name in found if count]
    return f"Of {losses['count']:,} losses, {' and '.join(told)}." if told else ""


def _classes(facts: Mapping[str, Any]) -> Markup:
    rows = facts.get("classes") or ()
    many = len(rows) > quality.MOST_CLASSES
    about = _worst_of(rows, "classes")
    listed = tables.classes(rows)
    if many:
        summary = element("summary", text(f"All {len(rows):,} classes"))
        listed = element("details", summary, listed)
    drawn = figure("Mean and 95th percentile", about, quality.by_class(rows, "class", "classes"))
    return section("Loss by class", drawn, _wide(listed))


def _calibration(facts: Mapping[str, Any]) -> Markup:
    bins = facts.get("reliability") or ()
    error = quality.calibration_error(bins)
    about = "" if math.isnan(error) else f"Expected calibration error {percent(error)}."
    drawn = figure("Accuracy over confidence", about, quality.reliability(bins))
    return section("Calibration", drawn, _wide(tables.reliability(bins)))


def _wide(shown: Markup) -> Markup:
    return element("div", shown, class_="wide") if shown else EMPTY


def _worst_of(rows: Sequence[Any], what: str) -> str:
    return (
        f"The {quality.MOST_CLASSES} worst of {len(rows):,} {what}."
        if len(rows) > quality.MOST_CLASSES
        else ""
    )


def _worst(facts: Mapping[str, Any]) -> Markup:
    worst, pairs = facts.get("worst") or (), facts.get("confusion") or ()
    listed = tables.worst(worst)
    right = any(pair["label"] == pair["predicted"] for pair in pairs)
    about = "Of the largest losses; grey are right all the same." if right else "Of the largest."
    drawn = figure("What is taken for what", about, quality.confusion(pairs))
    return section("The largest losses", _wide(listed), drawn)


def _groups(facts: Mapping[str, Any]) -> Markup:
    groups: Mapping[str, Any] = facts.get("groups") or {}
    listed = tables.groups(groups)
    rows = groups.get("rows") or ()
    drawn = figure(
        "Mean and 95th percentile",
        _worst_of(rows, "values"),
        quality.by_class(rows, "value", "groups"),
    )
    return section(f"Loss by {fitted(groups.get('column'), 40)}", drawn, _wide(listed))


def _read(facts: Mapping[str, Any]) -> Markup:
    return section(
        "What was read, and how",
        _wide(tables.inputs(facts)),
        tables.options(facts),
        tables.notes(facts),
    )


def _end(facts: Mapping[str, Any]) -> Markup:
    """Say whose page it is, without a date: the same facts give the same bytes."""
    made = ("tf_losses", facts.get("tf_losses", ""), "· facts of schema", facts.get("schema", 1))
    return element("footer", element("p", text(" ".join(f"{part}" for part in made if part))))
