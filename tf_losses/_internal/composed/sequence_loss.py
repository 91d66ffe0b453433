# SPDX-License-Identifier: Apache-2.0
"""`tf.contrib.seq2seq.sequence_loss` of TensorFlow 1.x: weighted losses of sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.arithmetic import multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast, reshape
from tf_losses._internal.autodiff.tensor import tensor
from tf_losses._internal.composed.entropies import sparse_softmax
from tf_losses._internal.operations.division import divide_no_nan
from tf_losses._internal.runtime.dtypes import INT64
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["sequence_loss"]


def sequence_loss(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    targets: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    average_across_timesteps: bool = True,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    average_across_batch: bool = True,  # noqa: FBT001, FBT002 (same)
    sum_over_timesteps: bool = False,  # noqa: FBT001, FBT002 (same)
    sum_over_batch: bool = False,  # noqa: FBT001, FBT002 (same)
    softmax_loss_function: Callable[..., Any] | None = None,
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Weight the cross entropies of a batch of sequences, and reduce them.

    An average divides a sum by that of the weights, a "sum" by how many weights are not 0.

    Args:
        logits: (sequences, steps, classes).
        targets: class numbers: (sequences, steps).
        weights: (sequences, steps), of the logits' dtype; 0 for what is padding.
        average_across_timesteps: whether steps are averaged.
        average_across_batch: whether sequences are averaged.
        sum_over_timesteps: whether steps are summed.
        sum_over_batch: whether sequences are summed.
        softmax_loss_function: takes `labels` and `logits` by name, both without the axis of the
            steps; the sparse softmax cross entropy if not given.
        name: not used.

    Raises:
        ValueError: the three have other ranks, or an axis is to be averaged and summed.
        tf_losses.errors.InvalidArgumentError: the weights have another dtype.

    TensorFlow counterpart: `tf.contrib.seq2seq.sequence_loss`,
    tensorflow_core/contrib/seq2seq/python/ops/loss.py of TensorFlow 1.15.

    >>> round(float(sequence_loss([[[0.0, 0.0], [3.0, 0.0]]], [[1, 1]], [[1.0, 0.0]])), 4)
    0.6931
    """
    given, labels = convert_to_tensor(logits), convert_to_tensor(targets)
    factors = convert_to_tensor(weights)
    _check_ranks(given, labels, factors)
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError(
            "average_across_timesteps and sum_over_timesteps cannot be set to True at same time."
        )
    if average_across_batch and sum_over_batch:
        raise ValueError(
            "average_across_batch and sum_over_batch cannot be set to True at same time."
        )
    of_steps = reshape(given, [-1, given.shape[2]])
    labels = reshape(labels, [-1])
    function = softmax_loss_function or sparse_softmax
    losses = multiply(function(labels=labels, logits=of_steps), reshape(factors, [-1]))
    averaged, summed = (
        (average_across_batch, average_across_timesteps),
        (sum_over_batch, sum_over_timesteps),
    )
    if all(averaged):
        return divide_no_nan(reduce_sum(losses), reduce_sum(factors))
    if all(summed):
        return divide_no_nan(reduce_sum(losses), _count(factors, None, losses))
    losses = reshape(losses, given.shape[:2])
    if any(averaged):
        axis = averaged.index(True)
        return divide_no_nan(reduce_sum(losses, axis=axis), reduce_sum(factors, axis=axis))
    if any(summed):
        axis = summed.index(True)
        return divide_no_nan(reduce_sum(losses, axis=axis), _count(factors, axis, losses))
    return losses


def _count(weights: Tensor, axis: int | None, losses: Tensor) -> Tensor:
    present = np.not_equal(flush(np.asarray(weights)), 0)
    return cast(tensor(np.asarray(np.sum(present, axis=axis, dtype=INT64))), losses.dtype)


def _check_ranks(logits: Tensor, targets: Tensor, weights: Tensor) -> None:
    expected = "[batch_size x sequence_length]"
    for name, value, rank, shape in (
        ("Logits", logits, 3, "[batch_size x sequence_length x logits]"),
        ("Targets", targets, 2, expected),
        ("Weights", weights, 2, expected),
    ):
        if value.ndim != rank:
            raise hinted(
                ValueError(f"{name} must be a {shape} tensor"),
                f"`{name.lower()}` came with the shape {value.shape}.",
            )
