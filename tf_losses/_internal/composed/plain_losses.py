# SPDX-License-Identifier: Apache-2.0
"""`tf.losses` of TensorFlow 1.x, the other part: errors and distances; see `losses`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of, published, symbolic, warn_argument
from tf_losses._internal.composed import loss_values
from tf_losses._internal.composed.losses import LOSSES, REDUCTION, kept
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "absolute_difference",
    "cosine_distance",
    "hinge_loss",
    "huber_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
]

# From a function of this module to the line that called it, past the wrapper of its face.
_CALLER = 3

_absolute_difference = published(loss_values.absolute_difference)
_cosine_distance = published(loss_values.cosine_distance)
_hinge_loss = published(loss_values.hinge_loss)
_huber_loss = published(loss_values.huber_loss)
_mean_pairwise_squared_error = published(loss_values.mean_pairwise_squared_error)
_mean_squared_error = published(loss_values.mean_squared_error)


@symbolic
def absolute_difference(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Absolute errors.

    loss = |predictions - labels|

    Args:
        labels: what is right, in the predictions' shape.
        predictions: any real numbers; both are cast to float32.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: labels or predictions are None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.absolute_difference`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(absolute_difference([1.0, 2.0], [1.5, 4.0]))
    1.25
    """
    return kept(_absolute_difference(labels, predictions, weights, reduction), loss_collection)


@symbolic
def cosine_distance(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    axis: Any = None,  # noqa: ANN401 (a number)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
    dim: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Cosine distance of unit vectors.

    loss = 1 - sum(predictions * labels) along `axis`, which stays with length 1

    Args:
        labels: what is right, in the predictions' shape.
        predictions: any real numbers; both are cast to float32.
        axis: that of the vectors.
        dim: its old name.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: there is no axis, or two; labels or predictions are None, or their shapes
            differ; and as in `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.cosine_distance`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(cosine_distance([[1.0, 0.0]], [[0.5, 0.5]], axis=1))
    0.5
    """
    if dim is not None:
        warn_argument("cosine_distance", "dim", "axis", stacklevel=_CALLER)
    axis = one_of("dim", dim, "axis", axis, TF2)
    if axis is None:
        raise hinted(ValueError("You must specify argument `axis`."), "`axis` came as None.")
    return kept(_cosine_distance(labels, predictions, axis, weights, reduction), loss_collection)


@symbolic
def hinge_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Hinge loss of yes-or-no outcomes.

    loss = max(0, 1 - (2 * labels - 1) * logits)

    Args:
        labels: 0 or 1, in the logits' shape.
        logits: any real numbers; both are cast to float32.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: labels or predictions are None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.hinge_loss`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(hinge_loss([1.0, 0.0], [0.5, 1.0]))
    1.25
    """
    return kept(_hinge_loss(labels, logits, weights, reduction), loss_collection)


@symbolic
def huber_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    delta: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Squared errors up to `delta`, and a line from there on.

    loss = e^2 / 2 if e <= delta else delta^2 / 2 + delta * (e - delta), with
    e = |predictions - labels|

    Args:
        labels: what is right, in the predictions' shape.
        predictions: any real numbers; both are cast to float32.
        delta: where the line begins.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: labels or predictions are None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.huber_loss`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(huber_loss([1.0, 2.0], [1.5, 4.0]))
    0.8125
    """
    return kept(_huber_loss(labels, predictions, weights, delta, reduction), loss_collection)


@symbolic
def mean_pairwise_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
) -> Tensor:
    """Squared errors of the differences between all pairs in a row.

    loss = sum over pairs of ((p_i - p_j) - (z_i - z_j))^2, divided by their number

    Args:
        labels: what is right, in the predictions' shape.
        predictions: any real numbers; both are cast to float32.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.

    Raises:
        ValueError: labels or predictions are None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.mean_pairwise_squared_error`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(mean_pairwise_squared_error([[0.0, 1.0]], [[0.0, 3.0]]))
    4.0
    """
    return kept(_mean_pairwise_squared_error(labels, predictions, weights), loss_collection)


@symbolic
def mean_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    scope: object = None,  # noqa: ARG001 (TensorFlow's signature)
    loss_collection: str | None = LOSSES,
    reduction: str = REDUCTION,
) -> Tensor:
    """Squared errors.

    loss = (predictions - labels)^2

    Args:
        labels: what is right, in the predictions' shape.
        predictions: any real numbers; both are cast to float32.
        weights: as in `compute_weighted_loss`.
        scope: not used.
        loss_collection: as in `compute_weighted_loss`.
        reduction: as in `compute_weighted_loss`.

    Raises:
        ValueError: labels or predictions are None, or their shapes differ; and as in
            `compute_weighted_loss`.

    TensorFlow counterpart: `tf.losses.mean_squared_error`,
    tensorflow/python/ops/losses/losses_impl.py.

    >>> float(mean_squared_error([1.0, 2.0], [1.5, 4.0]))
    2.125
    """
    return kept(_mean_squared_error(labels, predictions, weights, reduction), loss_collection)
