# SPDX-License-Identifier: Apache-2.0
"""One thread and two, and a model of more: `python -m bench.threads`.

A ratio is one thread's best time over that of two; threads take turns, so that what else the
machine does meets both. What 8 to 64 would do is computed (`bench.threads_model`), not measured.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import tf_losses
from bench import machine, stopwatch
from bench.threads_model import THREADS, Call, Copies, Late, speedup
from tf_losses import gradients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SIZES = (65_536, 131_072, 262_144, 1_048_576, 16_777_216)
_CLASSES = 64
_LOSSES = ("sigmoid", "weighted", "softmax", "sparse_softmax")
_FORWARD, _GRADIENT, _ALL = "", " +gradient", " +pos_weight"
# Arrays as large as the logits that a call reads and writes.
_ARRAYS = {
    _FORWARD: {"sigmoid": 3, "weighted": 3, "softmax": 2, "sparse_softmax": 1},
    _GRADIENT: {"sigmoid": 4, "weighted": 4, "softmax": 4, "sparse_softmax": 2},
    _ALL: {"weighted": 6},
}
_DTYPES = (np.float32, np.float64)
_TURNS = 7
_AWAKE, _ASLEEP = Late(0.2, 0.2), Late(27.0, 10.0)  # as measured once; for who has no compiler
_NATIVE = Path(__file__).parents[1] / "tests/native"


@dataclass
class Row:
    """A call, and what it reads and writes."""

    name: str
    call: Callable[[], Any]
    elements: int
    moved: int  # bytes read and written
    serial: float  # nanoseconds of the same call on one row


def rows(elements: int) -> Iterator[Row]:
    """List the calls on so many elements: dtype, loss, direction."""
    rng = np.random.default_rng(1)
    shape = (elements // _CLASSES, _CLASSES)
    numbers = rng.integers(0, _CLASSES, shape[0])
    for dtype in _DTYPES:
        x = rng.normal(0, 3, shape).astype(dtype)
        z = rng.random(shape).astype(dtype)
        for loss in _LOSSES:
            labels = numbers if loss == "sparse_softmax" else z
            for kind, arrays in _ARRAYS.items():
                if loss in arrays:
                    call = _call(loss, kind, labels, x)
                    name = f"{x.dtype.name} {loss}{kind}"
                    serial = _serial(loss, kind, labels, x)
                    yield Row(name, call, elements, arrays[loss] * x.nbytes, serial)


def _call(loss: str, kind: str, labels: Any, x: Any) -> Callable[[], Any]:  # noqa: ANN401 (arrays)
    module = gradients if kind else tf_losses.compat.v2.nn
    function = getattr(module, f"{loss}_cross_entropy_with_logits")
    more = (2.5,) if loss == "weighted" else ()
    if loss == "weighted" and kind == _GRADIENT:
        function = partial(function, wrt=("labels", "logits"))
    return partial(function, labels, x, *more)


def _serial(loss: str, kind: str, labels: Any, x: Any) -> float:  # noqa: ANN401 (arrays)
    """Time what one thread does alone: a row's call, and the sum that is pos_weight's gradient."""
    least = _best(_call(loss, kind, labels[:1], x[:1]), 1)
    if kind != _ALL:
        return least
    whole, rest = (_best(_call(loss, each, labels, x), 1) for each in (_ALL, _GRADIENT))
    return max(least, whole - rest)


def _best(call: Callable[[], Any], threads: int) -> float:
    tf_losses.set_num_threads(threads)
    return min(stopwatch.time_warm(call, (), 1, quick=True))


def time_threads(call: Callable[[], Any], turns: int) -> tuple[float, float, float]:
    """Give the best nanoseconds of one thread and of two, and the median ratio of the turns."""
    times = [(_best(call, 1), _best(call, 2)) for _ in range(turns)]
    one, two = (min(each) for each in zip(*times, strict=True))
    return one, two, statistics.median(a / b for a, b in times)


def wake_times() -> list[list[str]]:
    """Have C measure how soon a helper is at work; nothing where it cannot be built."""
    try:
        done = subprocess.run(  # noqa: S603 (a target of ours)
            ["make", "-s", "-C", str(_NATIVE), "wake"],  # noqa: S607 (the system's make)
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        _say(f"left out, wake-up: {error}")
        return []
    return [line.split() for line in done.stdout.splitlines()]


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 (a program)


def _print_wake(lines: list[list[str]]) -> tuple[Late, Late]:
    """Print C's lines; give the medians of helpers that are awake, and of those that sleep."""
    if not lines:
        return _AWAKE, _ASLEEP
    _say("us between jobs   to a helper's first share   an empty job (best, median)")
    for words in lines:
        _say(f"{words[1]:>15}{' '.join(words[3:5]):>28}{' '.join(words[6:8]):>15}")
    awake, asleep, post = float(lines[0][4]), float(lines[-1][4]), float(lines[-1][7])
    return Late(awake, awake), Late(asleep, post)


def _print_table(chosen: list[Row], copies: Copies, lates: tuple[Late, Late], turns: int) -> None:
    head = "".join(f"{n:>6}" for n in THREADS)
    _say(f"{'row':34}{'1: us':>9}{'2: us':>9} ratio median ns/each   model:{head}   asleep:{head}")
    ratios = []
    for row in chosen:
        one, two, median = time_threads(row.call, turns)
        ratios.append(one / two)
        call = Call(one, min(one, row.serial), row.moved)
        awake, asleep = (
            "".join(f"{speedup(n, call, copies, late):6.1f}" for n in THREADS) for late in lates
        )
        _say(
            f"{row.name:34}{one / 1e3:9.1f}{two / 1e3:9.1f}{one / two:6.2f}{median:7.2f}"
            f"{one / row.elements:8.2f}         {awake}          {asleep}"
        )
    if ratios:
        mean = statistics.geometric_mean(ratios)
        _say(f"two threads: {mean:.2f} times as fast as one, {min(ratios):.2f} at worst")


def main(argv: Sequence[str] | None = None) -> None:
    """Print wake-up times, copies, and the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.threads", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="rows whose name holds it")
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--turns", metavar="N", type=int, default=_TURNS)
    options = parser.parse_args(argv)
    if len(stopwatch.processors()) < 2:  # noqa: PLR2004 (two threads)
        sys.exit("two threads need two processors")
    for key, value in machine.describe().items():
        _say(f"{key}: {value}")
    lates = _print_wake(wake_times())
    for elements in options.sizes:
        size = elements * 8
        copies = Copies.measure(size)
        _say(
            f"\n{elements} elements; copies of {size >> 10} KiB, GB/s by 1 and 2 threads: "
            f"{copies.one:.1f}, {copies.two:.1f}"
        )
        chosen = [row for row in rows(elements) if options.only in row.name]
        _print_table(chosen, copies, lates, options.turns)


if __name__ == "__main__":
    main()
