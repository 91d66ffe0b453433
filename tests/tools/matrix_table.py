# SPDX-License-Identifier: Apache-2.0
"""Reports of the parity command beside many TensorFlows, laid out as one table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Outcome:
    """What came of a comparison with one release."""

    release: str
    """As it was asked for."""
    report: dict[str, Any] | None = None
    """The parity command's."""
    why: str = ""
    """Why there is no report."""
    failed: bool = False
    """Whether that is a fault, and no Python that is missing."""

    @property
    def version(self) -> str:
        """What TensorFlow calls itself."""
        return str(self.report["reference"]["tensorflow"]) if self.report else self.release

    @property
    def short(self) -> str:
        """The two numbers that the table of versions has, such as 1.15."""
        return ".".join(self.version.split(".")[:2])

    @property
    def is_known(self) -> bool:
        """Whether that table has this release, and not only older ones."""
        return self.report is not None and self.report["tf_version"] == self.short

    @property
    def differs(self) -> bool:
        """Whether anything differs, or nothing was compared."""
        return self.report is not None and not self.report["equal"]

    @property
    def cells(self) -> dict[Key, dict[str, Any]]:
        """The cells of the report."""
        listed = self.report["cells"] if self.report else []
        return {(cell["loss"], cell["dtype"], cell["direction"]): cell for cell in listed}

    @property
    def summary(self) -> str:
        """A line."""
        if self.report is None:
            return f"{self.release}: {'failed' if self.failed else 'left out'}: {self.why}"
        cells = self.cells.values()
        states = Counter(cell["state"] for cell in cells)
        elements = sum(cell["elements"] for cell in cells)
        parts = [f"{elements:,} elements", f"{states['equal']} cells equal"]
        if without := states["no kernel"]:
            parts.append(f"{without} without a kernel")
        if differ := sum(1 for cell in cells if cell["differing"]):
            parts.append(f"{differ} DIFFER")
        about = self.report["reference"]
        beside = f"CPython {about['python']}, NumPy {about['numpy']}"
        return f"{self.version}: {', '.join(parts)} ({beside})"


def groups(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Put releases together that compute alike and whose cells say the same, oldest first."""
    found: dict[tuple[str, tuple[tuple[Key, str], ...]], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.report:
            states = tuple((key, _state(cell)) for key, cell in outcome.cells.items())
            found.setdefault((outcome.report["family"], states), []).append(outcome)
    return list(found.values())


def _state(cell: dict[str, Any] | None) -> str:
    """Say what came of a cell; a star: not all of its outputs were compared."""
    if cell is None:
        return "-"
    partly = cell["elements"] and cell["not_compared"]
    return str(cell["state"]).removesuffix(" differ") + ("*" if partly else "")


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lay out rows of loss, dtype and direction, a column a group, then all that they hide."""
    columns = groups(outcomes)
    keys = list(dict.fromkeys(key for outcome in outcomes for key in outcome.cells))
    yield "a column: releases that compute alike, and whose cells all say the same"
    order = [outcome.release for outcome in outcomes if outcome.report]
    yield from _heading([_names(column, order) for column in columns])
    for key in keys:
        states = (_state(column[0].cells.get(key)) for column in columns)
        yield _line(key, states)
    yield "releases:"
    yield from (f"  {outcome.summary}" for outcome in outcomes)
    for column in columns:
        yield from _details(column)
    yield _verdict(outcomes)


def _line(key: Sequence[str], states: Iterator[str] | Sequence[str]) -> str:
    cells = "".join(f"{state:>11}" for state in states)
    return f"{key[0]:<15} {key[1]:<9} {key[2]:<24}{cells}".rstrip()


def _heading(names: list[list[str]]) -> Iterator[str]:
    """The columns' names, the last of each just above its cells."""
    rows = list(zip_longest(*(reversed(name) for name in names), fillvalue=""))
    for row in reversed(rows[1:]):
        yield _line(("", "", ""), row)
    yield _line(("loss", "dtype", "direction"), rows[0] if rows else ())


def _names(column: list[Outcome], order: list[str]) -> list[str]:
    """Name the releases of a column, neighbours as one."""
    runs: list[list[Outcome]] = []
    for outcome in column:
        if runs and order.index(outcome.release) == order.index(runs[-1][-1].release) + 1:
            runs[-1].append(outcome)
        else:
            runs.append([outcome])
    return [run[0].short + (f"-{run[-1].short}" if len(run) > 1 else "") for run in runs]


def _details(column: list[Outcome]) -> Iterator[str]:
    """What differs in a column, what was not compared and why, and what else the reports note."""
    for outcome in column:
        notes = outcome.report["notes"] if outcome.report else []
        yield from (f"{outcome.version}: {note}" for note in notes)
        for cell in outcome.cells.values():
            if cell["differing"]:
                yield f"{outcome.version} differs: {cell['first']}"
    reasons: Counter[tuple[str, str]] = Counter()
    for outcome in column:
        for cell in outcome.cells.values():
            for why, count in cell["not_compared"].items():
                reasons[f"{cell['loss']} {cell['dtype']}", why] += count
    releases = " ".join(outcome.version for outcome in column)
    for (what, why), count in reasons.items():
        yield f"{releases}: {what}: {count:,} outputs not compared: {why}"


def _verdict(outcomes: Sequence[Outcome]) -> str:
    compared = [outcome for outcome in outcomes if outcome.report]
    differing = sum(cell["differing"] for outcome in compared for cell in outcome.cells.values())
    left_out = sum(1 for outcome in outcomes if not outcome.report and not outcome.failed)
    failed = sum(1 for outcome in outcomes if outcome.failed)
    text = f"{len(outcomes)} releases: {len(compared)} compared, {differing:,} mismatches"
    text += f", {left_out} left out for want of a Python" if left_out else ""
    return text + (f", {failed} FAILED" if failed else "")
