# SPDX-License-Identifier: Apache-2.0
"""Times of calls, and the cycles they take.

Times are those of the processor for this thread: what else the machine does then counts for little.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns, thread_time_ns
from typing import TYPE_CHECKING

from bench import stopwatch
from bench.compiling import NATIVE, compile_library

if TYPE_CHECKING:
    from collections.abc import Callable

_CHAIN = 2000  # hundreds of additions: some 50 us
_FIRST = 100  # chains, of which one is surely not interrupted
_QUARTER = 4
_QUICK_NS = 40_000_000  # calls longer than this are not repeated within a turn


class Clock:
    """Nanoseconds of calls; cycles by the processor's counter, or by its measured frequency."""

    def __init__(self) -> None:
        """Compile, and look for a counter."""
        with TemporaryDirectory() as folder:
            made = compile_library([NATIVE / "clock.c"], Path(folder) / "clock.so")
            library = ctypes.CDLL(str(made))
        self._frequency = library.cycles_a_nanosecond
        self._frequency.argtypes, self._frequency.restype = [ctypes.c_int64], ctypes.c_double
        self._counter: int = library.open_cycle_counter()
        self.gigahertz = 0.0
        for _ in range(_FIRST):
            self.observe()

    def observe(self) -> None:
        """Measure the frequency once more; the highest one is kept, as times are the least ones."""
        self.gigahertz = max(self.gigahertz, self._frequency(_CHAIN))

    def describe(self) -> str:
        """Tell where cycles come from."""
        if self._counter >= 0:
            return "cycles by the processor's counter"
        if self.gigahertz:
            return (
                f"cycles: times by the measured frequency of {self.gigahertz:.2f} GHz (dependent "
                "additions; there is no counter of cycles here)"
            )
        return "no cycles: neither a counter nor a known chain of additions here"

    def cycles(self) -> int:
        """Give the counter's cycles so far; 0 without one."""
        return int.from_bytes(os.read(self._counter, 8), "little") if self._counter >= 0 else 0


class Reading:
    """The time of a call, and its cycles: of a reading that a quarter of all are below.

    The least of the processor's times may be too little: a virtual machine's kernel takes away from
    them what the host took, and not always from the reading that it was taken from.
    """

    def __init__(self, clock: Clock, call: Callable[[], object]) -> None:
        """Run the call for the first time."""
        self._clock, self._call = clock, call
        call()
        first = self._once(1)
        self._loops = stopwatch.loops_for(round(first))
        self._quick = first < _QUICK_NS
        self._times: list[float] = []
        self._counted: list[float] = []

    def turn(self) -> None:
        """Take some readings."""
        if self._quick:
            self._call()  # others have used the caches since the last turn
        begin = perf_counter_ns()
        while True:
            before = self._clock.cycles()
            self._times.append(self._once(self._loops))
            self._counted.append((self._clock.cycles() - before) / self._loops)
            if perf_counter_ns() - begin > stopwatch.SLOT_NS:
                return

    @property
    def nanoseconds(self) -> float:
        """Give the time of a call."""
        return sorted(self._times)[len(self._times) // _QUARTER]

    @property
    def cycles(self) -> float:
        """Give the cycles of a call."""
        counted = sorted(self._counted)[len(self._counted) // _QUARTER]
        return counted or self.nanoseconds * self._clock.gigahertz

    def _once(self, loops: int) -> float:
        steps = range(loops)
        start = thread_time_ns()
        for _ in steps:
            self._call()
        return (thread_time_ns() - start) / loops
