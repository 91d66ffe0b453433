# SPDX-License-Identifier: Apache-2.0
"""A model of many threads, from parts measured with one and two.

It is a model: no machine with so many processors was measured. A call that n threads share takes

    serial + (alone - serial + what helpers come late, in all) / n + half of a last share

where serial is the time of the same call on one row and of what one thread does alone. The first
helper is late by what was measured, and each further one by what the caller, or the helper before
it, needs for one. Nor does it take less than memory does: its bytes at the rate of n threads'
copies, for which the part of a copy that two threads do not halve is taken to be what no number of
them halves. Threads that come too late to be of use are not waited for, so that the best n up to
that number counts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import perf_counter_ns

import numpy as np

THREADS = (2, 8, 16, 32, 64)
_LEAST_SHARE = 7_000.0  # nanoseconds: a quarter of what C starts a thread for
_COPIES, _ROUNDS = 4, 24
_PIECE = 1 << 17  # elements of a copy; the C library copies large pieces in another way


@dataclass
class Late:
    """Microseconds until the first helper has a share, and from each helper to the next."""

    first: float
    further: float


@dataclass
class Call:
    """One thread's nanoseconds, those of them that no thread can take over, and bytes moved."""

    alone: float
    serial: float
    moved: int


@dataclass
class Copies:
    """Bytes a nanosecond that one thread and two read and write when they copy."""

    one: float
    two: float

    @classmethod
    def measure(cls, size: int) -> Copies:
        """Copy so many bytes, cut in parts, again and again."""
        source, target = np.ones(size // 8), np.ones(size // 8)
        copies = _COPIES * max(1, (1 << 24) // size)
        times = [[_copy(source, target, n, copies) for n in (1, 2)] for _ in range(_ROUNDS)]
        one, two = (min(each) for each in zip(*times, strict=True))
        return cls(2 * size * copies / one, 2 * size * copies / two)

    def rate(self, threads: int) -> float:
        """Extrapolate: 1/rate = fixed + divided / threads, through both measured points."""
        one, two = 1 / self.one, 1 / self.two
        fixed = max(0.0, 2 * two - one)
        return 1 / (fixed + (one - fixed) / threads)


def _copy(source: np.ndarray, target: np.ndarray, threads: int, copies: int) -> int:
    """Have each thread copy its own part again and again; NumPy lets others run meanwhile."""
    gate = threading.Barrier(threads)
    halves = zip(np.array_split(source, threads), np.array_split(target, threads), strict=True)
    times: list[tuple[int, int]] = []

    def work(half: tuple[np.ndarray, np.ndarray]) -> None:
        starts = range(0, len(half[0]), _PIECE)
        pieces = [[array[i : i + _PIECE] for array in half] for i in starts]
        gate.wait()
        begin = perf_counter_ns()
        for _ in range(copies):
            for source_piece, target_piece in pieces:
                np.copyto(target_piece, source_piece)
        times.append((begin, perf_counter_ns()))

    workers = [threading.Thread(target=work, args=(half,)) for half in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return max(end for _, end in times) - min(begin for begin, _ in times)


def speedup(threads: int, call: Call, copies: Copies, late: Late) -> float:
    """Give how many times as fast as one thread so many would be."""
    most = max(1, min(threads, int(call.alone / (4 * _LEAST_SHARE))))
    return max(call.alone / _time(n, call, copies, late) for n in range(1, most + 1))


def _time(threads: int, call: Call, copies: Copies, late: Late) -> float:
    if threads == 1:
        return call.alone
    helpers = threads - 1
    lost = (late.first * helpers + late.further * helpers * (helpers - 1) / 2) * 1e3
    computing = (call.alone - call.serial + lost) / threads
    moving = call.moved / copies.rate(threads)
    return call.serial + max(computing, moving) + _LEAST_SHARE / 2
