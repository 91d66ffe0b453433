# SPDX-License-Identifier: Apache-2.0
"""`tf-losses eval` of large files, in every format, alone and on clusters: `python -m bench.files`.

Each evaluation is a command of its own, whose losses are compared with those of one call in memory,
byte by byte. "Reading" is reading the same bytes in pieces and doing nothing with them: out of the
system's cache, or "from disk" after the cache was told to forget them. Seconds are
those of the whole command, and less what it takes for eight rows (importing, and beginning workers
of its own). Memory is the largest that the command and its workers had together, and the largest
of one process.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from bench import datasets
from bench.machine import describe
from tf_losses._internal.io.text import table
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PIECE = 1 << 24
_TURNS = 3
_SMALL = 8
_PATIENCE = 120
FROM_DISK = "one process, from disk"


@dataclass(frozen=True)
class Run:
    """What a command took."""

    seconds: float
    together: int
    """Bytes."""
    largest: int


def run(words: Sequence[str], workers: Sequence[psutil.Process] = ()) -> Run:
    """Run `eval`, and watch it, its children, and workers of others."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "tf_losses", "eval", "sparse_softmax", *words]
    with psutil.Popen(command, stdout=subprocess.DEVNULL) as process:
        together = largest = 0
        while process.poll() is None:
            sizes = list(_sizes([process, *workers]))
            together, largest = max(together, sum(sizes)), max([largest, *sizes])
            time.sleep(0.01)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - begin, together, largest)


def _sizes(roots: Sequence[psutil.Process]) -> Iterator[int]:
    for root in roots:
        with contextlib.suppress(psutil.Error):
            for process in [root, *root.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    yield process.memory_info().rss


def evict(folder: Path) -> None:
    """Let the system forget what it has read of a folder's files."""
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def reading(folder: Path, *, from_disk: bool = False) -> float:
    """Read all files of a folder in pieces."""
    if from_disk:
        evict(folder)
    begin = time.perf_counter()
    for path in _files(folder):
        with path.open("rb", buffering=0) as file:
            while file.readinto(np.empty(_PIECE, np.uint8).data):
                pass
    return time.perf_counter() - begin


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Begin a scheduler and two workers by their commands, in a new folder."""
    folder.mkdir()
    at = folder / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(at)]
    commands = [["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", *common]]
    for number in range(2):
        more = ["--no-nanny", "--nthreads", "1", "--local-directory", str(folder / f"w{number}")]
        commands.append(["distributed.cli.dask_worker", *common, *more])
    begun = [
        psutil.Popen(
            [sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for words in commands
    ]
    try:
        yield _address(at), begun[1:]
    finally:
        for process in begun:
            process.kill()
            process.wait()


def _address(at: Path) -> str:
    from distributed import Client  # noqa: PLC0415 (needed here only)

    end = time.monotonic() + _PATIENCE
    while not at.exists() or not at.read_text():
        if time.monotonic() > end:
            raise SystemExit("the scheduler does not begin")
        time.sleep(0.05)
    address: str = json.loads(at.read_text())["address"]
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=_PATIENCE)
    return address


def killing(worker: psutil.Process, out: Path, rows: int) -> Callable[[], None]:
    """Kill a worker once half of the rows are done, which the journal of --resume tells."""
    journal = out.with_name(f".{out.name}.tf-losses-resume") / "journal"

    def watch() -> None:
        done = 0
        while done < rows / 2:
            with contextlib.suppress(OSError):
                lines = journal.read_text().splitlines()[1:]
                done = sum(b - a for a, b, _ in map(json.loads, lines))
            time.sleep(0.002)
        worker.kill()

    return watch


def main() -> int:
    """Make the data, evaluate it in every way, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--shards", type=int, default=20)
    parser.add_argument("--formats", nargs="+", default=list(datasets.WRITERS))
    parser.add_argument("--folder", type=Path, help="keeps the data; default: a temporary one")
    options = parser.parse_args()
    print(f"{options.rows:,} x {options.classes} float32, {options.shards} shards")  # noqa: T201 (a program)
    print(", ".join(f"{k} {v}" for k, v in describe().items()))  # noqa: T201 (same)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "data"
        return _compare(options, folder, Path(scratch))


def _compare(options: argparse.Namespace, folder: Path, scratch: Path) -> int:
    sizes = (options.rows, options.classes, options.shards)
    wanted = _in_one_call(sizes)
    rows, different = [], 0
    for kind in options.formats:
        place = folder / kind
        words = datasets.write(place, kind, *sizes)
        small = datasets.write(folder / f"{kind}-small", kind, _SMALL, options.classes, 1)
        cached = min(reading(place) for _ in range(_TURNS))
        disk = min(reading(place, from_disk=True) for _ in range(_TURNS))
        for way, result, start in _ways(place, words, small, scratch / "o.npy", options.rows):
            read = disk if way == FROM_DISK else cached
            equal = np.array_equal(np.load(scratch / "o.npy").view(np.uint32), wanted)
            different += not equal
            inside = result.seconds - start
            mib = [f"{size / 2**20:,.0f}" for size in (result.together, result.largest)]
            rows.append(
                (kind, way, f"{result.seconds:.2f}", f"{inside:.2f}", f"{read:.2f}",
                 f"{inside / read:.1f}", *mib, "equal" if equal else "DIFFERENT")
            )  # fmt: skip
    heading = ("format", "way", "s", "s less start", "reading", "ratio", "MiB", "MiB largest", "")
    print(*table(heading, *rows, left=2), sep="\n")  # noqa: T201 (same)
    return 1 if different else 0


def _in_one_call(sizes: tuple[int, int, int]) -> Any:  # noqa: ANN401 (an array)
    logits, labels = map(np.concatenate, zip(*datasets.shards(*sizes), strict=True))
    losses = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return np.asarray(losses).view(np.uint32)


def _ways(
    place: Path, words: list[str], small: list[str], out: Path, rows: int
) -> Iterator[tuple[str, Run, float]]:
    """Evaluate alone, with workers of its own, and with others', of whom one is killed."""
    two = ["--workers", "2"]
    for way, more in (("one process", []), (FROM_DISK, []), ("two workers", two)):
        start = min(run([*small, *more]).seconds for _ in range(_TURNS))
        runs = []
        for _ in range(_TURNS):
            if way == FROM_DISK:
                evict(place)
            runs.append(run([*words, *more, "--out", str(out)]))
        yield way, min(runs, key=_seconds), start
        out.unlink()
    with cluster(out.with_name(f"cluster-{place.name}")) as (address, workers):
        more = ["--scheduler", address]
        start = run([*small, *more]).seconds
        watch = threading.Thread(target=killing(workers[0], out, rows), daemon=True)
        watch.start()
        yield (
            "scheduler, one of two killed",
            run([*words, *more, "--resume", "--out", str(out)], workers),
            start,
        )
        watch.join()
        out.unlink()


def _seconds(result: Run) -> float:
    return result.seconds


if __name__ == "__main__":
    sys.exit(main())
