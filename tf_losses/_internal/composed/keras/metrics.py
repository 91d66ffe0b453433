# SPDX-License-Identifier: Apache-2.0
"""All that `tf.keras.metrics` has, in one place, and how it is found by name or config."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import saving
from tf_losses._internal.composed.keras.accuracies import (
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from tf_losses._internal.composed.keras.accuracy_metrics import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from tf_losses._internal.composed.keras.confusion_metrics import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from tf_losses._internal.composed.keras.crossentropies import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    sparse_categorical_crossentropy,
)
from tf_losses._internal.composed.keras.crossentropy_metrics import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from tf_losses._internal.composed.keras.error_metrics import (
    CategoricalHinge,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SquaredHinge,
)
from tf_losses._internal.composed.keras.losses import ALIASES
from tf_losses._internal.composed.keras.means import Mean, MeanMetricWrapper, Sum
from tf_losses._internal.composed.keras.metric import Metric
from tf_losses._internal.composed.keras.regressions import (
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    squared_hinge,
)

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "Poisson",
    "Precision",
    "Recall",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]

_NOT_METRICS = ("deserialize", "get", "serialize")
KNOWN: dict[str, Any] = {
    **{name: globals()[name] for name in __all__ if name not in _NOT_METRICS},
    **ALIASES,
}


def serialize(metric: Any, use_legacy_format: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 (Keras's signature)
    """Give the config of a metric, or of a function; arguments as in `tf.keras.losses.serialize`.

    TensorFlow counterpart: `tf.keras.metrics.serialize`, keras/src/metrics/__init__.py.

    >>> serialize(Mean())["config"]
    {'name': 'mean', 'dtype': 'float32'}
    """
    return saving.serialized(metric, "keras.metrics", KNOWN, legacy=use_legacy_format)


def deserialize(
    config: Any,  # noqa: ANN401 (a config, or a name)
    custom_objects: dict[str, Any] | None = None,
    use_legacy_format: bool = False,  # noqa: ARG001, FBT001, FBT002 (Keras's signature)
) -> Any:  # noqa: ANN401 (a metric, or a function)
    """Make a metric of a config; arguments as in `tf.keras.losses.deserialize`.

    TensorFlow counterpart: `tf.keras.metrics.deserialize`, keras/src/metrics/__init__.py.

    >>> deserialize({"class_name": "Mean", "config": {"name": "loss"}}).name
    'loss'
    """
    return saving.deserialized(config, KNOWN, custom_objects)


def get(identifier: Any) -> Any:  # noqa: ANN401 (a name, a config, or a metric)
    """Give the metric that a name or config stands for; as `tf.keras.losses.get`.

    TensorFlow counterpart: `tf.keras.metrics.get`, keras/src/metrics/__init__.py.

    >>> get("Mean").name, get("mse").__name__
    ('mean', 'mean_squared_error')
    """
    return saving.got(identifier, KNOWN, "metric")
