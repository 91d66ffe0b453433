# SPDX-License-Identifier: Apache-2.0
"""Operations on arrays to which TensorFlow 1.x gives other arguments, or in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.operations import gathering, measuring, moving, padding, ranking
from tf_losses._internal.runtime.dtypes import INT64

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "batch_gather",
    "boolean_mask",
    "gather",
    "gather_nd",
    "in_top_k",
    "pad",
    "shape",
    "size",
    "transpose",
]


def transpose(
    a: object,
    perm: object = None,
    name: object = "transpose",
    conjugate: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
) -> Tensor:
    """Put the axes in another order, as `tf_losses.compat.v2.transpose` does.

    TensorFlow counterpart: `tf.compat.v1.transpose`, tensorflow/python/ops/array_ops.py.

    >>> transpose([[1, 2]]).numpy().tolist()
    [[1], [2]]
    """
    return moving.transpose(a, perm, conjugate, name)


def pad(
    tensor: object,
    paddings: object,
    mode: str = "CONSTANT",
    name: object = None,
    constant_values: object = 0,
) -> Tensor:
    """Put values around a tensor, as `tf_losses.compat.v2.pad` does.

    TensorFlow counterpart: `tf.compat.v1.pad`, tensorflow/python/ops/array_ops.py.

    >>> pad([1], [[0, 1]]).numpy()
    array([1, 0], dtype=int32)
    """
    return padding.pad(tensor, paddings, mode, constant_values, name)


def shape(input: object, name: object = None, out_type: Any = None) -> Tensor:  # noqa: A002, ANN401 (TensorFlow's signature)
    """Give the lengths of the axes, as `tf_losses.compat.v2.shape` does.

    TensorFlow counterpart: `tf.compat.v1.shape`, tensorflow/python/ops/array_ops.py.

    >>> shape([1.0, 2.0]).numpy()
    array([2], dtype=int32)
    """
    return measuring.shape(input, out_type, name)


def size(input: object, name: object = None, out_type: Any = None) -> Tensor:  # noqa: A002, ANN401 (TensorFlow's signature)
    """Count the values, as `tf_losses.compat.v2.size` does.

    TensorFlow counterpart: `tf.compat.v1.size`, tensorflow/python/ops/array_ops.py.

    >>> int(size([1.0, 2.0]))
    2
    """
    return measuring.size(input, out_type, name)


def gather(
    params: object,
    indices: object,
    validate_indices: object = None,
    name: object = None,
    axis: object = None,
    batch_dims: int = 0,
) -> Tensor:
    """Take parts along an axis, as `tf_losses.compat.v2.gather` does.

    TensorFlow counterpart: `tf.compat.v1.gather`, tensorflow/python/ops/array_ops.py.

    >>> gather([1, 2], [1]).numpy()
    array([2], dtype=int32)
    """
    return gathering.gather(params, indices, validate_indices, axis, batch_dims, name)


def batch_gather(params: object, indices: Any, name: object = None) -> Tensor:  # noqa: ANN401 (TensorFlow's signature)
    """Take parts along the last axis of the indices, all others being the batch.

    TensorFlow counterpart: `tf.compat.v1.batch_gather`, tensorflow/python/ops/array_ops.py.

    >>> batch_gather([[1, 2], [3, 4]], [[1], [0]]).numpy().tolist()
    [[2], [3]]
    """
    return gathering.gather(params, indices, None, None, -1, name)


def gather_nd(
    params: object,
    indices: object,
    name: object = None,
    batch_dims: int = 0,
    bad_indices_policy: str = "",
) -> Tensor:
    """Take parts along the first axes, as `tf_losses.compat.v2.gather_nd` does.

    TensorFlow counterpart: `tf.compat.v1.gather_nd`, tensorflow/python/ops/array_ops.py.

    >>> gather_nd([1, 2], [[1]]).numpy()
    array([2], dtype=int32)
    """
    return gathering.gather_nd(params, indices, batch_dims, name, bad_indices_policy)


def boolean_mask(
    tensor: object, mask: object, name: object = "boolean_mask", axis: object = None
) -> Tensor:
    """Take the parts for which a mask is true, as `tf_losses.compat.v2.boolean_mask` does.

    TensorFlow counterpart: `tf.compat.v1.boolean_mask`, tensorflow/python/ops/array_ops.py.

    >>> boolean_mask([1, 2], [False, True]).numpy()
    array([2], dtype=int32)
    """
    return gathering.boolean_mask(tensor, mask, axis, name)


def argmax(
    input: object,  # noqa: A002 (TensorFlow's signature)
    axis: object = None,
    name: object = None,
    dimension: object = None,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
) -> Tensor:
    """Give the place of the largest value; `dimension` is the old name of `axis`.

    TensorFlow counterpart: `tf.compat.v1.argmax`, tensorflow/python/ops/math_ops.py.

    >>> int(argmax([1.0, 2.0], dimension=0))
    1
    """
    place = one_of("dimension", dimension, "axis", axis, TF2)
    return ranking.argmax(input, place, output_type, name)


def argmin(
    input: object,  # noqa: A002 (TensorFlow's signature)
    axis: object = None,
    name: object = None,
    dimension: object = None,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
) -> Tensor:
    """Give the place of the smallest value; `dimension` is the old name of `axis`.

    TensorFlow counterpart: `tf.compat.v1.argmin`, tensorflow/python/ops/math_ops.py.

    >>> int(argmin([1.0, 2.0], dimension=0))
    0
    """
    place = one_of("dimension", dimension, "axis", axis, TF2)
    return ranking.argmin(input, place, output_type, name)


def arg_max(
    input: object,  # noqa: A002 (TensorFlow's signature)
    dimension: object,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    name: object = None,
) -> Tensor:
    """Give the place of the largest value, as `argmax` does.

    TensorFlow counterpart: `tf.compat.v1.arg_max`, tensorflow/python/ops/math_ops.py.

    >>> int(arg_max([1.0, 2.0], 0))
    1
    """
    return ranking.argmax(input, dimension, output_type, name)


def arg_min(
    input: object,  # noqa: A002 (TensorFlow's signature)
    dimension: object,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    name: object = None,
) -> Tensor:
    """Give the place of the smallest value, as `argmin` does.

    TensorFlow counterpart: `tf.compat.v1.arg_min`, tensorflow/python/ops/math_ops.py.

    >>> int(arg_min([1.0, 2.0], 0))
    0
    """
    return ranking.argmin(input, dimension, output_type, name)


def in_top_k(predictions: object, targets: object, k: object, name: object = None) -> Tensor:
    """Tell whether a prediction is among the largest; 2.x has the first two the other way round.

    TensorFlow counterpart: `tf.compat.v1.nn.in_top_k`, tensorflow/python/ops/nn_ops.py.

    >>> in_top_k([[0.1, 0.9]], [1], 1).numpy()
    array([ True])
    """
    return ranking.in_top_k(targets, predictions, k, name)
