# SPDX-License-Identifier: Apache-2.0
"""Softmax, reductions and arithmetic of one array: what to compute, and of which values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

# What Sum and Mean of a whole array depend on.
THREADS = 2
DTYPES = ("float16", "bfloat16", "float32", "float64")
REFUSED = "refused"

# Around packets, several rows at a time, halves, and where packets end or nothing is in packets.
_ROWS = ((3, 5), (7, 27), (33, 10), (64, 250), (5, 1639), (3, 2744), (2, 4876), (1, 9001))
_AXES = (
    *(((7, 1001), 1), ((1001, 7), 0), ((40, 17), 0), ((2, 40, 9), 1), ((3, 40, 5), (0, 2))),
    *(((5, 6, 7, 3), (1, 3)), ((1001,), None), ((5003,), None)),
)
_SUMS = (*_AXES, ((2, 9001), 1), *(((n,), None) for n in (30_011, 103_003, 160_001)))
_SHARED_PRODUCT = ((60_003,), None)
# Also of so many elements that two threads share them, where they would not share a plain sum.
_SQUARES = {
    "float16": (33, 1001, 18_011, 120_003),
    "bfloat16": (33, 1001, 5003, 18_011),
    "float32": (33, 1001, 97_003, 107_003),
    "float64": (33, 1001, 50_003, 54_003),
}
_ELEMENTWISE = (
    *("negative", "square", "quotient", "difference", "maximum", "minimum", "relu", "sign"),
    *("round", "rint", "divisor's gradient", "guarded divisor's gradient"),
    *("difference's gradient", "gradient of zeros", *(f"to {name}" for name in DTYPES)),
)
# With signed zeros, NaN and infinite numbers among the values.
_SPECIAL = ("negative", "maximum", "minimum", "relu", "sign", "round", "rint")
_ODD = (0.0, -0.0, float("nan"), float("inf"), -float("inf"), 0.5, -0.4, 2.5)
_WHOLE_NUMBERS = ("int8", "int16", "int32", "int64", "uint8")


@dataclass(frozen=True)
class OperationCase:
    """An operation on an array; see operation_calls.call."""

    function: str
    dtype: str
    shape: tuple[int, ...]
    axis: Any

    @property
    def name(self) -> str:
        """What it is called in the record."""
        axis = "" if self.axis is None else f" {self.axis}"
        return f"{self.function} {self.dtype} {'x'.join(map(str, self.shape))}{axis}"


def listed() -> list[OperationCase]:
    """List all."""
    found = []
    for dtype in DTYPES:
        found += [OperationCase("softmax", dtype, shape, -1) for shape in _ROWS]
        for function in ("reduce_sum", "reduce_mean"):
            found += [OperationCase(function, dtype, shape, axis) for shape, axis in _SUMS]
        products = (*_AXES, _SHARED_PRODUCT) if dtype == "float64" else _AXES
        found += [OperationCase("reduce_prod", dtype, shape, axis) for shape, axis in products]
        found += [OperationCase(name, dtype, (1003,), None) for name in _ELEMENTWISE]
        found += [OperationCase("l2_loss", dtype, (n,), None) for n in _SQUARES[dtype]]
    for dtype in _WHOLE_NUMBERS:
        found.append(OperationCase("reduce_mean", dtype, (300, 3), 0))
    return found


def values_of(case: OperationCase) -> np.ndarray[Any, Any]:
    """Draw what a dtype can hold; bfloat16 comes as float32."""
    seed = int.from_bytes(hashlib.sha256(case.name.encode()).digest()[:4], "little")
    values = np.random.default_rng(seed).normal(0, 3, case.shape)
    if case.function == "reduce_prod":
        values = 1 + values / 3000
    if case.function in _SPECIAL:
        values[::5] = np.resize(_ODD, values[::5].shape)
    if case.function == "guarded divisor's gradient":
        values[::5] = 0
    if case.function == "gradient of zeros":
        values = np.abs(values)
    if case.dtype in _WHOLE_NUMBERS:
        values = 100 + 5 * values
    if case.dtype == "bfloat16":
        bits = values.astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
        return np.asarray(bits.view(np.float32))
    return np.asarray(values.astype(case.dtype))


def digest(result: np.ndarray[Any, Any]) -> str:
    """Name a result's bits; bfloat16 comes as float32."""
    return hashlib.sha256(np.ascontiguousarray(result).tobytes()).hexdigest()[:12]
