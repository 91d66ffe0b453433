# SPDX-License-Identifier: Apache-2.0
"""What was measured of one case, and who is who among the contestants."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.cases import Case
from bench.contestants.copying import FORMS, SAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

TENSORFLOW = ("TF eager", "TF function")


def is_ours(name: str) -> bool:
    """Tell whether a contestant is a way to call this package."""
    return name.startswith("tf_losses")


def is_peer(name: str) -> bool:
    """Tell whether a contestant is another library."""
    return not is_ours(name) and name not in FORMS


@dataclass
class Times:
    """Nanoseconds a call of one contestant."""

    best: float
    median: float
    readings: int

    def to_json(self) -> list[float]:
        """Give best, median and number of readings."""
        return [_short(self.best), _short(self.median), self.readings]


def _short(nanoseconds: float) -> float:
    """Four digits are more than any clock here deserves."""
    return float(f"{nanoseconds:.4g}")


@dataclass
class Row:
    """One case with what was measured."""

    case: Case
    times: dict[str, Times] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give everything, for the results file."""
        times = {name: found.to_json() for name, found in self.times.items()}
        return {**self.case.to_json(), "ns": times, "errors": self.errors}

    @property
    def ours(self) -> float:
        """Nanoseconds of our faster public way; infinite if there is none."""
        return min(self._where(is_ours), default=math.inf)

    @property
    def best_peer(self) -> tuple[str, float]:
        """Name and nanoseconds of the fastest peer; infinite if there is none."""
        peers = [(found.best, name) for name, found in self.times.items() if is_peer(name)]
        nanoseconds, name = min(peers, default=(math.inf, "-"))
        return name, nanoseconds

    @property
    def tensorflow(self) -> float:
        """Nanoseconds of TensorFlow's better form, XLA not included: other bits."""
        return min(self._where(lambda name: name in TENSORFLOW), default=math.inf)

    @property
    def same_bytes(self) -> float:
        """Nanoseconds of the copy that moves as many bytes."""
        return min(self._where(lambda name: name == SAME_BYTES), default=math.inf)

    def _where(self, wanted: Callable[[str], bool]) -> list[float]:
        return [found.best for name, found in self.times.items() if wanted(name)]

    @staticmethod
    def from_json(fields: dict[str, Any]) -> Row:
        """Make a row of what `to_json` gave."""
        times = {
            name: Times(best, median, int(readings))
            for name, (best, median, readings) in fields.pop("ns").items()
        }
        return Row(errors=fields.pop("errors"), times=times, case=Case.from_json(fields))
