# SPDX-License-Identifier: Apache-2.0
"""The figures that `eval` prints are exact, block by block."""

from __future__ import annotations

import ml_dtypes  # noqa: F401 (NumPy then knows the name bfloat16)
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_losses._internal.evaluation.summary import PERCENTS, order_statistics, passes, summarize


@given(
    dtype=st.sampled_from(["float16", "bfloat16", "float32", "float64"]),
    size=st.integers(1, 300),
    block=st.integers(1, 100),
    worst=st.integers(0, 10),
    seed=st.integers(0, 2**32 - 1),
)
def test_summary_is_exact(dtype: str, size: int, block: int, worst: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    losses = rng.normal(size=size) * rng.choice([0.1, 3, 30], size)
    special = rng.random(size) < 0.1
    losses[special] = rng.choice([0.0, -0.0, np.inf, -np.inf, np.nan], special.sum())
    losses = losses.astype(dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tf_losses._internal.evaluation.summary.BLOCK", block)
        summary = summarize(losses, worst)
    wide = losses.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert (summary.count, summary.nan, summary.inf) == (
        size,
        np.isnan(wide).sum(),
        np.isinf(wide).sum(),
    )
    if finite.size:
        quantiles = np.quantile(finite, np.array(PERCENTS) / 100, method="inverted_cdf")
        assert summary.quantiles == tuple(quantiles)
        # Added up piece by piece, for people to read: not the bits of any mean.
        assert summary.mean == pytest.approx(finite.mean(), rel=1e-9, abs=1e-9)
    order = np.argsort(-np.where(np.isnan(wide), -np.inf, wide), kind="stable")
    order = order[~np.isnan(wide[order])]
    assert summary.worst == tuple(order[:worst])


def test_order_statistics_of_many() -> None:
    values = np.random.default_rng(0).normal(size=3_000_000)
    assert order_statistics(values, [0, 1_234_567, 2_999_999]) == tuple(
        np.sort(values)[[0, 1_234_567, 2_999_999]]
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_progress_ends_at_its_total(dtype: str) -> None:
    losses = np.linspace(0, 1, 1000, dtype=dtype)
    steps: list[int] = []
    summarize(losses, advance=steps.append)
    assert sum(steps) == passes(losses) * losses.size
