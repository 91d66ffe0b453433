# SPDX-License-Identifier: Apache-2.0
"""What the metrics of TensorFlow 1.x keep: sums in float32 that every update adds to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.symbols import Symbol, any_in
from tf_losses._internal.autodiff.arithmetic import add, divide, multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import ones_like
from tf_losses._internal.autodiff.shapes import expand_dims, squeeze
from tf_losses._internal.autodiff.tensor import tensor, untracked
from tf_losses._internal.composed.weighted_loss import assert_broadcastable, compatible, float32
from tf_losses._internal.operations.division import divide_no_nan
from tf_losses._internal.operations.extremes import maximum
from tf_losses._internal.runtime.dtypes import FLOAT32

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["Count", "Mean", "Ratio", "matched", "streamed"]


class Count:
    """The sum of the weights of what is true."""

    def __init__(self) -> None:
        """Begin with 0."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.total = _zero()

    def update(self, condition: Any, weights: object = None) -> Tensor:  # noqa: ANN401 (bools)
        """Count, and give the sum.

        >>> float(Count().update([True, True, False], [0.5, 2.0, 1.0]))
        2.5
        """
        values = float32(condition)
        if weights is not None:
            values = multiply(values, _broadcast(weights, values))
        self.total = add(self.total, reduce_sum(values))
        return self.total


class Mean:
    """A weighted mean."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.total, self.count = _zero(), _zero()

    def update(self, values: Any, weights: object = None) -> Tensor:  # noqa: ANN401 (numbers)
        """Add values, and give the mean of all.

        >>> mean = Mean()
        >>> float(mean.update([1.0, 2.0])), float(mean.update([6.0]))
        (1.5, 3.0)
        """
        given = float32(values)
        number = tensor(np.asarray(given.size, FLOAT32))
        if weights is not None:
            factors = _broadcast(weights, given)
            given, number = multiply(given, factors), reduce_sum(factors)
        self.total = add(self.total, reduce_sum(given))
        self.count = add(self.count, number)
        return self.value()

    def value(self) -> Tensor:
        """Give the mean of all; 0 of nothing."""
        return divide_no_nan(self.total, maximum(self.count, 0))


class Ratio:
    """What is both, of all that is one: precision or recall."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._both, self._one_only = Count(), Count()

    def update(self, of: Any, also: Any, weights: object = None) -> Tensor:  # noqa: ANN401 (bools)
        """Count, and give the ratio; 0 of nothing.

        >>> float(Ratio().update(np.array([True, True]), np.array([True, False])))
        0.5
        """
        self._both.update(of & also, weights)
        self._one_only.update(of & ~also, weights)
        return self.value()

    def value(self) -> Tensor:
        """Give the ratio of all; 0 of nothing."""
        every = add(self._both.total, self._one_only.total)
        return divide(self._both.total, every) if np.asarray(every) > 0 else _zero()

    def clear(self) -> None:
        """Forget everything."""
        self._both.clear()
        self._one_only.clear()


def streamed(
    state: Mean | Ratio, prepared: Callable[..., tuple[Any, ...]], *args: object
) -> tuple[Any, Any]:
    """Give the value and the update of a metric: tensors, or symbols that runs act by.

    Args:
        state: what is kept.
        prepared: makes the arguments of its `update` of those of the metric.
        *args: these.

    >>> value, update_op = streamed(Mean(), lambda *values: values, [1.0, 2.0])
    >>> float(value), float(update_op)
    (1.5, 1.5)
    """

    def update_op(*given: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
        return state.update(*prepared(*untracked(given)))

    if not any_in(args):
        value = update_op(*args)
        return value, value
    samples = [_zero(), _zero()]
    reading = Symbol(state.value, samples=samples, acts=True)
    update = Symbol(update_op, args, samples=samples, acts=True)
    if update.graph is not None:
        update.graph.initializers.append(state.clear)
    return reading, update


def matched(labels: object, predictions: object, weights: object) -> tuple[Tensor, Tensor, Any]:
    """Take last axes of 1 away that one of the three has too much, and add one that weights lack.

    >>> labels, predictions, _ = matched([1, 2], [[1], [3]], None)
    >>> labels.shape == predictions.shape
    True
    """
    wanted, given = convert_to_tensor(labels), convert_to_tensor(predictions)
    more = given.ndim - wanted.ndim
    if more == 1 and given.shape[-1] == 1:
        given = squeeze(given, [-1])
    elif more == -1 and wanted.shape[-1] == 1:
        wanted = squeeze(wanted, [-1])
    compatible(given, wanted)
    return wanted, given, None if weights is None else _fitted(weights, given)


def _fitted(weights: Any, values: Tensor) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    factors = convert_to_tensor(weights)
    more = factors.ndim - values.ndim
    if factors.ndim and more == 1:
        return squeeze(factors, [-1])
    return expand_dims(factors, -1) if factors.ndim and more == -1 else factors


def _broadcast(weights: object, values: Tensor) -> Tensor:
    factors = float32(_fitted(weights, values))
    if factors.shape == values.shape:
        return factors
    assert_broadcastable(factors, values)
    return multiply(factors, ones_like(values))


def _zero() -> Tensor:
    return tensor(np.zeros((), FLOAT32))
