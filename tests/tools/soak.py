# SPDX-License-Identifier: Apache-2.0
"""Keeps the library busy as a server would that lives long: `make soak`.

    python tests/tools/soak.py [--seconds 3600] [--seed 0] [--load 0.5]

Threads call every loss in every way, dtype and layout, and compare each result with the bits that
were computed before (soak_calls.py). Meanwhile others change every setting that must not change
them, fork, begin processes, compute Dask arrays and evaluate files, also on a cluster
(soak_activities.py). Each minute all rest, and memory, open files and threads are looked at
(soak_watch.py). It fails if a result differs, if an exception or an exit code is none of the
expected ones, if a child hangs, or if what the process holds grows.

Calls choose release and C library by `with` blocks, in the thread that calls: what the process is
set to meanwhile must not reach in there. What has no block changes no bit, but for the processor's
vendor and oneDNN, which are left as they are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import tf_losses
from soak_activities import ACTIVITIES, write_files
from soak_run import Soak
from soak_watch import give_large_pieces_back, growth, held_now, thirds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from soak_activities import Activity
    from soak_watch import Held

# Of a run, at least; each ends with a look at what is held.
PERIODS = 6
MINUTE = 60
MIB = 1 << 20
HELD = ("memory (MiB)", "malloc (MiB)", "Python's objects", "open files", "threads")


def keep_doing(activity: Activity, soak: Soak, number: int) -> None:
    """Do it until the end, now and then."""
    rng = np.random.default_rng([soak.seed, number])
    while not soak.waits(activity.pause):
        with soak.busy():
            do(activity, soak, rng)
        soak.keeps_load()


def do(activity: Activity, soak: Soak, rng: np.random.Generator) -> None:
    """Do it once; an exception is a fault, and no end."""
    try:
        activity.act(soak, rng)
    except Exception:  # noqa: BLE001 (any is a fault)
        soak.fault(f"{activity.act.__name__}: {traceback.format_exc()}")


def begin(soak: Soak) -> list[threading.Thread]:
    several = [activity for activity in ACTIVITIES for _ in range(activity.threads)]
    threads = [
        threading.Thread(target=keep_doing, args=(activity, soak, number))
        for number, activity in enumerate(several)
    ]
    for thread in threads:
        thread.start()
    return threads


def watch(soak: Soak, say: Callable[[str], None]) -> list[Held]:
    """What is held at the end of each period, told at once."""
    periods = max(PERIODS, round(soak.seconds / MINUTE))
    looks = []
    for period in range(1, periods + 1):
        soak.waits_until(soak.seconds * period / periods)
        with soak.at_rest():
            tf_losses.set_result_cache(0)  # gives back what is kept
            looks.append(held_now())
        say(line_of(soak, looks[-1]))
    return looks


def line_of(soak: Soak, held: Held) -> str:
    return (
        f"{soak.elapsed():5.0f} s  {held.memory / MIB:7.1f} MiB  {held.heap / MIB:7.2f} of malloc  "
        f"{held.blocks:9,} objects  {held.files:3} files  {held.threads:3} threads  "
        f"{soak.counts['calls']:10,} calls  {soak.counts['faults']} faults"
    )


def table(soak: Soak, looks: list[Held]) -> list[str]:
    """What was done and found."""
    rows = [
        ("seconds", f"{soak.elapsed():.0f}, seed {soak.seed}"),
        (
            "calls",
            f"{soak.counts['calls']:,}, of which {soak.counts['refused']:,} refused as expected",
        ),
        ("elements compared", f"{soak.counts['elements']:,}"),
        ("mismatches", f"{soak.counts['mismatches']:,}"),
        ("settings changed", f"{soak.counts['switches']:,} times"),
        ("forks", f"{soak.counts['forks']:,}"),
        ("processes begun", f"{soak.counts['processes']:,}"),
        ("calls by Dask", f"{soak.counts['dask']:,}"),
        (
            "files evaluated",
            f"{soak.counts['files']:,}, {soak.counts['clusters']:,} of them on a cluster",
        ),
    ]
    by_third = list(zip(*thirds(looks), strict=True))
    for name, values in zip(HELD, by_third, strict=True):
        shown = [f"{value / MIB:.1f}" if "MiB" in name else f"{value:,}" for value in values]
        rows.append((name, "beginning {}, middle {}, end {}".format(*shown)))
    return [f"{name:<18} {value}" for name, value in rows]


def run(seconds: float, seed: int, load: float) -> int:
    """Soak, print the table and the faults; the exit code."""
    out = sys.stdout  # activities redirect the process's
    give_large_pieces_back()
    with tempfile.TemporaryDirectory() as name:
        write_files(Path(name))
        soak = Soak(seconds, seed, load, Path(name))
        for number, activity in enumerate(ACTIVITIES):  # which loads what is loaded once
            do(activity, soak, np.random.default_rng([seed, number]))
        soak.starts()
        threads = begin(soak)
        try:
            looks = watch(soak, lambda line: print(line, file=out, flush=True))
        finally:
            soak.ends()
            for thread in threads:
                thread.join()
    faults = [*soak.faults, *growth(looks)]
    print(*table(soak, looks), *(f"FAULT: {fault}" for fault in faults), sep="\n", file=out)
    return 1 if faults else 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--load", type=float, default=0.5, help="how much of a processor to use")
    options = parser.parse_args(arguments)
    return run(options.seconds, options.seed, options.load)


if __name__ == "__main__":
    sys.exit(main())
