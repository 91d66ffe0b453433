# SPDX-License-Identifier: Apache-2.0
"""A scheduler of Dask and two workers, begun by their command lines as an operator does."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

HOST = "127.0.0.1"
# What a loaded machine may need; no test is about time.
PATIENCE = 180


class Begun(NamedTuple):
    """The processes, and what they have printed."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    logs: list[Path]


@contextmanager
def scheduler_and_workers(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Begun]:
    """Begin them with files in a folder; they are ended at the end, whatever comes."""
    distributed = pytest.importorskip(
        "distributed", reason="distributed is not installed: pip install 'tf_losses[distributed]'"
    )
    logs = [folder / f"{name}.log" for name in ("scheduler", "first", "second")]
    where = folder / "scheduler.json"
    common = ("--scheduler-file", str(where), "--host", HOST, "--no-dashboard")
    alone = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    with ExitStack() as stack:

        def begin(module: str, *options: str, log: Path) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", module, *common, *options]
            return stack.enter_context(_program(command, environment, log))

        scheduler = begin("distributed.cli.dask_scheduler", "--port", "0", log=logs[0])
        wait_until(lambda: where.exists() and where.stat().st_size > 0, "no scheduler", *logs[:1])
        workers = [begin("distributed.cli.dask_worker", *alone, log=log) for log in logs[1:]]
        address: str = json.loads(where.read_text(encoding="utf-8"))["address"]
        with distributed.Client(address, set_as_default=False, timeout=PATIENCE) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
        yield Begun(address, scheduler, workers, logs)


@contextmanager
def _program(
    command: list[str], environment: Mapping[str, str] | None, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("wb") as to,
        subprocess.Popen(command, env=environment, stdout=to, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until(true: Callable[[], bool], what: str, *logs: Path) -> None:
    """Wait until something has become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"{what}: " + "\n".join(log.read_text(errors="replace") for log in logs))
        time.sleep(0.05)
