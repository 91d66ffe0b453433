# SPDX-License-Identifier: Apache-2.0
"""The inputs: the same numbers for every contestant, from a fixed seed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.losses.catalogue import of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.cases import Case

SEED = 20260701
POS_WEIGHT = 2.5
_SPREAD = 4.0  # of the logits; wide enough that no branch of exp and log is always taken
_POOL = 1 << 20  # numbers drawn; larger arrays repeat them, as drawing 2^24 takes a second

Inputs = tuple["NDArray[Any]", "NDArray[Any]"]


def draw(case: Case, copy: int) -> Inputs:
    """Give labels and logits, as NumPy arrays; each copy has other values and other memory."""
    rng = np.random.default_rng([SEED, copy])
    logits = np.resize(rng.standard_normal(min(_POOL, case.size), np.float32), case.shape)
    logits = (logits * np.float32(_SPREAD)).astype(dtype_of(case.dtype))
    return _labels(case, rng), logits


def _labels(case: Case, rng: np.random.Generator) -> NDArray[Any]:
    if of(case.loss).class_labels:
        return rng.integers(0, case.shape[-1], case.shape[0], np.int64)
    labels = np.resize(rng.random(min(_POOL, case.size), np.float32), case.shape)
    if of(case.loss).by_row:
        labels /= labels.sum(axis=-1, keepdims=True)
    return labels.astype(dtype_of(case.dtype))


def dtype_of(name: str) -> Any:  # noqa: ANN401 (bfloat16's type has no annotation)
    """Give NumPy's dtype; bfloat16 is that of ml_dtypes."""
    if name == "bfloat16":
        import ml_dtypes  # noqa: PLC0415 (only these rows need it)

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


# Cold rows turn over this many bytes of inputs between two sweeps of the cache: enough that the
# second-level caches cannot hold them, little enough that preparing them takes no time.
_COLD_BYTES = 48 << 20
_COLD_COPIES = 64


def copies(case: Case) -> int:
    """Give the number of inputs to rotate through."""
    if case.buffers == "warm":
        return 1
    return min(_COLD_COPIES, max(3, math.ceil(_COLD_BYTES / case.input_bytes)))
