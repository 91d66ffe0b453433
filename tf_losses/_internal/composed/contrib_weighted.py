# SPDX-License-Identifier: Apache-2.0
"""How `tf.contrib.losses` weights losses: weights lack the last axes of the losses, if any."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.arithmetic import multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.shapes import squeeze
from tf_losses._internal.autodiff.tensor import tensor
from tf_losses._internal.composed.weighted_loss import float32
from tf_losses._internal.operations.division import divide_no_nan
from tf_losses._internal.runtime.dtypes import FLOAT32
from tf_losses._internal.runtime.subnormals import flush

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["compute"]


def compute(losses: Any, weights: Any = 1.0) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Sum the losses over the axes that the weights lack, weight them, and average.

    >>> float(compute([[1.0, 2.0], [4.0, 4.0]], [1.0, 0.0]))
    1.5
    """
    given = convert_to_tensor(losses)
    values, factors = float32(given), float32(weights)
    if factors.ndim > 1 and factors.shape[-1] == 1:
        factors = squeeze(factors, [-1])
    missing = list(range(factors.ndim, values.ndim))
    summed = reduce_sum(values, axis=missing) if missing else values
    total = reduce_sum(multiply(summed, factors))
    return cast(divide_no_nan(total, _present(values, np.asarray(factors))), given.dtype)


def _present(losses: Tensor, weights: np.ndarray[Any, Any]) -> Tensor:
    """Count the losses that have a weight other than 0, row by row as TensorFlow does."""
    there = np.not_equal(flush(weights), 0)
    lengths = np.asarray(losses).shape
    if weights.ndim == 0:
        rows = np.asarray(lengths[0], FLOAT32)
        with np.errstate(all="ignore"):
            each = np.asarray(losses.size, FLOAT32) / rows if there else np.asarray(0, FLOAT32)
        counts = np.full(lengths[:1], each, FLOAT32)
    else:
        per_row = np.sum(there.reshape(len(there), -1), axis=1).astype(FLOAT32)
        counts = per_row * np.asarray(math.prod(lengths[weights.ndim :]), FLOAT32)
    return reduce_sum(tensor(np.asarray(counts, FLOAT32)))
