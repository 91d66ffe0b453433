# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.activations` that stand before a loss; it uses the logits that they remember."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from tf_losses._internal.composed.keras import backend, ops
from tf_losses._internal.composed.keras.settings import is_keras3

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["linear", "sigmoid", "softmax"]


def linear(x: Any) -> Any:  # noqa: ANN401 (anything)
    """Give x.

    TensorFlow counterpart: `tf.keras.activations.linear`, keras/src/activations/activations.py.

    >>> linear(1.5)
    1.5
    """
    return x


def sigmoid(x: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute 1 / (1 + exp(-x)), and remember x for a loss of it.

    TensorFlow counterpart: `tf.keras.activations.sigmoid`, keras/src/activations/activations.py.

    >>> sigmoid([0.0]).numpy()
    array([0.5], dtype=float32)
    """
    logits = ops.as_tensor(x)
    return backend.with_logits(ops.sigmoid(logits), logits)


def softmax(x: Any, axis: int = -1) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute exp(x) / sum(exp(x)), and remember x for a loss of it.

    Args:
        x: a tensor, or anything `constant` takes; Keras 2 takes no single axis.
        axis: that of the classes.

    TensorFlow counterpart: `tf.keras.activations.softmax`, keras/src/activations/activations.py.
    """
    if not is_keras3():
        return backend.softmax(x, axis)
    logits = ops.as_tensor(x)
    if -logits.ndim <= axis < logits.ndim and logits.shape[axis] == 1:
        warnings.warn(
            f"You are using a softmax over axis {axis} of a tensor of shape "
            f"{tuple(logits.shape)}. This axis has size 1. The softmax operation will always "
            "return the value 1, which is likely not what you intended. Did you mean to use a "
            "sigmoid instead?",
            stacklevel=3,
        )
    return backend.with_logits(ops.softmax(logits, axis), logits)
