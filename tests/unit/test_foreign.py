# SPDX-License-Identifier: Apache-2.0
"""Arrays of torch, pandas and JAX, where these are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bits import assert_same_bits
from tf_losses.compat import v2

LOGITS = np.array([[1.5, -2.0, 0.25], [3.0, 0.0, -1.0]], np.float32)
LABELS = np.array([2, 0])
WANTED = v2.nn.sparse_softmax_cross_entropy_with_logits(LABELS, LOGITS).numpy()


def loss_of(labels: Any, logits: Any) -> Any:  # noqa: ANN401 (arrays of any library)
    return v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits).numpy()


@pytest.mark.parametrize("how", ["plain", "requires_grad", "parameter", "transposed", "in a list"])
def test_torch(how: str) -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(LOGITS)
    given = {
        "plain": x,
        "requires_grad": x.clone().requires_grad_(),
        "parameter": torch.nn.Parameter(x),
        "transposed": x.T.contiguous().T,
        "in a list": list(x.clone().requires_grad_()),
    }[how]
    assert_same_bits(loss_of(torch.tensor(LABELS), given), WANTED, how)


def test_torch_bfloat16() -> None:
    torch = pytest.importorskip("torch")
    ml_dtypes = pytest.importorskip("ml_dtypes")
    found = loss_of(LABELS, torch.tensor(LOGITS).to(torch.bfloat16))
    assert_same_bits(found, loss_of(LABELS, LOGITS.astype(ml_dtypes.bfloat16)), "bfloat16")


@pytest.mark.parametrize("dtype", ["float32", "Float32"])
def test_pandas_columns(dtype: str) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(LOGITS).astype(dtype)
    labels = pandas.Series(LABELS, dtype="Int64")
    assert_same_bits(loss_of(labels, frame), WANTED, dtype)
    column = v2.nn.sigmoid_cross_entropy_with_logits(frame[0] * 0, frame[0]).numpy()
    wanted = v2.nn.sigmoid_cross_entropy_with_logits(LOGITS[:, 0] * 0, LOGITS[:, 0]).numpy()
    assert_same_bits(column, wanted, dtype)


def test_pandas_missing_values() -> None:
    pandas = pytest.importorskip("pandas")
    floats = pandas.Series([1.0, None], dtype="Float32")
    found = v2.nn.sigmoid_cross_entropy_with_logits(np.zeros(2, np.float32), floats).numpy()
    assert np.isnan(found).tolist() == [False, True]
    with pytest.raises(TypeError, match=r"missing values.*\n.*fillna"):
        loss_of(pandas.Series([1, None], dtype="Int64"), LOGITS)


def test_jax() -> None:
    jax = pytest.importorskip("jax")
    assert_same_bits(loss_of(jax.numpy.asarray(LABELS), jax.numpy.asarray(LOGITS)), WANTED, "jax")
    half = jax.numpy.asarray(LOGITS, jax.numpy.bfloat16)
    assert_same_bits(loss_of(LABELS, half), loss_of(LABELS, np.asarray(half)), "bfloat16")


def test_a_jax_tracer() -> None:
    jax = pytest.importorskip("jax")
    with pytest.raises(TypeError, match=r"tracer has no values.*\n.*pure_callback"):
        jax.jit(lambda x: loss_of(LABELS, x))(LOGITS)
