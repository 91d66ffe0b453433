# SPDX-License-Identifier: Apache-2.0
"""`tf.nn.compute_average_loss` and `scale_regularization_loss`, with one replica."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.autodiff.arithmetic import divide, multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.shapes import expand_dims, squeeze
from tf_losses._internal.composed.weighted_loss import float32
from tf_losses._internal.operations.division import divide_no_nan
from tf_losses.errors import hinted
from tf_losses.versions import release

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["compute_average_loss", "scale_regularization_loss"]


def compute_average_loss(
    per_example_loss: Any,  # noqa: ANN401 (anything TensorFlow converts)
    sample_weight: Any = None,  # noqa: ANN401 (same)
    global_batch_size: Any = None,  # noqa: ANN401 (a number)
) -> Tensor:
    """Weight the losses of examples, add them up and divide by the size of the batch.

    Args:
        per_example_loss: losses, with at least one axis.
        sample_weight: weights; multiplied in float32. With one axis more or less than the losses,
            a last axis of length 1 is taken away or added.
        global_batch_size: a whole number, what the sum is divided by; the length of the losses'
            first axis if not given. With 0 the result is 0.

    Raises:
        ValueError: the losses have no axis, or the size of the batch has one.
        TypeError: the size of the batch is no whole number.
        tf_losses.errors.InvalidArgumentError: it is negative, or the shapes do not broadcast.

    TensorFlow counterpart: `tf.nn.compute_average_loss`, tensorflow/python/ops/nn_impl.py.

    >>> float(compute_average_loss([1.0, 2.0], sample_weight=[1.0, 0.5]))
    1.0
    """
    given = convert_to_tensor(per_example_loss)
    if given.ndim == 0:
        raise hinted(
            ValueError(
                "Invalid value passed for `per_example_loss`. Expected a tensor with at least "
                f"rank 1. Received per_example_loss={given} with rank 0"
            ),
            "`per_example_loss` has no axis of examples; do not reduce the losses before.",
        )
    losses = given
    if sample_weight is not None:
        losses = cast(_scaled(given, convert_to_tensor(sample_weight)), given.dtype)
    size = given.shape[0] if global_batch_size is None else _batch_size(global_batch_size)
    total, count = reduce_sum(losses), cast(size, given.dtype)
    return divide(total, count) if release().in_sessions else divide_no_nan(total, count)


def _scaled(losses: Tensor, weights: Tensor) -> Tensor:
    values, factors = float32(losses), float32(weights)
    if factors.ndim:
        if factors.ndim - values.ndim == 1:
            factors = squeeze(factors, [-1])
        elif values.ndim - factors.ndim == 1:
            factors = expand_dims(factors, -1)
    return multiply(values, factors)


def _batch_size(value: object) -> object:
    size = to_array(value, TF2)
    hint = f"`global_batch_size` came as {value!r}."
    if size.ndim:
        message = f"global_batch_size must be scalar.  Tensor must be a scalar. {size.shape}"
        raise hinted(ValueError(message), hint)
    if size.dtype.kind not in "iu":
        raise hinted(TypeError("global_batch_size must be an integer."), hint)
    if size < 0:
        raise hinted(bad("global_batch_size must be non-negative."), hint)
    return np.asarray(size)


def scale_regularization_loss(regularization_loss: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Add up a regularization loss, and divide it by the number of replicas, which is 1.

    Args:
        regularization_loss: of any shape.

    TensorFlow counterpart: `tf.nn.scale_regularization_loss`, tensorflow/python/ops/nn_impl.py.

    >>> float(scale_regularization_loss([1.0, 2.0]))
    3.0
    """
    return divide(reduce_sum(regularization_loss), 1)
