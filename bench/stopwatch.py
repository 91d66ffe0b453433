# SPDX-License-Identifier: Apache-2.0
"""Timing one call: loops long enough for the clock, and a cache emptied where a row asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import numpy as np

Call = Callable[..., object]
Arguments = list[tuple[Any, ...]]

_BLOCK_NS = 400_000  # one reading of the clock spans this much at least
SLOT_NS = 12_000_000  # one turn of a contestant: as many readings as fit, at least one
_DEFAULT_CACHE = 32 << 20
_LARGEST_SWEEP = 512 << 20


def loops_for(nanoseconds: int) -> int:
    """Give the number of calls between two readings of the clock."""
    return max(1, _BLOCK_NS // max(nanoseconds, 1))


def time_warm(call: Call, arguments: tuple[Any, ...], loops: int, *, quick: bool) -> list[float]:
    """Time calls on the same buffers; give nanoseconds a call, one number a reading.

    A call that is not quick finds nothing of the last one in the caches; it is not repeated.
    """
    if quick:
        call(*arguments)  # other contestants have used the caches since the last turn
    steps = range(loops)
    found: list[float] = []
    begin = perf_counter_ns()
    while True:
        start = perf_counter_ns()
        for _ in steps:
            call(*arguments)
        stop = perf_counter_ns()
        found.append((stop - start) / loops)
        if stop - begin > SLOT_NS:
            return found


class ColdStopwatch:
    """Times calls whose inputs are in memory, not in a cache.

    Before each pass over the rotated inputs an array larger than the last-level cache is written.
    """

    def __init__(self) -> None:
        """Measure the cache; the array is made by the first sweep."""
        self._bytes = min(last_level_cache() * 5 // 4, _LARGEST_SWEEP)
        self._sweeper: np.ndarray[Any, np.dtype[np.uint64]] | None = None

    def time(self, call: Call, rotated: Arguments) -> list[float]:
        """Give nanoseconds a call, one number for all of a pass."""
        if self._sweeper is None:
            self._sweeper = np.zeros(self._bytes // 8, np.uint64)
        self._sweeper += 1
        call(*rotated[0])  # brings back the library's own code; its inputs are not timed
        start = perf_counter_ns()
        for arguments in rotated[1:]:
            call(*arguments)
        return [(perf_counter_ns() - start) / (len(rotated) - 1)]


def last_level_cache() -> int:
    """Give the bytes of the largest cache, as Linux tells them."""
    found = [_size(path) for path in Path("/sys/devices/system/cpu/cpu0/cache").glob("*/size")]
    return max(found, default=_DEFAULT_CACHE)


def _size(path: Path) -> int:
    text = path.read_text(encoding="ascii").strip()
    units = {"K": 1 << 10, "M": 1 << 20}
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text)


def processors() -> list[int]:
    """List the processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))
