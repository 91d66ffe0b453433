# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.backend`: cross entropies for each element or row, of logits or of probabilities.

These are Keras 2's, which its losses use. Keras 3 keeps them under these names, for old programs,
and computes its losses otherwise (see `nn`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import bad
from tf_losses._internal.composed.keras import nn, ops
from tf_losses._internal.composed.keras.settings import (
    epsilon,
    floatx,
    is_keras3,
    set_epsilon,
    set_floatx,
)
from tf_losses._internal.runtime.dtypes import BOOL, INT64
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "epsilon",
    "floatx",
    "mean",
    "set_epsilon",
    "set_floatx",
    "sigmoid",
    "softmax",
    "sparse_categorical_crossentropy",
    "sum",
]


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Tensor:  # noqa: ANN401, FBT001, FBT002 (Keras's signature)
    """Compute the cross entropy of each yes-or-no outcome.

        loss = -(z * log(p + epsilon) + (1 - z) * log(1 - p + epsilon))

    Args:
        target: probabilities of yes, z; of the shape and dtype of `output`.
        output: predicted probabilities of yes, p, or logits.
        from_logits: whether `output` has logits.

    Returns:
        A tensor of the shape of `output`.

    Raises:
        ValueError, tf_losses.errors.InvalidArgumentError: the shapes or dtypes do not match.

    TensorFlow counterpart: `tf.keras.backend.binary_crossentropy`, keras/src/backend.py.

    >>> binary_crossentropy([0.0, 1.0], [1.0, -2.0], from_logits=True).numpy()
    array([1.3132617, 2.126928 ], dtype=float32)
    """
    target, output = ops.as_tensor(target), ops.as_tensor(output)
    output, from_logits = _logits_of(output, "Sigmoid", "binary_crossentropy", given=from_logits)
    if from_logits:
        return ops.sigmoid_loss(target, output)
    output = _clipped(output)
    loss: Tensor = target * ops.log(output + epsilon())
    loss += (1 - target) * ops.log(1 - output + epsilon())
    return -loss


def categorical_crossentropy(
    target: Any,  # noqa: ANN401 (anything TensorFlow converts)
    output: Any,  # noqa: ANN401 (same)
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    axis: int = -1,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes, for each row.

        loss = -sum(z * log(p / sum(p)))

    Args:
        target: a probability for each class, z; of the shape and dtype of `output`.
        output: predicted probabilities p, or logits.
        from_logits: whether `output` has logits.
        axis: that of the classes.

    Returns:
        A tensor of the shape of `output` without the classes.

    Raises:
        ValueError: the shapes differ.
        tf_losses.errors.InvalidArgumentError: the dtypes differ.

    TensorFlow counterpart: `tf.keras.backend.categorical_crossentropy`, keras/src/backend.py.

    >>> categorical_crossentropy([[0.0, 1.0]], [[1.0, 1.0]], from_logits=True).numpy()
    array([0.6931472], dtype=float32)
    """
    target, output = ops.as_tensor(target), ops.as_tensor(output)
    _check_shapes(target, output)
    name = "categorical_crossentropy"
    output, from_logits = _logits_of(output, "Softmax", name, given=from_logits)
    if from_logits:
        return ops.softmax_loss(target, output, axis)
    output = _clipped(nn.normalized(output, axis))
    return -ops.reduce_sum(target * ops.log(output), axis)


def sparse_categorical_crossentropy(
    target: Any,  # noqa: ANN401 (anything TensorFlow converts)
    output: Any,  # noqa: ANN401 (same)
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    axis: int = -1,
    ignore_class: int | None = None,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes, with class numbers for labels.

        loss = -log(softmax(log(p))[label])

    Args:
        target: class numbers of any real dtype, one for each row of `output`.
        output: predicted probabilities p, or logits.
        from_logits: whether `output` has logits.
        axis: that of the classes.
        ignore_class: a class number whose losses are 0.

    Returns:
        A tensor of the shape of `output` without the classes. Where a class was ignored, its
        `_keras_mask` says which losses count.

    Raises:
        ValueError: the shapes do not match.
        tf_losses.errors.InvalidArgumentError: a label is no class.

    TensorFlow counterpart: `tf.keras.backend.sparse_categorical_crossentropy`,
    keras/src/backend.py.

    >>> sparse_categorical_crossentropy([1], [[1.0, 1.0]], from_logits=True).numpy()
    array([0.6931472], dtype=float32)
    """
    target, output = ops.cast(target, INT64), ops.as_tensor(output)
    name = "sparse_categorical_crossentropy"
    output, from_logits = _logits_of(output, "Softmax", name, given=from_logits)
    if not from_logits:
        output = ops.log(_clipped(output))
    rank = output.ndim
    place = axis % rank
    if place != rank - 1:
        output = ops.transpose(output, [*(i for i in range(rank) if i != place), place])
    shape = tuple(output.shape)
    flat = target.ndim != rank - 1
    if flat:
        target = ops.reshape(target, [-1])
        output = ops.reshape(output, [-1, shape[-1]])
    if ignore_class is not None:
        return _of_those_that_count(target, output, shape[:-1], ignore_class)
    losses = ops.sparse_softmax_loss(target, output)
    return ops.reshape(losses, shape[:-1]) if flat and rank > 2 else losses  # noqa: PLR2004 (axes of rows)


def _of_those_that_count(
    target: Tensor, output: Tensor, shape: tuple[int, ...], ignore_class: int
) -> Tensor:
    """Leave ignored rows out, and put the losses of the others back to their places."""
    counts = ops.not_equal(target, ops.cast(ignore_class, INT64))
    losses = ops.sparse_softmax_loss(
        ops.boolean_mask(target, counts), ops.boolean_mask(output, counts)
    )
    if not shape:
        raise bad("Output must be at least 1-D, got shape: []")
    counts = ops.reshape(counts, shape)
    places = np.argwhere(np.asarray(counts))
    return masked(ops.scatter_nd(places, losses, np.asarray(shape, np.int64)), counts)


def masked(losses: Tensor, mask: Tensor) -> Tensor:
    """Let losses say which of them count; Keras keeps it there too."""
    losses._keras_mask = mask  # type: ignore[attr-defined]  # noqa: SLF001
    return losses


def binary_focal_crossentropy(
    target: Any,  # noqa: ANN401 (anything TensorFlow converts)
    output: Any,  # noqa: ANN401 (same)
    apply_class_balancing: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,  # noqa: FBT001, FBT002 (same)
) -> Tensor:
    """Compute the cross entropy of each yes-or-no outcome, less where it is foreseen.

        loss = (1 - pt)^gamma * binary_crossentropy(z, p)  where pt = z*p + (1 - z)*(1 - p)

    Args:
        target: probabilities of yes, z; of the shape and dtype of `output`.
        output: predicted probabilities of yes, p, or logits.
        apply_class_balancing: whether to weigh by z*alpha + (1 - z)*(1 - alpha).
        alpha: the weight of yes.
        gamma: how much less.
        from_logits: whether `output` has logits.

    Returns:
        A tensor of the shape of `output`.

    TensorFlow counterpart: `tf.keras.backend.binary_focal_crossentropy`, keras/src/backend.py.
    """
    target, output = ops.as_tensor(target), ops.as_tensor(output)
    predicted = ops.sigmoid(output) if from_logits else output
    factor = ops.power(1.0 - foreseen(target, predicted), gamma)
    loss = factor * binary_crossentropy(target, output, from_logits)
    return balanced(target, alpha) * loss if apply_class_balancing else loss


def foreseen(target: Tensor, predicted: Tensor) -> Tensor:
    """Give the probability that was predicted for what came."""
    return target * predicted + (1 - target) * (1 - predicted)


def balanced(target: Tensor, alpha: float) -> Tensor:
    """Give the weights of yes and no."""
    return target * alpha + (1 - target) * (1 - alpha)


def categorical_focal_crossentropy(
    target: Any,  # noqa: ANN401 (anything TensorFlow converts)
    output: Any,  # noqa: ANN401 (same)
    alpha: Any = 0.25,  # noqa: ANN401 (a number, or one for each class)
    gamma: float = 2.0,
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    axis: int = -1,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes, less where it is foreseen.

        loss = sum(alpha * (1 - p)^gamma * -z * log(p))

    Args:
        target: a probability for each class, z; of the shape and dtype of `output`.
        output: predicted probabilities p, or logits.
        alpha: a weight, or one for each class.
        gamma: how much less.
        from_logits: whether `output` has logits.
        axis: that of the classes.

    Returns:
        A tensor of the shape of `output` without the classes.

    TensorFlow counterpart: `tf.keras.backend.categorical_focal_crossentropy`, keras/src/backend.py.
    """
    target, output = ops.as_tensor(target), ops.as_tensor(output)
    _check_shapes(target, output)
    name = "categorical_focal_crossentropy"
    output, from_logits = _logits_of(output, "Softmax", name, given=from_logits)
    if from_logits:
        output = ops.softmax(output, axis)
    output = _clipped(nn.normalized(output, axis))
    loss = -target * ops.log(output)
    weight = ops.multiply(ops.power(1.0 - output, gamma), alpha)
    return ops.reduce_sum(ops.multiply(weight, loss), axis)


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:  # noqa: ANN401, FBT001, FBT002 (Keras's signature)
    """Average over some axes.

    Args:
        x: a tensor, or anything `constant` takes.
        axis: an axis or several; all if not given.
        keepdims: whether to keep the axes, with length 1.

    TensorFlow counterpart: `tf.keras.backend.mean`, keras/src/backend.py.

    >>> mean([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([2., 3.], dtype=float32)
    """
    x = ops.as_tensor(x)
    return ops.reduce_mean(ops.cast(x, floatx()) if x.dtype == BOOL else x, axis, keepdims)


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:  # noqa: A001, ANN401, FBT001, FBT002 (Keras's signature)
    """Sum over some axes; arguments as in `mean`.

    TensorFlow counterpart: `tf.keras.backend.sum`, keras/src/backend.py.

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([4., 6.], dtype=float32)
    """
    return ops.reduce_sum(ops.as_tensor(x), axis, keepdims)


def sigmoid(x: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute 1 / (1 + exp(-x)); Keras 2 remembers x for a loss of it.

    TensorFlow counterpart: `tf.keras.backend.sigmoid`, keras/src/backend.py.
    """
    found = ops.sigmoid(x)
    return found if is_keras3() else with_logits(found, x)


def softmax(x: Any, axis: int = -1) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute exp(x) / sum(exp(x)), and remember x for a loss of it.

    Args:
        x: a tensor of two axes or more.
        axis: that of the classes.

    Raises:
        ValueError: there are fewer axes.

    TensorFlow counterpart: `tf.keras.backend.softmax`, keras/src/backend.py.
    """
    logits = ops.as_tensor(x)
    if logits.ndim <= 1:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    return with_logits(ops.softmax(logits, axis), logits)


def with_logits(probabilities: Tensor, logits: object) -> Tensor:
    """Let probabilities remember what they came from; Keras keeps it there too."""
    probabilities._keras_logits = logits  # type: ignore[attr-defined]  # noqa: SLF001
    return probabilities


def _clipped(output: Tensor) -> Tensor:
    """Keep probabilities away from 0 and 1, which is computed in their dtype."""
    low = ops.as_tensor(epsilon(), ops.dtype_of(output))
    return ops.clip_by_value(output, low, 1.0 - low)


def _logits_of(output: Tensor, kind: str, loss: str, *, given: bool) -> tuple[Tensor, bool]:
    return (output, given) if is_keras3() else nn.logits_of(output, kind, loss, given=given)


def _check_shapes(target: Tensor, output: Tensor) -> None:
    if target.shape != output.shape:
        raise hinted(
            ValueError(f"Shapes {tuple(target.shape)} and {tuple(output.shape)} are incompatible"),
            "Nothing is broadcast here: reshape one of `y_true` and `y_pred`.",
        )
