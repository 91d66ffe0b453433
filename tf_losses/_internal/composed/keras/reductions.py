# SPDX-License-Identifier: Apache-2.0
"""From losses of samples to what a `Loss` gives: masks, weights and reductions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.settings import is_keras3
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, FLOAT_CODES, Dtype
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["Reduction"]

_AVERAGES = ("sum_over_batch_size", "auto", "mean")


class Reduction:
    """How a `Loss` makes one number of many.

    Keras 3 takes also "mean", "mean_with_sample_weight" and None, and no AUTO.

    TensorFlow counterpart: `tf.keras.losses.Reduction`, keras/src/utils/losses_utils.py.

    >>> Reduction.SUM_OVER_BATCH_SIZE
    'sum_over_batch_size'
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    _all: ClassVar = (AUTO, NONE, SUM, SUM_OVER_BATCH_SIZE)

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """List them.

        >>> Reduction.all()
        ('auto', 'none', 'sum', 'sum_over_batch_size')
        """
        return cls._all

    @classmethod
    def validate(cls, key: object) -> None:
        """Refuse what is none of them.

        Raises:
            ValueError: it is none.

        >>> Reduction.validate("sum")
        """
        if key not in cls._all:
            raise ValueError(f'Invalid Reduction Key: {key}. Expected keys are "{cls._all}"')


def standardized(reduction: Any) -> str | None:  # noqa: ANN401 (what a caller took for one)
    """Give a reduction if the chosen Keras takes it.

    Raises:
        ValueError: it does not.
    """
    if not is_keras3():
        Reduction.validate(reduction)
        return str(reduction)
    allowed = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")
    if reduction not in allowed:
        raise hinted(
            ValueError(
                f"Invalid value for argument `reduction`. Expected one of {allowed}. "
                f"Received: reduction={reduction}"
            ),
            "Keras 2's 'auto' is 'sum_over_batch_size'; leave it out."
            if reduction == "auto"
            else "Choose one of these.",
        )
    return None if reduction is None else str(reduction)


def reduced(
    losses: Any,  # noqa: ANN401 (what a loss gave)
    weights: Any,  # noqa: ANN401 (anything TensorFlow converts, or None)
    mask: Tensor | None,
    reduction: str | None,
    dtype: Dtype,
) -> Tensor:
    """Weigh losses and reduce them.

    Args:
        losses: one for each sample, of any shape.
        weights: of these losses, or of whole rows of them; None for none.
        mask: which losses count.
        reduction: how to make one number of them.
        dtype: that of the computation in Keras 3; Keras 2 computes in that of the losses.
    """
    compute = _reduced3 if is_keras3() else _reduced2
    return compute(ops.as_tensor(losses), weights, mask, reduction, dtype)


# ---- Keras 3 ----


def _reduced3(
    losses: Tensor, weights: object, mask: Tensor | None, reduction: str | None, dtype: Dtype
) -> Tensor:
    losses = ops.as_tensor(losses, dtype)
    factors = None if weights is None else ops.as_tensor(weights, dtype)
    if mask is not None:
        factors = masked_weights3(factors, ops.as_tensor(mask, dtype), dtype, reduction)
    if factors is not None:
        losses, factors = same_rank(losses, factors)
        losses = losses * factors
    if reduction in (None, "none") or tuple(losses.shape) in ((), (0,)):
        return losses
    total = ops.reduce_sum(losses)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and factors is not None:
        return ops.divide_no_nan(total, ops.reduce_sum(factors))
    return ops.divide_no_nan(total, _count(losses, dtype))


def masked_weights3(
    weights: Tensor | None, mask: Tensor, dtype: Dtype, reduction: str | None
) -> Tensor:
    """Give weights in which what does not count is 0; a mean is then one of what counts."""
    factors = ops.cast(mask, dtype)
    if reduction in _AVERAGES:
        share = ops.divide_no_nan(_count(mask, dtype), ops.reduce_sum(factors))
        factors = ops.where(ops.cast(mask, BOOL), share, 0)
    if weights is None:
        return factors
    factors, weights = same_rank(factors, ops.cast(weights, dtype))
    return weights * factors


def same_rank(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Bring two whose numbers of axes differ by one to the same, where a last axis has length 1.

    >>> [tuple(one.shape) for one in same_rank(ops.as_tensor([[1.0]]), ops.as_tensor([1.0]))]
    [(1, 1), (1, 1)]
    """
    if x.ndim == y.ndim + 1 and x.shape[-1] == 1:
        if y.ndim == 1:
            y = ops.expand_dims(y, -1)
        else:
            x = ops.squeeze(x, -1)
    if y.ndim == x.ndim + 1 and y.shape[-1] == 1:
        if x.ndim == 1:
            x = ops.expand_dims(x, -1)
        else:
            y = ops.squeeze(y, -1)
    return x, y


# ---- Keras 2 ----


def _reduced2(
    losses: Tensor, weights: object, mask: Tensor | None, reduction: str | None, _dtype: Dtype
) -> Tensor:
    factors = masked_weights2(losses, weights, mask, reduction)
    given = ops.dtype_of(losses)
    if given not in FLOAT_CODES:
        losses = ops.cast(losses, FLOAT32)
    factors = ops.cast(1.0 if factors is None else factors, losses.dtype)
    losses = losses * fitting(factors, losses)
    if reduction not in (None, "none"):
        size = _count(losses, ops.dtype_of(losses))
        losses = ops.reduce_sum(losses)
        if reduction != "sum":
            losses = ops.divide_no_nan(ops.reduce_sum(losses), size)
    return losses if given in FLOAT_CODES else ops.cast(losses, given)


def masked_weights2(
    losses: Tensor,
    weights: Any,  # noqa: ANN401 (anything TensorFlow converts, or None)
    mask: Tensor | None,
    reduction: str | None,
) -> Any:  # noqa: ANN401 (weights as they came, or a tensor)
    """Give weights in which what does not count is 0; a mean is then one of what counts."""
    if mask is None:
        return weights
    factors = ops.cast(mask, losses.dtype)
    if reduction in _AVERAGES:
        factors = factors * (_count(factors, ops.dtype_of(factors)) / ops.reduce_sum(factors))
    if weights is None:
        return factors
    return fitting(ops.cast(weights, losses.dtype), factors) * factors


def fitting(weights: Tensor, values: Tensor) -> Tensor:
    """Take a last axis from weights, or give them one, where they differ from values by one."""
    if weights.ndim and weights.ndim - values.ndim == 1:
        return ops.squeeze(weights, -1)
    if weights.ndim and values.ndim - weights.ndim == 1:
        return ops.expand_dims(weights, -1)
    return weights


def fits(weights: Tensor, values: Tensor) -> bool:
    """Tell whether weights are one number, or have the axes of values, each as long or of 1."""
    same = weights.ndim == values.ndim
    pairs = zip(weights.shape, values.shape, strict=False)
    return weights.ndim == 0 or (same and all(n in (1, length) for n, length in pairs))


def squeezed_pair(y_pred: Tensor, y_true: Tensor) -> tuple[Tensor, Tensor]:
    """Take a last axis of length 1 from what has one axis more; class numbers stay as they are."""
    more = y_pred.ndim - y_true.ndim
    if more == 1 and y_pred.shape[-1] == 1:
        y_pred = ops.squeeze(y_pred, -1)
    elif more == -1 and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    return y_pred, y_true


def _count(x: Tensor, dtype: Dtype) -> Tensor:
    """Give the number of elements, which is an int32 first."""
    return ops.cast(np.int32(math.prod(x.shape)), dtype)
