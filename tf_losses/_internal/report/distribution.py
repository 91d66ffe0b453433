# SPDX-License-Identifier: Apache-2.0
"""Figures of how the losses are distributed."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.figures import ACCENT, INK, PAPER, SOFT, WIDTH, drawing
from tf_losses._internal.report.log_axis import BESIDE, LogAxis, mark
from tf_losses._internal.report.markup import EMPTY
from tf_losses._internal.report.numbers import number, percent, real, short, tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tf_losses._internal.report.markup import Markup

LEFT, TOP, RIGHT, BOTTOM = 46, 44, WIDTH - 14, 248
HEIGHT = 292


def histogram(facts: Mapping[str, Any]) -> Markup:
    """Draw how many losses there are of each size."""
    given: Mapping[str, Any] = facts.get("histogram") or {}
    edges, counts = [real(edge) for edge in given.get("edges", ())], given.get("counts", ())
    zero, above = given.get("at_or_below_zero", 0), given.get("above", 0)
    if not sum(counts) + zero + above:
        return EMPTY
    axis = _axis(edges, zero, above)
    with drawing(HEIGHT) as figure:
        axes = figure.axes(LEFT, TOP, RIGHT, BOTTOM)
        _count_axis(axes, max(*counts, zero, above, 1))
        places = [axis.place(edge) for edge in edges]
        widths = [end - begin for begin, end in itertools.pairwise(places)]
        axes.bar(
            places[:-1], counts, widths, align="edge", color=ACCENT, edgecolor=PAPER, linewidth=0.8
        )
        for place, count in ((0.0, zero), (1 - BESIDE, above)):
            if count:
                axes.bar([place], [count], BESIDE, align="edge", color=SOFT)
        axis.label(axes, RIGHT - LEFT)
        for row, (name, loss) in enumerate(_typical(facts)):
            mark(axes, axis.place(loss), row, f"{name} {short(loss)}", BOTTOM - TOP)
        return figure.svg("histogram", _about(facts, sum(counts), zero, above))


def _axis(edges: list[float], zero: int, above: int) -> LogAxis:
    positive = [edge for edge in edges if 0 < edge < math.inf] or [1.0]
    return LogAxis(min(positive), max(positive), zero=zero > 0, infinite=above > 0)


def _count_axis(axes: Any, most: int) -> None:  # noqa: ANN401 (untyped)
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 (optional)

    ticks = MaxNLocator(4, integer=True).tick_values(0, most)
    ticks = [tick for tick in ticks if 0 <= tick <= most * 1.05]
    axes.set_ylim(0, most * 1.05)
    axes.set_yticks(ticks, [tally(tick) for tick in ticks])
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _typical(facts: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Give the median and the mean, as far as there are any."""
    found = [("median", quantile(facts, 50)), ("mean", real(facts["losses"].get("mean")))]
    return [(name, loss) for name, loss in found if math.isfinite(loss)]


def quantile(facts: Mapping[str, Any], percent_: float) -> float:
    """Give one of the quantiles; NaN if it is not among the facts."""
    rows = facts.get("quantiles") or ()
    return next((real(row["loss"]) for row in rows if row["percent"] == percent_), math.nan)


def _about(facts: Mapping[str, Any], between: int, zero: int, above: int) -> str:
    shown = "; ".join(f"{name} {number(loss)}" for name, loss in _typical(facts))
    return (
        f"Histogram of the losses on a log axis: {between:,} positive, {zero:,} at or below zero, "
        f"{above:,} infinite{'; ' if shown else ''}{shown}."
    )


def ecdf(facts: Mapping[str, Any]) -> Markup:
    """Draw which part of the losses is at most so large."""
    points = [(real(loss), real(part)) for loss, part in facts.get("ecdf") or ()]
    points = [(loss, part) for loss, part in points if not math.isnan(loss + part)]
    finite = [loss for loss, _ in points if 0 < loss < math.inf]
    if not points:
        return EMPTY
    given: Mapping[str, Any] = facts.get("histogram") or {}
    edges = [real(edge) for edge in given.get("edges", ())]
    zero = sum(loss <= 0 for loss, _ in points) + given.get("at_or_below_zero", 0)
    infinite = sum(loss == math.inf for loss, _ in points) + given.get("above", 0)
    axis = _axis([*edges, *finite], zero, infinite)
    with drawing(HEIGHT) as figure:
        axes = figure.axes(LEFT, TOP, RIGHT, BOTTOM)
        axes.set_ylim(0, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        places = [axis.place(loss) for loss, _ in points]
        parts = [part for _, part in points]
        axes.step([0, *places, 1], [0, *parts, parts[-1]], where="post", color=ACCENT, linewidth=2)
        for percent_ in (50, 95):
            _point(axes, axis, percent_, quantile(facts, percent_))
        axis.label(axes, RIGHT - LEFT)
        return figure.svg("ecdf", _about_ecdf(facts))


def _point(axes: Any, axis: LogAxis, percent_: int, loss: float) -> None:  # noqa: ANN401
    if math.isnan(loss):
        return
    place = axis.place(loss)
    axes.plot([place], [percent_ / 100], "o", color=ACCENT, markersize=7, markeredgecolor=PAPER)
    # The curve rises to the right: above it there is room on the left, below it on the right.
    left = place > 0.55  # noqa: PLR2004 (longest text)
    axes.annotate(
        f"{percent_}% ≤ {short(loss)}",
        (place, percent_ / 100),
        (-8, 8) if left else (8, -8),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        color=INK,
    )


def _about_ecdf(facts: Mapping[str, Any]) -> str:
    told = [(at, quantile(facts, at)) for at in (50, 95, 99)]
    shown = ", ".join(
        f"{percent(at / 100)} are at most {number(loss)}"
        for at, loss in told
        if not math.isnan(loss)
    )
    return (
        f"Part of the losses that is at most so large, on a log axis{': ' if shown else ''}{shown}."
    )
