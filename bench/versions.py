# SPDX-License-Identifier: Apache-2.0
"""Each family of TensorFlow's releases against the newest: `python -m bench.versions`.

One process and thread; the versions take turns at every row, so that what else the machine does
meets all alike. A ratio is that of the best times: a family's over the newest version's.
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import tf_losses
from bench import stopwatch
from tf_losses import gradients
from tf_losses._internal.runtime.releases import RELEASES, UPCOMING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SHAPES = ((32, 10), (100_000, 10), (1024, 1000))
_DTYPES = (np.float32, np.float64)
_TURNS = 5


def families() -> list[str]:
    """Name the newest release of each family, newest first."""
    released = {name: release for name, release in RELEASES.items() if name not in UPCOMING}
    newest = {release.code: name for name, release in released.items()}
    return list(reversed(newest.values()))


def rows() -> Iterator[tuple[str, Callable[[], Any]]]:
    """List the calls: loss, direction, dtype, shape."""
    nn = tf_losses.compat.v2.nn
    rng = np.random.default_rng(1)
    for dtype in _DTYPES:
        for shape in _SHAPES:
            x = rng.normal(0, 3, shape).astype(dtype)
            z = rng.random(shape).astype(dtype)
            numbers = rng.integers(0, shape[1], shape[0])
            name = f"{np.dtype(dtype).name} {shape[0]}x{shape[1]}"
            for loss, labels, more in (
                ("sigmoid", z, ()),
                ("weighted", z, (2.5,)),
                ("softmax", z, ()),
                ("sparse_softmax", numbers, ()),
            ):
                function = f"{loss}_cross_entropy_with_logits"
                forward, backward = getattr(nn, function), getattr(gradients, function)
                yield f"{loss} {name}", partial(forward, labels, x, *more)
                yield f"{loss} +gradient {name}", partial(backward, labels, x, *more)


def _best(call: Callable[[], Any], loops: int) -> float:
    return min(stopwatch.time_warm(call, (), loops, quick=True))


def _ratios(call: Callable[[], Any], names: Sequence[str], turns: int) -> tuple[float, list[float]]:
    loops = stopwatch.loops_for(round(_best(call, 1)))
    best = [float("inf")] * len(names)
    for _ in range(turns):
        for place, name in enumerate(names):
            tf_losses.set_tf_version(name)
            best[place] = min(best[place], _best(call, loops))
    return best[0], [each / best[0] for each in best]


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table, and the worst row of each family."""
    parser = argparse.ArgumentParser(prog="python -m bench.versions", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="rows whose name holds it")
    parser.add_argument("--turns", metavar="N", type=int, default=_TURNS)
    options = parser.parse_args(argv)
    names = families()
    tf_losses.set_num_threads(1)
    print(f"{'row':38} {names[0] + ' us':>9}" + "".join(f"{n:>6}" for n in names[1:]))  # noqa: T201 (a program)
    worst = [(0.0, "")] * len(names)
    for row, call in rows():
        if options.only in row:
            nanoseconds, ratios = _ratios(call, names, options.turns)
            worst = [max(a, (ratio, row)) for a, ratio in zip(worst, ratios, strict=True)]
            cells = "".join(f"{ratio:6.2f}" for ratio in ratios[1:])
            print(f"{row:38} {nanoseconds / 1e3:9.1f}{cells}", flush=True)  # noqa: T201 (same)
    for name, (ratio, row) in list(zip(names, worst, strict=True))[1:]:
        print(f"{name:>5}: worst {ratio:.2f}, {row}")  # noqa: T201 (same)


if __name__ == "__main__":
    main()
