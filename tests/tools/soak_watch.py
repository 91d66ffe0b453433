# SPDX-License-Identifier: Apache-2.0
"""What a process holds, looked at while `soak.py` runs, and whether it became more.

It is looked at while all activities rest, so that nothing is counted that is still in use. The
first third of a run belongs to what is loaded and filled once: modules, caches, malloc's arenas.
After that the least of the last third may not lie above the least of the second by more than
`TOLERANCES`:

- heap, what C has of malloc and not given back, and blocks, the objects that Python has. Programs
  keep some of what they have met (compiled patterns, interned names), which is soon all there is.
  Between the thirds of an hour lie hundreds of thousands of calls: a leak of 16 bytes, the least
  that malloc gives, or of one object in each of them is ten times what is allowed;
- memory, what the system has given, less what malloc was asked to give back. This is for what
  neither malloc nor Python has made, mappings and stacks, of which each is a page at least: one
  lost in forty calls is ten times what is allowed. Less would not do: pages of code that are
  first needed late count as well, and pages of which pieces are in use. `give_large_pieces_back`
  comes first: malloc learns to keep what was as large as arrays that it has freed before, up to
  twice that at the end of each thread's arena, where `malloc_trim` leaves it;
- open files and threads: none.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc/self")
_M_MMAP_THRESHOLD = -3  # of malloc.h


class Held(NamedTuple):
    """Bytes of resident memory and of malloc's, objects of Python, open files, threads."""

    memory: int
    heap: int
    blocks: int
    files: int
    threads: int


TOLERANCES = Held(memory=4 << 20, heap=512 << 10, blocks=5000, files=0, threads=0)


class _Mallinfo(ctypes.Structure):
    """glibc's struct mallinfo2: of all arenas."""

    _fields_ = [
        *((f"before_{i}", ctypes.c_size_t) for i in range(4)),
        ("mapped", ctypes.c_size_t),
        *((f"between_{i}", ctypes.c_size_t) for i in range(2)),
        ("in_use", ctypes.c_size_t),
        *((f"after_{i}", ctypes.c_size_t) for i in range(2)),
    ]


def _heap() -> int:
    """Bytes in use by malloc, those of large pieces included; 0 where it is not glibc's."""
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = _Mallinfo
    found = mallinfo()
    return int(found.in_use + found.mapped)


def give_large_pieces_back() -> None:
    """Let malloc map what is large by itself, and unmap it when freed, whatever it has met."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and not mallopt(_M_MMAP_THRESHOLD, 128 << 10):
        raise OSError("malloc refused a threshold of 128 KiB for large pieces")


def held_now() -> Held:
    gc.collect()
    if _heap():
        ctypes.CDLL(None).malloc_trim(0)
    pages = int((_PROC / "statm").read_text(encoding="ascii").split()[1])
    files, threads = (sum(1 for _ in (_PROC / name).iterdir()) for name in ("fd", "task"))
    memory = pages * os.sysconf("SC_PAGESIZE")
    return Held(memory, _heap(), sys.getallocatedblocks(), files, threads)


def floor(samples: list[Held]) -> Held:
    """The least of each."""
    return Held(*map(min, zip(*samples, strict=True)))


def thirds(looks: list[Held]) -> tuple[Held, Held, Held]:
    """The looks of the beginning, the middle and the end."""
    one = len(looks) // 3
    if not one:
        raise ValueError(f"{len(looks)} samples are too few for thirds")
    return floor(looks[:one]), floor(looks[one:-one]), floor(looks[-one:])


def growth(looks: list[Held], tolerances: Held = TOLERANCES) -> list[str]:
    """Say what became more from the second third to the last."""
    _, middle, end = thirds(looks)
    return [
        f"{name} grew by {after - before:,}, from {before:,} to {after:,}; allowed are {allowed:,}"
        for name, before, after, allowed in zip(Held._fields, middle, end, tolerances, strict=True)
        if after - before > allowed
    ]
