# SPDX-License-Identifier: Apache-2.0
"""`tf.metrics` of TensorFlow 1.x: a value and what updates it.

Of symbolic tensors they are two symbols: a run of the second adds to what the metric has seen, and
`tf.local_variables_initializer` sets it back. Of tensors, which TensorFlow refuses, both are the
value after the one update, which has happened when the function returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.signatures import symbolic
from tf_losses._internal.autodiff.arithmetic import square, subtract
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.composed.collections import add_to_collections
from tf_losses._internal.composed.running import Mean, Ratio, matched, streamed
from tf_losses._internal.operations.rounding import abs as absolute
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

    Pair = tuple[Tensor, Tensor]

__all__ = ["accuracy", "mean", "mean_absolute_error", "mean_squared_error", "precision", "recall"]


@symbolic
def mean(
    values: Any,  # noqa: ANN401 (anything TensorFlow converts)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Average values, in float32.

    Args:
        values: any real numbers.
        weights: one number, or a tensor with as many axes as the values, each of the values'
            length or of 1; a last axis of 1 may be missing or too much.
        metrics_collections: collections to which the value is added.
        updates_collections: those to which the update is added.
        name: not used.

    Returns:
        The mean, twice; 0 of nothing.

    Raises:
        ValueError: the weights have another shape.

    TensorFlow counterpart: `tf.metrics.mean`, tensorflow/python/ops/metrics_impl.py.

    >>> value, update_op = mean([1.0, 2.0, 6.0], weights=[1.0, 1.0, 0.0])
    >>> float(value), float(update_op)
    (1.5, 1.5)
    """
    pair = streamed(Mean(), _as_they_are, values, weights)
    return _given(pair, metrics_collections, updates_collections)


@symbolic
def accuracy(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Count how often predictions are the labels; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.accuracy`, tensorflow/python/ops/metrics_impl.py.

    >>> float(accuracy([1, 2, 3, 4], [1, 2, 0, 4])[0])
    0.75
    """
    pair = streamed(Mean(), _right, labels, predictions, weights)
    return _given(pair, metrics_collections, updates_collections)


@symbolic
def mean_absolute_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Average |predictions - labels|; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.mean_absolute_error`,
    tensorflow/python/ops/metrics_impl.py.

    >>> float(mean_absolute_error([1.0, 2.0], [1.5, 4.0])[0])
    1.25
    """
    pair = streamed(Mean(), _absolute, labels, predictions, weights)
    return _given(pair, metrics_collections, updates_collections)


@symbolic
def mean_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Average (labels - predictions)^2; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.mean_squared_error`,
    tensorflow/python/ops/metrics_impl.py.

    >>> float(mean_squared_error([1.0, 2.0], [1.5, 4.0])[0])
    2.125
    """
    pair = streamed(Mean(), _squared, labels, predictions, weights)
    return _given(pair, metrics_collections, updates_collections)


@symbolic
def precision(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Count how much of what is predicted is right.

    Labels and predictions are true unless they are 0; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.precision`, tensorflow/python/ops/metrics_impl.py.

    >>> float(precision([1, 0, 1], [1, 1, 0])[0])
    0.5
    """
    pair = streamed(Ratio(), _predicted, labels, predictions, weights)
    return _given(pair, metrics_collections, updates_collections)


@symbolic
def recall(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Pair:
    """Count how much of what is right is predicted; arguments and results as in `precision`.

    TensorFlow counterpart: `tf.metrics.recall`, tensorflow/python/ops/metrics_impl.py.

    >>> float(recall([1, 0, 1], [1, 1, 0])[0])
    0.5
    """
    pair = streamed(Ratio(), _wanted, labels, predictions, weights)
    return _given(pair, metrics_collections, updates_collections)


# ---- what they update with ----


def _as_they_are(values: object, weights: object) -> tuple[object, object]:
    return values, weights


def _right(labels: object, predictions: object, weights: object) -> tuple[Any, Any]:
    wanted, given, factors = matched(labels, predictions, weights)
    right = np.equal(np.asarray(cast(given, wanted.dtype)), np.asarray(wanted))
    return right.astype(FLOAT32), factors


def _absolute(labels: object, predictions: object, weights: object) -> tuple[Any, Any]:
    wanted, given, factors = matched(labels, predictions, weights)
    return absolute(subtract(given, wanted)), factors


def _squared(labels: object, predictions: object, weights: object) -> tuple[Any, Any]:
    wanted, given, factors = matched(labels, predictions, weights)
    return square(subtract(wanted, given)), factors


def _predicted(labels: object, predictions: object, weights: object) -> tuple[Any, Any, Any]:
    wanted, given, factors = matched(cast(labels, BOOL), cast(predictions, BOOL), weights)
    return np.asarray(given), np.asarray(wanted), factors


def _wanted(labels: object, predictions: object, weights: object) -> tuple[Any, Any, Any]:
    given, wanted, factors = _predicted(labels, predictions, weights)
    return wanted, given, factors


def _given(pair: Pair, metrics_collections: Any, updates_collections: Any) -> Pair:  # noqa: ANN401 (names)
    for names, value in zip((metrics_collections, updates_collections), pair, strict=True):
        if names:
            add_to_collections(names, value)
    return pair
