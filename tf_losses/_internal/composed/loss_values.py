# SPDX-License-Identifier: Apache-2.0
"""What the losses of `tf.losses` are: computed from their arguments alone.

Each is TensorFlow's chain of operations, one after the other, so that values and gradients have
its bits. Public names, which keep the loss in a collection as well, stand in `losses`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import (
    add,
    divide,
    multiply,
    negative,
    square,
    subtract,
)
from tf_losses._internal.autodiff.arrays import constant, convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast, ones_like
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.shapes import squeeze
from tf_losses._internal.autodiff.tape import stop_gradient
from tf_losses._internal.composed import entropies, weighted_loss
from tf_losses._internal.composed.weighted_loss import (
    assert_broadcastable,
    compatible,
    float32,
    num_present,
)
from tf_losses._internal.operations.division import divide_no_nan, squared_difference
from tf_losses._internal.operations.extremes import maximum, minimum, relu
from tf_losses._internal.operations.rounding import abs as absolute
from tf_losses._internal.operations.transcendental import log
from tf_losses._internal.runtime.dtypes import FLOAT32
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "absolute_difference",
    "cosine_distance",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


def absolute_difference(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute |predictions - labels|."""
    given, wanted = _pair(labels, predictions)
    return weighted_loss.compute(absolute(subtract(given, wanted)), weights, reduction)


def cosine_distance(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    axis: int,
    weights: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute 1 - sum(predictions * labels) along an axis."""
    given, wanted = _pair(labels, predictions)
    similar = reduce_sum(multiply(given, wanted), axis=(axis,), keepdims=True)
    return weighted_loss.compute(subtract(1, similar), weights, reduction)


def hinge_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute max(0, 1 - z * x), where labels of 0 and 1 become z of -1 and 1."""
    given, wanted = _pair(labels, logits, "logits")
    ones = ones_like(wanted)
    signs = subtract(multiply(2, wanted), ones)
    losses = relu(subtract(ones, multiply(signs, given)))
    return weighted_loss.compute(losses, weights, reduction)


def huber_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    delta: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute e^2 / 2 up to an error of delta, and a line from there on."""
    given, wanted = _pair(labels, predictions)
    error = absolute(subtract(given, wanted))
    quadratic = minimum(error, delta)
    linear = subtract(error, quadratic)
    half = multiply(constant(0.5), multiply(quadratic, quadratic))
    return weighted_loss.compute(add(half, multiply(delta, linear)), weights, reduction)


def log_loss(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    epsilon: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute -z * log(p + epsilon) - (1 - z) * log(1 - p + epsilon)."""
    given, wanted = _pair(labels, predictions)
    yes = negative(multiply(wanted, log(add(given, epsilon))))
    no = multiply(subtract(1, wanted), log(add(subtract(1, given), epsilon)))
    return weighted_loss.compute(subtract(yes, no), weights, reduction)


def mean_pairwise_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
) -> Tensor:
    """Compare the differences between all pairs of predictions with those of their labels."""
    _needed(labels=labels, predictions=predictions)
    factors, wanted = float32(weights), float32(labels)
    assert_broadcastable(factors, wanted)
    given = float32(predictions)
    compatible(given, wanted)
    differences = subtract(given, wanted)
    if differences.ndim == 0:
        raise hinted(TF2.range_reversed(1, 0), "Labels and predictions have no axis of rows.")
    axes = list(range(1, differences.ndim))

    def summed(values: Tensor) -> Tensor:
        return reduce_sum(values, axis=axes, keepdims=True)

    present = num_present(differences, factors, per_batch=True)
    others = subtract(present, 1)
    squares = summed(square(differences))
    first = multiply(2.0, divide_no_nan(squares, maximum(others, 0)))
    pairs = maximum(multiply(present, others), 0)
    second = multiply(2.0, divide_no_nan(square(summed(differences)), pairs))
    loss = reduce_sum(multiply(subtract(first, second), factors))
    return loss if np.any(np.asarray(present) > 0) else _zero_for(loss)


def mean_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute (predictions - labels)^2."""
    given, wanted = _pair(labels, predictions)
    return weighted_loss.compute(squared_difference(given, wanted), weights, reduction)


def sigmoid_cross_entropy(
    multi_class_labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    label_smoothing: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute the cross entropy of yes-or-no outcomes; smoothed labels are nearer to 1/2."""
    _needed(multi_class_labels=multi_class_labels, logits=logits)
    given = convert_to_tensor(logits)
    wanted = cast(multi_class_labels, given.dtype)
    compatible(given, wanted)
    if label_smoothing > 0:
        wanted = add(multiply(wanted, 1 - label_smoothing), 0.5 * label_smoothing)
    return weighted_loss.compute(entropies.sigmoid(wanted, given), weights, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    label_smoothing: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes; labels get no gradient."""
    _needed(onehot_labels=onehot_labels, logits=logits)
    given = convert_to_tensor(logits)
    wanted = cast(onehot_labels, given.dtype)
    compatible(given, wanted)
    if label_smoothing > 0:
        classes = cast(wanted.shape[-1], given.dtype)
        wanted = add(multiply(wanted, 1.0 - label_smoothing), divide(label_smoothing, classes))
    losses = entropies.softmax(stop_gradient(wanted), given)
    return weighted_loss.compute(losses, weights, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    logits: Any,  # noqa: ANN401 (same)
    weights: Any,  # noqa: ANN401 (same)
    reduction: str,
) -> Tensor:
    """Compute the same for class numbers; last axes of 1 that are too many are taken away."""
    _needed(labels=labels, logits=logits)
    given, wanted = convert_to_tensor(logits), convert_to_tensor(labels)
    more = given.ndim - wanted.ndim - 1
    if more == 1 and given.shape[-1] == 1:
        given = squeeze(given, [-1])
    elif more == -1 and wanted.shape[-1] == 1:
        wanted = squeeze(wanted, [-1])
    if weights is not None:
        weights = convert_to_tensor(weights)
        if weights.ndim - wanted.ndim == 1:
            weights = squeeze(weights, [-1])
    return weighted_loss.compute(entropies.sparse_softmax(wanted, given), weights, reduction)


def _zero_for(loss: Tensor) -> Tensor:
    """Give 0 where a loss was, which gets a gradient of 0."""
    zero = np.zeros((), FLOAT32)
    return result("where", (loss,), zero, _zeros)


def _zeros(g: NDArray[Any], _wanted: tuple[bool, ...]) -> tuple[NDArray[Any]]:
    return (np.zeros_like(g),)


def _pair(labels: object, predictions: object, name: str = "predictions") -> tuple[Tensor, Tensor]:
    """Give predictions and labels in float32, of one shape."""
    _needed(**{"labels": labels, name: predictions})
    given, wanted = float32(predictions), float32(labels)
    compatible(given, wanted)
    return given, wanted


def _needed(**arguments: object) -> None:
    for name, value in arguments.items():
        if value is None:
            raise hinted(
                ValueError(f"Argument `{name}` must not be None."), f"`{name}` came as None."
            )
