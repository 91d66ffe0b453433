# SPDX-License-Identifier: Apache-2.0
"""Sums and means of each release: how many threads share one, and what is not added at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits
from tf_losses import versions
from tf_losses._internal.autodiff.orders import fold
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = versions.known_tf_versions()
FLOAT32, FLOAT64, FLOAT16, BFLOAT16 = map(
    np.dtype, (np.float32, np.float64, np.float16, ml_dtypes.bfloat16)
)
# Next to this a 1 is lost.
LARGE = {FLOAT16: 2.0**12, BFLOAT16: 2.0**26, FLOAT32: 2.0**26, FLOAT64: 2.0**60}
# So many elements, an odd number, are the fewest that two threads share: of float32, of float64, of
# 16 bits that are added in packets, or one by one, and of bfloat16 that is added in float32.
F32, F64, PACKETS, ONE_BY_ONE, IN_FLOAT32 = 108_389, 54_195, 131_765, 20_303, 148_101


@pytest.fixture(autouse=True)
def _two_threads() -> Iterator[None]:
    v2.config.threading.set_intra_op_parallelism_threads(2)
    yield
    v2.config.threading.set_intra_op_parallelism_threads(0)


def minor(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def fewest(version: str, dtype: np.dtype[Any], name: str) -> int:
    """Tell from how many elements on two threads share a sum or a mean; 0 if they never do."""
    age = minor(version)
    if name == "reduce_mean" and age <= (1, 12):
        return 0
    if dtype == FLOAT16:
        return ONE_BY_ONE if age <= (1, 12) else PACKETS
    if dtype == BFLOAT16:
        last = (2, 3) if name == "reduce_mean" else (2, 2)
        if age <= last:
            return ONE_BY_ONE
        return PACKETS if name == "reduce_mean" and age <= (2, 15) else IN_FLOAT32
    return F32 if dtype == FLOAT32 else F64


def is_shared(name: str, dtype: np.dtype[Any], size: int) -> bool:
    """Tell by a 1 that is only left if the last element, an odd one, is added first."""
    values = np.zeros(size, dtype)
    values[0], values[-2], values[-1] = LARGE[dtype], 1, -LARGE[dtype]
    return bool(np.asarray(getattr(v2, name)(values)) != 0)


@pytest.mark.parametrize("version", KNOWN)
@pytest.mark.parametrize("name", ["reduce_sum", "reduce_mean"])
@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64, FLOAT16, BFLOAT16], ids=str)
def test_how_many_elements_two_threads_share(dtype: np.dtype[Any], name: str, version: str) -> None:
    first = fewest(version, dtype, name)
    with tf_losses.tf_version(version):
        for size in (F32, F64, PACKETS, ONE_BY_ONE, IN_FLOAT32):
            if dtype == FLOAT16 and name == "reduce_mean" and size > ONE_BY_ONE:
                continue  # so many are infinite in float16, and their mean 0
            for count in (size - 2, size):
                assert is_shared(name, dtype, count) == (0 < first <= count), count


@pytest.mark.parametrize("version", KNOWN)
@pytest.mark.parametrize(("dtype", "size"), [(FLOAT32, 160_000), (FLOAT64, 80_000)], ids=str)
def test_the_fewest_elements_that_three_threads_share(
    dtype: np.dtype[Any], size: int, version: str
) -> None:
    """Their cost is 310,000 cycles exactly. What is left over is added first, but here of three."""
    v2.config.threading.set_intra_op_parallelism_threads(3)
    with tf_losses.tf_version(version):
        for count in (size - 2, size):
            values = np.zeros(count, dtype)
            values[0], values[-3], values[-1] = LARGE[dtype], 1, -LARGE[dtype]
            assert float(v2.reduce_sum(values)) == (count == size)


@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64], ids=str)
@pytest.mark.parametrize("axes", [(0, 2), (1, 3), (0, 2, 4), (1, 4), (0, 3)])
def test_sums_over_axes_that_are_not_neighbours(
    axes: tuple[int, ...], dtype: np.dtype[Any]
) -> None:
    values = np.random.default_rng(0).integers(-9, 9, (3, 4, 2, 5, 7)).astype(dtype)
    assert_same_bits(np.asarray(v2.reduce_sum(values, axes)), values.sum(axes), str(axes))


@pytest.mark.parametrize(("version", "expected"), [("1.12", 1), ("2.7", 1), ("2.8", 0)])
def test_blocks_of_more_elements_than_float32_counts(version: str, expected: int) -> None:
    """Up to 2.7 the size of a thread's block is a quotient in float32, which is rounded up here."""
    size, half = 16_777_223, 8_388_611
    values = np.zeros(size, np.float32)
    values[0], values[half], values[-9999] = 2.0**26, -(2.0**26), 1
    with tf_losses.tf_version(version):
        assert float(v2.reduce_sum(values)) == expected


@pytest.mark.parametrize("version", KNOWN)
@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64, FLOAT16, BFLOAT16], ids=str)
def test_a_mean_over_axes_of_one_element_is_a_copy(dtype: np.dtype[Any], version: str) -> None:
    """Subnormal numbers stay, which a division would flush."""
    values = np.array([[1], [2], [0x8003]], np.uint16)
    if dtype.itemsize > values.itemsize:
        values = values.astype(f"u{dtype.itemsize}")
    values = values.view(dtype)
    with tf_losses.tf_version(version):
        for found in (v2.reduce_mean(values, 1, keepdims=True), v2.reduce_mean(values, ())):
            assert_same_bits(np.asarray(found), values, version)


@pytest.mark.parametrize("version", KNOWN)
def test_the_mean_of_nothing(version: str) -> None:
    with tf_losses.tf_version(version):
        for dtype in (FLOAT32, FLOAT64, FLOAT16, BFLOAT16):
            expected = 0 if dtype == BFLOAT16 and minor(version) <= (2, 11) else np.nan
            found = np.asarray(v2.reduce_mean(np.ones((2, 0), dtype), 1))
            assert_same_bits(found, np.full(2, expected, dtype), str(dtype))


def test_a_row_that_is_added_one_by_one_is_halved_downwards() -> None:
    values = np.zeros(1025, BFLOAT16)
    values[0], values[512], values[513] = 2.0**12, -(2.0**12), 1
    with tf_losses.tf_version("1.15"):
        assert fold(np.add, values, (0,), 1) == 0
        assert np.asarray(v2.reduce_sum(values)) == 0
