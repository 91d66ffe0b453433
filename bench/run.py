# SPDX-License-Identifier: Apache-2.0
"""Rounds: in each, every contestant of a row has one turn, in an order that changes.

So what else the machine does falls on all of them, and the best of many turns is a fair number.
"""

from __future__ import annotations

import random
import statistics
import time
from typing import TYPE_CHECKING, Any

from bench.cases import ALL
from bench.contestants.copying import FORMS as COPIES
from bench.data import SEED
from bench.pool import Pool
from bench.rows import Row, Times, is_peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bench.cases import Case

_LEAST_ROUNDS, _MOST_ROUNDS = 3, 40
_LEAST_SECONDS = 0.6
# Peers this much slower than the fastest peer have no more turns: they cannot become the best
# one. At first, with one reading each, only those far behind, unless they take long. TensorFlow
# stays, as it is compared with by itself.
_HOPELESS_AT_FIRST, _HOPELESS_AND_LONG, _HOPELESS = 30.0, 5.0, 3.0
_LONG_NS = 20_000_000
_STAYS = ("tf_losses", "TF eager", "TF function", *COPIES)
# GNU OpenMP's threads spin for a while after their work; the next one's turn begins later.
_SETTLE_SECONDS = 0.004
_TOLERANCE = {"float32": 1e-3, "float64": 1e-3, "float16": 6e-2, "bfloat16": 6e-2}


def measure(pool: Pool, case: Case, seconds: float) -> Row:
    """Time one row within about so many seconds, compiling included."""
    until = time.monotonic() + seconds
    row = Row(case)
    prepared = pool.prepare(case)
    until = max(until, time.monotonic() + _LEAST_SECONDS)
    readings: dict[str, list[float]] = {}
    for name, (_, form) in prepared.items():
        if "error" in form:
            row.errors[name] = form["error"]
        else:
            readings[name] = [float(form["first"])]
    row.errors.update(_strangers(case, {name: form for name, (_, form) in prepared.items()}))
    order = random.Random(f"{SEED} {case.name()}")  # noqa: S311 (an order, no secret)
    for turn in range(_MOST_ROUNDS):
        if turn >= _LEAST_ROUNDS and time.monotonic() > until:
            break
        names = _hopeful(readings, first=turn < _LEAST_ROUNDS - 1)
        order.shuffle(names)
        for name in names:
            if case.threads == ALL:
                time.sleep(_SETTLE_SECONDS)
            readings[name] += prepared[name][0].ask("sample", name)
    row.times = {
        name: Times(min(found), statistics.median(found), len(found))
        for name, found in readings.items()
    }
    return row


def _hopeful(readings: dict[str, list[float]], *, first: bool) -> list[str]:
    """Name those who have another turn."""
    best = {name: min(found) for name, found in readings.items()}
    peers = [found for name, found in best.items() if is_peer(name)]
    fastest = min(peers, default=0.0)
    return [
        name
        for name, found in best.items()
        if name.startswith(_STAYS) or found <= _limit(found, first=first) * fastest
    ]


def _limit(nanoseconds: float, *, first: bool) -> float:
    if not first:
        return _HOPELESS
    return _HOPELESS_AND_LONG if nanoseconds > _LONG_NS else _HOPELESS_AT_FIRST


def _strangers(case: Case, forms: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Name the contestants whose values are not those of tf_losses."""
    ours = [form["check"] for name, form in forms.items() if name.startswith("tf_losses")]
    if not ours:
        return {}
    limit = _TOLERANCE[case.dtype]
    return {
        name: f"other values: {form['check']}, tf_losses {ours[0]}"
        for name, form in forms.items()
        if form.get("check") and not _close(form["check"], ours[0], limit)
    }


def _close(found: list[float], expected: list[float], limit: float) -> bool:
    return len(found) == len(expected) and all(
        abs(a - b) <= limit * abs(b) for a, b in zip(found, expected, strict=True)
    )


def measure_all(
    cases: Iterable[Case],
    seconds: float,
    started: Callable[[Pool], None],
    done: Callable[[Row], None],
) -> list[Row]:
    """Time rows one after the other; late rows have what the early ones left of the time."""
    remaining = list(cases)
    until = time.monotonic() + seconds
    rows: list[Row] = []
    for threads in dict.fromkeys(case.threads for case in remaining):
        pool = Pool(threads)
        pool.start()
        started(pool)
        try:
            while remaining and remaining[0].threads == threads:
                share = (until - time.monotonic()) / len(remaining)
                rows.append(measure(pool, remaining.pop(0), share))
                done(rows[-1])
        finally:
            pool.stop()
    return rows
