# SPDX-License-Identifier: Apache-2.0
"""Peak extra memory of one forward call, by the kernel's own count of resident pages.

Python's tracemalloc sees nothing that C allocates. Each contestant runs in a fresh process, first
on a small input, which loads and compiles what it can; then the peak is reset, one call of the
real size is made, and the peak is read. Compilers that compile for each shape do it in that call:
some MiB are theirs. Libraries keep freed memory, so a second call would show nothing.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.cases import ALL, FORWARD, LOSSES, WARM, Case
from bench.contestants import MODULES
from bench.contestants.copying import FORMS as COPIES
from bench.stopwatch import processors

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SHAPE, SMALL = (256, 50257), (256, 64)
_MMAP_THRESHOLD = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
_RESET_PEAK = "5"
_SECONDS = 300


@dataclass
class Peak:
    """Bytes of one contestant beyond its inputs and its result."""

    loss: str
    contestant: str
    extra: int


def measure_all() -> list[Peak]:
    """Measure every loss and contestant where the kernel tells."""
    if not Path("/proc/self/clear_refs").exists():
        return []
    # The C library reads these when a process starts: freed blocks are given back at once.
    os.environ.update(_MMAP_THRESHOLD)
    jobs = [(module, loss) for loss in LOSSES for module in MODULES]
    with ThreadPoolExecutor(len(processors())) as executor:
        found = list(executor.map(_measure_forms, jobs))
    for name in _MMAP_THRESHOLD:
        del os.environ[name]
    return [peak for peaks in found for peak in peaks]


def _measure_forms(job: tuple[str, str]) -> list[Peak]:
    """Start a process for each form of a library; it tells how many there are."""
    module, loss = job
    peaks: list[Peak] = []
    form, forms = 0, 1
    while form < forms:
        here, there = multiprocessing.get_context("spawn").Pipe()
        arguments = (there, module, loss, form)
        process = multiprocessing.get_context("spawn").Process(target=_measure, args=arguments)
        process.start()
        there.close()
        try:
            forms, peak = here.recv() if here.poll(_SECONDS) else (0, None)
        except EOFError:
            forms, peak = 0, None
        process.kill()
        peaks += [] if peak is None else [peak]
        form += 1
    return peaks


def _measure(connection: Connection, module: str, loss: str, form: int) -> None:
    """Run in the fresh process: measure one form of a library."""
    from bench import data, worker  # noqa: PLC0415 (NumPy must find the settings above)

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    small, large = (Case(loss, FORWARD, "float32", shape, ALL, WARM) for shape in (SMALL, SHAPE))
    try:
        library = worker.load_library(module, ALL)
    except ImportError:
        connection.send((0, None))
        return
    arguments = library.convert(large, data.draw(large, 0))
    forms = library.forms(large)
    name, call = list(forms.items())[form]
    if name in COPIES:
        connection.send((0, None))
        return
    call(*library.convert(small, data.draw(small, 0)))
    result_bytes = (large.size if large.elementwise else large.shape[0]) * 4
    peak = Peak(loss, name, max(0, _peak(call, arguments) - result_bytes))
    connection.send((len(forms), peak))


def _peak(call: Any, arguments: tuple[Any, ...]) -> int:  # noqa: ANN401 (a library's function)
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    before = _status("VmRSS")
    result = call(*arguments)
    peak = _status("VmHWM") - before
    del result
    return peak


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    return 0
