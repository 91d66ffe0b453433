# SPDX-License-Identifier: Apache-2.0
"""Cross entropies for each element or row as Keras 3's losses compute them (`keras.ops`).

They keep away from log(0) once, check shapes, and use the logits behind what came from Keras's own
sigmoid or softmax.

TensorFlow counterpart: keras/src/backend/tensorflow/nn.py of Keras 3.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.settings import epsilon
from tf_losses._internal.runtime.dtypes import INT64
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor


def binary_crossentropy(target: Tensor, output: Tensor, *, from_logits: bool = False) -> Tensor:
    """Compute -(z * log(p) + (1 - z) * log(1 - p)) for probabilities p clipped to below 1."""
    _check_shapes(target, output)
    output, from_logits = logits_of(output, "Sigmoid", "binary_crossentropy", given=from_logits)
    if from_logits:
        return ops.sigmoid_loss(target, output)
    output = clipped(output)
    loss = target * ops.log(output)
    loss += (1 - target) * ops.log(1 - output)
    return -loss


def categorical_crossentropy(
    target: Tensor, output: Tensor, *, from_logits: bool, axis: int
) -> Tensor:
    """Compute -sum(z * log(p / sum(p))) over the classes."""
    if target.ndim < 1:
        raise ValueError(
            "Arguments `target` and `output` must be at least rank 1. "
            f"Received: {_shapes(target, output)}"
        )
    _check_shapes(target, output)
    name = "categorical_crossentropy"
    output, from_logits = logits_of(output, "Softmax", name, given=from_logits)
    if from_logits:
        return ops.softmax_loss(target, output, axis)
    output = clipped(normalized(output, axis))
    return -ops.reduce_sum(target * ops.log(output), axis)


def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, *, from_logits: bool, axis: int
) -> Tensor:
    """Compute -log(softmax(log(p))[label]); the classes are on the last axis."""
    if axis not in (-1, output.ndim - 1):
        raise ValueError(f"Only axis=-1 is currently supported. Received: axis={axis}")
    name = "sparse_categorical_crossentropy"
    output, from_logits = logits_of(output, "Softmax", name, given=from_logits)
    target = ops.cast(target, INT64)
    if target.ndim == output.ndim and target.ndim and target.shape[-1] == 1:
        target = ops.squeeze(target, -1)
    _check_classes(target, output)
    if not from_logits:
        output = ops.log(clipped(output))
    return ops.sparse_softmax_loss(target, output)


# ---- parts, of Keras 2 as well ----


def clipped(output: Tensor) -> Tensor:
    """Keep probabilities away from 0 and 1."""
    return ops.clip_by_value(output, epsilon(), 1.0 - epsilon())


def normalized(output: Tensor, axis: int) -> Tensor:
    """Let probabilities add up to 1."""
    return output / ops.reduce_sum(output, axis, keepdims=True)


def logits_of(output: Tensor, kind: str, loss: str, *, given: bool) -> tuple[Tensor, bool]:
    """Give the logits behind what came from Keras's own activations, and whether they are some.

    In a graph TensorFlow's do as well.

    Args:
        output: what a loss was called with.
        kind: the activation.
        loss: what a warning calls the loss.
        given: whether `output` was said to be logits.
    """
    logits = getattr(output, "_keras_logits", None)
    if logits is None and output.made_by is not None and output.made_by[0] == kind:
        logits = output.made_by[1]
    if logits is None:
        return output, given
    if given:
        warnings.warn(
            f'"`{loss}` received `from_logits=True`, but the `output` argument was produced by a '
            f"{kind} activation and thus does not represent logits. Was this intended?",
            stacklevel=3,
        )
    return logits, True


def _shapes(target: Tensor, output: Tensor) -> str:
    return f"target.shape={tuple(target.shape)}, output.shape={tuple(output.shape)}"


def _check_shapes(target: Tensor, output: Tensor) -> None:
    if target.shape == output.shape:
        return
    what = "rank (ndim)" if target.ndim != output.ndim else "shape"
    raise hinted(
        ValueError(
            f"Arguments `target` and `output` must have the same {what}. "
            f"Received: {_shapes(target, output)}"
        ),
        "Nothing is broadcast here: reshape one of `y_true` and `y_pred`.",
    )


def _check_classes(target: Tensor, output: Tensor) -> None:
    if output.ndim < 1:
        raise ValueError(
            f"Argument `output` must be at least rank 1. Received: {_shapes(target, output)}"
        )
    if target.ndim != output.ndim - 1:
        raise ValueError(
            "Argument `output` must have rank (ndim) `target.ndim - 1`. "
            f"Received: {_shapes(target, output)}"
        )
    if target.shape != output.shape[:-1]:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last "
            f"dimension: {_shapes(target, output)}"
        )
