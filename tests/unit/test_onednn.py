# SPDX-License-Identifier: Apache-2.0
"""oneDNN's softmax against a model of its steps, in float32 as numpy rounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bits import Array

LANES = {"sse41": 4, "avx2": 8, "avx512": 16}
# A release of each way to sum, and oneDNN's version in it.
RELEASES = {"2.13": 207, "2.15": 302, "2.17": 304}
F32 = np.float32
LEAST, TINY = -np.finfo(F32).max, np.finfo(F32).tiny
POLYNOMIAL = ("0x1.0f9f9cp-7", "0x1.573a1ap-5", "0x1.555a8p-3", "0x1.fffdc6p-2", "0x1.fffff6p-1")
LOWEST, HIGHEST, LN2, LOG2E = (
    F32(float.fromhex(x)) for x in ("-0x1.5d58ap+6", "0x1.62e43p+6", "0x1.62e43p-1", "0x1.715476p0")
)


@pytest.fixture(autouse=True)
def _onednn_as_it_was() -> Iterator[None]:
    before = tf_losses.get_tf_onednn()
    yield
    tf_losses.set_tf_onednn(before)


def fused(a: Array, b: Array, c: Array) -> Array:
    """Round a*b + c once: a double that is not exact is made odd, thus no middle of two floats."""
    product = a.astype(np.float64) * b
    total = product + c
    back = total - product
    lost = (product - (total - back)) + (c - back)
    is_even = total.view(np.int64) % 2 == 0
    odd = np.nextafter(total, np.copysign(np.inf, lost))
    rounded: Array = np.where((lost != 0) & is_even, odd, total).astype(F32)
    return rounded


def exp(x: Array, *, is_fused: bool) -> Array:
    is_low = x < LOWEST
    x = np.where(x < HIGHEST, x, HIGHEST)
    x = np.where(x > LOWEST, x, LOWEST)
    n = np.floor(x * LOG2E + F32(0.5))
    r = fused(-n, np.full_like(n, LN2), x) if is_fused else x - n * LN2
    y = np.full_like(x, float.fromhex(POLYNOMIAL[0]))
    for coefficient in (*POLYNOMIAL[1:], "0x1p0"):
        c = np.full_like(x, float.fromhex(coefficient))
        y = fused(y, r, c) if is_fused else y * r + c
    half = np.ldexp(y, n.astype(np.int32) - 1)
    return np.where(is_low | (half < TINY), F32(0), half + half)


def second_max(a: Array, b: Array | np.float32) -> Array:
    """The processor's maximum: the second of two if one is NaN."""
    return np.where(a > b, a, b)


class Way(NamedTuple):
    """How a version sums rows of so many classes in vectors of so many lanes."""

    lanes: int
    version: int
    classes: int

    @property
    def whole(self) -> int:
        return self.classes // self.lanes

    @property
    def rest_has_one_lane(self) -> bool:
        return self.lanes == 4 and self.version < 300

    def place(self, i: int) -> tuple[int, int]:
        """Sum and lane of the i-th class."""
        vector, lane = divmod(i, self.lanes)
        if vector == self.whole:
            return 0, 0 if self.rest_has_one_lane else lane
        return vector % 4 if self.version >= 304 else 0, lane

    def maxima(self, row: Array) -> Array:
        """Each lane's maximum, where a NaN makes them differ."""
        found = np.full((4, self.lanes), LEAST)
        for i, x in enumerate(row):
            found[self.place(i)] = second_max(found[self.place(i)], x)
        rest = self.classes % self.lanes
        if rest and self.lanes < 16:
            idle = slice(1 if self.rest_has_one_lane else rest, None)
            found[0, idle] = second_max(found[0, idle], LEAST)
        used = found[: min(max(self.whole, 1), 4) if self.version >= 304 else 1]
        m = used[0] if len(used) == 1 else second_max(used[0], used[1])
        if len(used) > 2:
            m = second_max(m, used[2] if len(used) == 3 else second_max(used[2], used[3]))
        step = self.lanes // 2
        while step:
            m, step = second_max(m, m[np.arange(self.lanes) ^ step]), step // 2
        return m

    def sum(self, exps: Array) -> np.float32:
        sums = np.zeros((4, self.lanes), F32)
        for i, e in enumerate(exps):
            sums[self.place(i)] += e
        found = (sums[0] + sums[1]) + (sums[2] + sums[3])
        while found.size > 1:
            found = found[: found.size // 2] + found[found.size // 2 :]
        return F32(found[0])

    def softmax(self, row: Array) -> Array:
        of_lane = self.maxima(row)[[self.place(i)[1] for i in range(row.size)]]
        maximum = of_lane if np.isnan(row).any() else row.max()
        exps = exp(row - maximum, is_fused=self.lanes > 4)
        found: Array = exps * (F32(1) / self.sum(exps))
        return np.where(np.abs(found) < TINY, F32(0), found)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("isa", LANES)
def test_softmax_is_computed_in_these_steps(isa: str, release: str) -> None:
    tf_losses.set_tf_onednn(isa)
    generator = np.random.default_rng(0)
    for classes in (1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 27, 32, 40, 65, 77, 128):
        logits = generator.normal(0, 9, (6, classes)).astype(F32)
        logits[1] *= 4
        for row in logits[3:]:
            row[generator.integers(classes)] = np.nan
        logits[5] = np.nan
        way = Way(LANES[isa], RELEASES[release], classes)
        with np.errstate(all="ignore"), tf_losses.tf_version(release):
            expected = np.stack([way.softmax(row) for row in logits])
            found = np.asarray(v2.nn.softmax(logits))
        assert_same_bits(found, expected, f"{classes}")
