# SPDX-License-Identifier: Apache-2.0
"""Keras's cross entropies as metrics: means over all samples."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import crossentropies
from tf_losses._internal.composed.keras.means import MeanMetricWrapper

__all__ = ["BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"]


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross entropy of yes-or-no outcomes.

    TensorFlow counterpart: `tf.keras.metrics.BinaryCrossentropy`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0,
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross entropy of one outcome among classes.

    TensorFlow counterpart: `tf.keras.metrics.CategoricalCrossentropy`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross entropy with class numbers for labels.

    TensorFlow counterpart: `tf.keras.metrics.SparseCategoricalCrossentropy`, keras/src/metrics.
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
