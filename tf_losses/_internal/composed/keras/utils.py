# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.utils`, as far as it makes labels or saves losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.shapes import one_hot
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.saving import register_keras_serializable
from tf_losses._internal.composed.keras.settings import is_keras3
from tf_losses._internal.runtime.dtypes import INT64

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["register_keras_serializable", "to_categorical"]


def to_categorical(
    x: Any,  # noqa: ANN401 (anything NumPy converts)
    num_classes: int | None = None,
    dtype: Any = None,  # noqa: ANN401 (what NumPy takes for one)
) -> NDArray[Any] | Tensor:
    """Give a row for each class number: 1 at its place, 0 elsewhere.

    Args:
        x: class numbers; a last axis of length 1 is left out.
        num_classes: how many classes there are; one more than the largest number if not given.
        dtype: of the rows: that of Keras 2 is float32; Keras 3 has no such argument and gives
            float64.

    Returns:
        An array; of a tensor, in Keras 3, a tensor of float32.

    TensorFlow counterpart: `tf.keras.utils.to_categorical`, keras/src/utils/numerical_utils.py.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.], [0., 0., 1.]])
    """
    if is_keras3() and isinstance(x, Tensor):
        if x.ndim > 1 and x.shape[-1] == 1:
            x = ops.reshape(x, tuple(x.shape[:-1]))
        return one_hot(ops.cast(x, INT64), num_classes)
    numbers = np.array(np.asarray(x), dtype="int64")
    shape = numbers.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    flat = numbers.ravel()
    count = int(num_classes or flat.max() + 1)
    rows = np.zeros((flat.size, count), dtype or ("float64" if is_keras3() else "float32"))
    rows[np.arange(flat.size), flat] = 1
    return rows.reshape((*shape, count))
