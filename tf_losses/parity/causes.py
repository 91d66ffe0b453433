# SPDX-License-Identifier: Apache-2.0
"""Why results may differ: guesses from the pattern of the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses.parity.results import differing, ulps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

# A few last places: the distance between two right formulas in two orders.
_ROUNDING_ULPS = 16


def of_dtypes(got: np.dtype[Any], want: np.dtype[Any]) -> str:
    """Say what may have made the one dtype of the other."""
    if got == np.float64 and want.kind == "f":
        return (
            "likely cause: float64 labels or weights came in somewhere (NumPy's default for lists "
            f"and random numbers) and made the computation float64; cast them to {want}"
        )
    return f"likely cause: a cast is missing, or one too many, on the way to {want}"


def of_values(got: Array, want: Array, max_ulp: int = 0) -> str:
    """Guess why elements of two arrays are farther apart than is allowed."""
    wrong = differing(got, want)
    if not wrong.size:
        return "NaN on both sides: infinite or NaN inputs, as no NaN equals another with equal_nan"
    a, b = got.ravel()[wrong], want.ravel()[wrong]
    distances = ulps(a, b)
    too_far = (distances < 0) | (distances > max_ulp)
    return _guess(a[too_far], b[too_far], distances[too_far], got.size)


def _guess(a: Array, b: Array, distances: Array, size: int) -> str:
    wide = a.astype(np.float64), b.astype(np.float64)
    for recognise in (_tiny, _nan, _opposite, _rounding, _narrowed):
        cause = recognise(*wide, a.dtype, distances, size)
        if cause:
            return cause
    return "other inputs: check labels, their order and dtype, axis, and weights"


def _tiny(a: Array, b: Array, dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    tiny = np.finfo(dtype if dtype.kind == "f" else np.float32).tiny
    if not np.all(np.maximum(np.abs(a), np.abs(b)) < tiny):
        return ""
    if np.all(a == b):
        return "only signs of zeros: an addition of 0, or a product with -1, done otherwise"
    return (
        "subnormal numbers (denormals): TensorFlow counts them as 0 (FTZ and DAZ are set), other "
        "libraries do not"
    )


def _nan(_a: Array, _b: Array, _dtype: np.dtype[Any], distances: Array, _size: int) -> str:
    if not np.any(distances < 0):
        return ""
    return (
        "NaN on one side: infinite or NaN inputs, or a formula that overflows, such as "
        "log(softmax(x)) or log(1 + exp(x))"
    )


def _opposite(a: Array, b: Array, _dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    if not np.all(a == -b):
        return ""
    return "signs: a gradient that is subtracted, not added, or labels and logits exchanged"


def _rounding(_a: Array, _b: Array, _dtype: np.dtype[Any], distances: Array, size: int) -> str:
    if distances.max() > _ROUNDING_ULPS:
        return ""
    how_many = "a few" if distances.size < size / 10 else "many"
    return (
        f"{how_many} last places: another order of operations, fused multiply-add, another exp or "
        "log, or another version of TensorFlow (tf_losses.tf_version chooses it)"
    )


def _narrowed(a: Array, b: Array, dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    if dtype != np.float64:
        return ""
    for values, which, other in ((b, "expected", "actual"), (a, "actual", "expected")):
        if np.all(_as_float32(values) == values):
            return f"the {which} values were float32 on the way; the {other} ones were not"
    return ""


def _as_float32(values: Array) -> Array:
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(values.dtype)
