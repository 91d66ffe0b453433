# SPDX-License-Identifier: Apache-2.0
"""The plots, as SVG: every row's peers relative to tf_losses, and scaling."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from bench.cases import SCALING_BATCH, SCALING_CLASSES, shape_name
from bench.rows import is_peer

mpl.use("svg")
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.rows import Row

# Text stays text, and the same numbers give the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "tf_losses", "font.size": 8})
_LOOKS = {
    "TF eager": ("#ff6f00", "o"),
    "TF function": ("#ff6f00", "s"),
    "TF XLA": ("#ff6f00", "^"),
    "torch": ("#c2185b", "o"),
    "torch.compile": ("#c2185b", "s"),
    "torch.compile formula": ("#c2185b", "^"),
    "jax": ("#1976d2", "s"),
    "jax formula": ("#1976d2", "^"),
    "numpy": ("#616161", "o"),
    "scipy": ("#616161", "s"),
    "numexpr": ("#616161", "^"),
    "numba": ("#00838f", "o"),
    "tf_losses": ("#2e7d32", "D"),
}
_INCHES_A_ROW = 0.17
_OTHER = ("#000000", "x")


def ratios(rows: Sequence[Row], path: Path) -> None:
    """One line a row, one mark a peer: its time divided by ours."""
    shown = [row for row in rows if math.isfinite(row.ours)][::-1]
    figure, axes = plt.subplots(figsize=(7, 1.2 + _INCHES_A_ROW * len(shown)), layout="constrained")
    for name in dict.fromkeys(name for row in shown for name in row.times if is_peer(name)):
        points = [
            (row.times[name].best / row.ours, y) for y, row in enumerate(shown) if name in row.times
        ]
        color, marker = _LOOKS.get(name, _OTHER)
        xs, ys = zip(*points, strict=True)
        axes.plot(xs, ys, marker, color=color, label=name, markersize=4, alpha=0.8)
    axes.axvline(1, color=_LOOKS["tf_losses"][0], label="tf_losses")
    axes.set_xscale("log")
    axes.set_yticks(range(len(shown)), [_label(row) for row in shown])
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.grid(visible=True, axis="x", which="both", linewidth=0.3)
    axes.set_xlabel("time / time of tf_losses (right of the line: slower than tf_losses)")
    figure.legend(loc="outside upper center", ncols=6, frameon=False)
    _save(figure, path)


def _label(row: Row) -> str:
    case = row.case
    gradient = " +gradient" if "gradient" in case.mode else ""
    return f"{case.loss}{gradient} {shape_name(case.shape)}"


def scaling(rows: Sequence[Row], path: Path) -> None:
    """Nanoseconds an element, over the batch and over the classes."""
    losses = list(dict.fromkeys(row.case.loss for row in rows))
    figure, grid = plt.subplots(
        len(losses), 2, figsize=(8, 3 * len(losses)), sharey=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    sweeps = (
        (SCALING_BATCH, 0, f"batch (of {SCALING_BATCH[0][1]} classes)"),
        (SCALING_CLASSES, 1, f"classes (batch of {SCALING_CLASSES[0][0]})"),
    )
    for line, loss in zip(grid, losses, strict=True):
        for axes, (shapes, axis, title) in zip(line, sweeps, strict=True):
            chosen = [row for row in rows if row.case.loss == loss and row.case.shape in shapes]
            _lines(axes, sorted(chosen, key=lambda row: row.case.size), axis)
            axes.set_xlabel(title)
        line[0].set_ylabel(f"{loss}: ns an element")
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=6, frameon=False)
    _save(figure, path)


def _lines(axes: Any, rows: Sequence[Row], axis: int) -> None:  # noqa: ANN401 (matplotlib's)
    for name, (color, marker) in _LOOKS.items():
        points = [
            (row.case.shape[axis], row.times[name].best / row.case.size)
            for row in rows
            if name in row.times
        ]
        if points:
            xs, ys = zip(*points, strict=True)
            width = 1.8 if name == "tf_losses" else 0.8
            axes.plot(xs, ys, "-", marker=marker, color=color, label=name, markersize=3, lw=width)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.grid(visible=True, linewidth=0.3)


def _save(figure: Any, path: Path) -> None:  # noqa: ANN401 (matplotlib's)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
