# SPDX-License-Identifier: Apache-2.0
"""Keras's cross entropies as functions: one loss for each sample, with smoothed labels.

Where Keras 2 and 3 differ: see `smoothed`, and which of `backend` and `nn` computes.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.composed.keras import backend, nn, ops
from tf_losses._internal.composed.keras.settings import is_keras3, smooths_along_axis

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "sparse_categorical_crossentropy",
]

# From `_labels_and_classes` to the line that called a loss, past the wrapper of its face.
_CALLER = 4


def binary_crossentropy(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Average the cross entropy of yes-or-no outcomes over an axis.

        loss = mean(-(z * log(p) + (1 - z) * log(1 - p)))

    Args:
        y_true: probabilities of yes, z; they are cast to the dtype of `y_pred`.
        y_pred: predicted probabilities of yes, p, or logits.
        from_logits: whether `y_pred` has logits.
        label_smoothing: how far labels are drawn to 1/2, from 0 to 1.
        axis: the axis of the mean.

    Returns:
        A tensor of the shape of `y_pred` without this axis.

    Raises:
        ValueError: the shapes differ.

    TensorFlow counterpart: `tf.keras.losses.binary_crossentropy`, keras/src/losses/losses.py.

    >>> binary_crossentropy([[0.0, 1.0]], [[1.0, -2.0]], from_logits=True).numpy()
    array([1.7200949], dtype=float32)
    """
    y_pred = ops.as_tensor(y_pred)
    y_true = smoothed(ops.cast(y_true, y_pred.dtype), label_smoothing)
    if is_keras3():
        loss = nn.binary_crossentropy(y_true, y_pred, from_logits=from_logits)
    else:
        loss = backend.binary_crossentropy(y_true, y_pred, from_logits)
    return ops.mean(loss, axis)


def categorical_crossentropy(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes, for each row.

        loss = -sum(z * log(p / sum(p)))

    Args:
        y_true: a probability for each class, z; they are cast to the dtype of `y_pred`.
        y_pred: predicted probabilities p, or logits.
        from_logits: whether `y_pred` has logits.
        label_smoothing: how far labels are drawn to the same for all classes, from 0 to 1.
        axis: that of the classes.

    Returns:
        A tensor of the shape of `y_pred` without the classes.

    Raises:
        ValueError: the shapes differ, or the axis is a bool.

    TensorFlow counterpart: `tf.keras.losses.categorical_crossentropy`, keras/src/losses/losses.py.

    >>> categorical_crossentropy([[0.0, 1.0]], [[1.0, 1.0]], from_logits=True).numpy()
    array([0.6931472], dtype=float32)
    """
    y_true, y_pred = _labels_and_classes(
        "categorical_crossentropy", y_true, y_pred, label_smoothing, axis
    )
    if is_keras3():
        return nn.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    return backend.categorical_crossentropy(y_true, y_pred, from_logits, axis)


def sparse_categorical_crossentropy(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes, with class numbers for labels.

        loss = -log(softmax(log(p))[label])

    Args:
        y_true: class numbers of any real dtype, one for each row of `y_pred`.
        y_pred: predicted probabilities p, or logits.
        from_logits: whether `y_pred` has logits.
        ignore_class: a class number whose losses are 0; means of a `Loss` leave it out.
        axis: that of the classes; Keras 3 takes the last only. In Keras 2 it stands before
            `ignore_class`.

    Returns:
        A tensor of the shape of `y_pred` without the classes.

    Raises:
        ValueError: the shapes do not match, or the axis is another.
        tf_losses.errors.InvalidArgumentError: a label is no class.

    TensorFlow counterpart: `tf.keras.losses.sparse_categorical_crossentropy`,
    keras/src/losses/losses.py.

    >>> sparse_categorical_crossentropy(
    ...     np.array([1]), np.array([[1.0, 1.0]], np.float32), from_logits=True
    ... ).numpy()
    array([0.6931472], dtype=float32)
    """
    if not is_keras3():
        return backend.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits, axis, ignore_class
        )
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[axis] == 1:
        y_true = ops.squeeze(y_true, axis)
    if ignore_class is None:
        return _sparse(y_true, y_pred, from_logits=from_logits, axis=axis)
    y_true, y_pred = ops.as_tensor(y_true), ops.as_tensor(y_pred)
    rank = y_pred.ndim
    if not -rank <= axis < rank:
        raise ValueError(
            f"axis {axis} is out of bounds for a tensor of {rank} axes: y_pred.shape={y_pred.shape}"
        )
    shape = [length for i, length in enumerate(y_pred.shape) if i != axis % rank]
    counts = ops.not_equal(*ops.promoted(y_true, ops.cast(ignore_class, y_pred.dtype)))
    y_true = ops.where(counts, y_true, 0)
    y_pred = ops.where(ops.expand_dims(counts, axis), y_pred, 0)
    losses = _sparse(y_true, y_pred, from_logits=from_logits, axis=axis)
    counts = ops.reshape(counts, shape)
    return backend.masked(ops.where(counts, losses, 0.0), counts)


def _sparse(y_true: Any, y_pred: Any, *, from_logits: bool, axis: int) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    return nn.sparse_categorical_crossentropy(
        ops.as_tensor(y_true), ops.as_tensor(y_pred), from_logits=from_logits, axis=axis
    )


def binary_focal_crossentropy(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    apply_class_balancing: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,  # noqa: FBT001, FBT002 (same)
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Average the cross entropy of yes-or-no outcomes over an axis; what is foreseen counts less.

        loss = mean((1 - pt)^gamma * bce)  where pt = z*p + (1 - z)*(1 - p)

    Args:
        y_true: probabilities of yes, z; they are cast to the dtype of `y_pred`.
        y_pred: predicted probabilities of yes, p, or logits.
        apply_class_balancing: whether to weigh by z*alpha + (1 - z)*(1 - alpha).
        alpha: the weight of yes.
        gamma: how much less.
        from_logits: whether `y_pred` has logits.
        label_smoothing: how far labels are drawn to 1/2, from 0 to 1.
        axis: the axis of the mean.

    Returns:
        A tensor of the shape of `y_pred` without this axis.

    TensorFlow counterpart: `tf.keras.losses.binary_focal_crossentropy`, keras/src/losses/losses.py.
    """
    y_pred = ops.as_tensor(y_pred)
    y_true = smoothed(ops.cast(y_true, y_pred.dtype), label_smoothing)
    if not is_keras3():
        loss = backend.binary_focal_crossentropy(
            y_true, y_pred, apply_class_balancing, alpha, gamma, from_logits
        )
        return ops.mean(loss, axis)
    if from_logits:
        y_pred = backend.with_logits(ops.sigmoid(y_pred), y_pred)
    loss = nn.binary_crossentropy(y_true, y_pred)
    loss = ops.power(*ops.promoted(1.0 - backend.foreseen(y_true, y_pred), gamma)) * loss
    if apply_class_balancing:
        loss = backend.balanced(y_true, alpha) * loss
    return ops.mean(loss, axis)


def categorical_focal_crossentropy(
    y_true: Any,  # noqa: ANN401 (anything TensorFlow converts)
    y_pred: Any,  # noqa: ANN401 (same)
    alpha: Any = 0.25,  # noqa: ANN401 (a number, or one for each class)
    gamma: float = 2.0,
    from_logits: bool = False,  # noqa: FBT001, FBT002 (Keras's signature)
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Compute the cross entropy of one outcome among classes; what is foreseen counts less.

        loss = sum(alpha * (1 - p)^gamma * -z * log(p))

    Args:
        y_true: a probability for each class, z; they are cast to the dtype of `y_pred`.
        y_pred: predicted probabilities p, or logits.
        alpha: a weight, or one for each class.
        gamma: how much less.
        from_logits: whether `y_pred` has logits.
        label_smoothing: how far labels are drawn to the same for all classes, from 0 to 1.
        axis: that of the classes.

    Returns:
        A tensor of the shape of `y_pred` without the classes.

    TensorFlow counterpart: `tf.keras.losses.categorical_focal_crossentropy`,
    keras/src/losses/losses.py.
    """
    y_true, y_pred = _labels_and_classes(
        "categorical_focal_crossentropy", y_true, y_pred, label_smoothing, axis, is_focal=True
    )
    if not is_keras3():
        return backend.categorical_focal_crossentropy(
            y_true, y_pred, alpha, gamma, from_logits, axis
        )
    if from_logits:
        y_pred = ops.softmax(y_pred, axis)
    output = nn.clipped(nn.normalized(y_pred, axis))
    loss = -y_true * ops.log(output)
    factor = ops.power(*ops.promoted(1.0 - output, gamma))
    weight = ops.multiply(*ops.promoted(factor, alpha))
    return ops.reduce_sum(ops.multiply(*ops.promoted(weight, loss)), axis)


# ---- labels ----


def smoothed(y_true: Tensor, amount: Any, classes: Tensor | None = None) -> Tensor:  # noqa: ANN401 (a number)
    """Draw labels to 1/2, or to the same for so many classes.

    Keras 3 computes 1 - amount and the like as Python does, Keras 2 in the labels' dtype.
    """
    if not is_keras3():
        amount = ops.as_tensor(amount, ops.dtype_of(y_true))
    if not amount:
        return y_true
    same = 0.5 * amount if classes is None else amount / classes
    labels: Tensor = y_true * (1.0 - amount) + same
    return labels


def _labels_and_classes(
    loss: str,
    y_true: object,
    y_pred: object,
    label_smoothing: float,
    axis: int,
    *,
    is_focal: bool = False,
) -> tuple[Tensor, Tensor]:
    if isinstance(axis, bool):
        raise ValueError(  # noqa: TRY004 (Keras's error)
            f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}"
        )
    output = ops.as_tensor(y_pred)
    target = ops.cast(y_true, output.dtype)
    if output.ndim and output.shape[-1] == 1:
        warnings.warn(
            f"In loss {loss}, expected y_pred.shape to be (batch_size, num_classes) with "
            f"num_classes > 1. Received: y_pred.shape={tuple(output.shape)}. Consider using "
            "'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=_CALLER,
        )
    place = axis if smooths_along_axis() and not is_focal else -1
    count = np.int32(target.shape[place]) if target.ndim else np.int32(1)
    return smoothed(target, label_smoothing, ops.cast(count, output.dtype)), output
