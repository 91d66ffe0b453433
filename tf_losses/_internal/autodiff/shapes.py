# SPDX-License-Identifier: Apache-2.0
"""Axes of length 1 added and taken away, and tensors made of a shape or of class numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.plumbing import same_values
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, INT32, INT64, kernel_name
from tf_losses._internal.runtime.kinds import is_array, is_listed
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["expand_dims", "one_hot", "ones", "squeeze", "zeros"]


def squeeze(input: Any, axis: Any = None, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Take axes of length 1 away.

    Args:
        input: a tensor, or anything `constant` takes.
        axis: one axis or several, from -rank to rank - 1; all that have length 1 if none is given.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, or longer than 1.

    TensorFlow counterpart: `tf.squeeze`, tensorflow/core/kernels/shape_ops.h.

    >>> squeeze([[[1.0], [2.0]]]).numpy(), squeeze([[[1.0], [2.0]]], axis=0).shape
    (array([1., 2.], dtype=float32), TensorShape([2, 1]))
    """
    array = to_array(input, TF2)
    given = np.asarray([] if axis is None else axis).ravel()
    if given.size and given.dtype.kind not in "iu":
        raise hinted(
            TypeError(f"Expected int for argument 'squeeze_dims' not {axis!r}."),
            "`axis` is a whole number or several.",
        )
    axes = {_squeezable(int(item), array) for item in given.tolist()}
    if not axes:
        axes = {i for i, length in enumerate(array.shape) if length == 1}
    kept = tuple(length for i, length in enumerate(array.shape) if i not in axes)
    return result("squeeze", (input,), array.reshape(kept), same_values, array.shape)


def _squeezable(axis: int, array: Array) -> int:
    rank = array.ndim
    if not -rank <= axis < rank:
        raise bad(f"Tried to squeeze dim index {axis} for tensor with {rank} dimensions.")
    length = array.shape[axis]
    if length != 1:
        raise bad(f"Can not squeeze dim[{axis % rank}], expected a dimension of 1, got {length}")
    return axis % rank


def expand_dims(input: Any, axis: Any, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Add an axis of length 1.

    Args:
        input: a tensor, or anything `constant` takes.
        axis: where it will be, from -rank - 1 to rank.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: `axis` is out of range, or not one number.
        TypeError, ValueError: it is no whole number.

    TensorFlow counterpart: `tf.expand_dims`, tensorflow/core/kernels/shape_ops.h.

    >>> expand_dims([1.0, 2.0], -1).shape
    TensorShape([2, 1])
    """
    array = to_array(input, TF2)
    place = to_array(axis, TF2) if is_array(axis) else np.asarray(read(axis, INT32))
    if place.size != 1:
        raise bad("'dim' must be a tensor with a single value")
    at, rank = int(place.ravel()[0]), array.ndim
    if not -rank - 1 <= at <= rank:
        raise bad(f"Tried to expand dim index {at} for tensor with {rank} dimensions.")
    return result("expand_dims", (input,), np.expand_dims(array, at), same_values, array.shape)


def zeros(
    shape: Any,  # noqa: ANN401 (what TensorFlow takes for one)
    dtype: Any = FLOAT32,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    layout: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Give zeros.

    Args:
        shape: whole numbers, or one.
        dtype: of numbers or bools.
        name: not used.
        layout: not used.

    Raises:
        TypeError: the shape has something else, or the dtype is none.
        tf_losses.errors.InvalidArgumentError: a length is negative, or the dtype not one of
            numbers or bools.

    TensorFlow counterpart: `tf.zeros`, tensorflow/python/ops/array_ops.py.

    >>> zeros([2]).numpy()
    array([0., 0.], dtype=float32)
    """
    return _filled(shape, dtype, 0)


def ones(
    shape: Any,  # noqa: ANN401 (what TensorFlow takes for one)
    dtype: Any = FLOAT32,  # noqa: ANN401 (same)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    layout: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Give ones; arguments and errors as in `zeros`.

    TensorFlow counterpart: `tf.ones`, tensorflow/python/ops/array_ops.py.

    >>> ones(2, "int32").numpy()
    array([1, 1], dtype=int32)
    """
    return _filled(shape, dtype, 1)


def _filled(shape: Any, dtype: object, value: int) -> Tensor:  # noqa: ANN401 (what TensorFlow takes for one)
    target = as_dtype(dtype)
    if kernel_name(target) not in operations.ONES_LIKE.allowed:
        raise hinted(
            TypeError(f"Cannot convert {value} to EagerTensor of dtype {kernel_name(target)}"),
            f"The dtype came as {dtype!r}; numbers and bools are made here.",
        )
    given = read(() if is_listed(shape) and not shape else shape, INT32)
    lengths = [int(length) for length in given.ravel().tolist()]
    for length in lengths:
        if length < 0:
            raise bad(f"Dimension {length} must be >= 0")
    return tensor(np.full(lengths, value, target))


def one_hot(
    indices: Any,  # noqa: ANN401 (anything TensorFlow converts)
    depth: Any,  # noqa: ANN401 (same)
    on_value: Any = None,  # noqa: ANN401 (same)
    off_value: Any = None,  # noqa: ANN401 (same)
    axis: int | None = None,
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give a row for each class number: `on_value` at its place, `off_value` elsewhere.

    Args:
        indices: class numbers: uint8, int8, int32 or int64. A row of what is no class is off.
        depth: how many classes there are.
        on_value: 1 if not given.
        off_value: 0 if not given.
        axis: where the classes will be; last if not given.
        dtype: of the result: that of the values, or float32.
        name: not used.

    Raises:
        TypeError: the values do not have one dtype, or not that of the result.
        tf_losses.errors.InvalidArgumentError: `indices` are no class numbers, `depth` is negative,
            or `axis` out of range.

    TensorFlow counterpart: `tf.one_hot`, tensorflow/python/ops/array_ops.py. Nothing of it has a
    gradient.

    >>> one_hot([1, 0, 7], 2).numpy()
    array([[0., 1.],
           [1., 0.],
           [0., 0.]], dtype=float32)
    """
    target, on, off = _values_of(on_value, off_value, dtype)
    numbers = _class_numbers(indices)
    count = int(np.asarray(read(depth, INT32)))
    if count < 0:
        raise bad(f"depth must be non-negative, got: {count}")
    place = -1 if axis is None else axis
    if not -1 <= place <= numbers.ndim:
        raise bad(
            f"Expected axis to be -1 or between [0, {numbers.ndim + 1}).  But received: {place}"
        )
    hits = np.arange(count, dtype=np.int64) == numbers.astype(np.int64)[..., None]
    rows = np.where(hits, on, off).astype(target, copy=False)
    return tensor(np.array(np.moveaxis(rows, -1, place), order="C"))


def _class_numbers(indices: object) -> Array:
    """Give class numbers; plain arrays are cast as TensorFlow casts them, tensors are not."""
    numbers = to_array(indices, TF2)
    if kernel_name(numbers.dtype) in operations.ONE_HOT.allowed:
        return numbers
    is_plain = hasattr(type(indices), "__array__") and not isinstance(indices, Tensor)
    if numbers.dtype.kind in "biuf" and (is_plain or numbers.dtype == BOOL):
        return np.asarray(read(numbers, INT64))
    raise hinted(
        TF2.type_refused(operations.ONE_HOT, numbers.dtype),
        f"`indices` came as {numbers.dtype}; cast them to int32 or int64.",
    )


def _values_of(on: object, off: object, dtype: object) -> tuple[np.dtype[Any], Array, Array]:
    """Give the result's dtype, and the two values in it."""
    target = None if dtype is None else as_dtype(dtype)
    given: dict[str, Array] = {}
    for name, value in (("on_value", on), ("off_value", off)):
        if value is None:
            continue
        try:
            given[name] = to_array(value, TF2) if target is None else read(value, target)
        except TypeError:
            given[name] = to_array(value, TF2)
        found = given[name].dtype
        if target is not None and found != target:
            raise TypeError(
                f"dtype <dtype: '{found}'> of {name} does not match dtype parameter "
                f"<dtype: '{target}'>"
            )
    dtypes = [value.dtype for value in given.values()]
    if len(set(dtypes)) > 1:
        raise TypeError(
            f"dtype <dtype: '{dtypes[0]}'> of on_value does not match dtype <dtype: '{dtypes[1]}'> "
            "of off_value"
        )
    target = target or (dtypes[0] if dtypes else FLOAT32)
    return (
        target,
        given.get("on_value", np.asarray(1).astype(target)),
        given.get("off_value", np.asarray(0).astype(target)),
    )
