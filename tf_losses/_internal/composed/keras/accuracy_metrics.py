# SPDX-License-Identifier: Apache-2.0
"""Keras's accuracies as metrics: means over all samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.composed.keras import accuracies
from tf_losses._internal.composed.keras.means import MeanMetricWrapper
from tf_losses._internal.composed.keras.settings import is_keras3

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]


def _sparse_matches(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell hits; the metric of Keras 2 does not squeeze them as the function does."""
    if is_keras3():
        return accuracies.sparse_categorical_accuracy(y_true, y_pred)
    return accuracies.sparse_matches(y_true, y_pred)


class Accuracy(MeanMetricWrapper):
    """How often predictions are the labels.

    TensorFlow counterpart: `tf.keras.metrics.Accuracy`, keras/src/metrics.

    >>> Accuracy()([1, 2], [1, 3]).numpy()
    np.float32(0.5)
    """

    def __init__(
        self,
        name: str | None = "accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(accuracies.accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities are on the label's side of a threshold.

    TensorFlow counterpart: `tf.keras.metrics.BinaryAccuracy`, keras/src/metrics.

    >>> BinaryAccuracy()([[0.0], [1.0]], [[0.1], [0.2]]).numpy()
    np.float32(0.5)
    """

    def __init__(
        self,
        name: str | None = "binary_accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        threshold: float = 0.5,
    ) -> None:
        """Set the options."""
        super().__init__(accuracies.binary_matches, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the likeliest class is the label's.

    TensorFlow counterpart: `tf.keras.metrics.CategoricalAccuracy`, keras/src/metrics.

    >>> CategoricalAccuracy()([[0.0, 1.0]], [[0.3, 0.7]]).numpy()
    np.float32(1.0)
    """

    def __init__(
        self,
        name: str | None = "categorical_accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(accuracies.categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the likeliest class has the label's number.

    TensorFlow counterpart: `tf.keras.metrics.SparseCategoricalAccuracy`, keras/src/metrics.

    >>> SparseCategoricalAccuracy()([1, 0], [[0.3, 0.7], [0.4, 0.6]]).numpy()
    np.float32(0.5)
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(_sparse_matches, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the label's class is among the k likeliest.

    TensorFlow counterpart: `tf.keras.metrics.TopKCategoricalAccuracy`, keras/src/metrics.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "top_k_categorical_accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(accuracies.top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the class that the label numbers is among the k likeliest.

    TensorFlow counterpart: `tf.keras.metrics.SparseTopKCategoricalAccuracy`, keras/src/metrics.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(accuracies.sparse_top_k_categorical_accuracy, name, dtype, k=k)
