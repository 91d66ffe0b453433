# SPDX-License-Identifier: Apache-2.0
"""Keras's other losses as metrics: means over all samples."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import regressions
from tf_losses._internal.composed.keras.means import MeanMetricWrapper

__all__ = [
    "CategoricalHinge",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SquaredHinge",
]


class MeanSquaredError(MeanMetricWrapper):
    """The mean of squared errors.

    TensorFlow counterpart: `tf.keras.metrics.MeanSquaredError`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "mean_squared_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of errors without their signs.

    TensorFlow counterpart: `tf.keras.metrics.MeanAbsoluteError`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "mean_absolute_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of errors in percent.

    TensorFlow counterpart: `tf.keras.metrics.MeanAbsolutePercentageError`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of squared errors of logarithms.

    TensorFlow counterpart: `tf.keras.metrics.MeanSquaredLogarithmicError`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean logarithm of the hyperbolic cosine of errors.

    TensorFlow counterpart: `tf.keras.metrics.LogCoshError`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "logcosh",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.log_cosh, name, dtype)


class KLDivergence(MeanMetricWrapper):
    """The mean divergence of Kullback and Leibler.

    TensorFlow counterpart: `tf.keras.metrics.KLDivergence`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "kl_divergence",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean loss of counts that are drawn from a Poisson distribution.

    TensorFlow counterpart: `tf.keras.metrics.Poisson`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "poisson",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.poisson, name, dtype)


class Hinge(MeanMetricWrapper):
    """The mean distance from a margin.

    TensorFlow counterpart: `tf.keras.metrics.Hinge`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean squared distance from a margin.

    TensorFlow counterpart: `tf.keras.metrics.SquaredHinge`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "squared_hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """The mean margin between right and wrong classes.

    TensorFlow counterpart: `tf.keras.metrics.CategoricalHinge`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "categorical_hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(regressions.categorical_hinge, name, dtype)
