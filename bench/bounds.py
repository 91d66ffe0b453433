# SPDX-License-Identifier: Apache-2.0
"""The least time of a row's operations: as often as they are executed, waiting for nothing.

The counts are those of the kernel that is called (`bench.counting`). The time is that of a loop
that has as many of each operation for some vectors, mixed, with operands in registers or in the
first-level cache: which of them share a port is measured that way, not assumed.
"""

from __future__ import annotations

import ctypes
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.clock import Clock, Reading
from bench.compiling import CSRC, NATIVE, compile_library
from bench.operations import OPERATIONS, repeating_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_VECTORS = 4  # of a loop's body
_ALONE = 16  # repetitions of one operation
_ROUNDS = 1000
_TURNS = 3

Mix = tuple[tuple[int, int], ...]


class Bounds:
    """Nanoseconds a vector of each row, and of each operation of it alone."""

    def __init__(
        self,
        clock: Clock,
        isa: str,
        counts: Mapping[str, Mapping[int, float]],
        lanes: Mapping[str, int],
    ) -> None:
        """Compile the loops and measure them; counts are those of an element of each row."""
        self._mixes = {row: _mix(of, lanes[row]) for row, of in counts.items()}
        self._counts = {
            row: {n: count * lanes[row] for n, count in of.items()} for row, of in counts.items()
        }
        used = sorted({number for mix in self._mixes.values() for number, _ in mix})
        alone: list[Mix] = [((number, _ALONE),) for number in used]
        loops = [*alone, *dict.fromkeys(self._mixes.values())]
        times = _measure(clock, isa, loops)
        self._alone = {mix[0][0]: times[mix] / _ALONE for mix in alone}
        self._times = {mix: times[mix] / _VECTORS for mix in loops}

    def __contains__(self, row: str) -> bool:
        """Tell whether a row was counted."""
        return row in self._mixes

    def nanoseconds(self, row: str) -> float:
        """Give the bound of a vector."""
        return self._times[self._mixes[row]]

    def largest(self, row: str) -> list[tuple[str, float, float]]:
        """List a row's operations: name, times a vector, nanoseconds if alone; most first."""
        listed = [
            (OPERATIONS[n].name, count, count * self._alone[n])
            for n, count in self._counts[row].items()
            if n in self._alone
        ]
        return sorted(listed, key=lambda each: -each[2])


def _mix(counts: Mapping[int, float], lanes: int) -> Mix:
    rounded = ((n, round(count * lanes * _VECTORS)) for n, count in sorted(counts.items()))
    return tuple((n, count) for n, count in rounded if count)


def _measure(clock: Clock, isa: str, loops: Sequence[Mix]) -> dict[Mix, float]:
    with TemporaryDirectory() as folder:
        repeat = _compile(isa, Path(folder), [dict(mix) for mix in loops])
        readings = {mix: Reading(clock, partial(repeat, n, _ROUNDS)) for n, mix in enumerate(loops)}
        for _ in range(_TURNS):
            for reading in readings.values():
                reading.turn()
    return {mix: reading.nanoseconds / _ROUNDS for mix, reading in readings.items()}


def _compile(
    isa: str, folder: Path, loops: Sequence[Mapping[int, int]]
) -> Callable[[int, int], None]:
    """Give the function that runs a loop: its number, and how often."""
    kernels = folder / "kernels"
    (kernels / "math").mkdir(parents=True)
    (kernels / "kernels.h").write_text(repeating_header(loops), encoding="utf-8")
    (kernels / "math" / "forms.h").write_text("", encoding="utf-8")
    name = "portable" if isa == "baseline" else isa
    asked = (CSRC / "host" / f"{of}.c" for of in ("libm_tables", "rcpps", "x86"))
    sources = [CSRC / "isa" / f"{name}.c", *asked]
    made = compile_library(sources, folder / "repeated.so", [f"-I{folder}", f"-I{NATIVE}"])
    repeat = ctypes.CDLL(str(made)).bench_repeat
    repeat.argtypes, repeat.restype = [ctypes.c_int, ctypes.c_int64], None
    return repeat
