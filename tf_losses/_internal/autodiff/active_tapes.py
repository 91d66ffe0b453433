# SPDX-License-Identifier: Apache-2.0
"""Which tapes are open, in any thread: while there are any, every call has to be recorded.

A plain call looks at this one table and at nothing else: what is not in use costs nothing. It is a
dict, whose single steps are atomic: a lock could be asked for by a destructor while its own thread
holds it.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from tf_losses._internal.autodiff.recording import Log

# Open logs, by identity; false where there are none.
OPEN: dict[int, None] = {}


class ThreadLogs:
    """The open logs of one thread, in the order of their opening.

    They are held weakly: a tape that nobody can ask any more stops recording, and so do those of a
    thread that has ended.
    """

    def __init__(self) -> None:
        self.logs: list[weakref.ref[Log]] = []

    def __del__(self) -> None:
        for reference in self.logs:
            log = reference()
            if log is not None:
                OPEN.pop(id(log), None)


class _Local(threading.local):
    def __init__(self) -> None:
        self.thread = ThreadLogs()


_local = _Local()


def open_log(log: Log) -> None:
    """Let a log record what this thread computes from now on."""
    thread = _local.thread
    thread.logs.append(weakref.ref(log))
    log.thread = weakref.ref(thread)
    OPEN[id(log)] = None


def close_log(log: Log) -> None:
    """Let a log record no longer, whichever thread asks for it; a closed one stays so."""
    OPEN.pop(id(log), None)
    thread = None if log.thread is None else log.thread()
    log.thread = None
    if thread is not None:
        thread.logs = [other for other in thread.logs if other() not in (log, None)]


def is_open(log: Log) -> bool:
    """Tell whether a log records in this thread."""
    return log.thread is not None and log.thread() is _local.thread


def logs_here() -> list[Log]:
    """Give the logs that record in this thread."""
    found = (reference() for reference in _local.thread.logs)
    return [log for log in found if log is not None]


@contextmanager
def alone(log: Log) -> Generator[None, None, None]:
    """Let only this log record what this thread computes in a block."""
    thread, before = _local.thread, _local.thread.logs
    thread.logs = []
    open_log(log)
    try:
        yield
    finally:
        close_log(log)
        thread.logs = before
