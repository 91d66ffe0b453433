# SPDX-License-Identifier: Apache-2.0
"""Comparison of bits: equal as unsigned integers, or both NaN. -0 is not +0."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# (test table, loss, dtype, instruction set) -> cases, logits compared; printed after the run.
compared: Counter[tuple[str, str, str, str, str]] = Counter()


def as_integers(values: Array) -> Array:
    """The elements' bits."""
    return np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}")


def differing(actual: Array, expected: Array) -> Array:
    """Flat indices where the bits differ and not both are NaN."""
    nan = np.isnan(actual) & np.isnan(expected)
    return np.flatnonzero((as_integers(actual) != as_integers(expected)) & ~nan)


def assert_same_bits(actual: Array, expected: Array, case: str, **inputs: Array) -> None:
    """Fail with the first differing element in hex, and the inputs at its index."""
    assert (actual.shape, actual.dtype) == (expected.shape, expected.dtype), case
    wrong = differing(actual, expected)
    if wrong.size == 0:
        return
    at = int(wrong[0])
    width = 2 * actual.dtype.itemsize
    got, want = (int(as_integers(a).ravel()[at]) for a in (actual, expected))
    near = {
        name: f"{a.ravel()[at]!r} (0x{int(as_integers(a).ravel()[at]):x})"
        for name, a in inputs.items()
        if a.size == actual.size
    }
    raise AssertionError(
        f"{case}: {wrong.size} of {actual.size} elements differ; first at {at}: "
        f"got 0x{got:0{width}x}, TensorFlow has 0x{want:0{width}x}; {near}"
    )


def count(table: str, loss: str, dtype: str, isa: str, logits: int) -> None:
    """Record one compared case for the table that is printed after the run."""
    compared[table, loss, dtype, isa, "cases"] += 1
    compared[table, loss, dtype, isa, "logits"] += logits
