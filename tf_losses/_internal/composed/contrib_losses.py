# SPDX-License-Identifier: Apache-2.0
"""`tf.contrib.losses` (and `tf.contrib.slim.losses`) of TensorFlow 1.x.

The same losses as in `losses`, with predictions before labels, and weights that may lack the last
axes of the losses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of, published, symbolic
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.autodiff.plumbing import reshape
from tf_losses._internal.autodiff.shapes import squeeze
from tf_losses._internal.composed import contrib_weighted, loss_values
from tf_losses._internal.composed.collections import GraphKeys
from tf_losses._internal.composed.losses import kept
from tf_losses._internal.composed.weighted_loss import Reduction
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "absolute_difference",
    "compute_weighted_loss",
    "cosine_distance",
    "hinge_loss",
    "log_loss",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]

_NONE = Reduction.NONE
_weighted = published(contrib_weighted.compute)


def _kept(losses: Tensor, weights: object) -> Tensor:
    return kept(_weighted(losses, weights), GraphKeys.LOSSES)


@symbolic
def compute_weighted_loss(
    losses: Any,  # noqa: ANN401 (anything TensorFlow converts)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Weight losses, and average those that have a weight other than 0.

    Args:
        losses: with at least one axis.
        weights: one number, or a tensor with the first axes of the losses.
        scope: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the shapes do not broadcast.

    TensorFlow counterpart: `tf.contrib.losses.compute_weighted_loss`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> float(compute_weighted_loss([[1.0, 2.0], [4.0, 4.0]], [1.0, 0.0]))
    1.5
    """
    return _kept(losses, weights)


@symbolic
def absolute_difference(
    predictions: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any = None,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Absolute errors.

    Args:
        predictions: as in `tf_losses.losses.absolute_difference`.
        labels: the same.
        weights: as in `compute_weighted_loss`.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.absolute_difference`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> float(absolute_difference([1.5, 4.0], [1.0, 2.0]))
    1.25
    """
    losses = loss_values.absolute_difference(labels, predictions, 1.0, _NONE)
    return _kept(losses, weights)


@symbolic
def cosine_distance(
    predictions: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any = None,  # noqa: ANN401 (same)
    axis: Any = None,  # noqa: ANN401 (a number)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    dim: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Cosine distance of unit vectors.

    Args:
        predictions: as in `tf_losses.losses.cosine_distance`.
        labels: the same.
        axis: the same.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        dim: the old name of `axis`.

    TensorFlow counterpart: `tf.contrib.losses.cosine_distance`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> float(cosine_distance([[0.5, 0.5]], [[1.0, 0.0]], axis=1))
    0.5
    """
    axis = one_of("dim", dim, "axis", axis, TF2)
    if axis is None:
        raise hinted(ValueError("You must specify 'axis'."), "`axis` came as None.")
    losses = loss_values.cosine_distance(labels, predictions, axis, 1.0, _NONE)
    return _kept(squeeze(losses, [axis]), weights)


@symbolic
def hinge_loss(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any = None,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Hinge losses of yes-or-no outcomes, not reduced, and added to no collection.

    Args:
        logits: as in `tf_losses.losses.hinge_loss`.
        labels: the same.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.hinge_loss`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> hinge_loss([0.5, 1.0], [1.0, 0.0]).numpy()
    array([0.5, 2. ], dtype=float32)
    """
    return loss_values.hinge_loss(labels, logits, 1.0, _NONE)


@symbolic
def log_loss(
    predictions: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any = None,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    epsilon: Any = 1e-7,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Cross entropy of yes-or-no outcomes, from probabilities.

    Args:
        predictions: as in `tf_losses.losses.log_loss`.
        labels: the same.
        weights: as in `compute_weighted_loss`.
        epsilon: the same.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.log_loss`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> round(float(log_loss([0.5, 0.5], [1.0, 0.0])), 4)
    0.6931
    """
    losses = loss_values.log_loss(labels, predictions, 1.0, epsilon, _NONE)
    return _kept(losses, weights)


@symbolic
def mean_squared_error(
    predictions: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any = None,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Squared errors.

    Args:
        predictions: as in `tf_losses.losses.mean_squared_error`.
        labels: the same.
        weights: as in `compute_weighted_loss`.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.mean_squared_error`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> float(mean_squared_error([1.5, 4.0], [1.0, 2.0]))
    2.125
    """
    losses = loss_values.mean_squared_error(labels, predictions, 1.0, _NONE)
    return _kept(losses, weights)


@symbolic
def sigmoid_cross_entropy(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    multi_class_labels: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    label_smoothing: Any = 0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Cross entropy of independent yes-or-no outcomes.

    Args:
        logits: as in `tf_losses.losses.sigmoid_cross_entropy`.
        multi_class_labels: the same.
        weights: as in `compute_weighted_loss`.
        label_smoothing: the same.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.sigmoid_cross_entropy`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> round(float(sigmoid_cross_entropy([0.0, 0.0], [1.0, 0.0])), 4)
    0.6931
    """
    losses = loss_values.sigmoid_cross_entropy(
        multi_class_labels, logits, 1.0, label_smoothing, _NONE
    )
    return _kept(losses, weights)


@symbolic
def softmax_cross_entropy(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    onehot_labels: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    label_smoothing: Any = 0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Cross entropy of one outcome among classes; labels get no gradient.

    Args:
        logits: as in `tf_losses.losses.softmax_cross_entropy`.
        onehot_labels: the same.
        weights: as in `compute_weighted_loss`.
        label_smoothing: the same.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.softmax_cross_entropy`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> round(float(softmax_cross_entropy([[0.0, 0.0]], [[1.0, 0.0]])), 4)
    0.6931
    """
    losses = loss_values.softmax_cross_entropy(onehot_labels, logits, 1.0, label_smoothing, _NONE)
    return _kept(losses, weights)


@symbolic
def sparse_softmax_cross_entropy(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    labels: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Cross entropy of one outcome among classes, with class numbers for labels.

    Args:
        logits: as in `tf_losses.losses.sparse_softmax_cross_entropy`.
        labels: the same.
        weights: as in `compute_weighted_loss`.
        scope: not used.

    TensorFlow counterpart: `tf.contrib.losses.sparse_softmax_cross_entropy`,
    tensorflow_core/contrib/losses/python/losses/loss_ops.py of TensorFlow 1.15.

    >>> round(float(sparse_softmax_cross_entropy([[0.0, 0.0]], [[1]])), 4)
    0.6931
    """
    numbers = convert_to_tensor(labels)
    numbers = reshape(numbers, [numbers.shape[0]])
    losses = loss_values.sparse_softmax_cross_entropy(numbers, logits, 1.0, _NONE)
    return _kept(losses, weights)
