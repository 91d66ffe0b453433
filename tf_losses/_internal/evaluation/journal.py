# SPDX-License-Identifier: Apache-2.0
"""Which rows of an evaluation are done, for one that goes on after it was ended.

A folder beside the output has a file for each column and a journal of lines, each with a range of
rows and the checksum of what was computed of it. A line is written after the values, so that one
counts only if its values are there; what does not have its checksum is computed again.
"""

from __future__ import annotations

import json
import shutil
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import new_map

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class Journal:
    """The rows that are done.

    Args:
        folder: where it is, or will be.
        key: what the evaluation is known by; another's folder is refused.
    """

    def __init__(self, folder: Path, key: str) -> None:
        """Remember where it is."""
        self.folder, self._key = folder, key
        self.done: list[tuple[int, int]] = []
        self._lines: IO[str] | None = None

    @contextmanager
    def opened(
        self, columns: dict[str, np.dtype[Any]], rows: int
    ) -> Generator[tuple[Journal, dict[str, Array]], None, None]:
        """Go on where an earlier run has ended; the folder goes away if the block ends well."""
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("wb") as lock:
            self._take(lock)
            maps = {name: self._map(name, dtype, rows) for name, dtype in columns.items()}
            place = self.folder / "journal"
            self._read(place, list(maps.values()))
            # Beside, so that a kill leaves one of the two.
            part = self.folder / "journal.part"
            with part.open("w", encoding="utf-8") as lines:
                self._lines = lines
                lines.write(self._key + "\n")
                done, self.done = self.done, []
                for start, stop in done:
                    self.add(start, stop, list(maps.values()))
                lines.flush()
                part.replace(place)
                yield self, maps
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, lock: IO[bytes]) -> None:
        """Keep others out; the system lets go of the lock with the process, however it ends."""
        try:
            import fcntl  # noqa: PLC0415 (of POSIX)
        except ImportError:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{self.folder}: another process goes on here") from None

    def add(self, start: int, stop: int, columns: Sequence[Array]) -> None:
        """Write down that rows are done, and their values in the columns."""
        self.done.append((start, stop))
        if self._lines is not None:
            self._lines.write(json.dumps([start, stop, _checksum(start, stop, columns)]) + "\n")
            self._lines.flush()

    def left(self, rows: int) -> Iterator[tuple[int, int]]:
        """Give the ranges that are not done."""
        at = 0
        for start, stop in [*sorted(self.done), (rows, rows)]:
            if start > at:
                yield at, start
            at = max(at, stop)

    def _map(self, name: str, dtype: np.dtype[Any], rows: int) -> Array:
        place = self.folder / name
        size = rows * dtype.itemsize
        if not size:
            return np.empty(0, dtype)
        if place.exists() and place.stat().st_size == size:
            return np.memmap(place, dtype, "r+", shape=(rows,))
        return new_map(place, dtype, rows)

    def _read(self, place: Path, columns: list[Array]) -> None:
        try:
            key, *lines = place.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return
        if key != self._key:
            raise InputError(
                f"{self.folder}: is what another evaluation, or one of other files, has left; "
                "remove it to begin anew"
            )
        for line in lines:
            try:
                start, stop, checksum = map(int, json.loads(line))
            except (ValueError, TypeError, OverflowError):  # cut short, or damaged
                continue
            if 0 <= start < stop and checksum == _checksum(start, stop, columns):
                self.done.append((start, stop))


def _checksum(start: int, stop: int, columns: Sequence[Array]) -> int:
    found = 0
    for column in columns:
        found = zlib.crc32(column[start:stop].view(np.uint8).data, found)
    return found
