# SPDX-License-Identifier: Apache-2.0
"""Where bytes are: a file on this machine, or one unpacked from another.

Nothing of a file that others may change is mapped into memory: touching a page that the file no
longer has would end the process by a signal. All of it is read, and a file that changed meanwhile
is an error.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.io.extras import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_KINDS = (
    (stat.S_ISDIR, "Is a directory"),
    (stat.S_ISFIFO, "is a pipe; a file is needed, which can be read in any order"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)
_BUFFER_BYTES = 1 << 20
CHANGED = "the file was changed while it was read"
CUT_SHORT = "the file ends before its last element: cut short?"


@contextmanager
def refusing(name: str) -> Generator[None, None, None]:
    """Let what a decoder or the system says about a file be one line that names it.

    Raises:
        InputError: instead of what was raised.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except OSError as error:
        # What libraries say about a damaged file is an OSError as well, but has no number.
        raise InputError(f"{name}: {error.strerror or f'damaged: {first_line(error)}'}") from error
    except Exception as error:  # a damaged file fails in as many ways as there are decoders
        raise InputError(f"{name}: damaged: {first_line(error)}") from error


def refuse_special(path: Path, name: str) -> None:
    """Refuse what is no plain file, before opening it, which may wait for ever.

    Raises:
        InputError: it is none.
        OSError: there is nothing, or it cannot be looked at.
    """
    found = path.stat()
    for is_kind, what in _KINDS:
        if is_kind(found.st_mode):
            raise InputError(f"{name}: {what}")


def read_exactly(file: IO[bytes], count: int, name: str) -> bytes:
    """Read so many bytes from where a file is.

    Raises:
        InputError: it ends before.
    """
    content = file.read(count)
    while len(content) < count:
        more = file.read(count - len(content))
        if not more:
            raise InputError(f"{name}: {CUT_SHORT}")
        content += more
    return content


class Place:
    """A file on this machine, which must stay as it was when it was first opened.

    Args:
        path: where it is.
        name: under which it is complained about.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Remember it; nothing is opened."""
        self.path, self.name = path, name
        self.is_folder = path.is_dir()
        self._first: tuple[int, ...] | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files on this machine that are behind it."""
        return (self.path,)

    def open(self) -> IO[bytes]:
        """Open it for reading, without a buffer."""
        file: IO[bytes] = self.path.open("rb", buffering=0)
        try:
            self.check(file)
        except BaseException:
            file.close()
            raise
        return file

    def open_buffered(self) -> IO[bytes]:
        """Open it for what reads little at a time."""
        return io.BufferedReader(self.open(), _BUFFER_BYTES)  # type: ignore[type-var]

    def check(self, file: IO[bytes] | None = None) -> None:
        """Refuse a file that has changed since it was first looked at.

        Args:
            file: as it is open; what has the name now if not given.

        Raises:
            InputError: it has.
        """
        found = self.path.stat() if file is None else os.fstat(file.fileno())
        seen = (found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev)
        if self._first is None:
            self._first = seen
        if seen != self._first:
            is_shorter = seen[0] < self._first[0]
            raise InputError(f"{self.name}: {CUT_SHORT if is_shorter else CHANGED}")

    def discard(self) -> None:
        """Give up what was made to read it."""

    def on_this_machine(self, _scratch: Path) -> Place:
        """The same file, where a library can open it by its name."""
        return self

    def store(self) -> Any:  # noqa: ANN401 (whatever zarr opens)
        """A folder, for zarr."""
        zarr = needed("zarr", "zarr", self.name)
        return zarr.storage.LocalStore(self.path, read_only=True)

    def entries(self) -> list[str]:
        """The names of what is in a folder, each with the folder's before it."""
        with refusing(self.name):
            listed = os.listdir(self.path)  # noqa: PTH208 (names, as they are given)
        return [os.path.join(self.name, each) for each in listed]  # noqa: PTH118 (same)

    def inside(self, name: str) -> Place:
        """One of its entries."""
        return Place(Path(name), name)


class Unpacked(Place):
    """What `unpack` writes to a file of its own, when it is wanted and again if it was discarded.

    Args:
        origin: what it is unpacked from.
        scratch: the folder for the file.
        unpack: writes the file.
    """

    def __init__(self, origin: Place, scratch: Path, unpack: Callable[[Path], object]) -> None:
        """Remember it; nothing is unpacked."""
        super().__init__(scratch / f"unpacked-{secrets.token_hex(8)}", origin.name)
        self._origin, self._unpack = origin, unpack

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that it is unpacked from."""
        return self._origin.paths

    def open(self) -> IO[bytes]:
        """Unpack it if it is not there, and open it."""
        self._make()
        return super().open()

    def check(self, file: IO[bytes] | None = None) -> None:
        """Unpack it if it is not there."""
        if file is None:
            self._make()
        super().check(file)

    def _make(self) -> None:
        if not self.path.exists():
            self._first = None
            self._unpack(self.path)

    def discard(self) -> None:
        """Remove the file, and what it is unpacked from if that was made."""
        self.path.unlink(missing_ok=True)
        self._origin.discard()


def reserve(path: Path) -> None:
    """Claim a sparse file's blocks: a full disk is an error here, and a crash in the map."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def claim(path: Path, size: int) -> None:
    """Make a new file of so many zeros, whose blocks are all there, as `reserve` claims them."""
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
            return
        zeros = bytes(_BUFFER_BYTES)
        while size:
            size -= file.write(zeros[:size])


def last_part(name: str) -> str:
    """The name without the folders before it.

    >>> last_part("a/b/"), last_part("s3://a/c.npy")
    ('b', 'c.npy')
    """
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1]
