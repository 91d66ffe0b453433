# SPDX-License-Identifier: Apache-2.0
"""The process of one library: prepares cases, and times calls when it is its turn.

Threads are limited before the library is loaded; libraries that read no setting of their own
follow the processors the process may run on.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import data, stopwatch
from bench.cases import COLD, ONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from bench.cases import Case
    from bench.contestants.base import Library
    from bench.stopwatch import Arguments, Call

_CHECKED = 1 << 18  # elements of a result that are compared
_SLOW_NS = 40_000_000  # calls longer than this are not repeated to warm up


def limit(threads: str) -> int:
    """Keep this process to its threads; give their number."""
    available = stopwatch.processors()
    count = 1 if threads == ONE else len(available)
    if threads == ONE and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {available[-1]})  # the first one serves most interrupts
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)
    return count


def load_library(module: str, threads: str) -> Library:
    """Limit this process and load a library in it."""
    contestant = importlib.import_module(f"bench.contestants.{module}")
    library: Library = contestant.Library(limit(threads))
    return library


class Worker:
    """One library with the case it was prepared for."""

    def __init__(self, module: str, threads: str) -> None:
        """Load the library."""
        self.library = load_library(module, threads)
        self._cold = stopwatch.ColdStopwatch()
        self._case: Case | None = None
        self._key: tuple[object, ...] | None = None
        self._drawn: list[data.Inputs] = []
        self._arguments: Arguments = []
        self._calls: dict[str, tuple[Call, int]] = {}

    def prepare(self, case: Case) -> dict[str, Any]:
        """Convert the inputs and compile; give for each form a first time, or what went wrong."""
        self._calls, self._arguments, self._case = {}, [], case
        if case.data_key != self._key:
            self._drawn, self._key = [], case.data_key
            self._drawn = [data.draw(case, copy) for copy in range(data.copies(case))]
        try:
            self._arguments = [self.library.convert(case, inputs) for inputs in self._drawn]
            forms = self.library.forms(case)
        except Exception as error:  # noqa: BLE001 (a peer's failure is a result)
            return {"": {"error": _first_line(error)}}
        found = {name: self._try(name, call) for name, call in forms.items()}
        gc.collect()
        return found

    def sample(self, form: str) -> list[float]:
        """Give nanoseconds a call, one number for each reading of the clock in this turn."""
        call, once = self._calls[form]
        if self._case is not None and self._case.buffers == COLD:
            return self._cold.time(call, self._arguments)
        loops, quick = stopwatch.loops_for(once), once < _SLOW_NS
        return stopwatch.time_warm(call, self._arguments[0], loops, quick=quick)

    def _try(self, name: str, call: Call) -> dict[str, Any]:
        """Compile, check and calibrate one form."""
        arguments = self._arguments[0]
        try:
            result = call(*arguments)
            check = self._summary(result)
            del result
            once = _once(call, arguments)
            if once < _SLOW_NS:
                once = min(once, *(_once(call, arguments) for _ in range(3)))
        except Exception as error:  # noqa: BLE001 (as above)
            return {"error": _first_line(error)}
        self._calls[name] = call, once
        return {"first": once, "check": check}

    def _summary(self, result: Any) -> list[float]:  # noqa: ANN401 (what a library gives)
        """Give a number for each output, to find contestants that compute something else."""
        if result is None:
            return []
        outputs = self.library.outputs(result)
        starts = (self.library.start_of(output, _CHECKED) for output in outputs)
        return [float(np.abs(array).mean()) for array in starts]


def _once(call: Call, arguments: tuple[Any, ...]) -> int:
    start = perf_counter_ns()
    call(*arguments)
    return perf_counter_ns() - start


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:160]}"


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def serve(connection: Connection, module: str, threads: str) -> None:
    """Answer (order, argument) until told to stop."""
    # Libraries greet on standard error; the tables are on standard output.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        worker = Worker(module, threads)
    except ImportError as error:
        connection.send({"error": _first_line(error)})
        return
    connection.send({"versions": worker.library.versions})
    while True:
        order, argument = connection.recv()
        if order == "stop":
            sys.exit(0)
        if order == "prepare":
            connection.send(worker.prepare(argument))
        else:
            with _no_collection():
                connection.send(worker.sample(argument))
