# SPDX-License-Identifier: Apache-2.0
"""Small calls beside what no call can do without: `python -m bench.floor`.

The floor of a loss is an empty call of C by cffi, `np.empty` for the result and three attributes of
an array (shape, dtype, flags); with gradient, `np.empty` twice. Then come the losses of 32x10, by
the public functions with arrays by place and by name, and by `gradients.repeated`, as multiples of
it. All are timed in turns, in one process, on one processor; the least of many readings.
"""

from __future__ import annotations

import os
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np
from tabulate import tabulate

from bench.data import POS_WEIGHT
from tf_losses import gradients, set_num_threads
from tf_losses._internal._ffi import lib
from tf_losses._internal.losses.catalogue import LOSSES
from tf_losses.compat import v2
from tf_losses.gradients import repeated

if TYPE_CHECKING:
    from collections.abc import Callable

    Calls = dict[str, Callable[[], object]]

_ROWS, _CLASSES = 32, 10
_ROUNDS, _LOOPS = 60, 1000


def _least(calls: Calls) -> dict[str, float]:
    """Give nanoseconds a call."""
    found = dict.fromkeys(calls, float("inf"))
    for _ in range(_ROUNDS):
        for name, call in calls.items():
            start = perf_counter_ns()
            for _ in range(_LOOPS):
                call()
            found[name] = min(found[name], (perf_counter_ns() - start) / _LOOPS)
    return found


def _arguments(loss: Any) -> tuple[Any, ...]:  # noqa: ANN401 (a loss of the catalogue)
    """Labels, logits and, if there is one, pos_weight."""
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(_ROWS, _CLASSES)).astype(np.float32)
    numbers = rng.integers(0, _CLASSES, _ROWS)
    labels = np.eye(_CLASSES, dtype=np.float32)[numbers]
    given = (numbers if loss.class_labels else labels, logits)
    return (*given, POS_WEIGHT) if loss.has_weight else given


def _calls_of(loss: Any) -> Calls:  # noqa: ANN401 (same)
    arguments = _arguments(loss)
    named = dict(zip(("labels", "logits", "pos_weight"), arguments, strict=False))
    forward = getattr(v2.nn, loss.function)
    both = getattr(gradients, loss.gradients)
    wanted: dict[str, Any] = {"with_loss": True}
    if not loss.class_labels:
        wanted["wrt"] = "logits"
    return {
        f"{loss.name}": lambda: forward(*arguments),
        f"{loss.name} by name": lambda: forward(**named),
        f"{loss.name} repeated": repeated(loss.name, *arguments, wrt=()),
        f"{loss.name} +gradient": lambda: both(*arguments, **wanted),
        f"{loss.name} +gradient repeated": repeated(loss.name, *arguments),
    }


def main() -> None:
    """Print a line a call."""
    set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    array = np.zeros((_ROWS, _CLASSES), np.float32)
    parts: Calls = {
        "nothing": lambda: None,
        "an empty call of C": lib.tfl_interface,
        "np.empty": lambda: np.empty((_ROWS,), np.float32),
        "three attributes": lambda: (array.shape, array.dtype, array.flags),
    }
    calls = {name: call for loss in LOSSES for name, call in _calls_of(loss).items()}
    found = _least({**parts, **calls})
    empty = found["np.empty"] - found["nothing"]
    floor = found["an empty call of C"] + empty + found["three attributes"]
    lines: list[tuple[str, str, str]] = [(name, f"{found[name]:.0f}", "") for name in parts]
    lines += [("floor", f"{floor:.0f}", "1.0"), ("floor +gradient", f"{floor + empty:.0f}", "")]
    for name in calls:
        of = floor + empty * ("+gradient" in name)
        lines.append((name, f"{found[name]:.0f}", f"{found[name] / of:.1f}"))
    headers = (f"float32 {_ROWS}x{_CLASSES}", "ns", "times its floor")
    print(tabulate(lines, headers, tablefmt="github", colalign=("left", "right", "right")))  # noqa: T201 (a program)


if __name__ == "__main__":
    main()
