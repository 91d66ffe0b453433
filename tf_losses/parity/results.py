# SPDX-License-Identifier: Apache-2.0
"""What a call gives, and how two results differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]


class Unavailable(Exception):  # noqa: N818 (no mistake: a version that has no such kernel)
    """TensorFlow refuses a call."""


# How the reasons begin that are no mistake of anybody's: a release has no kernel for a dtype.
NO_KERNEL = "no kernel: "
NOT_THERE = "there is no such gradient"
_REFUSALS = (
    re.compile(r"(No OpKernel was registered to support Op '\w+')"),
    re.compile(r"(Could not find (?:valid )?device for node)\W*(?:Node:)?\W*node (\w+)"),
    re.compile(r"(Gradient explicitly disabled)"),
    re.compile(r"(Value (?:passed to parameter|for attr) '\w+' .*not in (?:the )?list)"),
)
_REFUSED = "TensorFlow refuses: "
_LONGEST = 200


def reason(text: str) -> str:
    r"""Shorten what TensorFlow says where it refuses: no two calls have the same words.

    >>> reason("InvalidArgumentError: No OpKernel was registered to support Op 'Neg' with these")
    "no kernel: No OpKernel was registered to support Op 'Neg'"
    >>> reason("NotFoundError: Could not find device for node: {{node Neg}} = Neg[T=DT_BFLOAT16]")
    'no kernel: Could not find device for node Neg'
    >>> reason("ValueError: Shapes do not match\nhere")
    'TensorFlow refuses: ValueError: Shapes do not match'
    """
    if text.startswith(NO_KERNEL):
        return text
    for pattern in _REFUSALS:
        if found := pattern.search(text):
            return NO_KERNEL + " ".join(found.groups())
    first = (text.splitlines() or [""])[0]
    return _REFUSED + first.removeprefix(_REFUSED)[:_LONGEST]


class Results(dict[str, "Array"]):
    """A loss and the gradients of the inputs, by the names that the table has for them."""

    def __init__(
        self, found: Mapping[str, Array | None], missing: Mapping[str, str] | None = None
    ) -> None:
        """Name what was found for "loss" and for the inputs, and why other results are missing.

        >>> list(Results({"loss": np.ones(1), "labels": None, "logits": np.ones(1)}))
        ['loss', 'logits gradient']
        """
        super().__init__({_result_of(name): a for name, a in found.items() if a is not None})
        self.missing = {_result_of(name): text for name, text in (missing or {}).items()}


def _result_of(name: str) -> str:
    return name if name == "loss" else f"{name} gradient"


def integers(values: Array) -> Array:
    """The elements' bits."""
    bits: Array = np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}")
    return bits


def canonical(values: Array) -> Array:
    """The elements' bits, any NaN being the same."""
    bits: Array = integers(values).copy()
    nan = np.isnan(values)
    bits[nan] = integers(np.full((), np.nan, np.float32).astype(values.dtype))
    return bits


def differing(actual: Array, expected: Array, *, equal_nan: bool = True) -> Array:
    """Flat indices of elements whose bits differ, where not both are NaN.

    If `equal_nan` is false, NaN differs from everything, as it does by `==`.

    >>> differing(np.array([1.0, np.nan, -0.0]), np.array([1.0, -np.nan, 0.0]))
    array([2])
    """
    unequal = integers(actual).ravel() != integers(expected).ravel()
    if not equal_nan:
        return np.flatnonzero(unequal | np.isnan(actual).ravel())
    if not unequal.any():
        return np.flatnonzero(unequal)
    nan = np.isnan(actual).ravel() & np.isnan(expected).ravel()
    return np.flatnonzero(unequal & ~nan)


def ulps(actual: Array, expected: Array) -> Array:
    """Count the representable numbers from one element to the other; -1 beside NaN.

    -0 and 0 are neighbours, 1 apart.

    >>> ulps(np.float32([1.0, 0.0, -1e-45]), np.float32([1.0000001, -0.0, 1e-45])).tolist()
    [1.0, 1.0, 3.0]
    """
    a, b = _ordered(actual), _ordered(expected)
    distance = np.where(a > b, a - b, b - a)  # unsigned: the farthest are 2^64 apart
    nan = np.isnan(actual) | np.isnan(expected)
    found: Array = np.where(nan, -1.0, distance.astype(np.float64)).astype(np.float64)
    return found


def _ordered(values: Array) -> Array:
    """Unsigned integers in the order of the numbers."""
    bits = integers(values).astype(np.uint64)
    sign = np.uint64(1) << np.uint64(8 * values.dtype.itemsize - 1)
    negative = (bits & sign) != 0
    magnitude = bits & (sign - np.uint64(1))
    ordered: Array = np.where(negative, sign - np.uint64(1) - magnitude, sign + magnitude)
    return ordered


def in_hex(values: Array, at: int) -> str:
    """Show an element and its bits.

    >>> in_hex(np.float32([1.0]), 0)
    '1.0 (0x3f800000)'
    """
    width = 2 * values.dtype.itemsize
    return f"{values.ravel()[at]!s} (0x{int(integers(values).ravel()[at]):0{width}x})"


@dataclass(frozen=True)
class Difference:
    """How one output differs: nothing is kept but what a report shows."""

    count: int
    size: int
    distances: Array
    """In ulp, of the differing elements; -1 where one is NaN."""
    first: str

    @property
    def largest(self) -> float:
        """The largest distance; -1 if all differ by NaN, 0 if none is known."""
        return float(self.distances.max(initial=-1.0 if self.distances.size else 0.0))


def compare(
    what: str, actual: Array, expected: Array, inputs: dict[str, Array]
) -> Difference | None:
    """Compare an output of one call; None if the bits are equal."""
    if (actual.shape, actual.dtype) != (expected.shape, expected.dtype):
        got, want = (f"{a.dtype}{list(a.shape)}" for a in (actual, expected))
        return Difference(
            max(expected.size, 1), expected.size, np.array([-1.0]), f"{what}: {got}, not {want}"
        )
    wrong = differing(actual, expected)
    if not wrong.size:
        return None
    at = int(wrong[0])
    near = {name: a for name, a in inputs.items() if a.size == actual.size}
    rows = {
        name: a.reshape(actual.size, -1)[at]
        for name, a in inputs.items()
        if actual.size and a.size > actual.size and a.size % actual.size == 0
    }
    values = [f"{name} {in_hex(a, at)}" for name, a in near.items()]
    values += [f"{name} row starts {in_hex(row, 0)}" for name, row in rows.items()]
    first = (
        f"{what}[{at}]: got {in_hex(actual, at)}, TensorFlow has {in_hex(expected, at)}; "
        + ", ".join(values)
    )
    distances = ulps(actual.ravel()[wrong], expected.ravel()[wrong])
    return Difference(int(wrong.size), actual.size, distances, first)
