# SPDX-License-Identifier: Apache-2.0
"""Keras's accuracies as functions: 1 for each sample that was foreseen, else 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.reductions import same_rank
from tf_losses._internal.composed.keras.settings import float_dtype, is_keras3
from tf_losses._internal.runtime.dtypes import INT32

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def accuracy(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where predictions are the labels.

    >>> accuracy([1, 2], [1, 3]).numpy()
    array([1., 0.], dtype=float32)
    """
    y_pred = ops.as_tensor(y_pred)
    if is_keras3():
        y_true, y_pred = same_rank(ops.as_tensor(y_true, ops.dtype_of(y_pred)), y_pred)
    else:
        y_true = ops.as_tensor(y_true)
        if y_true.shape != y_pred.shape:
            raise ValueError(f"Shapes {y_true.shape} and {y_pred.shape} are incompatible")
        y_pred = ops.cast(y_pred, y_true.dtype)
    return _hits(y_true, y_pred)


def binary_matches(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where a probability is on the label's side of a threshold.

    >>> binary_matches([0.0, 1.0], [0.1, 0.2]).numpy()
    array([1., 0.], dtype=float32)
    """
    y_pred = ops.as_tensor(y_pred)
    if not is_keras3():
        above = ops.greater(y_pred, ops.cast(threshold, y_pred.dtype))
        return _hits(y_true, ops.cast(above, y_pred.dtype))
    y_true, y_pred = same_rank(ops.as_tensor(y_true), y_pred)
    above = ops.greater(*ops.promoted(y_pred, ops.as_tensor(threshold)))
    return _hits(y_true, ops.cast(above, y_true.dtype))


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where a probability is on the label's side of a threshold; Keras 2 gives the mean.

    Args:
        y_true: labels, 0 or 1.
        y_pred: predicted probabilities.
        threshold: what a yes is above of.

    TensorFlow counterpart: `tf.keras.metrics.binary_accuracy`,
    keras/src/metrics/accuracy_metrics.py.

    >>> binary_accuracy([0.0, 1.0], [0.1, 0.2]).numpy()
    array([1., 0.], dtype=float32)
    """
    matches = binary_matches(y_true, y_pred, threshold)
    return matches if is_keras3() else ops.reduce_mean(matches, -1)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where the likeliest class is the label's.

    Args:
        y_true: a probability for each class.
        y_pred: predictions for each class.

    TensorFlow counterpart: `tf.keras.metrics.categorical_accuracy`,
    keras/src/metrics/accuracy_metrics.py.

    >>> categorical_accuracy([[0.0, 1.0]], [[0.3, 0.7]]).numpy()
    array([1.], dtype=float32)
    """
    classes, output = ops.argmax(y_true), ops.as_tensor(y_pred)
    return sparse_matches(
        ops.as_tensor(classes, ops.dtype_of(output) if is_keras3() else None), output
    )


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where the likeliest class has the label's number.

    Args:
        y_true: class numbers.
        y_pred: predictions for each class.

    TensorFlow counterpart: `tf.keras.metrics.sparse_categorical_accuracy`,
    keras/src/metrics/accuracy_metrics.py.

    >>> sparse_categorical_accuracy([1], [[0.3, 0.7]]).numpy()
    array([1.], dtype=float32)
    """
    output = ops.as_tensor(y_pred)
    target = ops.as_tensor(y_true, ops.dtype_of(output) if is_keras3() else None)
    matches = sparse_matches(target, output, always=not is_keras3())
    return ops.squeeze(matches, -1) if matches.ndim > 1 and matches.shape[-1] == 1 else matches


def sparse_matches(y_true: Tensor, y_pred: Tensor, *, always: bool = True) -> Tensor:
    """Tell where the likeliest class has the label's number.

    Args:
        y_true: class numbers; a last axis of length 1 is put back in the end.
        y_pred: predictions for each class.
        always: whether labels of as many axes need have such an axis.
    """
    shape = tuple(y_true.shape)
    column = len(shape) == y_pred.ndim and (always or shape[-1] == 1)
    if column:
        if is_keras3() and shape[-1] != 1:
            raise ValueError("Cannot squeeze axis=-1, because the dimension is not 1.")
        y_true = ops.squeeze(y_true, -1)
    matches = _hits(y_true, ops.cast(ops.argmax(y_pred), y_true.dtype))
    return ops.reshape(matches, shape) if column else matches


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where the label's class is among the k likeliest.

    Args:
        y_true: a probability for each class.
        y_pred: predictions for each class.
        k: how many count.

    TensorFlow counterpart: `tf.keras.metrics.top_k_categorical_accuracy`,
    keras/src/metrics/accuracy_metrics.py.

    >>> top_k_categorical_accuracy([[0.0, 0.0, 1.0]], [[0.3, 0.6, 0.1]], k=2).numpy()
    array([0.], dtype=float32)
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true), y_pred, k)


def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Tell where the class that the label numbers is among the k likeliest.

    Args:
        y_true: class numbers.
        y_pred: predictions for each class.
        k: how many count.

    TensorFlow counterpart: `tf.keras.metrics.sparse_top_k_categorical_accuracy`,
    keras/src/metrics/accuracy_metrics.py.

    >>> sparse_top_k_categorical_accuracy([2], [[0.3, 0.6, 0.1]], k=2).numpy()
    array([0.], dtype=float32)
    """
    output, target = ops.as_tensor(y_pred), ops.cast(y_true, INT32)
    shape = tuple(target.shape)
    if output.ndim > 2:  # noqa: PLR2004 (axes of rows)
        output = ops.reshape(output, [-1, output.shape[-1]])
    if len(shape) > 1:
        target = ops.reshape(target, [-1])
    matches = ops.cast(ops.in_top_k(target, output, k), float_dtype())
    return ops.reshape(matches, shape) if len(shape) > 1 else matches


def _hits(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (tensors, or what becomes one)
    pair = ops.promoted(y_true, y_pred) if is_keras3() else (y_true, y_pred)
    return ops.cast(ops.equal(*pair), float_dtype())
