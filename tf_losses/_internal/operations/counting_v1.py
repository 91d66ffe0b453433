# SPDX-License-Identifier: Apache-2.0
"""`confusion_matrix` and `bincount` with the arguments of TensorFlow 1.x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.operations import counting
from tf_losses._internal.runtime.dtypes import INT32

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["bincount", "confusion_matrix"]


def confusion_matrix(
    labels: object,
    predictions: object,
    num_classes: object = None,
    dtype: Any = INT32,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,
    weights: object = None,
) -> Tensor:
    """Count pairs of classes, as `tf_losses.compat.v2.math.confusion_matrix` does.

    TensorFlow counterpart: `tf.compat.v1.confusion_matrix`,
    tensorflow/python/ops/confusion_matrix.py.

    >>> confusion_matrix([0], [1]).numpy().tolist()
    [[0, 1], [0, 0]]
    """
    return counting.confusion_matrix(labels, predictions, num_classes, weights, dtype, name)


def bincount(
    arr: object,
    weights: object = None,
    minlength: object = None,
    maxlength: object = None,
    dtype: Any = INT32,  # noqa: ANN401 (what TensorFlow takes for one)
) -> Tensor:
    """Count numbers, as `tf_losses.compat.v2.math.bincount` does.

    TensorFlow counterpart: `tf.compat.v1.bincount`, tensorflow/python/ops/bincount_ops.py.

    >>> bincount([0, 2]).numpy()
    array([1, 0, 1], dtype=int32)
    """
    return counting.bincount(arr, weights, minlength, maxlength, dtype)
