# SPDX-License-Identifier: Apache-2.0
"""Keras's `Sum` and `Mean`, weighted, and the metric that averages what a function gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.composed.keras import ops, reductions
from tf_losses._internal.composed.keras.loss import readable
from tf_losses._internal.composed.keras.metric import Metric
from tf_losses._internal.composed.keras.settings import is_keras3

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from tf_losses._internal.autodiff.tensor import Tensor
    from tf_losses._internal.runtime.dtypes import Dtype

__all__ = ["Mean", "MeanMetricWrapper", "Sum"]


class Sum(Metric):
    """The sum of all values, weighted.

    TensorFlow counterpart: `tf.keras.metrics.Sum`, keras/src/metrics/reduction_metrics.py.

    >>> total = Sum()
    >>> total.update_state([1.0, 2.0])
    >>> total([3.0], sample_weight=0.5).numpy()
    np.float32(4.5)
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:  # noqa: ANN401 (what TensorFlow takes for one)
        """Begin with 0."""
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_weight(name="total", dtype=self._dtype)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # noqa: ANN401 (anything TensorFlow converts)
        """Add values."""
        values, _ = _weighted(values, sample_weight, ops.reduce_sum, self._dtype)
        self.total.assign_add(ops.reduce_sum(values))

    def result(self) -> Tensor:
        """Give the sum."""
        return self.total.value


class Mean(Metric):
    """The mean of all values, weighted; 0 before there are any.

    TensorFlow counterpart: `tf.keras.metrics.Mean`, keras/src/metrics/reduction_metrics.py.

    >>> mean = Mean()
    >>> mean.update_state([1.0, 2.0])
    >>> mean([6.0]).numpy()
    np.float32(3.0)
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:  # noqa: ANN401 (what TensorFlow takes for one)
        """Begin with none."""
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_weight(name="total", dtype=self._dtype)
        self.count = self.add_weight(name="count", dtype=self._dtype)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # noqa: ANN401 (anything TensorFlow converts)
        """Add values."""
        values, weights = _weighted(values, sample_weight, ops.mean, self._dtype)
        self.total.assign_add(ops.reduce_sum(values))
        if weights is not None:
            self.count.assign_add(ops.cast(ops.reduce_sum(weights), self._dtype))
        else:
            counted = values.shape[:1] if is_keras3() else values.shape
            self.count.assign_add(ops.cast(np.int32(math.prod(counted)), self._dtype))

    def result(self) -> Tensor:
        """Give the mean."""
        return ops.divide_no_nan(self.total.value, self.count.value)


def _weighted(
    values: object, weights: object, reduce: Callable[..., Tensor], dtype: Dtype
) -> tuple[Tensor, Tensor | None]:
    """Weigh values. Keras 3 makes one of each sample's, Keras 2 keeps them."""
    of_samples = _weighted3 if is_keras3() else _weighted2
    return of_samples(values, weights, reduce, dtype)


def _weighted3(
    values: Any,  # noqa: ANN401 (anything TensorFlow converts)
    weights: object,
    reduce: Callable[..., Tensor],
    dtype: Dtype,
) -> tuple[Tensor, Tensor | None]:
    mask = getattr(values, "_keras_mask", None)
    values = ops.cast(values, dtype)
    if weights is None:
        return _of_samples(values, reduce), None
    factors = ops.as_tensor(weights, dtype)
    if mask is not None:
        factors = reductions.masked_weights3(factors, mask, dtype, "sum")
    values, factors = reductions.same_rank(values, factors)
    rank = factors.ndim
    if values.ndim > rank:
        values = reduce(values, list(range(rank, values.ndim)))
    factors = ops.broadcast_to(factors, tuple(values.shape))
    values = values * factors
    if rank > 1:
        factors = reduce(factors, list(range(1, rank)))
    return _of_samples(values, reduce), factors


def _of_samples(values: Tensor, reduce: Callable[..., Tensor]) -> Tensor:
    return reduce(values, list(range(1, values.ndim))) if values.ndim > 1 else values


def _weighted2(
    values: object, weights: object, reduce: Callable[..., Tensor], dtype: Dtype
) -> tuple[Tensor, Tensor | None]:
    counted = ops.cast(values, dtype)
    if weights is None:
        return counted, None
    factors = reductions.fitting(ops.cast(weights, dtype), counted)
    if reductions.fits(factors, counted):
        factors = factors * ops.as_tensor(np.ones(counted.shape), dtype)
    else:
        counted = reduce(counted, list(range(factors.ndim, counted.ndim)))
    return counted * factors, factors


class MeanMetricWrapper(Mean):
    """The mean of what a function of labels and predictions gives.

    Args:
        fn: gives one value for each sample.
        name: what it is called.
        dtype: of the mean. Keras 2 casts labels and predictions to it.
        **kwargs: what `fn` is told besides.

    TensorFlow counterpart: `tf.keras.metrics.MeanMetricWrapper`,
    keras/src/metrics/reduction_metrics.py.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        **kwargs: Any,  # noqa: ANN401 (what the function takes)
    ) -> None:
        """Set the function."""
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(  # type: ignore[override]  # Keras's signature
        self,
        y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
        y_pred: Any,  # noqa: ANN401 (same)
        sample_weight: Any = None,  # noqa: ANN401 (same)
    ) -> None:
        """Add a batch."""
        if is_keras3():
            mask = getattr(y_pred, "_keras_mask", None)
            values = self._fn(y_true, y_pred, **self._fn_kwargs)
            if mask is not None:
                weights = None if sample_weight is None else ops.as_tensor(sample_weight)
                sample_weight = reductions.masked_weights3(weights, mask, self._dtype, "sum")
        else:
            y_true, y_pred = ops.cast(y_true, self._dtype), ops.cast(y_pred, self._dtype)
            y_pred, y_true = reductions.squeezed_pair(y_pred, y_true)
            values = self._fn(y_true, y_pred, **self._fn_kwargs)
            mask = getattr(values, "_keras_mask", None)
            sample_weight = reductions.masked_weights2(values, sample_weight, mask, None)
        super().update_state(values, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Give what the metric can be made of again."""
        config = {**super().get_config(), **self._fn_kwargs}
        if type(self) is MeanMetricWrapper:
            config["fn"] = self._fn
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a metric of a config."""
        found = readable(config, keeps_dtype=True)
        return cls(config["fn"], **found) if cls is MeanMetricWrapper else cls(**found)
