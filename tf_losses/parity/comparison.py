# SPDX-License-Identifier: Apache-2.0
"""Two arrays in files, compared piece by piece: what `tf-losses compare` does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses._internal.io.text import progress

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    import numpy as np

    from tf_losses._internal.io.source import Source
    from tf_losses.parity.distances import Apart, Distances

# What is in memory of each file at once.
_PIECE_BYTES = 1 << 22
_FLOATS = ("float16", "bfloat16", "float32", "float64")


@dataclass(frozen=True)
class Comparison:
    """What was compared, and what came of it."""

    actual: str
    expected: str
    """Names of the files, as they were given."""
    found: Distances

    def lines(self) -> list[str]:
        """What the command prints."""
        found = self.found
        shape = list(found.shape)
        head = f"{self.actual}, {self.expected}: {found.dtype}{shape}"
        if found.within:
            if not found.largest:
                return [head, f"all {found.size:,} elements are equal"]
            near = f"all {found.size:,} elements are within {found.max_ulp:,} ulp"
            return [head, near, *found.lines()[1:]]
        return [head, *found.lines()]

    def to_json(self) -> str:
        """Give the same facts for programs."""
        found = self.found
        facts = {
            "actual": self.actual,
            "expected": self.expected,
            "dtype": found.dtype.name,
            "shape": list(found.shape),
            "elements": found.size,
            "max_ulp": found.max_ulp,
            "equal_nan": found.equal_nan,
            "within": found.within,
            "beyond": found.beyond,
            "counts": found.counts,
            "largest_ulp": int(found.largest),
            "farthest": None if found.farthest is None else _facts(found.farthest),
            "first": [_facts(apart) for apart in found.first],
        }
        return json.dumps(facts, indent=1) + "\n"


def _facts(apart: Apart) -> dict[str, Any]:
    far = None if apart.ulps is None else int(apart.ulps)
    return {"at": list(apart.at), "actual": apart.got, "expected": apart.want, "ulp": far}


def opened(stack: ExitStack, spec: str, scratch: Path, dtype: str | None) -> Source:
    """Open a file of numbers, to be read until the block ends.

    Raises:
        InputError: it is missing, damaged, or holds something else.
    """
    wanted = Opening(scratch, bfloat16=dtype == "bfloat16", numbers=dtype or "float32")
    source = open_source(spec, "losses", wanted)
    stack.callback(source.close)
    if source.dtype.kind not in "biu" and source.dtype.name not in _FLOATS:
        what = "text" if source.dtype.kind in "OSU" else source.dtype
        raise InputError(f"{spec}: real numbers are compared, not {what}")
    return source


def compare(actual: Source, expected: Source, found: Distances) -> None:
    """Read both, and count."""
    step = max(1, _PIECE_BYTES // found.dtype.itemsize)
    with progress("elements", actual.size) as advance:
        for start in range(0, actual.size, step):
            stop = min(start + step, actual.size)
            got, want = (
                source.rows(0, start, stop).astype(found.dtype, copy=False)
                for source in (actual, expected)
            )
            found.add(got, want)
            advance(stop - start)


def common_dtype(actual: Source, expected: Source) -> np.dtype[Any]:
    """Give the dtype of both, in this machine's byte order.

    Raises:
        InputError: dtypes or shapes differ.
    """
    one: np.dtype[Any] = actual.dtype.newbyteorder("=")
    other: np.dtype[Any] = expected.dtype.newbyteorder("=")
    if (one, actual.shape) != (other, expected.shape):
        raise InputError(
            f"{actual.name}: {one}{list(actual.shape)} has other elements than {expected.name}: "
            f"{other}{list(expected.shape)}"
        )
    return one
