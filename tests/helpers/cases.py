# SPDX-License-Identifier: Apache-2.0
"""The inputs whose bits are compared with TensorFlow: loss x dtype x shape x kind of value.

Sizes lie around every boundary of TensorFlow's arithmetic: packets of 8 and 4, blocks of four
packets, leaves of the summation tree (8192 float32, 4096 float64, 1024 bfloat16) and the tiles of
the softmax gradient (4507 float32, 1777 float64).
"""

from __future__ import annotations

import os
import zlib
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from tf_losses._internal.losses.catalogue import NAMES as LOSSES
from tf_losses._internal.losses.catalogue import of
from tf_losses.parity.table import KINDS, Kind

__all__ = ["KINDS", "LOSSES", "SIGMOID", "SOFTMAX", "SPARSE_SOFTMAX", "WEIGHTED"]  # for the tests

SIGMOID, WEIGHTED, SOFTMAX, SPARSE_SOFTMAX = "sigmoid", "weighted", "softmax", "sparse_softmax"

Array = NDArray[Any]

DTYPES: dict[str, Any] = {
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float32": np.float32,
    "float64": np.float64,
}

AROUND_PACKETS = (
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    9,
    11,
    12,
    13,
    15,
    16,
    17,
    23,
    24,
    25,
    31,
    32,
    33,
    47,
    63,
    65,
)
AROUND_TILES = (1775, 1776, 1777, 1778, 1779, 4498, 4505, 4506, 4507, 4508, 4509, 4516)
AROUND_LEAVES = (1023, 1024, 1025, 4095, 4096, 4097, 8191, 8192, 8193)
LARGE = (50257, 100003)

SIZES = (0, *AROUND_PACKETS, 1000, *AROUND_TILES, *AROUND_LEAVES, *LARGE)
SHAPES = (
    *((rows, classes) for classes in (0, *AROUND_PACKETS) for rows in (1, 3, 8, 9, 17)),
    *((3, classes) for classes in (1000, *AROUND_TILES, *AROUND_LEAVES, *LARGE)),
    *((rows, 10) for rows in (0, 7, 15, 16, 31, 33, 177, 178, 450, 451, 1000, 4097)),
    (64, 250),
    (17, 8193),
    (1, 16385),
    (2, 131073),
)


# Zeros, infinities, NaN, subnormals, the ends of exp's range, and logits that leave no tail.
SPECIAL_LOGITS = [
    *(0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 1.1e-38, -1.1e-38, 1.2e-38, 5e-324, 6e-8),
    *(-6e-8, 1e-40, 16.6, -16.7, 17.4, -36.7, 87.3, -87.3, -87.4, 88.7, 88.8, -88.8, -103.9),
    *(-104.0, -104.1, 708.3, -708.5, 709.7, -709.8, -745.2, 11.1, -11.1, 65504.0, -65504.0),
    *(3.4e38, -3.4e38, 1e308, -1e308),
]
SPECIAL_LABELS = [
    *(0.0, -0.0, 1.0, 0.5, 0.3, -1.0, 2.0, 10.0, np.nan, np.inf, -np.inf, 1e-45, -1e-45),
    *(1e-40, 1.2e-38, 5e-324, 6e-8, 1e38, -3.4e38),
]
POS_WEIGHTS = (1.0, 0.3, 2.5, 0.0, -1.0)


# Printed in the header of every run; another one draws other values for the whole table.
SEED = int(os.environ.get("TF_LOSSES_TEST_SEED", "0"))


def generator(*key: object) -> np.random.Generator:
    """A generator seeded by the case's own name, so that each case can be run alone."""
    return np.random.default_rng([SEED, zlib.crc32(repr(key).encode())])


def _sprinkle(values: Array, specials: list[float], rng: np.random.Generator) -> None:
    """Overwrite about a sixth of the elements with special values."""
    hit = rng.random(values.shape) < 1 / 6
    values[hit] = rng.choice(specials, size=int(hit.sum()))


def draw(loss: str, dtype: str, shape: tuple[int, ...], kind: Kind) -> tuple[Array, Array]:
    """Labels and logits of one case."""
    rng = generator(loss, dtype, shape, kind.name)
    logits = rng.normal(0.0, kind.spread, shape)
    labels = rng.random(shape)
    if kind.specials:
        _sprinkle(logits, SPECIAL_LOGITS, rng)
        _sprinkle(labels, SPECIAL_LABELS, rng)
    if of(loss).by_row and kind.specials:
        # One special value spoils its row; leave some rows finite.
        finite = rng.random(shape[0]) < 1 / 2
        logits[finite] = rng.choice(
            [0.0, -0.0, 1e-45, -88.0, -104.0, 60.0], (int(finite.sum()), *shape[1:])
        )
    with np.errstate(over="ignore"):
        logits = logits.astype(DTYPES[dtype])
        if of(loss).class_labels:
            integer = rng.choice([np.int32, np.int64])
            return rng.integers(0, max(shape[-1], 1), shape[:-1]).astype(integer), logits
        return labels.astype(DTYPES[dtype]), logits


def shapes_of(loss: str) -> tuple[tuple[int, ...], ...]:
    """The shapes that a loss is compared on."""
    if not of(loss).by_row:
        return tuple((size,) for size in SIZES)
    if of(loss).class_labels:
        return tuple(shape for shape in SHAPES if shape[1] > 0)
    return SHAPES
