# SPDX-License-Identifier: Apache-2.0
"""Keras's losses of errors as classes."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import regressions
from tf_losses._internal.composed.keras.loss import DEFAULT, LossFunctionWrapper

__all__ = [
    "Huber",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
]


class MeanSquaredError(LossFunctionWrapper):
    """The mean of squared errors: `mean_squared_error`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.MeanSquaredError`, keras/src/losses/losses.py.

    >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    np.float32(2.5)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "mean_squared_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.mean_squared_error,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class MeanAbsoluteError(LossFunctionWrapper):
    """The mean of errors without their signs: `mean_absolute_error`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.MeanAbsoluteError`, keras/src/losses/losses.py.

    >>> MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    np.float32(1.5)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "mean_absolute_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.mean_absolute_error,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """The mean of errors in percent: `mean_absolute_percentage_error`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.MeanAbsolutePercentageError`,
    keras/src/losses/losses.py.

    >>> MeanAbsolutePercentageError()([[1.0, 2.0]], [[1.5, 3.0]]).numpy()
    np.float32(50.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.mean_absolute_percentage_error,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """The mean of squared errors of logarithms: `mean_squared_logarithmic_error`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.MeanSquaredLogarithmicError`,
    keras/src/losses/losses.py.

    >>> MeanSquaredLogarithmicError()([[1.0, 2.0]], [[1.0, 2.0]]).numpy()
    np.float32(0.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.mean_squared_logarithmic_error,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class Huber(LossFunctionWrapper):
    """Errors squared where they are small, in proportion where they are large: `huber`.

    Args:
        delta: where an error is not squared any more.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.Huber`, keras/src/losses/losses.py.

    >>> Huber()([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    np.float32(1.0)
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = DEFAULT,
        name: str | None = "huber_loss",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.huber,
            name=name,
            reduction=reduction,
            dtype=dtype,
            delta=delta,
        )


class LogCosh(LossFunctionWrapper):
    """The logarithm of the hyperbolic cosine of errors: `log_cosh`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.LogCosh`, keras/src/losses/losses.py.

    >>> LogCosh()([[0.0, 1.0]], [[0.0, 1.0]]).numpy()
    np.float32(0.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "log_cosh",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.log_cosh,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )
