# SPDX-License-Identifier: Apache-2.0
"""Figures of how good the predictions are: by class, how sure, and what is taken for what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.figures import ACCENT, INK, LINE, PAPER, SOFT, WARN, WIDTH, drawing
from tf_losses._internal.report.markup import EMPTY, fitted, width_of
from tf_losses._internal.report.numbers import number, percent, real, short, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tf_losses._internal.report.figures import Drawing
    from tf_losses._internal.report.markup import Markup

MOST_CLASSES = 30
MOST_PAIRS = 12
# Columns of a name in a sentence.
TOLD = 40
ROW = 20
# Of a name, and pixels of one of them.
NAME_COLUMNS, PAIR_COLUMNS, COLUMN = 16, 12, 7.4


def named(row: Mapping[str, Any], key: str, name: str) -> str:
    """Call a class by its name, or by its number if it has none."""
    return str(row[key] if row.get(name) is None else row[name])


def worst_classes(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort classes by their mean, the worst first: NaN, infinite, large; empty ones last."""

    def order(row: Mapping[str, Any]) -> tuple[bool, bool, float]:
        mean = real(row.get("mean"))
        return bool(row["count"]), math.isnan(mean), -math.inf if math.isnan(mean) else mean

    return sorted(rows, key=order, reverse=True)


def by_class(rows: Sequence[Mapping[str, Any]], key: str, drawing_name: str) -> Markup:
    """Draw mean and 95th percentile of the worst classes, or of other groups."""
    shown = [row for row in worst_classes(rows) if row["count"]][:MOST_CLASSES]
    if not shown:
        return EMPTY
    means = [real(row.get("mean")) for row in shown]
    highs = [real(row.get("p95")) for row in shown]
    most = max([abs(loss) for loss in (*means, *highs) if math.isfinite(loss)], default=0.0) or 1.0
    least = min([loss for loss in (*means, *highs) if math.isfinite(loss)] + [0.0])
    height = 36 + ROW * len(shown) + 6
    with drawing(height) as figure:
        axes = _rows(figure, [named(row, key, "name") for row in shown], 36, 58)
        axes.set_xlim(least, most)
        for at, (mean, high) in enumerate(zip(means, highs, strict=True)):
            ends = [min(max(loss, least), most) for loss in (mean, high) if not math.isnan(loss)]
            axes.plot(ends, [at] * len(ends), color=ACCENT, linewidth=2, alpha=0.4)
            for loss, colour in ((high, PAPER), (mean, ACCENT)):
                _dot(axes, min(max(loss, least), most), at, colour)
            axes.annotate(
                number(mean, 3),
                (1, at),
                (58, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                ha="right",
                va="center",
            )
        _key(axes, most)
        return figure.svg(
            drawing_name,
            f"Mean loss and 95th percentile of each of {len(shown)}, the worst first: "
            f"{fitted(named(shown[0], key, 'name'), TOLD)}, mean {number(means[0])}.",
        )


def _dot(axes: Any, x: float, y: float, colour: str, **where: Any) -> None:  # noqa: ANN401
    """Draw a dot, or nothing where NaN is."""
    axes.plot([x], [y], "o", color=colour, mec=ACCENT, ms=7, clip_on=False, **where)


def _rows(figure: Drawing, names: Sequence[str], top: int, after: int) -> Any:  # noqa: ANN401
    """Add axes with a row for each name, from the top down, and room for numbers after them."""
    shown = [fitted(name, NAME_COLUMNS) for name in names]
    before = 12 + COLUMN * max(4, *map(width_of, shown))
    axes = figure.axes(before, top, WIDTH - after - 8, top + ROW * len(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(
        range(len(names)), [figure.foreign(name, NAME_COLUMNS) for name in names], color=INK
    )
    axes.hlines(range(len(names)), 0, 1, LINE, linewidth=1, transform=axes.get_yaxis_transform())
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return axes


def _key(axes: Any, most: float) -> None:  # noqa: ANN401 (untyped)
    """Tell what the dots are, above them, and how far the rows reach."""
    for pixels, text, colour in ((4, "mean", ACCENT), (64, f"95th pct., to {short(most)}", PAPER)):
        _dot(axes, axes.bbox.x0 + pixels, axes.bbox.y1 + 16, colour, transform=None)
        axes.annotate(
            text,
            (0, 1),
            (pixels + 10, 16),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            color=SOFT,
        )


def calibration_error(bins: Sequence[Mapping[str, Any]]) -> float:
    """Give the expected calibration error: how far confidence and accuracy are apart on average."""
    filled = [row for row in bins if row["count"]]
    total: int = sum(row["count"] for row in filled)
    if not total:
        return math.nan
    apart: list[float] = [
        row["count"] * abs(real(row["confidence"]) - real(row["accuracy"])) for row in filled
    ]
    return sum(apart) / total


def reliability(bins: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw accuracy over confidence, and below it how many examples there are."""
    filled = [
        row
        for row in bins
        if row["count"] and math.isfinite(real(row["confidence"]) + real(row["accuracy"]))
    ]
    if not filled:
        return EMPTY
    left, right = 46, WIDTH - 20
    with drawing(height=372) as figure:
        axes = figure.axes(left, 12, right, 262)
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, dashes=(4, 3))
        for row in filled:
            sure, right_ = real(row["confidence"]), real(row["accuracy"])
            colour = WARN if right_ < sure else ACCENT
            axes.plot([sure, sure], [sure, right_], color=colour, linewidth=6, alpha=0.35)
        sures = [real(row["confidence"]) for row in filled]
        rights = [real(row["accuracy"]) for row in filled]
        axes.plot(sures, rights, color=ACCENT, linewidth=1.5)
        axes.plot(
            sures, rights, "o", color=ACCENT, markersize=7, markeredgecolor=PAPER, clip_on=False
        )
        axes.text(0.03, 0.95, "too unsure", color=SOFT, va="center")
        axes.text(0.98, 0.05, "too sure", color=SOFT, va="center", ha="right")
        _unit(axes)
        below = figure.axes(left, 290, right, 330)
        _counts_below(below, bins)
        error = calibration_error(bins)
        return figure.svg(
            "reliability",
            f"Accuracy over confidence in {len(filled)} bins; expected calibration error "
            f"{percent(error)}.",
        )


def _unit(axes: Any) -> None:  # noqa: ANN401 (untyped)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [""] * 5)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _counts_below(axes: Any, bins: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401
    most = max(row["count"] for row in bins)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, most)
    for row in bins:
        begin, end = real(row["from"]), real(row["to"])
        axes.bar(
            [begin],
            [row["count"]],
            end - begin,
            align="edge",
            color=SOFT,
            edgecolor=PAPER,
            linewidth=0.8,
        )
    axes.set_yticks([most], [tally(most)])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_xlabel("confidence, and examples of each", color=SOFT)


def confusion(pairs: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw how often a class is taken for another among the worst examples."""
    shown = [pair for pair in pairs if pair["count"]][:MOST_PAIRS]
    if not shown:
        return EMPTY
    most = max(pair["count"] for pair in shown)
    labels = [fitted(named(pair, "label", "label_name"), PAIR_COLUMNS) for pair in shown]
    others = [fitted(named(pair, "predicted", "predicted_name"), PAIR_COLUMNS) for pair in shown]
    before = COLUMN * max(5, *map(width_of, labels))
    after = COLUMN * max(9, *map(width_of, others))
    with drawing(height=30 + ROW * len(shown) + 6) as figure:
        axes = figure.axes(before + after + 34, 30, WIDTH - 46, 30 + ROW * len(shown))
        axes.set_xlim(0, most)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        for at, pair in enumerate(shown):
            right = pair["label"] == pair["predicted"]
            axes.barh([at], [pair["count"]], 0.62, color=SOFT if right else ACCENT)
            _before(
                axes,
                at,
                -after - 34,
                figure.foreign(named(pair, "label", "label_name"), PAIR_COLUMNS),
            )
            _before(axes, at, -after - 22, "→", color=SOFT, ha="center")
            predicted = figure.foreign(named(pair, "predicted", "predicted_name"), PAIR_COLUMNS)
            _before(axes, at, -after - 10, predicted, ha="left")
            axes.annotate(
                f"{pair['count']:,}",
                (pair["count"], at),
                (6, 0),
                textcoords="offset points",
                va="center",
            )
        _before(axes, -1, -after - 34, "label", color=SOFT)
        _before(axes, -1, -after - 10, "predicted", color=SOFT, ha="left")
        first = shown[0]
        return figure.svg(
            "confusion",
            f"What is taken for what among the worst examples; most often, {first['count']:,} "
            f"times, {labels[0]} for {others[0]}.",
        )


def _before(
    axes: Any,  # noqa: ANN401 (untyped)
    row: float,
    pixels: float,
    text: str,
    color: str = INK,
    ha: str = "right",
) -> None:
    axes.annotate(
        text,
        (0, row),
        (pixels, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha=ha,
        va="center",
        color=color,
        annotation_clip=False,
    )
