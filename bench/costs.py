# SPDX-License-Identifier: Apache-2.0
"""Where the time of a call goes: `python -m bench.costs`, described in bench/README.md."""
# ruff: noqa: T201 (a program: it prints)

from __future__ import annotations

import argparse
import gc
import itertools
from typing import TYPE_CHECKING

import tf_losses
from bench import data
from bench.bounds import Bounds
from bench.cases import DTYPES, GRADIENT, LOSSES, MODES, ONE, WARM, Case, shape_name
from bench.clock import Clock
from bench.counting import count
from bench.machine import describe
from bench.parts import Parts, measure
from bench.worker import limit
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHAPES = ((32, 10), (100_000, 10), (1024, 1000), (256, 50257), (64, 250_000))
_VECTOR = (2**24,)
_LARGE = 1 << 23  # elements: rows that memory or arithmetic bounds, whatever else
_VECTOR_BYTES = {"avx512": 64, "avx2": 32}
_NAMED = 4  # operations
_CLOSE = 1.15  # times the bound

_HEADER = (
    f"{'':60}{'cycles':>8}{'':9}{'share of the time':^36}{'':16}{'bound,':>8}{'times':>7}\n"
    f"{'row':50}{'us':>10}{'/vector':>8}{'MB':>9}{'call':>6}{'results':>9}{'copy':>6}"
    f"{'arithmetic':>12}{'all':>6}  {'bound by':14}{'cycles':>8}{'it':>7}"
    "  operations a vector: cycles if they were alone"
)


def cases() -> Iterator[Case]:
    """List the rows; those of the same inputs stand together."""
    for dtype, loss in itertools.product(DTYPES, LOSSES):
        shapes = _SHAPES if of(loss).by_row else (*_SHAPES, _VECTOR)
        for shape, mode in itertools.product(shapes, MODES):
            yield Case(loss, mode, dtype, shape, ONE, WARM)


def title(case: Case) -> str:
    """Name a row."""
    gradient = " +gradient" if case.mode == GRADIENT else ""
    return f"{case.loss}{gradient} {case.dtype} {shape_name(case.shape)}"


def lanes(case: Case) -> int:
    """Give the elements of a vector: 16-bit ones are computed as float32."""
    width = _VECTOR_BYTES.get(native.isa_name(), 16)
    return width // (8 if case.dtype == "float64" else 4)


class Table:
    """Prints rows, and keeps what the last lines tell."""

    def __init__(self, clock: Clock, bounds: Bounds | None) -> None:
        """Print the first lines."""
        self._clock, self._bounds = clock, bounds
        self._large: list[tuple[float, str]] = []
        print(_HEADER)

    def add(self, case: Case, parts: Parts) -> None:
        """Print a row."""
        name, vectors = title(case), case.size / lanes(case)
        shares = {part: took / parts.nanoseconds for part, took in parts.named().items()}
        most = max(shares, key=lambda part: shares[part])
        line = (
            f"{name:50}{parts.nanoseconds / 1e3:10.2f}{parts.cycles / vectors:8.1f}"
            f"{case.moved_bytes / 1e6:9.3f}{shares['call']:6.2f}{shares['results']:9.2f}"
            f"{shares['copy']:6.2f}{shares['arithmetic']:12.2f}{parts.explained:6.2f}  {most:14}"
        )
        if self._bounds and name in self._bounds:
            least = self._bounds.nanoseconds(name) * vectors
            times = parts.nanoseconds / max(least, parts.copy)
            if case.size >= _LARGE:
                self._large.append((times, name))
            line += f"{least * self._clock.gigahertz / vectors:8.1f}{times:7.2f}  "
            line += ", ".join(
                f"{number:.1f} {operation}: {alone * self._clock.gigahertz:.1f}"
                for operation, number, alone in self._bounds.largest(name)[:_NAMED]
            )
        print(line, flush=True)

    def finish(self) -> None:
        """Tell of the large rows together."""
        if self._large:
            close = sum(times <= _CLOSE for times, _ in self._large)
            worst, name = max(self._large)
            print(
                f"{close} of {len(self._large)} large rows take at most {_CLOSE} times the greater "
                f"of the operations' bound and the copy; the worst: {worst:.2f}, {name}"
            )


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="rows whose name holds it")
    parser.add_argument("--rounds", metavar="N", type=int, default=3)
    parser.add_argument("--no-bounds", action="store_true", help="count no operations")
    options = parser.parse_args(argv)
    isa = native.isa_name()
    chosen = [case for case in cases() if options.only in title(case)]
    counts = {} if options.no_bounds else count(isa)
    limit(ONE)
    tf_losses.set_num_threads(1)
    clock = Clock()
    wanted = {title(case): counts[title(case)] for case in chosen if counts}
    width = {title(case): lanes(case) for case in chosen}
    bounds = Bounds(clock, isa, wanted, width) if wanted else None
    machine = describe()
    print(f"{machine['cpu']}, {isa}, {machine['system']}, load {machine['load']}")
    print(clock.describe())
    table = Table(clock, bounds)
    for _, group in itertools.groupby(chosen, key=lambda case: case.data_key):
        rows = list(group)
        inputs = data.draw(rows[0], 0)
        for case in rows:
            table.add(case, measure(clock, case, inputs, options.rounds))
        gc.collect()
    table.finish()


if __name__ == "__main__":
    main()
