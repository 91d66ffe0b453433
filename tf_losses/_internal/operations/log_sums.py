# SPDX-License-Identifier: Apache-2.0
"""The logarithm of a sum of exponentials, computed without overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.arithmetic import add, subtract
from tf_losses._internal.autodiff.arrays import constant, reduce_sum
from tf_losses._internal.autodiff.plumbing import reshape
from tf_losses._internal.autodiff.tape import stop_gradient
from tf_losses._internal.operations.reductions import reduce_max
from tf_losses._internal.operations.transcendental import exp, log

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["reduce_logsumexp"]


def reduce_logsumexp(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = False,  # noqa: ANN401, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Compute log(sum(exp(x))) along some axes.

    Args:
        input_tensor: floats, of any shape.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the reduced axes, with length 1.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number, or the values are no floats.

    TensorFlow counterpart: `tf.reduce_logsumexp`, tensorflow/python/ops/math_ops.py.

    >>> reduce_logsumexp([1000.0, 1000.0]).numpy()
    np.float32(1000.6932)
    """
    values = constant(input_tensor)
    largest = np.asarray(reduce_max(values, axis, True))  # noqa: FBT003 (as it is called)
    finite = np.isfinite(largest.astype(np.float64))
    shift = stop_gradient(np.where(finite, largest, np.zeros((), largest.dtype)))
    total = log(reduce_sum(exp(subtract(values, shift)), axis, bool(keepdims)))
    if not keepdims:
        shift = reshape(shift, total.shape)
    return add(total, shift)
