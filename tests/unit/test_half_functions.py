# SPDX-License-Identifier: Apache-2.0
"""exp and log1p of 16-bit numbers (csrc/kernels/math/half.h), of every argument.

They are the 16-bit numbers next to the true values, so that no TensorFlow is needed to check them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

from bits import assert_same_bits
from tf_losses import gradients
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.usefixtures("restore_native")

ISAS = [name for name, runs in native.isa_known().items() if runs]
LEAST = np.finfo(np.float32).smallest_normal


def negative_logits(dtype: np.dtype[Any]) -> NDArray[Any]:
    """All finite numbers below 0 but subnormal bfloat16, which count as 0; whole packets."""
    every = np.arange(0x8000, 0x10000, dtype=np.uint16).view(dtype)
    sizes = -every.astype(np.float32)
    taken: NDArray[Any] = every[(sizes >= LEAST) & (sizes < np.inf)]
    return taken[: len(taken) - len(taken) % 8]


def next_to(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[np.float64]:
    """Round to a 16-bit type, and widen again."""
    return values.astype(dtype).astype(np.float64)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("dtype", [np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)], ids=str)
def test_of_every_logit(dtype: np.dtype[Any], isa: str) -> None:
    """Where labels are 0, the loss of a logit below 0 is log1p(e), its gradient e/(1 + e)."""
    native.isa_select(isa)
    logits = negative_logits(dtype)
    labels = np.zeros_like(logits)
    exact = np.exp(logits.astype(np.float64))
    e = next_to(np.where(exact < LEAST, 0, exact), dtype)
    loss = np.log1p(e).astype(dtype)
    gradient = (next_to(1 / next_to(1 + e, dtype), dtype) * e).astype(dtype)

    found = gradients.sigmoid_cross_entropy_with_logits(
        labels, logits, wrt="logits", with_loss=True
    )
    alone = v2.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    assert len(logits) > 30_000
    assert_same_bits(np.asarray(alone), loss, f"log1p, {isa}", logits=logits)
    assert_same_bits(np.asarray(found.loss), loss, f"log1p with gradient, {isa}", logits=logits)
    assert_same_bits(np.asarray(found.logits), gradient, f"e/(1 + e), {isa}", logits=logits)
