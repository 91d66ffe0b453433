# SPDX-License-Identifier: Apache-2.0
"""Two builds of this package in one run: `python -m bench.compare OLD NEW`.

OLD and NEW are source trees whose extension is built in place. Each runs in a process of its own,
on one processor; they are asked in turns, so that what else the machine does meets both alike. A
row's ratio is the median of those of the turns: NEW's time over OLD's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORKER = Path(__file__).with_name("compare_worker.py")
_TURNS = 41


class _Build:
    """One tree's process."""

    def __init__(self, tree: str) -> None:
        environment = {**os.environ, "PYTHONPATH": tree, "TF_LOSSES_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 (this package's own program)
            [sys.executable, str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        package, self.rows = json.loads(self._line())
        if Path(tree).resolve() not in Path(package).resolve().parents:
            raise SystemExit(f"{tree} has no package: {package} was loaded")

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 (it is a pipe)
        return self._process.stdout.readline()

    def time(self, row: str) -> float:
        """Give nanoseconds a call, the best of a turn."""
        assert self._process.stdin is not None  # noqa: S101 (it is a pipe)
        self._process.stdin.write(row + "\n")
        self._process.stdin.flush()
        return float(self._line())

    def end(self) -> None:
        """Let the process go."""
        self._process.communicate()


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line a row."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--only", metavar="TEXT", default="", help="rows whose name holds it")
    parser.add_argument("--turns", metavar="N", type=int, default=_TURNS)
    options = parser.parse_args(argv)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    builds = [_Build(options.old), _Build(options.new)]
    rows = [name for name in builds[0].rows if name in builds[1].rows and options.only in name]
    print(f"{'row':44} {'old us':>9} {'new us':>9} {'new/old':>8}")  # noqa: T201 (a program)
    for name in rows:
        found = [[build.time(name) for build in builds] for _ in range(options.turns)]
        old, new = (statistics.median(times) / 1e3 for times in zip(*found, strict=True))
        ratio = statistics.median(after / before for before, after in found)
        print(f"{name:44} {old:9.3f} {new:9.3f} {ratio:8.3f}", flush=True)  # noqa: T201 (same)
    for build in builds:
        build.end()


if __name__ == "__main__":
    main()
