# SPDX-License-Identifier: Apache-2.0
"""The losses of `tf.contrib.legacy_seq2seq` of TensorFlow 1.x: of lists, with an item a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.autodiff.arithmetic import add, add_n, divide, multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast, reshape
from tf_losses._internal.composed.entropies import sparse_softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["sequence_loss", "sequence_loss_by_example"]


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    softmax_loss_function: Callable[..., Any] | None = None,
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Add up the weighted cross entropies of each sequence.

    Args:
        logits: for each step (sequences, classes).
        targets: for each step class numbers, one a sequence.
        weights: for each step one a sequence, of the logits' dtype.
        average_across_timesteps: whether to divide by the sum of the weights, and 1e-12.
        softmax_loss_function: takes `labels` and `logits` by name; the sparse softmax cross
            entropy if not given.
        name: not used.

    Raises:
        ValueError: the lists differ in length.

    TensorFlow counterpart: `tf.contrib.legacy_seq2seq.sequence_loss_by_example`,
    tensorflow_core/contrib/legacy_seq2seq/python/ops/seq2seq.py of TensorFlow 1.15.

    >>> losses = sequence_loss_by_example([[[0.0, 0.0]]], [[1]], [[2.0]])
    >>> losses.numpy().round(4)
    array([0.6931], dtype=float32)
    """
    if len(targets) != len(logits) or len(weights) != len(logits):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    function = softmax_loss_function or _entropies
    losses = [
        multiply(function(labels=target, logits=logit), weight)
        for logit, target, weight in zip(logits, targets, weights, strict=True)
    ]
    total = add_n(losses)
    if average_across_timesteps:
        total = divide(total, add(add_n(weights), 1e-12))
    return total


def _entropies(labels: object, logits: object) -> Tensor:
    return sparse_softmax(reshape(labels, [-1]), logits)


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    average_across_batch: bool = True,  # noqa: FBT001, FBT002 (same)
    softmax_loss_function: Callable[..., Any] | None = None,
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Add up the losses of all sequences; arguments as in `sequence_loss_by_example`.

    With `average_across_batch` the sum is divided by the number of sequences.

    TensorFlow counterpart: `tf.contrib.legacy_seq2seq.sequence_loss`,
    tensorflow_core/contrib/legacy_seq2seq/python/ops/seq2seq.py of TensorFlow 1.15.

    >>> round(float(sequence_loss([[[0.0, 0.0]]], [[1]], [[2.0]])), 4)
    0.6931
    """
    losses = sequence_loss_by_example(
        logits,
        targets,
        weights,
        average_across_timesteps=average_across_timesteps,
        softmax_loss_function=softmax_loss_function,
    )
    cost = reduce_sum(losses)
    if not average_across_batch:
        return cost
    count = convert_to_tensor(targets[0]).shape[0]
    return divide(cost, cast(count, cost.dtype))
