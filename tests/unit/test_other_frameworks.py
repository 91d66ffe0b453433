# SPDX-License-Identifier: Apache-2.0
"""The program behind docs/other_frameworks.md asks for the losses that are compared there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import other_frameworks
import other_frameworks_asked
from tf_losses.parity.shim import compute_named
from tf_losses.parity.table import Inputs
from tf_losses.testing import assert_bits_equal

PAGE = Path(__file__).parents[2] / "docs" / "other_frameworks.md"
LOSSES = ("sigmoid", "softmax", "sparse_softmax", "weighted")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_formulas_are_those_of_the_losses(
    loss: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy's, where nothing cancels: labels of a half, classes that are not likely."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 6)).astype(dtype)
    z = np.full_like(x, 0.5) if loss in ("sigmoid", "weighted") else np.full_like(x, 1 / 6)
    given = {"labels": z, "logits": x}
    if loss == "sparse_softmax":
        given["labels"] = x.argmin(-1)
    elif loss == "weighted":
        given["pos_weight"] = np.array([1, 2, 0.5, 3, 1, 4], dtype)
    one = {f"{loss} {dtype} 0 {name}": array for name, array in given.items()}
    only = {"numpy": other_frameworks_asked.numpy_results}
    monkeypatch.setattr(other_frameworks_asked, "FRAMEWORKS", only)
    found, versions = other_frameworks_asked.answer(one)
    assert versions == {"numpy": np.__version__}
    inputs = Inputs(given["labels"], x, given.get("pos_weight"), None)
    wanted = compute_named(loss, inputs)
    assert wanted.loss is not None
    assert_bits_equal(found[f"numpy {loss} {dtype} 0 loss"], wanted.loss, max_ulp=4)
    gradient = found[f"numpy {loss} {dtype} 0 gradient"]
    assert np.abs(gradient - wanted.logits).max() < 8 * np.finfo(dtype).eps


def test_the_page_has_a_row_for_each() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = set(re.findall(r"(?m)^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \| [\d,]+ \|", text))
    results = {"loss": other_frameworks_asked.FRAMEWORKS, "gradient": ("numpy", "torch", "jax")}
    assert rows == {
        (result, loss, dtype, framework)
        for result, frameworks in results.items()
        for loss in LOSSES
        for dtype in ("float32", "float64")
        for framework in frameworks
    } - {("loss", "weighted", "float64", "onnxruntime")}  # which has no Softplus of float64
    assert "python tests/tools/other_frameworks.py" in text


def test_shares_hide_no_single_element() -> None:
    shares = (0.0, 1e-6, 33.333333, 99.999999, 100.0)
    assert [other_frameworks.share(one) for one in shares] == [
        "0%",
        "0.01%",
        "33.33%",
        "99.99%",
        "100%",
    ]
