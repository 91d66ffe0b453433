# SPDX-License-Identifier: Apache-2.0
"""Every file that a command writes goes through here.

What is written is complete or not there: it is written beside the file, under a name of its own,
and takes its name in the end. A link is followed; a file keeps its mode, its owner and its other
names. Inputs, devices and directories are refused; a pipe, or standard output under one of its
names, is written to from beginning to end.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tf_losses._internal.io.command import InputError, refuse_closed, system_reason

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

# Names of what is open already, by number.
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTORS = ("/dev/fd", "/proc/self/fd")
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


@dataclass(frozen=True)
class Destination:
    """Where something will be written; made by `destination`, which has tried whether it can be."""

    name: str
    """As it was given."""
    path: Path
    """With links followed; that of the pipe for a pipe."""
    found: os.stat_result | None
    """Of the file that is there."""
    descriptor: int | None = None
    """Of what is open already."""

    @property
    def is_stream(self) -> bool:
        """Whether bytes go there one after the other, and cannot be put beside first."""
        return self.descriptor is not None or _is_pipe(self.found)

    @contextmanager
    def part(self, scratch: Path | None = None) -> Generator[Path, None, None]:
        """Give a new file to write to; it takes the destination's name if the block ends well.

        Args:
            scratch: a folder for what goes to a stream in the end; that of the destination if not
                given.

        Raises:
            InputError: the system refuses.
        """
        folder = scratch if self.is_stream and scratch is not None else self.path.parent
        part = _new_part(folder)
        try:
            try:
                # With the mode that a new file gets here.
                os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, 0o666))
                yield part
                self._take(part)
            except OSError as error:
                raise _refused(self.name, error) from None
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def part_folder(self) -> Generator[Path, None, None]:
        """Give a new folder to write to; it takes the destination's name if the block ends well.

        Raises:
            InputError: something is there already, or the system refuses.
        """
        if self.found is not None:
            raise InputError(f"{self.name}: is there already, and a folder does not take its place")
        part = _new_part(self.path.parent)
        try:
            try:
                part.mkdir()
                yield part
                part.rename(self.path)
            except OSError as error:
                raise _refused(self.name, error) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def write(self, content: bytes) -> None:
        """Write all of it at once.

        Raises:
            InputError: the system refuses.
        """
        if self.is_stream:
            try:
                with self._opened_stream() as target:
                    target.write(content)
            except OSError as error:
                raise _refused(self.name, error) from None
            return
        with self.part() as part:
            part.write_bytes(content)

    @contextmanager
    def _opened_stream(self) -> Generator[IO[bytes], None, None]:
        """Open what is written to from beginning to end, or until nobody reads any more."""
        place = self.path if self.descriptor is None else os.dup(self.descriptor)
        with suppress(BrokenPipeError), open(place, "wb") as target:  # noqa: PTH123 (a number, maybe)
            yield target

    def _take(self, part: Path) -> None:
        """Put the finished part in its place."""
        if self.is_stream:
            with part.open("rb") as source, self._opened_stream() as target:
                shutil.copyfileobj(source, target, 1 << 20)
        elif self.found is None:
            part.replace(self.path)
        elif self.found.st_nlink > 1:  # its other names are names of the new content as well
            with part.open("rb") as source, self.path.open("r+b") as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.truncate()
        else:
            _keep_owner(part, self.found)
            part.chmod(stat.S_IMODE(self.found.st_mode))
            part.replace(self.path)


_BINARY = getattr(os, "O_BINARY", 0)


def _new_part(folder: Path) -> Path:
    """Give a short name that nothing in the folder has."""
    return folder / f".tf-losses-{secrets.token_hex(8)}.part"


def _refused(name: str, error: OSError) -> InputError:
    # A library may say more, in several lines.
    reason = os.strerror(error.errno) if error.errno else system_reason(error)
    return InputError(f"{name}: {reason}")


def _is_pipe(found: os.stat_result | None) -> bool:
    return found is not None and stat.S_ISFIFO(found.st_mode)


def _keep_owner(part: Path, found: os.stat_result) -> None:
    if not hasattr(os, "chown"):
        return
    try:
        os.chown(part, found.st_uid, found.st_gid)
    except PermissionError:  # only the superuser gives files away
        return


def destination(
    name: str, inputs: Iterable[str | Path] = (), others: Iterable[Destination] = ()
) -> Destination:
    """Find out whether something can be written there, before the work that it takes.

    Args:
        name: as the user gave it.
        inputs: the files that are read.
        others: what else is written.

    Raises:
        InputError: it cannot be, or must not be.
    """
    descriptor = _descriptor(name)
    try:
        found = _stat(name) if descriptor is None else os.fstat(descriptor)
        made = Destination(name, Path(os.path.realpath(name)), found, descriptor)
        _refuse_inputs(made, inputs)
        _refuse_others(made, others)
        if descriptor is not None:
            refuse_closed(descriptor)
            _let_bytes_through(descriptor)
            if os.isatty(descriptor):
                raise InputError(f"{name}: a terminal; the file is not text")
            return made
        _refuse_kinds(name, found)
        if not made.is_stream:
            _try(made)
    except OSError as error:
        raise _refused(name, error) from None
    except ValueError as error:  # a name with a zero byte
        raise InputError(f"{name}: {error}") from None
    return made


def _let_bytes_through(descriptor: int) -> None:
    """Windows writes line ends of its own unless it is told not to."""
    if _BINARY:
        import msvcrt  # noqa: PLC0415 (there only)

        msvcrt.setmode(descriptor, _BINARY)  # type: ignore[attr-defined]


def _descriptor(name: str) -> int | None:
    """The number of what is open already under this name, such as /dev/stdout."""
    if name in _STANDARD:
        return _STANDARD[name]
    folder, last = os.path.split(name)
    own = (*_DESCRIPTORS, f"/proc/{os.getpid()}/fd")
    return int(last) if folder in own and last.isascii() and last.isdigit() else None


def _stat(name: str) -> os.stat_result | None:
    """What is there; None for a new name."""
    if not name or name.endswith(("/", os.sep)) or Path(name).name in ("", ".", ".."):
        raise InputError(f"{name!r}: not the name of a file")
    try:
        return Path(name).stat()
    except FileNotFoundError:
        return None


def _refuse_inputs(made: Destination, inputs: Iterable[str | Path]) -> None:
    for given in inputs:
        try:
            found = Path(given).stat()
        except (OSError, ValueError):  # which is said when it is read
            continue
        if made.found is not None and os.path.samestat(found, made.found) and not made.is_stream:
            raise InputError(f"{made.name}: is an input ({given}), and would be overwritten")


def _refuse_others(made: Destination, others: Iterable[Destination]) -> None:
    for other in others:
        same = made.found is not None and other.found is not None
        if made.path == other.path or (same and os.path.samestat(made.found, other.found)):  # type: ignore[arg-type]
            raise InputError(f"{made.name}: the same file as {other.name}")


def _refuse_kinds(name: str, found: os.stat_result | None) -> None:
    for is_kind, kind in _KINDS:
        if found is not None and is_kind(found.st_mode):
            raise InputError(f"{name}: is {kind}, not a file or a new name")


def _try(made: Destination) -> None:
    """Make a file beside and remove it."""
    if made.found is not None and not os.access(made.path, os.W_OK):
        raise InputError(f"{made.name}: Permission denied")
    trial = _new_part(made.path.parent)
    os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    trial.unlink()
    longest = os.pathconf(made.path.parent, "PC_NAME_MAX") if hasattr(os, "pathconf") else 255
    if len(os.fsencode(made.path.name)) > longest:
        raise InputError(f"{made.name}: File name too long")
