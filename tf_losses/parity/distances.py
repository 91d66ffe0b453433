# SPDX-License-Identifier: Apache-2.0
"""How many elements of two arrays are how far apart, and where: counted piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime.kinds import is_whole
from tf_losses.parity.results import differing, in_hex, ulps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

# From this distance on float64 does not count in ones.
MOST_ULPS = (1 << 53) - 1
SHOWN = 5
# The farthest that a count has; what is beyond the last, or is beside a NaN, follows.
_BOUNDS = (0, 1, 2, 8)
COUNTS = ("equal", "1 ulp", "2 ulp", "3 to 8 ulp", "more than 8 ulp", "beside NaN")
OF_INTEGERS = ("equal", "not equal")


def as_ulps(value: object) -> int:
    """Check how many ulp are allowed.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is one that no distance has.

    >>> as_ulps(np.int64(2))
    2
    """
    if isinstance(value, (bool, np.bool_)) or not is_whole(value):
        raise TypeError(f"max_ulp must be a whole number, not {value!r}")
    if not 0 <= value <= MOST_ULPS:
        raise ValueError(f"max_ulp must be from 0 to 2**53 - 1, not {value}")
    return int(value)


@dataclass(frozen=True)
class Apart:
    """One element that differs."""

    at: tuple[int, ...]
    got: str
    want: str
    """With their bits, where they are floats."""
    ulps: float | None
    """None beside NaN, and of integers."""

    def line(self) -> str:
        """Say where and how far.

        >>> Apart((0, 2), "1.0 (0x3f800000)", "nan (0x7fc00000)", None).line()
        '[0, 2] 1.0 (0x3f800000), not nan (0x7fc00000)'
        """
        far = "" if self.ulps is None else f": {self.ulps:,.0f} ulp"
        return f"[{', '.join(map(str, self.at))}] {self.got}, not {self.want}{far}"


@dataclass
class Distances:
    """What was counted of two arrays of one shape and dtype.

    Args:
        shape: of both.
        dtype: of both: floats, or integers and bools, which are equal or not.
        max_ulp: how far apart two elements may be.
        equal_nan: whether any NaN equals any other.

    >>> a, b = np.float32([0.5, 0.1, np.nan]), np.float32([0.50000006, 0.1, np.nan])
    >>> found = Distances(a.shape, a.dtype)
    >>> found.add(a, b)
    >>> found.beyond, found.largest, found.line()
    (1, 1.0, '2 equal, 1 at 1 ulp')
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    max_ulp: int = 0
    equal_nan: bool = True
    size: int = 0
    """How many were compared until now."""
    counts: dict[str, int] = field(default_factory=dict[str, int])
    beyond: int = 0
    """How many are farther apart than is allowed."""
    largest: float = 0.0
    """The largest distance, NaN left out."""
    farthest: Apart | None = None
    first: list[Apart] = field(default_factory=list["Apart"])
    """Of those that are too far apart."""

    def __post_init__(self) -> None:
        """Have nothing counted."""
        self.counts = dict.fromkeys(COUNTS if self.has_ulps else OF_INTEGERS, 0)

    @property
    def has_ulps(self) -> bool:
        """Whether elements are floats."""
        return self.dtype.kind not in "biu"

    @property
    def within(self) -> bool:
        """Whether nothing is too far apart."""
        return not self.beyond

    def add(self, got: Array, want: Array) -> None:
        """Count a piece, which follows those before it in C order."""
        flat, other = got.reshape(-1), want.reshape(-1)
        if self.has_ulps:
            self._add_floats(flat, other)
        else:
            wrong = np.flatnonzero(flat != other)
            self._count("not equal", wrong.size)
            self._count("equal", flat.size - wrong.size)
            self._keep(flat, other, wrong, None)
        self.size += flat.size

    def _add_floats(self, got: Array, want: Array) -> None:
        wrong = differing(got, want, equal_nan=self.equal_nan)
        distances = ulps(got[wrong], want[wrong])
        beside_nan = distances < 0
        self._count("equal", got.size - wrong.size)
        self._count(COUNTS[-1], int(beside_nan.sum()))
        ranks = np.searchsorted(_BOUNDS, distances[~beside_nan])
        for rank, name in enumerate(COUNTS[:-1]):
            self._count(name, int((ranks == rank).sum()))
        too_far = beside_nan | (distances > self.max_ulp)
        if distances.size and distances.max() > self.largest:
            k = int(distances.argmax())
            self.largest = float(distances[k])
            self.farthest = self._apart(got, want, int(wrong[k]), self.largest)
        self._keep(got, want, wrong[too_far], distances[too_far])

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number

    def _keep(self, got: Array, want: Array, wrong: Array, distances: Array | None) -> None:
        """Keep the first of those that are too far apart."""
        self.beyond += int(wrong.size)
        for k, at in enumerate(wrong[: SHOWN - len(self.first)]):
            far = None if distances is None or distances[k] < 0 else float(distances[k])
            self.first.append(self._apart(got, want, int(at), far))

    def _apart(self, got: Array, want: Array, at: int, far: float | None) -> Apart:
        place = np.unravel_index(self.size + at, self.shape)
        show = in_hex if self.has_ulps else _plainly
        return Apart(tuple(int(i) for i in place), show(got, at), show(want, at), far)

    def line(self) -> str:
        """Say how many are how far apart."""
        counted = ((name, number) for name, number in self.counts.items() if number)
        return ", ".join(
            f"{number:,} {name if name in _PLAIN else f'at {name}'}" for name, number in counted
        )

    def lines(self) -> list[str]:
        """Say all that was found, the first line with what matters most."""
        if not self.has_ulps:
            head = f"{self.beyond:,} of {self.size:,} elements differ"
        else:
            allowed = f" by more than {self.max_ulp:,} ulp" if self.max_ulp else ""
            head = f"{self.beyond:,} of {self.size:,} elements differ{allowed}, {self._by()}"
        rows = [f"  {self.line()}", *(f"  {apart.line()}" for apart in self.first)]
        if self.beyond > len(self.first):
            rows.append(f"  ... and {self.beyond - len(self.first):,} more")
        if self.farthest is not None and self.farthest not in self.first:
            rows.append(f"  farthest: {self.farthest.line()}")
        return [head, *rows]

    def _by(self) -> str:
        if not self.largest:
            return "where one is NaN" if self.beyond else "by nothing"
        return f"by at most {self.largest:,.0f} ulp"


_PLAIN = ("equal", "not equal", COUNTS[-1])


def _plainly(values: Array, at: int) -> str:
    return str(values[at])
