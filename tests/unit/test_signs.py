# SPDX-License-Identifier: Apache-2.0
"""Signs in sessions of TensorFlow 1.15, as it gave them: of zeros, subnormal numbers and NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits
from cases import DTYPES
from tf_losses import raw_ops
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

PACKETS = {"float32": 8, "float64": 4}
LENGTHS = (1, 3, 4, 7, 8, 9, 11, 16, 19)


def zeros(dtype: str, length: int) -> Array:
    """0 and -0 in turn."""
    return np.resize(np.array([0.0, -0.0]), length).astype(DTYPES[dtype])


def negated_zeros(dtype: str, length: int) -> Array:
    """What 1.15 makes of them: packets give 0, and what is left over the other sign."""
    values = -zeros(dtype, length)
    if packet := PACKETS.get(dtype):
        values[: length - length % packet] = 0
    return values


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", LENGTHS)
def test_negative_zeros(dtype: str, length: int) -> None:
    given = zeros(dtype, length)
    with tf_losses.tf_version("1.15"):
        old = v1.negative(v1.constant(given)).numpy()
    assert_same_bits(old, negated_zeros(dtype, length), f"1.15 {dtype} {length}")
    new = v2.negative(v2.constant(given)).numpy()
    assert_same_bits(new, -given, f"newest {dtype} {length}")


def test_packets_lose_subnormal_numbers() -> None:
    given = np.full(9, -1e-40, np.float32)
    with tf_losses.tf_version("1.15"):
        found = v1.negative(v1.constant(given)).numpy()
    assert_same_bits(found, np.array([0.0] * 8 + [1e-40], np.float32), "negated")


GRADIENTS: dict[str, Callable[[Any, Any], Any]] = {
    "negative": lambda _, x: -x,
    "subtract": lambda y, x: y - x,
    "squared_difference": v1.squared_difference,
}


@pytest.mark.parametrize("dtype", PACKETS)
@pytest.mark.parametrize("name", GRADIENTS)
def test_negated_gradients(name: str, dtype: str) -> None:
    """Upstream gradients are zeros, and so are the operations' own, with the signs of above."""
    length = 11
    with tf_losses.tf_version("1.15"), v2.GradientTape() as tape:
        x, y = (v1.constant(np.full(length, one, dtype)) for one in (1.0, 2.0))
        tape.watch(x)
        made = GRADIENTS[name](y, x)
        upstream = v1.constant(zeros(dtype, length))
        found = tape.gradient(made, x, output_gradients=upstream).numpy()
    assert_same_bits(found, negated_zeros(dtype, length), name)


NUMBERS = (2.0, -np.inf, 0.0, -0.0, 1e-40, -1e-40, np.nan)
SIGNS = {
    "float32": (1, -1, 0.0, 0.0, 0.0, 0.0, 0.0),
    "float64": (1, -1, 0.0, 0.0, 1, -1, 0.0),
    "float16": (1, -1, 0.0, 0.0, 0.0, 0.0, 0.0),
    "bfloat16": (1, -1, 0.0, -0.0, 0.0, -0.0, 1),
}


@pytest.mark.parametrize("dtype", DTYPES)
def test_signs(dtype: str) -> None:
    numpys = DTYPES[dtype]
    with tf_losses.tf_version("1.15"):
        found = v1.sign(v1.constant(np.array(NUMBERS).astype(numpys))).numpy()
    assert_same_bits(found, np.array(SIGNS[dtype]).astype(numpys), dtype)


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize(("version", "is_minus"), [("2.2", False), ("2.3", True)])
def test_the_loss_of_one_class_where_nothing_is_added(
    rows: int,
    version: str,
    is_minus: bool,  # noqa: FBT001 (parametrized)
) -> None:
    """XLA compiled the operation of bfloat16 in 2.3: -z * 0 stays -0."""
    ones = np.ones((rows, 1), ml_dtypes.bfloat16)
    with tf_losses.tf_version(version):
        loss, _ = raw_ops.SoftmaxCrossEntropyWithLogits(features=ones, labels=ones)
    values = np.asarray(loss).astype(np.float32)
    assert not values.any()
    assert np.all(np.signbit(values) == is_minus)
