# SPDX-License-Identifier: Apache-2.0
"""The losses against TensorFlow in the same process: equal bits for every dtype, shape and special
value, on every instruction set this processor has, with one thread and with several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tensorflow as tf

import cases
import tf_losses.compat.v2 as ours
from bits import Array, assert_same_bits, count
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from types import ModuleType

pytestmark = pytest.mark.usefixtures("restore_native")

THREADS = (1, 3)
SWEEP = 1 << 24


def call(library: ModuleType, loss: str, labels: Array, logits: Array, pos_weight: float) -> Array:
    """One loss by tf_losses.compat.v2 or by TensorFlow."""
    function = getattr(library.nn, f"{loss}_cross_entropy_with_logits")
    extra = {"pos_weight": pos_weight} if loss == cases.WEIGHTED else {}
    return np.asarray(function(labels=labels, logits=logits, **extra))


def compare(
    table: str, loss: str, labels: Array, logits: Array, pos_weight: float, case: str
) -> None:
    """Compare one case on every instruction set and thread count."""
    expected = call(tf, loss, labels, logits, pos_weight)
    before = logits.tobytes(), labels.tobytes()
    for isa in (name for name, runs in native.isa_known().items() if runs):
        native.isa_select(isa)
        for threads in THREADS:
            native.set_num_threads(threads)
            actual = call(ours, loss, labels, logits, pos_weight)
            where = (
                f"{loss} {logits.dtype} {case} pos_weight={pos_weight} isa={isa} threads={threads}"
            )
            assert_same_bits(actual, expected, where, logits=logits, labels=labels)
        count(table, loss, logits.dtype.name, isa, logits.size)
    assert before == (logits.tobytes(), labels.tobytes()), "an input was written to"


@pytest.mark.parametrize("kind", cases.KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", cases.LOSSES)
def test_table(loss: str, dtype: str, kind: cases.Kind) -> None:
    """Every size around a boundary, for usual and special values."""
    for number, shape in enumerate(cases.shapes_of(loss)):
        labels, logits = cases.draw(loss, dtype, shape, kind)
        weight = cases.POS_WEIGHTS[number % len(cases.POS_WEIGHTS)]
        compare("sizes", loss, labels, logits, weight, f"{shape} {kind.name}")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("loss", [cases.SIGMOID, cases.WEIGHTED])
def test_every_16_bit_logit(loss: str, dtype: str) -> None:
    """All 65,536 logits, each in a packet and left over."""
    every = np.arange(1 << 16, dtype=np.uint16).view(cases.DTYPES[dtype])
    for label in (0.0, 1.0, 0.5, 0.3, -2.0):
        labels = np.full(every.shape, label, every.dtype)
        compare("16-bit", loss, labels, every, 2.5, f"all logits, label {label}")
    for first in range(0, 1 << 16, 1 << 13):
        part = every[first : first + (1 << 13)].reshape(-1, 4)
        # Alone, fewer than eight elements are never in a packet.
        for lane in range(0, len(part), 64):
            logits = part[lane].copy()
            compare("16-bit", loss, np.ones_like(logits), logits, 2.5, f"left over {first}+{lane}")


def sweep_logits(loss: str) -> Array:
    """2^24 float32 logits spread evenly over all bit patterns, thus over all exponents."""
    offset = int(cases.generator("sweep", loss).integers(256))
    every = (np.arange(SWEEP, dtype=np.uint32) << np.uint32(8)) + np.uint32(offset)
    return every.view(np.float32)


@pytest.mark.parametrize("label", [0.0, 1.0, 0.3])
@pytest.mark.parametrize("loss", [cases.SIGMOID, cases.WEIGHTED])
def test_float32_sweep(loss: str, label: float) -> None:
    """2^24 logits of all exponents."""
    logits = sweep_logits(loss)
    compare("sweep", loss, np.full_like(logits, label), logits, 2.5, f"sweep, label {label}")


@pytest.mark.parametrize("classes", [8, 13, 64])
@pytest.mark.parametrize("loss", [cases.SOFTMAX, cases.SPARSE_SOFTMAX])
def test_float32_row_sweep(loss: str, classes: int) -> None:
    """2^24 logits of all exponents in rows: neighbours in size, so that every element counts."""
    logits = sweep_logits(loss)
    rng = cases.generator("rows", loss, classes)
    # Around the row's maximum, differences down to the end of exp's range, at every magnitude.
    base = logits[: SWEEP // classes].reshape(-1, 1).astype(np.float64)
    spread = rng.exponential(1.0, (len(base), classes)) * rng.choice(
        [1e-3, 1.0, 20.0], (len(base), 1)
    )
    with np.errstate(over="ignore", invalid="ignore"):
        rows = (base - spread).astype(np.float32)
    rows[: len(rows) // 2] = logits[: len(rows) // 2 * classes].reshape(-1, classes)
    if loss == cases.SPARSE_SOFTMAX:
        labels: Array = rng.integers(0, classes, len(rows)).astype(np.int32)
    else:
        labels = rng.dirichlet(np.ones(classes), len(rows)).astype(np.float32)
    compare("sweep", loss, labels, rows, 1.0, f"rows of {classes}")
