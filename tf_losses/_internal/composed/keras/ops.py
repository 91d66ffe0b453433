# SPDX-License-Identifier: Apache-2.0
"""The operations that Keras composes its losses and metrics of.

Most are TensorFlow's. Where Keras 3 has its own, which promote dtypes (`keras.ops`), they stand
here, and the difference to Keras 2 with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal import names as _names
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import multiply, square
from tf_losses._internal.autodiff.arrays import constant, reduce_mean, reduce_sum
from tf_losses._internal.autodiff.plumbing import cast, reshape
from tf_losses._internal.autodiff.shapes import expand_dims, squeeze
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.composed.keras.settings import float_dtype, is_keras3
from tf_losses._internal.losses import sigmoid as _sigmoid_loss
from tf_losses._internal.losses import softmax as _softmax_loss
from tf_losses._internal.losses import sparse_softmax as _sparse_softmax_loss
from tf_losses._internal.operations.comparisons import (
    equal,
    greater,
    less_equal,
    logical_and,
    logical_or,
    not_equal,
)
from tf_losses._internal.operations.cumulative import cumsum
from tf_losses._internal.operations.division import divide_no_nan, squared_difference
from tf_losses._internal.operations.extremes import clip_by_value, maximum, minimum
from tf_losses._internal.operations.gathering import boolean_mask, scatter_nd
from tf_losses._internal.operations.moving import broadcast_to, transpose
from tf_losses._internal.operations.ranking import argmax as _argmax
from tf_losses._internal.operations.ranking import in_top_k
from tf_losses._internal.operations.reductions import reduce_all, reduce_max
from tf_losses._internal.operations.rounding import abs as absolute
from tf_losses._internal.operations.select import where as where_tf
from tf_losses._internal.operations.softmaxes import softmax
from tf_losses._internal.operations.transcendental import log, rsqrt, sigmoid, softplus
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, FLOAT_CODES, INT32, Dtype

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "absolute",
    "boolean_mask",
    "broadcast_to",
    "cast",
    "clip_by_value",
    "cumsum",
    "divide_no_nan",
    "equal",
    "expand_dims",
    "greater",
    "in_top_k",
    "less_equal",
    "log",
    "logical_and",
    "logical_or",
    "maximum",
    "minimum",
    "multiply",
    "not_equal",
    "reduce_all",
    "reduce_max",
    "reduce_mean",
    "reduce_sum",
    "reshape",
    "rsqrt",
    "scatter_nd",
    "sigmoid",
    "softmax",
    "softplus",
    "square",
    "squared_difference",
    "squeeze",
    "transpose",
    "where_tf",
]


def power(x: Any, y: Any) -> Tensor:  # noqa: ANN401 (what TensorFlow takes)
    """Compute `tf.math.pow`."""
    found: Tensor = _names.find(2, "math", "pow")(x, y)
    return found


# ---- tensors and their dtypes ----


def dtype_of(x: Tensor) -> Dtype:
    """Give the NumPy dtype of a tensor."""
    return np.asarray(x).dtype


def as_tensor(x: Any, dtype: Dtype | None = None) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Make a tensor of a value; a tensor is cast, and everything else read in the dtype."""
    if not isinstance(x, Tensor):
        if dtype is None or dtype.kind not in "biu":
            return constant(x, dtype)
        x = constant(x)  # ints that are asked for as bools, and the like
    return x if dtype is None or dtype_of(x) == dtype else cast(x, dtype)


def result_type(*dtypes: Dtype) -> Dtype:
    """Give the dtype that Keras 3 promotes to; among floats as JAX does, below them as NumPy.

    >>> result_type(np.dtype("float16"), np.dtype("int64"))
    dtype('float16')
    """
    floats = {dtype for dtype in dtypes if dtype in FLOAT_CODES}
    if not floats:
        common = np.result_type(*dtypes)
        return float_dtype() if common.kind == "f" else common
    widest = max(dtype.itemsize for dtype in floats)
    of_widest = [dtype for dtype in floats if dtype.itemsize == widest]
    return of_widest[0] if len(of_widest) == 1 else FLOAT32  # the two of 16 bits


def _strong(dtype: Dtype, number: float) -> Dtype:
    """Give the dtype of a tensor's beside a Python number."""
    if isinstance(number, float):
        return dtype if dtype in FLOAT_CODES else float_dtype()
    return INT32 if dtype == BOOL else dtype


def promoted(x: Any, y: Any) -> tuple[Tensor, Tensor]:  # noqa: ANN401 (tensors, or what becomes one)
    """Give both in one dtype, as Keras 3 promotes; Python numbers take that of the other."""
    numbers = isinstance(x, (int, float)), isinstance(y, (int, float))
    x, y = (one if number else as_tensor(one) for one, number in zip((x, y), numbers, strict=True))
    if numbers[0]:
        dtype = _strong(dtype_of(y), x)
    elif numbers[1]:
        dtype = _strong(dtype_of(x), y)
    else:
        dtype = result_type(dtype_of(x), dtype_of(y))
    return as_tensor(x, dtype), as_tensor(y, dtype)


def where(condition: Tensor, x: Any, y: Any) -> Tensor:  # noqa: ANN401 (tensors and numbers)
    """Choose between two, promoted as Keras 3 does."""
    x, y = promoted(x, y)
    return where_tf(cast(condition, BOOL), x, y)


def argmax(x: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Give the place of the largest on the last axis; to Keras 3, -0.0 is less than 0.0."""
    x = as_tensor(x)
    dtype = dtype_of(x)
    if not is_keras3() or dtype not in FLOAT_CODES:
        return _argmax(x, -1)
    values = np.array(np.asarray(x), result_type(dtype, FLOAT32))
    values[(values == 0) & np.signbit(values)] = -np.finfo(values.dtype).tiny
    return _argmax(values, -1)


# ---- reductions ----


def mean(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:  # noqa: ANN401, FBT001, FBT002 (Keras's signature)
    """Average; Keras 3 computes 16-bit types and integers in float32, Keras 2 in their own dtype.

    TensorFlow counterpart: `tf.keras.backend.mean`, keras/src/backend/tensorflow/numpy.py.
    """
    dtype = dtype_of(x)
    if not is_keras3():
        return reduce_mean(cast(x, float_dtype()) if dtype == BOOL else x, axis, keepdims)
    computed_in = result_type(dtype, FLOAT32)
    found = reduce_mean(cast(x, computed_in), axis, keepdims)
    return cast(found, dtype if dtype in FLOAT_CODES else computed_in)


# ---- losses with logits ----

sigmoid_loss: Callable[..., Tensor] = _sigmoid_loss.forward(TF2)  # type: ignore[assignment]
softmax_loss: Callable[..., Tensor] = _softmax_loss.forward(TF2)  # type: ignore[assignment]
sparse_softmax_loss: Callable[..., Tensor] = _sparse_softmax_loss.forward(TF2)  # type: ignore[assignment]
