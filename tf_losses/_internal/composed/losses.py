# SPDX-License-Identifier: Apache-2.0
"""`tf.losses` of TensorFlow 1.x: a loss by its name, weighted, reduced and kept in a collection.

What a loss is stands in `loss_values`; here the value is computed and then added to the collection
of its name, where `get_total_loss` finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.signatures import published, symbolic
from tf_losses._internal.composed import loss_values, weighted_loss
from tf_losses._internal.composed.collections import GraphKeys
from tf_losses._internal.composed.loss_collection import add_loss
from tf_losses._internal.composed.weighted_loss import Reduction

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "Reduction",
    "compute_weighted_loss",
    "log_loss",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]

LOSSES = GraphKeys.LOSSES
REDUCTION = Reduction.SUM_BY_NONZERO_WEIGHTS
_weighted = published(weighted_loss.compute)
_log_loss = published(loss_values.log_loss)
_sigmoid_cross_entropy = published(loss_values.sigmoid_cross_entropy)
_softmax_cross_entropy = published(loss_values.softmax_cross_entropy)
_sparse_softmax_cross_entropy = published(loss_values.sparse_softmax_cross_entropy)


def kept(loss: Tensor, collection: str | None) -> Tensor:
    """Add a loss to a collection, and give it."""
    add_loss(loss, collection)
    return loss


@symbolic
def compute_weighted_loss(
    losses: Any,  # noqa: ANN401 (anything TensorFlow converts)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Weight losses, and reduce them to one number.

    Args:
        losses: of any shape and real dtype; they are computed with in float32 and cast back.
        weights: one number, or a tensor with as many axes as the losses, each of the losses'
            length or of 1.
        scope: not used.
        loss_collection: what the result is added to; None for nothing.
        reduction: one of `Reduction`. With a divisor of 0, a mean is 0.

    Returns:
        A tensor of the losses' dtype, without axes unless `reduction` is NONE.

    Raises:
        ValueError: the weights have another shape, or `reduction` is none.

    TensorFlow counterpart: `tf.losses.compute_weighted_loss`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(compute_weighted_loss([1.0, 2.0, 4.0], [1.0, 0.5, 0.0]))
    1.0
    """
    return kept(_weighted(losses, weights, reduction), loss_collection)


@symbolic
def log_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    epsilon: Any = 1e-7,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Cross entropy of yes-or-no outcomes, from probabilities.

    loss = -labels * log(predictions + epsilon) - (1 - labels) * log(1 - predictions + epsilon)

    Args:
        labels: between 0 and 1, in the predictions' shape.
        predictions: probabilities; both are cast to float32.
        epsilon: keeps the logarithm away from 0.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: one of the two is None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.log_loss`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> round(float(log_loss([1.0, 0.0], [0.5, 0.5])), 4)
    0.6931
    """
    return kept(_log_loss(labels, predictions, weights, epsilon, reduction), loss_collection)


@symbolic
def sigmoid_cross_entropy(
    multi_class_labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    label_smoothing: Any = 0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Cross entropy of independent yes-or-no outcomes.

    loss = `tf_losses.nn.sigmoid_cross_entropy_with_logits` of the labels, smoothed to
    labels * (1 - label_smoothing) + label_smoothing / 2

    Args:
        multi_class_labels: between 0 and 1, in the logits' shape; cast to their dtype.
        logits: floating-point numbers.
        label_smoothing: from 0 to 1.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: one of the two is None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.sigmoid_cross_entropy`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> round(float(sigmoid_cross_entropy([1.0, 0.0], [0.0, 0.0])), 4)
    0.6931
    """
    return kept(
        _sigmoid_cross_entropy(multi_class_labels, logits, weights, label_smoothing, reduction),
        loss_collection,
    )


@symbolic
def softmax_cross_entropy(
    onehot_labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    label_smoothing: Any = 0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Cross entropy of one outcome among classes; labels get no gradient.

    loss = `tf_losses.nn.softmax_cross_entropy_with_logits_v2` of the labels, smoothed to
    labels * (1 - label_smoothing) + label_smoothing / classes

    Args:
        onehot_labels: in the logits' shape; cast to their dtype.
        logits: floating-point numbers, the classes last.
        label_smoothing: from 0 to 1.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: one of the two is None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.softmax_cross_entropy`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> round(float(softmax_cross_entropy([[1.0, 0.0]], [[0.0, 0.0]])), 4)
    0.6931
    """
    return kept(
        _softmax_cross_entropy(onehot_labels, logits, weights, label_smoothing, reduction),
        loss_collection,
    )


@symbolic
def sparse_softmax_cross_entropy(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Cross entropy of one outcome among classes, with class numbers for labels.

    loss = `tf_losses.nn.sparse_softmax_cross_entropy_with_logits`; a last axis of length 1 that
    labels or weights have too much is taken away

    Args:
        labels: class numbers.
        logits: floating-point numbers, the classes last.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: one of the two is None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.sparse_softmax_cross_entropy`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> round(float(sparse_softmax_cross_entropy([[1]], [[0.0, 0.0]])), 4)
    0.6931
    """
    return kept(_sparse_softmax_cross_entropy(labels, logits, weights, reduction), loss_collection)
