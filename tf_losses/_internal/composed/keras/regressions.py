# SPDX-License-Identifier: Apache-2.0
"""Keras's other losses as functions: errors, divergences and margins, one for each sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.reductions import same_rank
from tf_losses._internal.composed.keras.settings import epsilon, float_dtype, is_keras3

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "categorical_hinge",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "squared_hinge",
]


def mean_squared_error(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average (y_true - y_pred)^2 over the last axis.

    Args:
        y_true: labels; they are cast to the dtype of `y_pred`.
        y_pred: predictions.

    Returns:
        A tensor of their shape without the last axis.

    TensorFlow counterpart: `tf.keras.losses.mean_squared_error`, keras/src/losses/losses.py.

    >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([2.5], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    if is_keras3():
        return ops.mean(ops.square(y_true - y_pred), -1)
    return ops.mean(ops.squared_difference(y_pred, y_true), -1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average |y_true - y_pred| over the last axis; arguments as in `mean_squared_error`.

    TensorFlow counterpart: `tf.keras.losses.mean_absolute_error`, keras/src/losses/losses.py.

    >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([1.5], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return ops.mean(ops.absolute(y_true - y_pred if is_keras3() else y_pred - y_true), -1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average 100 * |(y_true - y_pred) / y_true|; arguments as in `mean_squared_error`.

    What is divided by is at least `epsilon`.

    TensorFlow counterpart: `tf.keras.losses.mean_absolute_percentage_error`,
    keras/src/losses/losses.py.

    >>> mean_absolute_percentage_error([[1.0, 2.0]], [[1.5, 3.0]]).numpy()
    array([50.], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    size = ops.maximum(ops.absolute(y_true), epsilon())
    return 100.0 * ops.mean(ops.absolute((y_true - y_pred) / size), -1)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average (log(y_true + 1) - log(y_pred + 1))^2; arguments as in `mean_squared_error`.

    Logarithms are taken of at least `epsilon` + 1; Keras 3 computes 16-bit types in float32.

    TensorFlow counterpart: `tf.keras.losses.mean_squared_logarithmic_error`,
    keras/src/losses/losses.py.

    >>> mean_squared_logarithmic_error([[0.0, 1.0]], [[0.0, 1.0]]).numpy()
    array([0.], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    logs = _log_above(y_pred), _log_above(y_true)
    return ops.mean(
        ops.square(logs[0] - logs[1]) if is_keras3() else ops.squared_difference(*logs), -1
    )


def _log_above(x: Tensor) -> Tensor:
    least = ops.as_tensor(epsilon()) if is_keras3() else epsilon()
    return ops.log(ops.maximum(*ops.promoted(x, least)) + 1.0)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average an error that is squared up to `delta`, and grows in proportion from there on.

        loss = mean(|e| <= delta ? e^2 / 2 : delta * |e| - delta^2 / 2)

    Args:
        y_true: labels; they are cast to the dtype of `y_pred`, in Keras 2 both to `floatx`.
        y_pred: predictions.
        delta: where the two parts meet.

    Returns:
        A tensor of their shape without the last axis.

    TensorFlow counterpart: `tf.keras.losses.huber`, keras/src/losses/losses.py.

    >>> huber([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([1.], dtype=float32)
    """
    if is_keras3():
        y_true, y_pred = _pair(y_true, y_pred)
    else:
        y_pred, y_true = ops.cast(y_pred, float_dtype()), ops.cast(y_true, float_dtype())
    dtype = ops.dtype_of(y_pred)
    border = ops.as_tensor(delta, dtype) if is_keras3() else ops.cast(delta, dtype)
    half = ops.as_tensor(0.5, dtype)
    error = y_pred - y_true
    size = ops.absolute(error)
    inner, outer = half * ops.square(error), border * size - half * ops.square(border)
    return ops.mean(ops.where_tf(ops.less_equal(size, border), inner, outer), -1)


def log_cosh(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average log(cosh(y_pred - y_true)); arguments as in `mean_squared_error`.

    It is computed as e + softplus(-2 * e) - log(2).

    TensorFlow counterpart: `tf.keras.losses.log_cosh`, keras/src/losses/losses.py.

    >>> log_cosh([[0.0, 1.0]], [[0.0, 1.0]]).numpy()
    array([0.], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred)
    error = y_pred - y_true
    log2 = ops.cast(ops.log(2.0), error.dtype)
    return ops.mean(error + ops.softplus(error * -2.0) - log2, -1)


def kl_divergence(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Sum y_true * log(y_true / y_pred) over the last axis, both clipped to `epsilon` and 1.

    Arguments as in `mean_squared_error`.

    TensorFlow counterpart: `tf.keras.losses.kl_divergence`, keras/src/losses/losses.py.

    >>> kl_divergence([[0.5, 0.5]], [[0.5, 0.5]]).numpy()
    array([0.], dtype=float32)
    """
    y_true, y_pred = _cast_pair(y_true, y_pred, read=is_keras3())
    y_true, y_pred = (ops.clip_by_value(y, epsilon(), 1) for y in (y_true, y_pred))
    return ops.reduce_sum(y_true * ops.log(y_true / y_pred), -1)


def poisson(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average y_pred - y_true * log(y_pred + epsilon); arguments as in `mean_squared_error`.

    TensorFlow counterpart: `tf.keras.losses.poisson`, keras/src/losses/losses.py.

    >>> poisson([[0.0, 0.0]], [[1.0, 2.0]]).numpy()
    array([1.5], dtype=float32)
    """
    y_true, y_pred = _cast_pair(y_true, y_pred, read=is_keras3())
    return ops.mean(y_pred - y_true * ops.log(y_pred + epsilon()), -1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Sum -y_true * y_pred over an axis, each divided by its length.

    Args:
        y_true: labels; they are cast to the dtype of `y_pred`.
        y_pred: predictions.
        axis: the axis of the vectors.

    Returns:
        A tensor of their shape without this axis: -1 where they point to the same direction.

    TensorFlow counterpart: `tf.keras.losses.cosine_similarity`, keras/src/losses/losses.py.
    """
    if is_keras3():
        y_true, y_pred = _pair(y_true, y_pred)
        if not y_pred.ndim:
            y_true, y_pred = (ops.expand_dims(y, 0) for y in (y_true, y_pred))
        y_pred, y_true = _unit(y_pred, axis), _unit(y_true, axis)
    else:
        y_true, y_pred = _unit(ops.as_tensor(y_true), axis), _unit(ops.as_tensor(y_pred), axis)
    return -ops.reduce_sum(y_true * y_pred, axis)


def _unit(x: Tensor, axis: int) -> Tensor:
    """Divide by the length, which Keras 3 keeps away from 0 after the root, Keras 2 before."""
    squares = ops.reduce_sum(ops.square(x), axis, keepdims=True)
    if is_keras3():
        return x * ops.minimum(ops.rsqrt(squares), 1.0 / epsilon())
    return x * ops.rsqrt(ops.maximum(squares, 1e-12))


def hinge(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average max(1 - y_true * y_pred, 0).

    Args:
        y_true: labels of -1 and 1; where all are 0 or 1, 0 stands for -1. They are cast to the
            dtype of `y_pred`.
        y_pred: predictions.

    Returns:
        A tensor of their shape without the last axis.

    TensorFlow counterpart: `tf.keras.losses.hinge`, keras/src/losses/losses.py.

    >>> hinge([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([1.], dtype=float32)
    """
    return ops.mean(_margin(y_true, y_pred), -1)


def squared_hinge(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Average max(1 - y_true * y_pred, 0)^2; arguments as in `hinge`.

    TensorFlow counterpart: `tf.keras.losses.squared_hinge`, keras/src/losses/losses.py.

    >>> squared_hinge([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([2.], dtype=float32)
    """
    return ops.mean(ops.square(_margin(y_true, y_pred)), -1)


def _margin(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    y_true, y_pred = _cast_pair(y_true, y_pred)
    is_label = ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1))
    if bool(ops.reduce_all(is_label)):
        y_true = 2.0 * y_true - 1.0
    return ops.maximum(1.0 - y_true * y_pred, 0.0)


def categorical_hinge(y_true: Any, y_pred: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute max(neg - pos + 1, 0), of what was predicted for wrong and right classes.

        pos = sum(y_true * y_pred), neg = max((1 - y_true) * y_pred)

    Args:
        y_true: a probability for each class; they are cast to the dtype of `y_pred`.
        y_pred: predictions.

    Returns:
        A tensor of their shape without the last axis.

    TensorFlow counterpart: `tf.keras.losses.categorical_hinge`, keras/src/losses/losses.py.

    >>> categorical_hinge([[0.0, 1.0]], [[1.0, 1.5]]).numpy()
    array([0.5], dtype=float32)
    """
    y_true, y_pred = _cast_pair(y_true, y_pred)
    right = ops.reduce_sum(y_true * y_pred, -1)
    wrong = ops.reduce_max((1.0 - y_true) * y_pred, -1)
    return ops.maximum(wrong - right + 1.0, ops.cast(0.0, y_pred.dtype))


# ---- parts ----


def _cast_pair(y_true: object, y_pred: object, *, read: bool = False) -> tuple[Tensor, Tensor]:
    """Give both in the dtype of the predictions: labels cast, or read in it."""
    output = ops.as_tensor(y_pred)
    dtype = ops.dtype_of(output)
    return (ops.as_tensor(y_true, dtype) if read else ops.cast(y_true, dtype)), output


def _pair(y_true: object, y_pred: object) -> tuple[Tensor, Tensor]:
    """Give both in one dtype; Keras 3 brings them to one rank as well."""
    target, output = _cast_pair(y_true, y_pred, read=is_keras3())
    return same_rank(target, output) if is_keras3() else (target, output)
