# SPDX-License-Identifier: Apache-2.0
"""The losses that TensorFlow puts together from smaller operations, by just these.

What is computed so has the same bits; a tape sees every part of it.

TensorFlow counterpart: tensorflow/python/ops/nn_impl.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.autodiff.arithmetic import add, multiply, negative, subtract
from tf_losses._internal.autodiff.arrays import constant
from tf_losses._internal.autodiff.plumbing import zeros_like
from tf_losses._internal.operations.comparisons import greater_equal
from tf_losses._internal.operations.extremes import relu
from tf_losses._internal.operations.rounding import abs as magnitude
from tf_losses._internal.operations.select import where
from tf_losses._internal.operations.transcendental import exp, log1p

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor
    from tf_losses._internal.runtime.native import Call

    Inputs = tuple[Any, ...]

__all__ = ["sigmoid", "weighted"]


def sigmoid(call: Call, _mode: int, inputs: Inputs) -> Tensor:
    """Compute sigmoid's loss; inputs that no tape follows are None, and found in the call."""
    z, x = _either(inputs[0], call.labels), _either(inputs[1], call.logits)
    zeros = zeros_like(x)
    positive = greater_equal(x, zeros)
    rectified = where(positive, x, zeros)
    distance = where(positive, negative(x), x)
    return add(subtract(rectified, multiply(x, z)), log1p(exp(distance)))


def weighted(call: Call, _shape: object, _mode: int, inputs: Inputs) -> Tensor:
    """Compute weighted's loss in the same way."""
    z, x = _either(inputs[0], call.labels), _either(inputs[1], call.logits)
    k = constant(call.weight) if inputs[2] is None else subtract(inputs[2], 1)
    weight = add(1, multiply(k, z))
    tail = add(log1p(exp(negative(magnitude(x)))), relu(negative(x)))
    return add(multiply(subtract(1, z), x), multiply(weight, tail))


def _either(followed: Tensor | None, saved: Any) -> Tensor:  # noqa: ANN401 (an array)
    return constant(saved) if followed is None else followed
