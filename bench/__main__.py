# SPDX-License-Identifier: Apache-2.0
"""The command: measure what was chosen, print the tables, write JSON and plots."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench import machine, memory, plots, report, run
from bench.cases import BUFFERS, DTYPES, LOSSES, MODES, PRESETS, THREADS, Preset, parse_shape
from bench.results import Results, read, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.cases import Case
    from bench.pool import Pool
    from bench.rows import Row

_FOLDER = Path(__file__).parent / "results"
_CHOICES = {
    "losses": LOSSES,
    "modes": MODES,
    "dtypes": DTYPES,
    "threads": THREADS,
    "buffers": BUFFERS,
}


def main() -> int:
    """Follow the command line."""
    options = _parser().parse_args()
    if options.show:
        _show(read(options.show))
        return 0
    preset = _narrowed(PRESETS[options.preset], options)
    results = Results(machine.describe(), {"preset": options.preset, "seconds": preset.seconds})
    cases = preset.cases()
    results.rows = _measure(results, cases, preset.seconds)
    if preset.scaling:
        points = Preset(preset.scaling, seconds=0).cases()
        results.scaling = _measure(results, points, preset.seconds // 5)
    if preset.memory:
        _progress("memory")
        results.memory = memory.measure_all()
    results.machine["load after"] = [round(load, 2) for load in os.getloadavg()]
    name = options.name or options.preset
    write(results, _FOLDER / f"{name}.json")
    _plot(results, name)
    _show(results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Time tf_losses beside its peers."
    )
    parser.set_defaults(preset="default")
    for name in ("quick", "full"):
        parser.add_argument(
            f"--{name}", dest="preset", action="store_const", const=name,
            help=f"the {name} choice of rows",
        )  # fmt: skip
    for name, choices in _CHOICES.items():
        parser.add_argument(
            f"--{name}", nargs="+", choices=choices, help="only these, in place of the choice's"
        )
    parser.add_argument("--shapes", nargs="+", type=parse_shape, help="such as 1024x1000")
    parser.add_argument("--seconds", type=int, help="for the rows, compiling included")
    parser.add_argument("--name", help="of the files in bench/results")
    parser.add_argument("--show", type=Path, metavar="JSON", help="print earlier results again")
    return parser


def _narrowed(preset: Preset, options: argparse.Namespace) -> Preset:
    """Apply --losses and its like to every selection; then nothing else is measured."""
    given = {
        name: tuple(getattr(options, name))
        for name in (*_CHOICES, "shapes")
        if getattr(options, name)
    }
    if given:
        selections = tuple(replace(chosen, **given) for chosen in preset.selections)
        preset = replace(preset, selections=selections, memory=False, scaling=())
    return replace(preset, seconds=options.seconds or preset.seconds)


def _measure(results: Results, cases: Sequence[Case], seconds: float) -> list[Row]:
    begun, count = time.monotonic(), 0

    def started(pool: Pool) -> None:
        results.versions.update(pool.versions)
        results.missing.update(pool.missing)

    def done(row: Row) -> None:
        nonlocal count
        count += 1
        passed = time.monotonic() - begun
        peer, nanoseconds = row.best_peer
        _progress(
            f"{count}/{len(cases)} {passed:.0f} s  {row.case.name()}: "
            f"{nanoseconds / row.ours:.2f} ({peer})"
        )

    return run.measure_all(cases, seconds, started, done)


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _plot(results: Results, name: str) -> None:
    first = results.rows[0].case
    alike = (first.dtype, first.threads, first.buffers)
    rows = [
        row for row in results.rows if (row.case.dtype, row.case.threads, row.case.buffers) == alike
    ]
    plots.ratios(rows, _FOLDER / f"{name}.svg")
    if results.scaling:
        plots.scaling(results.scaling, _FOLDER / f"{name}_scaling.svg")


def _show(results: Results) -> None:
    about = {**results.machine, **results.versions}
    parts = [
        "\n".join(f"{name}: {value}" for name, value in about.items()),
        f"empty call: {report.floor(results.rows)} microseconds, contained in every time",
        *(f"not installed: {name} ({why})" for name, why in results.missing.items()),
        "## All contestants\n\n" + report.peers_table(results.rows),
        "## Rows\n\n" + report.rows_table(results.rows),
        "## Geometric means\n\n" + report.means_table(results.rows),
        "## Short of the aim\n\n" + ("\n".join(report.shortfalls(results.rows)) or "none"),
        "## Failures of peers\n\n" + ("\n".join(report.failures(results.rows)) or "none"),
    ]
    if results.memory:
        parts.append("## Peak extra memory, forward\n\n" + report.memory_table(results.memory))
    sys.stdout.write("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    sys.exit(main())
