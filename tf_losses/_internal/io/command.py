# SPDX-License-Identifier: Apache-2.0
"""The frame that every command runs in: what it prints, how it fails, how a signal ends it.

A command ends with 0, with 1 where results differ, or with 2 and one line on standard error that
says what could not be used: a file, an option, the disk, the memory, the terminal. A mistake of the
package's own ends with 70 and a traceback.

Standard output that is full, or was closed before the command began, is a mistake like any other
file that cannot be written. A pipe whose reader has left is none: nothing more is written to it,
nothing is said, and the exit code is the one it would have been, as files and the code itself are
results too, and `set -o pipefail` must not fail for `| head`.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from tf_losses._internal.io.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

DIFFERS, BAD_INPUT, SOFTWARE, INTERRUPTED = 1, 2, 70, 130


class InputError(Exception):
    """A file or option that cannot be used; the text is one line for the user."""


class Terminated(BaseException):
    """A signal asks the process to end; what was begun is cleaned up on the way."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number."""
        super().__init__(number)
        self.number = number


def first_line(error: BaseException) -> str:
    r"""The first line of an exception's text, or its class if it has none.

    >>> first_line(ValueError("one\ntwo")), first_line(EOFError())
    ('one', 'EOFError')
    """
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def system_reason(error: OSError) -> str:
    """What the operating system said, and of which file if it named one.

    >>> system_reason(FileNotFoundError(2, "No such file or directory", "x.npy"))
    'x.npy: No such file or directory'
    """
    reason = error.strerror or first_line(error)
    return reason if error.filename is None else f"{os.fsdecode(error.filename)}: {reason}"


def say(*lines: str, to_stderr: bool = False) -> None:
    """Print lines, each with everything escaped that is no plain text.

    Where nobody reads any more, the command goes on without printing.

    Raises:
        InputError: the lines cannot be written.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    if stream is None:  # closed by whoever started the process
        if lines and not to_stderr:
            raise closed_output()
        return
    try:
        stream.write("".join(f"{printable(line)}\n" for line in lines))
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise InputError(f"standard output: {system_reason(error)}") from None


def closed_output() -> InputError:
    """Make the error of a standard output that was never open."""
    return InputError(f"standard output: {os.strerror(errno.EBADF)}")


def _silence(stream: TextIO) -> None:
    """Let nothing more be written, at the interpreter's end either."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except OSError:  # no file behind it
        return


def in_frame(work: Callable[[], int]) -> int:
    """Run a command; the exit code is returned."""
    _fill_standard_files()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets an escape for it.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _signals_raise():
            code = _run(work)
    except Terminated as asked:
        _end_by(asked.number)
    return code


def _fill_standard_files() -> None:
    """Open nothing in the place of standard files that are closed.

    The next file opened would take their numbers, and get what is meant for them.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # noqa: PERF203 (three times, once a process)
            os.open(os.devnull, os.O_RDWR)  # which takes the least number there is
            _FILLED.add(descriptor)


# Standard files that were closed when the process began.
_FILLED: set[int] = set()


def refuse_closed(descriptor: int) -> None:
    """Refuse what is open only because nothing was.

    Raises:
        OSError: it was closed.
    """
    if descriptor in _FILLED:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _run(work: Callable[[], int]) -> int:
    try:
        try:
            code = work()
        finally:
            say()  # what argparse, which ends the process itself, has left in the buffer
    except (InputError, UnicodeError) as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(system_reason(error))
    except MemoryError:
        return refuse("out of memory")
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 (the last frame there is)
        traceback.print_exc()
        return SOFTWARE
    return code


def refuse(reason: str) -> int:
    """Print why nothing came of it; gives the exit code."""
    try:
        say(f"tf-losses: error: {reason}", to_stderr=True)
    except InputError:  # nowhere to say it
        return BAD_INPUT
    return BAD_INPUT


# Signals that end a process unless it does something else, but for those that mean a mistake of the
# program (SIGSEGV and its kin), those that Python handles (SIGINT, SIGPIPE, SIGXFSZ), and those of
# job control.
_ENDING = (
    *("SIGHUP", "SIGQUIT", "SIGTERM", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2"),
    *("SIGXCPU", "SIGIO", "SIGPWR", "SIGSTKFLT", "SIGBREAK"),
)


@contextmanager
def _signals_raise() -> Generator[None, None, None]:
    """Let signals that would end the process at once unwind it instead.

    One that is ignored, as under nohup, stays so; a second one does not disturb the cleaning up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ending = False

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal ending
        if not ending:
            ending = True
            raise Terminated(number)

    known = {int(signal.Signals[name]) for name in _ENDING if name in signal.Signals.__members__}
    if hasattr(signal, "SIGRTMIN"):
        known |= set(range(signal.SIGRTMIN, signal.SIGRTMAX + 1))
    taken: list[int] = []
    before: Any = signal.SIG_DFL
    try:
        for number in map(int, known & set(signal.valid_signals())):
            if signal.getsignal(number) == before:
                signal.signal(number, handle)
                taken.append(number)
        yield
    finally:
        for number in taken:
            signal.signal(number, before)


def _end_by(number: int) -> NoReturn:
    """End as the signal would have ended the process, so that its parent sees the truth."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    raise SystemExit(128 + number)  # where a signal does not end a process
