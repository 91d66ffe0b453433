# SPDX-License-Identifier: Apache-2.0
"""`tf.metrics` of TensorFlow 1.x: a value and what updates it.

In TensorFlow they are nodes of a graph, and refused outside of one. Here the update has happened
when a function returns: both results are the tensor after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._autodiff.arithmetic import square, subtract
from tf_losses._autodiff.plumbing import cast
from tf_losses._composed.collections import add_to_collections
from tf_losses._composed.interim import abs as absolute
from tf_losses._composed.running import Mean, Ratio, matched
from tf_losses._runtime.dtypes import BOOL, FLOAT32

if TYPE_CHECKING:
    from tf_losses._autodiff.tensor import Tensor

    Pair = tuple[Tensor, Tensor]

__all__ = ["accuracy", "mean", "mean_absolute_error", "mean_squared_error", "precision", "recall"]


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
    return _given(Mean().update(values, weights), metrics_collections, updates_collections)


def accuracy(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,
) -> Pair:
    """Count how often predictions are the labels; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.accuracy`, tensorflow/python/ops/metrics_impl.py.

    >>> float(accuracy([1, 2, 3, 4], [1, 2, 0, 4])[0])
    0.75
    """
    wanted, given, factors = matched(labels, predictions, weights)
    right = np.equal(np.asarray(cast(given, wanted.dtype)), np.asarray(wanted)).astype(FLOAT32)
    return mean(right, factors, metrics_collections, updates_collections, name)


def mean_absolute_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,
) -> Pair:
    """Average |predictions - labels|; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.mean_absolute_error`,
    tensorflow/python/ops/metrics_impl.py.

    >>> float(mean_absolute_error([1.0, 2.0], [1.5, 4.0])[0])
    1.25
    """
    wanted, given, factors = matched(labels, predictions, weights)
    error = absolute(subtract(given, wanted))
    return mean(error, factors, metrics_collections, updates_collections, name)


def mean_squared_error(
    labels: Any,  # noqa: ANN401 (anything TensorFlow converts)
    predictions: Any,  # noqa: ANN401 (same)
    weights: Any = None,  # noqa: ANN401 (same)
    metrics_collections: Any = None,  # noqa: ANN401 (names)
    updates_collections: Any = None,  # noqa: ANN401 (same)
    name: object = None,
) -> Pair:
    """Average (labels - predictions)^2; other arguments and results as in `mean`.

    TensorFlow counterpart: `tf.metrics.mean_squared_error`,
    tensorflow/python/ops/metrics_impl.py.

    >>> float(mean_squared_error([1.0, 2.0], [1.5, 4.0])[0])
    2.125
    """
    wanted, given, factors = matched(labels, predictions, weights)
    error = square(subtract(wanted, given))
    return mean(error, factors, metrics_collections, updates_collections, name)


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
    wanted, given, factors = _bools(labels, predictions, weights)
    value = Ratio().update(given, wanted, factors)
    return _given(value, metrics_collections, updates_collections)


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
    wanted, given, factors = _bools(labels, predictions, weights)
    value = Ratio().update(wanted, given, factors)
    return _given(value, metrics_collections, updates_collections)


def _bools(labels: object, predictions: object, weights: object) -> tuple[Any, Any, Any]:
    wanted, given, factors = matched(cast(labels, BOOL), cast(predictions, BOOL), weights)
    return np.asarray(wanted), np.asarray(given), factors


def _given(value: Tensor, metrics_collections: object, updates_collections: object) -> Pair:
    for names in (metrics_collections, updates_collections):
        if names:
            add_to_collections(names, value)  # type: ignore[arg-type]
    return value, value
