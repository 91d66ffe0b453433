# SPDX-License-Identifier: Apache-2.0
"""Keras's metrics of true and false predictions: counts, precision and recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.confusion import LOWEST, checked_thresholds, confusion
from tf_losses._internal.composed.keras.metric import Metric

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "FalseNegatives",
    "FalsePositives",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
]


class _Counts(Metric):
    """Counts of some kinds of predictions, for each threshold."""

    _kinds: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        thresholds: Any,  # noqa: ANN401 (a number or several)
        default: float,
        name: str | None,
        dtype: Any,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = checked_thresholds(thresholds, default)
        for kind in self._kinds:
            setattr(self, kind, self.add_weight(name=kind, shape=(len(self.thresholds),)))

    def _count(self, y_true: object, y_pred: object, weights: object, **options: Any) -> None:  # noqa: ANN401 (those of `confusion`)
        dtype = ops.dtype_of(self.variables[0].value)
        found = confusion(y_true, y_pred, self.thresholds, weights, dtype=dtype, **options)
        for kind in self._kinds:
            getattr(self, kind).assign_add(getattr(found, kind))

    def _of_each(self, values: Tensor) -> Tensor:
        single: Tensor = values[0] if len(self.thresholds) == 1 else values
        return single

    def get_config(self) -> dict[str, Any]:
        """Give what the metric can be made of again."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class _Count(_Counts):
    """A count of one kind of predictions."""

    def __init__(
        self,
        thresholds: Any = None,  # noqa: ANN401 (a number or several)
        name: str | None = None,
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the thresholds, 1/2 if none are given."""
        super().__init__(thresholds, 0.5, name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ANN401 (anything TensorFlow converts)
        """Add a batch."""
        self._count(y_true, y_pred, sample_weight)

    def result(self) -> Tensor:
        """Give the count, or one for each threshold."""
        return self._of_each(getattr(self, self._kinds[0]).value)


class TruePositives(_Count):
    """How many of yes are above a threshold.

    TensorFlow counterpart: `tf.keras.metrics.TruePositives`, keras/src/metrics.

    >>> TruePositives()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(1.0)
    """

    _kinds = ("true_positives",)


class FalsePositives(_Count):
    """How many of no are above a threshold.

    TensorFlow counterpart: `tf.keras.metrics.FalsePositives`, keras/src/metrics.

    >>> FalsePositives()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(1.0)
    """

    _kinds = ("false_positives",)


class TrueNegatives(_Count):
    """How many of no are not above a threshold.

    TensorFlow counterpart: `tf.keras.metrics.TrueNegatives`, keras/src/metrics.

    >>> TrueNegatives()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(0.0)
    """

    _kinds = ("true_negatives",)


class FalseNegatives(_Count):
    """How many of yes are not above a threshold.

    TensorFlow counterpart: `tf.keras.metrics.FalseNegatives`, keras/src/metrics.

    >>> FalseNegatives()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(1.0)
    """

    _kinds = ("false_negatives",)


class _Share(_Counts):
    """A share of the true positives; the second kind is what they are a share of besides."""

    def __init__(
        self,
        thresholds: Any = None,  # noqa: ANN401 (a number or several)
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set the thresholds, 1/2 if none are given; or how many of a row are positive."""
        super().__init__(thresholds, 0.5 if top_k is None else LOWEST, name, dtype)
        self.top_k, self.class_id = top_k, class_id

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ANN401 (anything TensorFlow converts)
        """Add a batch."""
        self._count(y_true, y_pred, sample_weight, top_k=self.top_k, class_id=self.class_id)

    def result(self) -> Tensor:
        """Give the share, or one for each threshold; 0 of nothing."""
        hits, others = (getattr(self, kind).value for kind in self._kinds)
        return self._of_each(ops.divide_no_nan(hits, hits + others))

    def get_config(self) -> dict[str, Any]:
        """Give what the metric can be made of again."""
        return {**super().get_config(), "top_k": self.top_k, "class_id": self.class_id}


class Precision(_Share):
    """How many of those above a threshold are yes.

    TensorFlow counterpart: `tf.keras.metrics.Precision`, keras/src/metrics.

    >>> Precision()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(0.5)
    """

    _kinds = ("true_positives", "false_positives")


class Recall(_Share):
    """How many of yes are above a threshold.

    TensorFlow counterpart: `tf.keras.metrics.Recall`, keras/src/metrics.

    >>> Recall()([1, 0, 1], [0.9, 0.8, 0.1]).numpy()
    np.float32(0.5)
    """

    _kinds = ("true_positives", "false_negatives")
