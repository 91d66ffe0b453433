# SPDX-License-Identifier: Apache-2.0
"""Keras's losses of margins, divergences and directions as classes."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import regressions
from tf_losses._internal.composed.keras.loss import DEFAULT, LossFunctionWrapper

__all__ = [
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "KLDivergence",
    "Poisson",
    "SquaredHinge",
]


class CosineSimilarity(LossFunctionWrapper):
    """The negative cosine between vectors: `cosine_similarity`.

    Args:
        axis: that of the vectors.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.CosineSimilarity`, keras/src/losses/losses.py.

    >>> CosineSimilarity(axis=1).reduction
    'sum_over_batch_size'
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = DEFAULT,
        name: str | None = "cosine_similarity",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.cosine_similarity,
            name=name,
            reduction=reduction,
            dtype=dtype,
            axis=axis,
        )


class Hinge(LossFunctionWrapper):
    """How far predictions are from their margin: `hinge`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.Hinge`, keras/src/losses/losses.py.

    >>> Hinge()([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    np.float32(1.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.hinge,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class SquaredHinge(LossFunctionWrapper):
    """The square of how far predictions are from their margin: `squared_hinge`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.SquaredHinge`, keras/src/losses/losses.py.

    >>> SquaredHinge()([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    np.float32(2.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "squared_hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.squared_hinge,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class CategoricalHinge(LossFunctionWrapper):
    """The margin between right and wrong classes: `categorical_hinge`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.CategoricalHinge`, keras/src/losses/losses.py.

    >>> CategoricalHinge()([[0.0, 1.0]], [[1.0, 1.5]]).numpy()
    np.float32(0.5)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "categorical_hinge",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.categorical_hinge,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class KLDivergence(LossFunctionWrapper):
    """The divergence of Kullback and Leibler: `kl_divergence`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.KLDivergence`, keras/src/losses/losses.py.

    >>> KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]).numpy()
    np.float32(0.0)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "kl_divergence",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.kl_divergence,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )


class Poisson(LossFunctionWrapper):
    """The loss of counts that are drawn from a Poisson distribution: `poisson`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.Poisson`, keras/src/losses/losses.py.

    >>> Poisson()([[0.0, 0.0]], [[1.0, 2.0]]).numpy()
    np.float32(1.5)
    """

    def __init__(
        self,
        reduction: str | None = DEFAULT,
        name: str | None = "poisson",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            regressions.poisson,
            name=name,
            reduction=reduction,
            dtype=dtype,
        )
