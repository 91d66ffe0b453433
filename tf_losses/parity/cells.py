# SPDX-License-Identifier: Apache-2.0
"""The result of a comparison: a cell for each loss, dtype and direction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime.releases import RELEASES, UPCOMING
from tf_losses.parity.results import NO_KERNEL
from tf_losses.parity.table import (
    DIRECTIONS,
    DTYPES,
    FORWARD,
    FUNCTION,
    FUNCTION_GRADIENT,
    GRADIENT,
    LOSSES,
    RAW_OP,
    TWICE,
    TWICE_IN_FUNCTION,
)

if TYPE_CHECKING:
    from tf_losses.parity.results import Difference
    from tf_losses.parity.table import Case

# Of modes that have one of their own.
_DIRECTION_OF = {
    FUNCTION: FUNCTION_GRADIENT,
    RAW_OP: RAW_OP,
    TWICE: TWICE,
    TWICE_IN_FUNCTION: TWICE,
}
# How the reasons begin that keep all of an output out on a machine.
UNPROVEN = ("RCPPS of", "bfloat16 needs")
# What a cell says that a release has no kernel for.
WITHOUT = NO_KERNEL.strip(": ")
# Upper ends of the columns of the histogram, in ulp; one more holds what is beyond, one NaN.
BINS = (1, 2, 4, 16, 256, 65536)
BIN_NAMES = ("1", "2", "3-4", "5-16", "17-256", "257-65,536", "more", "NaN")


@dataclass
class Cell:
    """What was compared for one loss, dtype and direction, and what came of it."""

    outputs: int = 0
    """Arrays: losses, or gradients of one of the inputs."""
    elements: int = 0
    differing: int = 0
    """Elements; in a replay of those whose values were recorded, but at least one a case."""
    largest: float = 0.0
    """In ulp; -1 if only NaN stood against a number."""
    first: str = ""
    """The first differing element, in hex, with the inputs at its place."""
    histogram: list[int] = field(default_factory=lambda: [0] * len(BIN_NAMES))
    left_out: Counter[str] = field(default_factory=Counter[str])
    """Outputs that were not compared, by reason."""

    def add(self, case: Case, size: int, difference: Difference | None) -> None:
        """Count one output of a case."""
        self.outputs += 1
        self.elements += size
        if difference is None:
            return
        self.differing += difference.count
        self.largest = max(self.largest, difference.largest) if self.first else difference.largest
        self.first = self.first or f"{case.name}: {difference.first}"
        bins = np.searchsorted(BINS, difference.distances)
        bins[difference.distances < 0] = len(BIN_NAMES) - 1
        for index in bins:
            self.histogram[index] += 1

    @property
    def state(self) -> str:
        """Sum it up in a word or a number."""
        if self.differing:
            return f"{self.differing:,} differ"
        if self.elements:
            return "equal"
        return WITHOUT if any(why.startswith(NO_KERNEL) for why in self.left_out) else "-"


@dataclass
class Cells:
    """All cells, and what they were made from."""

    tf_version: str
    """Whose bits tf_losses computed."""
    reference: dict[str, str]
    """TensorFlow's version and that of what it ran with."""
    machine: dict[str, str]
    settings: dict[str, Any]
    notes: list[str] = field(default_factory=list[str])
    cells: dict[tuple[str, str, str], Cell] = field(
        default_factory=dict[tuple[str, str, str], Cell]
    )

    def cell(self, case: Case, output: str) -> Cell:
        """Give the cell that an output of a case belongs to."""
        direction = FORWARD if output == "loss" else GRADIENT
        direction = _DIRECTION_OF.get(case.mode, direction)
        return self.cells.setdefault((case.loss, case.dtype, direction), Cell())

    def unproven(self) -> dict[tuple[str, str], str]:
        """Give the reasons why logits' gradients were left out, by loss and dtype.

        What else is left out are special values of one version.
        """
        return {
            (loss, dtype): reason
            for (loss, dtype, direction), cell in self.cells.items()
            if direction == GRADIENT
            for reason in cell.left_out
            if reason.startswith(UNPROVEN)
        }

    @property
    def family(self) -> str:
        """Name the newest release whose losses are computed as those of `tf_version`."""
        code = RELEASES[self.tf_version].code
        alike = [name for name, release in RELEASES.items() if release.code == code]
        return next(name for name in reversed(alike) if name not in UPCOMING)

    @property
    def compared(self) -> int:
        """Count the cells in which anything was compared."""
        return sum(1 for cell in self.cells.values() if cell.elements)

    @property
    def equal(self) -> bool:
        """Tell whether anything was compared, and nothing differs."""
        return self.compared > 0 and not any(cell.differing for cell in self.cells.values())

    def ordered(self) -> list[tuple[tuple[str, str, str], Cell]]:
        """List the cells by loss, dtype and direction."""
        keys = [(loss, dtype, way) for loss in LOSSES for dtype in DTYPES for way in DIRECTIONS]
        return [(key, self.cells[key]) for key in keys if key in self.cells]

    def reasons(self) -> Counter[str]:
        """Count the outputs that were left out, by reason."""
        total: Counter[str] = Counter()
        for cell in self.cells.values():
            total.update(cell.left_out)
        return total
