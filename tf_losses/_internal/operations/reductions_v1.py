# SPDX-License-Identifier: Apache-2.0
"""Reductions to which TensorFlow 1.x gives other arguments: two of them have an old name too.

All is described beside the functions of 2.x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.autodiff import arrays
from tf_losses._internal.operations import log_sums, reductions
from tf_losses._internal.runtime.dtypes import INT64

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "count_nonzero",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
]


def _reduced(
    function: Callable[..., Tensor],
    values: object,
    axis: object,
    keepdims: object,
    reduction_indices: object,
    keep_dims: object,
) -> Tensor:
    place = one_of("reduction_indices", reduction_indices, "axis", axis, TF2)
    kept = one_of("keep_dims", keep_dims, "keepdims", keepdims, TF2)
    return function(values, place, bool(kept))


def reduce_sum(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Sum, as `tf_losses.compat.v2.reduce_sum` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_sum`, tensorflow/python/ops/math_ops.py.

    >>> reduce_sum([1.0, 2.0], keep_dims=True).numpy()
    array([3.], dtype=float32)
    """
    return _reduced(arrays.reduce_sum, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def reduce_mean(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Average, as `tf_losses.compat.v2.reduce_mean` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_mean`, tensorflow/python/ops/math_ops.py.

    >>> float(reduce_mean([1.0, 2.0], reduction_indices=[0]))
    1.5
    """
    return _reduced(arrays.reduce_mean, input_tensor, axis, keepdims, reduction_indices, keep_dims)


def reduce_max(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Find the largest, as `tf_losses.compat.v2.reduce_max` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_max`, tensorflow/python/ops/math_ops.py.

    >>> reduce_max([1.0, 2.0], keep_dims=True).numpy()
    array([2.], dtype=float32)
    """
    return _reduced(
        reductions.reduce_max, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def reduce_min(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Find the smallest, as `tf_losses.compat.v2.reduce_min` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_min`, tensorflow/python/ops/math_ops.py.

    >>> reduce_min([1.0, 2.0], keep_dims=True).numpy()
    array([1.], dtype=float32)
    """
    return _reduced(
        reductions.reduce_min, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def reduce_logsumexp(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Compute log(sum(exp(x))), as `tf_losses.compat.v2.reduce_logsumexp` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_logsumexp`, tensorflow/python/ops/math_ops.py.

    >>> reduce_logsumexp([0.0, 0.0], keep_dims=True).numpy()
    array([0.6931472], dtype=float32)
    """
    return _reduced(
        log_sums.reduce_logsumexp, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def reduce_prod(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Multiply, as `tf_losses.compat.v2.reduce_prod` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_prod`, tensorflow/python/ops/math_ops.py.

    >>> reduce_prod([2.0, 3.0], keep_dims=True).numpy()
    array([6.], dtype=float32)
    """
    return _reduced(
        reductions.reduce_prod, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def reduce_all(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Tell whether all are true, as `tf_losses.compat.v2.reduce_all` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_all`, tensorflow/python/ops/math_ops.py.

    >>> reduce_all([True, False], keep_dims=True).numpy()
    array([False])
    """
    return _reduced(
        reductions.reduce_all, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def reduce_any(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
    reduction_indices: Any = None,  # noqa: ANN401 (same)
    keep_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Tell whether one is true, as `tf_losses.compat.v2.reduce_any` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.reduce_any`, tensorflow/python/ops/math_ops.py.

    >>> reduce_any([True, False], keep_dims=True).numpy()
    array([ True])
    """
    return _reduced(
        reductions.reduce_any, input_tensor, axis, keepdims, reduction_indices, keep_dims
    )


def count_nonzero(
    input_tensor: Any = None,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    dtype: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,
    reduction_indices: Any = None,  # noqa: ANN401 (TensorFlow's signature)
    keep_dims: Any = None,  # noqa: ANN401 (same)
    input: Any = None,  # noqa: A002, ANN401 (same)
) -> Tensor:
    """Count what is not zero, as `tf_losses.compat.v2.math.count_nonzero` does.

    Raises:
        ValueError: an argument came under both its names; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.count_nonzero`, tensorflow/python/ops/math_ops.py.

    >>> count_nonzero(input=[1.0, 0.0, 2.0]).numpy()
    np.int64(2)
    """
    values = one_of("input", input, "input_tensor", input_tensor, TF2)
    place = one_of("reduction_indices", reduction_indices, "axis", axis, TF2)
    kept = one_of("keep_dims", keep_dims, "keepdims", keepdims, TF2)
    return reductions.count_nonzero(values, place, kept, dtype, name)
