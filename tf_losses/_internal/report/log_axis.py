# SPDX-License-Identifier: Apache-2.0
"""An axis of losses in powers of ten, and beside it what has no logarithm: zero and infinity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.figures import INK, SOFT
from tf_losses._internal.report.numbers import power, short

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the axis' width: a bar of what has no logarithm, and the gap between it and the axis.
BESIDE, GAP = 0.07, 0.05
# Pixels between two labels.
APART = 60
# Pixels between a label and that of what has no logarithm, which is short.
APART_BESIDE = 42
# Places so near to an end that a label does not stand in the middle below them.
EDGE = 0.03
# Exponents that are written as numbers.
PLAIN = (-3, 4)


@dataclass(frozen=True)
class LogAxis:
    """Places from 0 to 1 for losses between two positive ones."""

    low: float
    high: float
    zero: bool
    """There are losses at or below zero: a bar on the left is theirs."""
    infinite: bool
    """There are infinite losses: a bar on the right is theirs."""

    @property
    def start(self) -> float:
        """Where the smallest positive loss is."""
        return BESIDE + GAP if self.zero else 0.0

    @property
    def end(self) -> float:
        """Where the largest finite loss is."""
        return 1 - BESIDE - GAP if self.infinite else 1.0

    def place(self, loss: float) -> float:
        """Tell where a loss is."""
        if loss <= 0:
            return BESIDE / 2
        if math.isinf(loss):
            return 1 - BESIDE / 2
        low, high = math.log10(self.low), math.log10(self.high)
        part = (math.log10(loss) - low) / (high - low) if high > low else 0.5
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)

    def label(self, axes: Any, pixels: float) -> None:  # noqa: ANN401 (untyped)
        """Write losses below the axis, as many as there is room for."""
        ticks = [(self.place(loss), name) for loss, name in self._ticks(int(pixels // APART))]
        apart = APART_BESIDE / pixels
        if self.zero:
            ticks = [tick for tick in ticks if tick[0] - BESIDE / 2 > apart]
            ticks.insert(0, (BESIDE / 2, "≤ 0"))
        if self.infinite:
            ticks = [tick for tick in ticks if 1 - BESIDE / 2 - tick[0] > apart]
            ticks.append((1 - BESIDE / 2, "inf"))
        axes.set_xlim(0, 1)
        axes.set_xticks([place for place, _ in ticks], [name for _, name in ticks])
        for (place, _), label in zip(ticks, axes.get_xticklabels(), strict=True):
            # At its ends the axis has no more room beside it than a letter needs.
            label.set_ha("left" if place < EDGE else "right" if place > 1 - EDGE else "center")
        axes.set_xlabel("loss, log scale", color=SOFT)

    def _ticks(self, most: int) -> list[tuple[float, str]]:
        low, high = math.log10(self.low), math.log10(self.high)
        exponents = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        if len(exponents) > 1:
            step = -(-len(exponents) // most)
            chosen = [at for at in exponents if at % step == 0]
            plain = PLAIN[0] <= exponents[0] and exponents[-1] <= PLAIN[1]
            return [(10.0**at, power(at, plain=plain)) for at in chosen]
        between = list(_ones_twos_fives(self.low, self.high))
        if len(between) > 1:
            return [(loss, short(loss)) for loss in between]
        if short(self.low) == short(self.high):
            return [(math.sqrt(self.low) * math.sqrt(self.high), short(self.low))]
        return [(loss, short(loss)) for loss in (self.low, self.high)]


def _ones_twos_fives(low: float, high: float) -> Iterator[float]:
    for exponent in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for digit in (1, 2, 5):
            loss = float(f"{digit}e{exponent}")  # infinite beyond the largest number
            if low <= loss <= high:
                yield loss


def mark(axes: Any, place: float, row: int, text: str, pixels: float) -> None:  # noqa: ANN401
    """Draw a line down through the axes and name it above them, on whichever side has room."""
    axes.axvline(place, color=INK, linewidth=1)
    right = place < 0.5  # noqa: PLR2004 (the half with more room)
    axes.annotate(
        text,
        (place, 1),
        (4 if right else -4, 6 + 17 * row),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="left" if right else "right",
        va="baseline",
        annotation_clip=False,
    )
    axes.plot(
        [place, place],
        [1, 1 + (16 + 17 * row) / pixels],
        color=INK,
        linewidth=1,
        transform=axes.get_xaxis_transform(),
        clip_on=False,
    )
