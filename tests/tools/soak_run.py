# SPDX-License-Identifier: Apache-2.0
"""What all activities of `soak.py` share: the calls, the time that is left, and what was found."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

import soak_calls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from soak_calls import Call, Outcome

CALLS = 400
KEPT_FAULTS = 20
PATIENCE = 600  # seconds, for what a loaded machine does slowly


class Soak:
    """What all activities share: the calls, the time, and what was found."""

    def __init__(self, seconds: float, seed: int, load: float, folder: Path) -> None:
        self.seed, self.load, self.folder = seed, load, folder
        self.calls = soak_calls.draw_calls(np.random.default_rng(seed), CALLS)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seconds = seconds
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._changed = threading.Condition()  # of the next two
        self._busy, self._at_rest = 0, False
        self.starts()

    def starts(self) -> None:
        """Let the time begin now."""
        self._begin, self._used = time.monotonic(), _processor_time()

    def count(self, **numbers: int) -> None:
        with self._lock:
            self.counts.update(numbers)

    def fault(self, text: str) -> None:
        """Keep the first ones; all are counted."""
        with self._lock:
            self.counts["faults"] += 1
            if len(self.faults) < KEPT_FAULTS:
                self.faults.append(text)

    def check(self, call: Call, found: Outcome, where: str) -> None:
        met = found.equals(call.expected)
        self.count(
            calls=1, elements=found.elements, refused=bool(found.refusal), mismatches=not met
        )
        if not met:
            self.fault(f"{where}: {call.name}: {found.refusal or 'other bits'}")

    def elapsed(self) -> float:
        return time.monotonic() - self._begin

    def ends(self) -> None:
        self._over.set()

    def waits(self, seconds: float) -> bool:
        """Wait so long, or until the end; tell whether it has come."""
        return self._over.wait(seconds)

    def waits_until(self, second: float) -> None:
        self.waits(max(second - self.elapsed(), 0))

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Do something, unless or until all are to rest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._at_rest)
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Wait until nobody does anything; nobody begins before this ends."""
        with self._changed:
            self._at_rest = True
            if not self._changed.wait_for(lambda: self._busy == 0, PATIENCE):
                self.fault(f"something goes on for more than {PATIENCE} seconds")
        try:
            yield
        finally:
            with self._changed:
                self._at_rest = False
                self._changed.notify_all()

    def keeps_load(self) -> None:
        """Wait while more of a processor was used than wanted, children's time included."""
        ahead = _processor_time() - self._used - self.load * self.elapsed()
        if ahead > 0:
            self.waits(min(ahead / self.load, 1.0))

    def some(self, rng: np.random.Generator, count: int) -> list[Call]:
        return [self.calls[i] for i in rng.integers(len(self.calls), size=count)]


def _processor_time() -> float:
    return sum(os.times()[:4])
