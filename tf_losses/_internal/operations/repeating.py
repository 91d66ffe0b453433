# SPDX-License-Identifier: Apache-2.0
"""Values repeated next to each other, and along the axes of others; composed as in TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import multiply
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.plumbing import reshape
from tf_losses._internal.autodiff.shapes import expand_dims, ones
from tf_losses._internal.operations.filling import sequence_mask
from tf_losses._internal.operations.gathering import boolean_mask
from tf_losses._internal.operations.joining import stack
from tf_losses._internal.operations.moving import tile
from tf_losses._internal.runtime.dtypes import INT32
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["meshgrid", "repeat"]


def repeat(input: Any, repeats: Any, axis: Any = None, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Repeat each part along an axis.

    Args:
        input: a tensor, or anything `constant` takes.
        repeats: how often, one number or one for each part.
        axis: which; without it the values are put in one row first.
        name: not used.

    Raises:
        TypeError: `axis` is no whole number.
        ValueError: it is out of range, or `repeats` has another length.

    TensorFlow counterpart: `tf.repeat`, tensorflow/python/ops/array_ops.py.

    >>> repeat([1, 2], [2, 1]).numpy()
    array([1, 1, 2], dtype=int32)
    """
    data: Any = input
    if axis is None:
        data, axis = reshape(data, [-1]), 0
    if not isinstance(axis, int):
        raise TypeError(
            "Argument `axis` must be an int. "
            f"Received `axis` = {axis} of type {type(axis).__name__}"
        )
    times = np.asarray(read(repeats, INT32))
    if times.ndim > 1:
        raise ValueError(f"Shape {times.shape} must have rank at most 1")
    if to_array(data, TF2).ndim == 0:
        data = stack([data])
    shape = to_array(data, TF2).shape
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"axis={axis} out of bounds: expected {-len(shape)}<=axis<{len(shape)}")
    at = axis % len(shape)
    if times.size == 1:
        often = int(times.ravel()[0])
        tiled = _tiled(data, at, often)
        return reshape(tiled, [*shape[:at], often * shape[at], *shape[at + 1 :]])
    if times.shape[0] != shape[at]:
        raise hinted(
            ValueError(f"Dimensions {shape[at]} and {times.shape[0]} are not compatible"),
            "`repeats` has one number for each part along the axis.",
        )
    most = max(0, int(times.max())) if times.size else 0
    mask = sequence_mask(np.broadcast_to(times, shape[: at + 1]), most)
    masked = boolean_mask(_tiled(data, at, most), mask)
    if at == 0:
        return masked
    return reshape(masked, [*shape[:at], int(times.sum()), *shape[at + 1 :]])


def _tiled(data: object, axis: int, often: int) -> Tensor:
    expanded = expand_dims(data, axis + 1)
    times = [1] * np.asarray(expanded).ndim
    times[axis + 1] = often
    return tile(expanded, times)


def meshgrid(*args: Any, **kwargs: Any) -> list[Tensor]:  # noqa: ANN401 (TensorFlow's signature)
    """Repeat each of several rows of numbers along axes for the others.

    Args:
        *args: rows.
        **kwargs: `indexing`, "xy" (the first goes along the second axis) or "ij"; `name`.

    Raises:
        TypeError: another keyword came.
        ValueError: `indexing` is something else.

    TensorFlow counterpart: `tf.meshgrid`, tensorflow/python/ops/array_ops.py.

    >>> [grid.numpy().tolist() for grid in meshgrid([1, 2], [3, 4, 5])]
    [[[1, 2], [1, 2], [1, 2]], [[3, 3], [4, 4], [5, 5]]]
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'"
        )
    if not args:
        return []
    count = len(args)
    order = list(range(count))
    if indexing == "xy" and count > 1:
        order[:2] = [1, 0]
    sizes = [to_array(row, TF2).size for row in args]
    full = [0] * count
    for i, at in enumerate(order):
        full[at] = sizes[i]
    whole = ones(full, to_array(args[0], TF2).dtype)
    rows = (
        reshape(row, [-1 if at == order[i] else 1 for at in range(count)])
        for i, row in enumerate(args)
    )
    return [multiply(row, whole) for row in rows]
