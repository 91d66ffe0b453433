# SPDX-License-Identifier: Apache-2.0
"""Which predictions are true and false, positive and negative, above each of several thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.composed.keras import ops, reductions
from tf_losses._internal.composed.keras.settings import epsilon, is_keras3
from tf_losses._internal.operations.comparisons import logical_not
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32
from tf_losses._internal.runtime.kinds import is_listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor
    from tf_losses._internal.runtime.dtypes import Dtype

# What is below every prediction.
LOWEST = -1e10


class Confusion(NamedTuple):
    """How many of each there are, by threshold."""

    true_positives: Tensor
    false_positives: Tensor
    true_negatives: Tensor
    false_negatives: Tensor


def checked_thresholds(thresholds: Any, default: float) -> list[float]:  # noqa: ANN401 (a number or several)
    """Give thresholds as a list.

    Raises:
        ValueError: one is not from 0 to 1.

    >>> checked_thresholds(None, 0.5), checked_thresholds((0.2, 0.8), 0.5)
    ([0.5], [0.2, 0.8])
    """
    if thresholds is None:
        return [default]
    given = list(thresholds) if is_listed(thresholds) else [thresholds]
    wrong = [one for one in given if one is None or one < 0 or one > 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")
    return given


def confusion(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    thresholds: Sequence[float],
    sample_weight: Any = None,  # noqa: ANN401 (same)
    *,
    dtype: Dtype = FLOAT32,
    top_k: int | None = None,
    class_id: int | None = None,
) -> Confusion:
    """Count predictions above and below thresholds, of yes and of no.

    Args:
        y_true: labels: yes where they are not 0.
        y_pred: predictions.
        thresholds: a prediction above of one is positive.
        sample_weight: what each counts.
        dtype: of the computation.
        top_k: how many of the largest of a row can be positive.
        class_id: the only class that is looked at.
    """
    labels, output = ops.cast(y_true, dtype), ops.cast(y_pred, dtype)
    labels, output, weights = _aligned(labels, output, sample_weight, dtype)
    if top_k is not None:
        output = _largest(output, top_k)
    if class_id is not None:
        labels, output = labels[..., class_id, None], output[..., class_id, None]
    if weights is not None:
        weights = ops.reshape(ops.broadcast_to(weights, tuple(output.shape)), [-1])
    flat = ops.reshape(ops.cast(labels, BOOL), [1, -1]), ops.reshape(output, [1, -1])
    if _evenly_distributed(thresholds):
        return _by_buckets(*flat, weights, len(thresholds), dtype)
    borders = ops.reshape(ops.as_tensor(list(thresholds), dtype), [-1, 1])
    above = ops.greater(flat[1], borders)
    below, yes, no = logical_not(above), flat[0], logical_not(flat[0])
    pairs = ((yes, above), (no, above), (no, below), (yes, below))
    return Confusion(*(_counted(ops.logical_and(*pair), weights, dtype) for pair in pairs))


def _counted(hits: Tensor, weights: Tensor | None, dtype: Dtype) -> Tensor:
    if weights is None:
        return ops.reduce_sum(ops.cast(hits, dtype), 1)
    if is_keras3():
        return ops.reduce_sum(ops.where(hits, weights, 0), 1)
    return ops.reduce_sum(ops.cast(hits, dtype) * weights, 1)


def _aligned(
    labels: Tensor,
    output: Tensor,
    sample_weight: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: Dtype,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Bring labels, predictions and weights to the same axes."""
    weights = None if sample_weight is None else ops.cast(sample_weight, dtype)
    if is_keras3():
        output, labels = reductions.same_rank(output, labels)
        if weights is not None:
            weights = ops.expand_dims(weights, -1)
            if weights.ndim == labels.ndim + 1 and weights.shape[-1] == 1:
                weights = ops.squeeze(weights, -1)
        return labels, output, weights
    if weights is not None:  # which are to have as many axes as the predictions have yet
        weights = reductions.fitting(weights, output)
    output, labels = reductions.squeezed_pair(output, labels)
    if labels.shape != output.shape:
        raise ValueError(f"Shapes {output.shape} and {labels.shape} are incompatible")
    if weights is not None and not reductions.fits(weights, output):
        raise ValueError(
            f"weights can not be broadcast to values. values.shape={tuple(output.shape)}. "
            f"weights.shape={tuple(weights.shape)}."
        )
    return labels, output, weights


def _largest(output: Tensor, k: int) -> Tensor:
    """Keep the k largest of each row, and put the lowest in place of the others."""
    values = np.asarray(output)
    order = np.argsort(-values.astype(np.float64), axis=-1, kind="stable")[..., :k]
    kept = np.zeros(values.shape, bool)
    np.put_along_axis(kept, order, values=True, axis=-1)
    mask = ops.cast(kept, FLOAT32)
    return output * mask + LOWEST * (1 - mask)


def _evenly_distributed(thresholds: Sequence[float]) -> bool:
    count = len(thresholds)
    if count < 3:  # noqa: PLR2004 (what makes a distribution)
        return False
    even = np.arange(count, dtype=np.float32) / (count - 1)
    return bool(np.allclose(thresholds, even, atol=epsilon()))


def _by_buckets(
    yes: Tensor, output: Tensor, weights: Tensor | None, count: int, dtype: Dtype
) -> Confusion:
    """Count by the place between thresholds that are as far from each other as the next."""
    factors = ops.as_tensor(1.0, dtype) if weights is None else weights
    labels = ops.cast(yes, dtype)
    of_yes, of_no = labels * factors, (1.0 - labels) * factors
    places = ops.clip_by_value(output, 0.0, 1.0) * (count - 1)
    buckets = np.maximum(np.ceil(np.asarray(places)) - 1, -1).astype(np.int64).ravel()
    true_positives, false_positives = (_at_least(one, buckets, count) for one in (of_yes, of_no))
    return Confusion(
        true_positives,
        false_positives,
        ops.reduce_sum(of_no) - false_positives,
        ops.reduce_sum(of_yes) - true_positives,
    )


def _at_least(values: Tensor, buckets: NDArray[np.int64], count: int) -> Tensor:
    """Sum what is in a bucket or one above, one after the other; what is in none is left out."""
    sums = np.zeros(count, np.asarray(values).dtype)
    inside = buckets >= 0
    np.add.at(sums, buckets[inside], np.asarray(values).ravel()[inside])
    return ops.cumsum(sums, reverse=True)
