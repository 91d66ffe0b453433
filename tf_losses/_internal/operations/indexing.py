# SPDX-License-Identifier: Apache-2.0
"""Parts of a tensor by where they begin and end: slices, and what `tensor[...]` does."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.gathering import boolean_mask
from tf_losses._internal.operations.several import integers
from tf_losses._internal.runtime.kinds import is_array, is_listed, is_slice
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Shape = tuple[int, ...]

__all__ = ["getitem", "newaxis", "slice", "strided_slice"]

_slice = slice  # Python's own
newaxis = None

_ONLY = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
    "tf.int32/tf.int64 tensors are valid indices"
)


def getitem(tensor: object, index: object) -> Tensor:
    """Give what `tensor[index]` does, in TensorFlow's way: a mask, or whole numbers and slices.

    Args:
        tensor: a tensor, or anything `constant` takes.
        index: whole numbers, slices, None, Ellipsis, or tensors of one whole number; several in a
            tuple or a list. A mask of truth values stands alone.

    Raises:
        TypeError: it is something else, as NumPy's lists of places.
        tf_losses.errors.InvalidArgumentError: there is no such place.

    TensorFlow counterpart: `tf.Tensor.__getitem__`,
    tensorflow/python/ops/tensor_getitem_override.py.

    >>> getitem([[1, 2, 3], [4, 5, 6]], (0, None, ...)).numpy()
    array([[1, 2, 3]], dtype=int32)
    """
    if isinstance(index, bool) or (is_array(index) and np.asarray(index).dtype.kind == "b"):
        return boolean_mask(tensor, index)
    array = to_array(tensor, TF2)
    given = index if is_listed(index) else [index]
    if len(given) > 1 and any(isinstance(item, bool) for item in given):
        raise hinted(
            TypeError("Cannot convert 0 to EagerTensor of dtype bool"),
            "A truth value stands for a mask, and stands alone.",
        )
    items = [_plain_index(item) for item in given]
    return _indexed(tensor, array, items)


def _plain_index(item: object) -> Any:  # noqa: ANN401 (a number, a slice, None or Ellipsis)
    if item is None or item is Ellipsis:
        return item
    if is_slice(item):
        ends = (item.start, item.stop, item.step)
        return _slice(*(None if end is None else _number(end) for end in ends))
    return _number(item)


def _number(item: Any) -> int:  # noqa: ANN401 (anything)
    if isinstance(item, numbers.Integral):
        return int(item)
    dtype = getattr(item, "dtype", None)
    if dtype is not None and np.asarray(item).dtype.name in ("int16", "int32", "int64"):
        value = np.asarray(item)
        if value.ndim == 0:
            return int(value)
        if value.ndim > 1:
            raise hinted(
                bad(
                    "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
                    f"{brackets((1, *value.shape))}"
                ),
                "Take places by their numbers with tf_losses.gather.",
            )
    raise hinted(
        TypeError(f"{_ONLY}, got {item!r}"),
        "Take places by their numbers with tf_losses.gather or gather_nd, by a mask with "
        "boolean_mask.",
    )


def _indexed(source: object, array: Array, items: list[Any]) -> Tensor:
    taken = sum(item is not None and item is not Ellipsis for item in items)
    if sum(item is Ellipsis for item in items) > 1:
        raise bad("Multiple ellipses in slice spec not allowed")
    if taken > array.ndim:
        raise hinted(
            bad(
                f"Index out of range using input dim {array.ndim}; input has only {array.ndim} dims"
            ),
            f"There are {taken} indices for {array.ndim} axes.",
        )
    _check_each(array.shape, items, taken)
    index = tuple(items)
    values = np.asarray(array[index])
    return result("indexing", (source,), values, _put_back, array.shape, index)


def _check_each(shape: Shape, items: list[Any], taken: int) -> None:
    """Refuse numbers that are none of a part, and steps of zero."""
    at = 0
    for place, item in enumerate(items):
        if item is Ellipsis:
            at += len(shape) - taken
        elif is_slice(item):
            if item.step == 0:
                raise bad(f"strides[{place}] must be non-zero")
            at += 1
        elif item is not None:
            if not -shape[at] <= item < shape[at]:
                raise hinted(
                    bad(f"slice index {_seen(item, shape[at])} of dimension {at} out of bounds."),
                    f"Axis {at} has length {shape[at]}.",
                )
            at += 1


def _seen(place: int, length: int) -> int:
    """TensorFlow counts from the end first, and then looks whether there is such a place."""
    return place + length if place < 0 else place


def _put_back(
    shape: Shape, index: tuple[Any, ...], g: Array, wanted: tuple[bool, ...]
) -> tuple[Array | None]:
    if not wanted[0]:
        return (None,)
    made = np.zeros(shape, g.dtype)
    made[index] = g
    return (made,)


def slice(input_: object, begin: object, size: object, name: object = None) -> Tensor:  # noqa: A001, ARG001 (TensorFlow's name and signature)
    """Take a part, by where it begins and how long it is.

    Args:
        input_: a tensor, or anything `constant` takes.
        begin: for each axis, the first place.
        size: for each axis, how many; -1 for all that follow.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the part reaches beyond the tensor.

    TensorFlow counterpart: `tf.slice`, tensorflow/core/kernels/slice_op.cc.

    >>> slice([1, 2, 3, 4], [1], [2]).numpy()
    array([2, 3], dtype=int32)
    """
    array = to_array(input_, TF2)
    first, count = (
        integers(one, name, "Index") for one, name in ((begin, "begin"), (size, "size"))
    )
    if first.ndim != 1 or count.ndim != 1 or not first.size == count.size == array.ndim:
        raise hinted(
            bad(
                "Expected begin and size arguments to be 1-D tensors of size "
                f"{array.ndim}, but got shapes {brackets(first.shape)} and "
                f"{brackets(count.shape)} instead."
            ),
            "`begin` and `size` have one number for each axis.",
        )
    index = tuple(
        _part(i, start, many, length)
        for i, (start, many, length) in enumerate(
            zip(first.tolist(), count.tolist(), array.shape, strict=True)
        )
    )
    return result("slice", (input_,), np.asarray(array[index]), _put_back, array.shape, index)


def _part(axis: int, start: int, many: int, length: int) -> _slice:
    if many == -1:
        many = length - start
    if not 0 <= start <= length:
        raise bad(f"Expected begin[{axis}] in [0, {length}], but got {start}")
    if not 0 <= many <= length - start:
        raise bad(f"Expected size[{axis}] in [0, {length - start}], but got {many}")
    return _slice(start, start + many)


def strided_slice(
    input_: object,
    begin: object,
    end: object,
    strides: object = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: object = None,  # noqa: ARG001 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Take a part by first places, last places and steps.

    Args:
        input_: a tensor, or anything `constant` takes.
        begin: where to begin, for each index.
        end: where to stop, which is not taken.
        strides: steps; 1 if not given.
        begin_mask: bits of the indices that begin at the first place.
        end_mask: bits of those that go to the last place.
        ellipsis_mask: the bit of the one that stands for all axes left.
        new_axis_mask: bits of those that add an axis.
        shrink_axis_mask: bits of those that are one place, whose axis goes away.
        var: not used.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: there is no such place.

    TensorFlow counterpart: `tf.strided_slice`, tensorflow/core/util/strided_slice_op.cc.

    >>> strided_slice([1, 2, 3, 4], [0], [4], [2]).numpy()
    array([1, 3], dtype=int32)
    """
    starts, stops = (integers(one, "begin", "Index").tolist() for one in (begin, end))
    steps = [1] * len(starts) if strides is None else integers(strides, "strides", "Index").tolist()
    if not len(starts) == len(stops) == len(steps):
        raise bad(
            "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
            f"[{len(starts)}], [{len(stops)}], and [{len(steps)}] instead."
        )
    items: list[Any] = []
    for i, (start, stop, step) in enumerate(zip(starts, stops, steps, strict=True)):
        bit = 1 << i
        if ellipsis_mask & bit:
            items.append(Ellipsis)
        elif new_axis_mask & bit:
            items.append(None)
        elif shrink_axis_mask & bit:
            items.append(start)
        else:
            items.append(
                _slice(None if begin_mask & bit else start, None if end_mask & bit else stop, step)
            )
    return _indexed(input_, to_array(input_, TF2), items)
