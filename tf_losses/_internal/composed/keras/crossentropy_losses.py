# SPDX-License-Identifier: Apache-2.0
"""Keras's cross entropies as classes."""

from __future__ import annotations

from typing import Any

from tf_losses._internal.composed.keras import crossentropies
from tf_losses._internal.composed.keras.loss import DEFAULT, LossFunctionWrapper, ordered_in_keras2
from tf_losses._internal.composed.keras.settings import is_keras3

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "SparseCategoricalCrossentropy",
]


class BinaryCrossentropy(LossFunctionWrapper):
    """The cross entropy of yes-or-no outcomes: `binary_crossentropy`.

    Args:
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are drawn to 1/2, from 0 to 1.
        axis: the axis of the mean.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.BinaryCrossentropy`, keras/src/losses/losses.py.

    >>> BinaryCrossentropy(from_logits=True)([[0.0, 1.0]], [[1.0, -2.0]]).numpy()
    np.float32(1.7200949)
    """

    _kept = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = DEFAULT,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.binary_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """The focal loss of yes-or-no outcomes: `binary_focal_crossentropy`.

    Args:
        apply_class_balancing: whether yes and no weigh alpha and 1 - alpha.
        alpha: the weight of yes.
        gamma: how much less counts what is foreseen.
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are drawn to 1/2, from 0 to 1.
        axis: the axis of the mean.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.BinaryFocalCrossentropy`, keras/src/losses/losses.py.

    >>> BinaryFocalCrossentropy(gamma=3.0).get_config()["gamma"]
    3.0
    """

    _kept = ("apply_class_balancing", "alpha", "gamma", "from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        apply_class_balancing: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        alpha: Any = 0.25,  # noqa: ANN401 (a number, or one for each class)
        gamma: float = 2.0,
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = DEFAULT,
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.binary_focal_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalCrossentropy(LossFunctionWrapper):
    """The cross entropy of one outcome among classes: `categorical_crossentropy`.

    Args:
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are drawn to the same for all classes, from 0 to 1.
        axis: that of the classes.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.CategoricalCrossentropy`, keras/src/losses/losses.py.

    >>> CategoricalCrossentropy(from_logits=True)([[0.0, 1.0]], [[1.0, 1.0]]).numpy()
    np.float32(0.6931472)
    """

    _kept = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = DEFAULT,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.categorical_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """The focal loss of one outcome among classes: `categorical_focal_crossentropy`.

    Args:
        alpha: a weight, or one for each class.
        gamma: how much less counts what is foreseen.
        from_logits: whether predictions are logits.
        label_smoothing: how far labels are drawn to the same for all classes, from 0 to 1.
        axis: that of the classes.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.CategoricalFocalCrossentropy`,
    keras/src/losses/losses.py.

    >>> CategoricalFocalCrossentropy(gamma=3.0).get_config()["gamma"]
    3.0
    """

    _kept = ("alpha", "gamma", "from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        alpha: Any = 0.25,  # noqa: ANN401 (a number, or one for each class)
        gamma: float = 2.0,
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = DEFAULT,
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.categorical_focal_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """The cross entropy with class numbers for labels: `sparse_categorical_crossentropy`.

    Args:
        from_logits: whether predictions are logits.
        ignore_class: a class number whose losses do not count.
        reduction: as in `Loss`.
        axis: that of the classes; of Keras 3 alone.
        name: as in `Loss`.
        dtype: as in `Loss`.

    TensorFlow counterpart: `tf.keras.losses.SparseCategoricalCrossentropy`,
    keras/src/losses/losses.py.

    >>> SparseCategoricalCrossentropy(from_logits=True)([1], [[1.0, 1.0]]).numpy()
    np.float32(0.6931472)
    """

    _kept = ("from_logits", "ignore_class")

    @ordered_in_keras2("self", "from_logits", "ignore_class", "reduction", "name")
    def __init__(
        self,
        from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
        ignore_class: int | None = None,
        reduction: str | None = DEFAULT,
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the options."""
        super().__init__(
            crossentropies.sparse_categorical_crossentropy,
            name=name,
            reduction=reduction,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            **({"axis": axis} if is_keras3() else {}),
        )
