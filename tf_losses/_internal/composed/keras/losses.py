# SPDX-License-Identifier: Apache-2.0
"""All that `tf.keras.losses` has, in one place, and how it is found by name or config."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import saving
from tf_losses._internal.composed.keras.crossentropies import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    sparse_categorical_crossentropy,
)
from tf_losses._internal.composed.keras.crossentropy_losses import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    SparseCategoricalCrossentropy,
)
from tf_losses._internal.composed.keras.error_losses import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
)
from tf_losses._internal.composed.keras.loss import Loss
from tf_losses._internal.composed.keras.margin_losses import (
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    KLDivergence,
    Poisson,
    SquaredHinge,
)
from tf_losses._internal.composed.keras.reductions import Reduction
from tf_losses._internal.composed.keras.regressions import (
    categorical_hinge,
    cosine_similarity,
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
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
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
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

# What Keras calls functions besides their own names.
ALIASES = {
    "mse": mean_squared_error,
    "MSE": mean_squared_error,
    "mae": mean_absolute_error,
    "MAE": mean_absolute_error,
    "mape": mean_absolute_percentage_error,
    "MAPE": mean_absolute_percentage_error,
    "msle": mean_squared_logarithmic_error,
    "MSLE": mean_squared_logarithmic_error,
    "kld": kl_divergence,
    "KLD": kl_divergence,
    "kullback_leibler_divergence": kl_divergence,
    "logcosh": log_cosh,
    "bce": binary_crossentropy,
    "BCE": binary_crossentropy,
}
_NOT_LOSSES = ("Reduction", "deserialize", "get", "serialize")
KNOWN: dict[str, Any] = {
    **{name: globals()[name] for name in __all__ if name not in _NOT_LOSSES},
    **ALIASES,
}


def serialize(loss: Any, use_legacy_format: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 (Keras's signature)
    """Give the config of a loss, or of a function.

    Args:
        loss: a `Loss`, or a function.
        use_legacy_format: whether to write it as Keras did before 2.13.

    TensorFlow counterpart: `tf.keras.losses.serialize`, keras/src/losses/__init__.py.

    >>> serialize(MeanSquaredError())["config"]
    {'name': 'mean_squared_error', 'reduction': 'sum_over_batch_size'}
    """
    return saving.serialized(loss, "keras.losses", KNOWN, legacy=use_legacy_format)


def deserialize(
    name: Any,  # noqa: ANN401 (a config, or a name)
    custom_objects: dict[str, Any] | None = None,
    use_legacy_format: bool = False,  # noqa: ARG001, FBT001, FBT002 (Keras's signature)
) -> Any:  # noqa: ANN401 (a loss, or a function)
    """Make a loss of a config, of Keras 2 or 3; or give the function that a name stands for.

    Args:
        name: what `serialize` gave, or a name. What is known by none comes back.
        custom_objects: a program's own classes and functions, by name.
        use_legacy_format: not used: both are read.

    Raises:
        TypeError: the options do not fit the class.

    TensorFlow counterpart: `tf.keras.losses.deserialize`, keras/src/losses/__init__.py.

    >>> config = {"class_name": "Huber", "config": {"delta": 2.0, "reduction": "auto"}}
    >>> deserialize(config).reduction
    'sum_over_batch_size'
    """
    return saving.deserialized(name, KNOWN, custom_objects)


def get(identifier: Any) -> Any:  # noqa: ANN401 (a name, a config, or a loss)
    """Give the loss or function that a name or config stands for; Keras 3 makes classes instances.

    Args:
        identifier: a name, what `serialize` gave, or a loss, which comes back; None stays None.

    Raises:
        ValueError: nothing goes by this name.

    TensorFlow counterpart: `tf.keras.losses.get`, keras/src/losses/__init__.py.

    >>> get("mse").__name__, get("Huber").name
    ('mean_squared_error', 'huber_loss')
    """
    return saving.got(identifier, KNOWN, "loss")
