# SPDX-License-Identifier: Apache-2.0
"""The lines of a file of JSON, found in one pass and read in any order."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.io.handle import Handle
from tf_losses._internal.io.place import read_exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place

    Array = npt.NDArray[Any]

_BLOCK_BYTES = 1 << 24
_NEWLINE = 10
_BLANK_BYTES = 8  # of a line, that are looked at


def _make(place: Place, stack: ExitStack) -> IO[bytes]:
    return stack.enter_context(place.open())


class Lines:
    """Where each line of a file is that is not blank."""

    def __init__(self, place: Place) -> None:
        """Find them.

        Raises:
            OSError: the file cannot be read.
        """
        self.handle, self.name = Handle(place, _make), place.name
        ends = [np.empty(0, np.int64)]
        file: IO[bytes] = self.handle.opened
        size = 0
        while content := file.read(_BLOCK_BYTES):
            ends.append(size + np.flatnonzero(np.frombuffer(content, np.uint8) == _NEWLINE))
            size += len(content)
        stops = np.concatenate(ends)
        if size and (not stops.size or stops[-1] != size - 1):
            stops = np.append(stops, size)  # the last line may lack its end
        starts = np.concatenate([np.zeros(min(1, stops.size), np.int64), stops[:-1] + 1])
        short = np.flatnonzero(stops - starts < _BLANK_BYTES)
        kept = np.ones(len(starts), bool)
        for place_ in short.tolist():
            kept[place_] = self._raw(int(starts[place_]), int(stops[place_])).strip() != b""
        self._numbers = np.flatnonzero(kept) + 1
        self._starts, self._stops = starts[kept], stops[kept]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._starts)

    def blocks(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Cut a range of lines into ranges that are held in memory together."""
        while start < stop:
            limit = int(self._starts[start]) + _BLOCK_BYTES
            last = int(np.searchsorted(self._stops, limit, side="right"))
            last = min(max(last, start + 1), stop)
            yield start, last
            start = last

    def parsed(
        self, start: int, stop: int, parse: Callable[[bytes], Any] = json.loads
    ) -> list[Any]:
        """The values of lines.

        Raises:
            InputError: one of them is not JSON.
        """
        if start >= stop:
            return []
        begin = int(self._starts[start])
        content = self._raw(begin, int(self._stops[stop - 1]))
        self.handle.check()
        values: list[Any] = []
        edges = zip(self._starts[start:stop] - begin, self._stops[start:stop] - begin, strict=True)
        for number, (first, last) in enumerate(edges, start):
            try:
                values.append(parse(content[first:last]))
            except (ValueError, RecursionError) as error:  # noqa: PERF203 (it names the line)
                reason = first_line(error)
                raise self.wrong(number, f"not JSON, an object a line: {reason}") from error
        return values

    def wrong(self, line: int, problem: str) -> InputError:
        """An error about a line."""
        return InputError(f"{self.name}: line {int(self._numbers[line])}: {problem}")

    def _raw(self, start: int, stop: int) -> bytes:
        file: IO[bytes] = self.handle.opened
        file.seek(start)
        return read_exactly(file, stop - start, self.name)
