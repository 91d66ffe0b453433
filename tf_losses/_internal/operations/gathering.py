# SPDX-License-Identifier: Apache-2.0
"""Parts of a tensor taken by their numbers, and put by them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.plumbing import reshape
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.scattered import Part, Scattered, sum_by_row
from tf_losses._internal.operations.several import integers
from tf_losses.errors import hinted
from tf_losses.versions import release

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Shape = tuple[int, ...]
    Wanted = tuple[bool, ...]

__all__ = ["boolean_mask", "gather", "gather_nd", "scatter_nd"]


def gather(
    params: object,
    indices: object,
    validate_indices: object = None,  # noqa: ARG001 (TensorFlow's signature)
    axis: object = None,
    batch_dims: int = 0,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Take parts along an axis, by their numbers.

    Args:
        params: a tensor, or anything `constant` takes.
        indices: numbers from 0 to the length of the axis less 1.
        validate_indices: not used.
        axis: from -rank to rank - 1; the first after the batch, if not given.
        batch_dims: how many axes in front the two have in common.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: a number is none of a part, or an axis out of range.

    TensorFlow counterpart: `tf.gather`, tensorflow/core/kernels/gather_op.cc. The gradient adds
    up what came for one part, in the order of `indices`.

    >>> gather([10, 20, 30], [2, 0]).numpy()
    array([30, 10], dtype=int32)
    """
    array, numbers = to_array(params, TF2), _indices_of(indices)
    given = int(batch_dims if axis is None else integers(axis, "axis"))
    if given == 0:
        batch_dims = 0
    batch = batch_dims + numbers.ndim if batch_dims < 0 else batch_dims
    place = _place_of(array, numbers, given, batch, batch_dims)
    _check_numbers(numbers, array.shape[place])
    outer, inner = array.shape[batch:place], array.shape[place + 1 :]
    rows = math.prod(array.shape[:batch])
    flat = array.reshape(rows, math.prod(outer), array.shape[place], math.prod(inner))
    wanted = numbers.reshape(rows, numbers.size // rows if rows else 0).astype(np.intp)
    each = np.arange(rows)[:, None, None]
    middle = np.arange(flat.shape[1])[:, None]
    taken = flat[each, middle, wanted[:, None, :]]
    found = taken.reshape(array.shape[:place] + numbers.shape[batch:] + inner)
    saved = (array.shape, numbers, place, batch, given == 0)
    return result("gather", (params, indices), found, _gathered, *saved)


def _indices_of(indices: object) -> Array:
    numbers = to_array(indices, TF2)
    if numbers.dtype.name == "int16":
        return numbers
    return integers(indices if numbers.size == 0 else numbers, "indices", "Tindices")


def _place_of(array: Array, numbers: Array, axis: int, batch: int, given: int) -> int:
    rank = array.ndim
    if rank == 0:
        raise bad("params must be at least 1 dimensional")
    if not -rank <= axis < rank:
        raise hinted(
            bad(f"Expected axis in the range [{-rank}, {rank}), but got {axis}"),
            f"`axis` came as {axis} for a tensor of {rank} axes.",
        )
    most, end = (numbers.ndim - 1, ")") if release().in_sessions else (numbers.ndim, "]")
    if given and not -numbers.ndim <= given <= most:
        raise bad(
            f"Expected batch_dims in the range [{-numbers.ndim}, {numbers.ndim}{end}, but got "
            f"{given}"
        )
    if batch >= rank:
        raise bad(f"batch_dims ({batch}) must be less than rank(params) ({rank}).")
    place = axis % rank
    if place < batch:
        raise bad(f"batch_dims ({batch}) must be less than or equal to axis ({place}).")
    for i in range(batch):
        if array.shape[i] != numbers.shape[i]:
            raise bad(
                f"params.shape[{i}]: {array.shape[i]} should be equal to indices.shape[{i}]: "
                f"{numbers.shape[i]}"
            )
    return place


def _check_numbers(numbers: Array, length: int) -> None:
    wrong = (numbers < 0) | (numbers >= length)
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    at = [int(i) for i in np.unravel_index(row, numbers.shape)] if numbers.ndim else []
    raise hinted(
        bad(
            f"indices{brackets(at) if at else ''} = {int(numbers.ravel()[row])} is not in "
            f"[0, {length})"
        ),
        "`indices` has a number that is none of a part.",
    )


def _gathered(
    shape: Shape,
    numbers: Array,
    place: int,
    batch: int,
    first: bool,  # noqa: FBT001 (same)
    g: Array,
    wanted: Wanted,
) -> tuple[Part, None]:
    if not wanted[0]:
        return None, None
    if first:
        values = g.reshape((numbers.size, *shape[1:]))
        return Scattered(values, numbers.ravel().astype(np.int64), shape), None
    inner = shape[place + 1 :]
    # Each batch has its own parts, the axes before them are moved behind.
    rows, length = math.prod(shape[:batch]), shape[place]
    count = numbers.size // rows if rows else 0
    apart = g.reshape(rows, math.prod(shape[batch:place]), count, math.prod(inner))
    moved = np.swapaxes(apart, 1, 2).reshape(rows * count, apart.shape[1], apart.shape[3])
    offsets = np.arange(rows)[:, None] * length
    order = (numbers.reshape(rows, count).astype(np.int64) + offsets).ravel()
    total = sum_by_row(moved, order, rows * length)
    swapped = np.swapaxes(total.reshape(rows, length, apart.shape[1], apart.shape[3]), 1, 2)
    return np.array(swapped.reshape(shape), order="C"), None


def gather_nd(
    params: object,
    indices: object,
    batch_dims: int = 0,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    bad_indices_policy: str = "",
) -> Tensor:
    """Take parts by their numbers along the first axes.

    Args:
        params: a tensor, or anything `constant` takes.
        indices: along its last axis, a number for each of the first axes of `params`.
        batch_dims: how many axes in front the two have in common.
        name: not used.
        bad_indices_policy: "IGNORE" for zeros where a part is not there.

    Raises:
        tf_losses.errors.InvalidArgumentError: a part is not there.

    TensorFlow counterpart: `tf.gather_nd`, tensorflow/core/kernels/gather_nd_op.cc.

    >>> gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).numpy()
    array([2, 3], dtype=int32)
    """
    array, numbers = to_array(params, TF2), _indices_of(indices)
    if batch_dims:
        numbers = _with_batch(array, numbers, batch_dims)
    if array.ndim < 1:
        raise bad("params must be at least a vector")
    if numbers.ndim < 1:
        raise bad("indices must be at least a vector")
    depth = numbers.shape[-1]
    if depth > array.ndim:
        raise hinted(
            bad(
                f"index innermost dimension length must be <= params rank; saw: {depth} vs. "
                f"{array.ndim}"
            ),
            "`indices` has one number for each axis along its last axis.",
        )
    places = _listed(numbers)
    inside = _inside(places, array.shape)
    if not inside.all() and bad_indices_policy != "IGNORE":
        _refuse_place(numbers, places, inside, array.shape, "param shape")
    rest = array.shape[depth:]
    found = np.zeros((len(places), *rest), array.dtype)
    found[inside] = array[tuple(places[inside].T)] if depth else array
    values = found.reshape(numbers.shape[:-1] + rest)
    return result("gather_nd", (params, indices), values, _gathered_nd, array.shape, numbers)


def _listed(numbers: Array) -> Array:
    """Give the indices in a row, each with a number for every axis it has."""
    count = math.prod(numbers.shape[:-1])
    return numbers.reshape(count, numbers.shape[-1]).astype(np.int64)


def _inside(places: Array, shape: Shape) -> Array:
    lengths = np.array(shape[: places.shape[-1]], np.int64)
    return np.asarray(((places >= 0) & (places < lengths)).all(-1))


def _refuse_place(numbers: Array, places: Array, inside: Array, shape: Shape, what: str) -> None:
    row = int(np.argmin(inside))
    at = [int(i) for i in np.unravel_index(row, numbers.shape[:-1])] if numbers.ndim > 1 else []
    raise hinted(
        bad(
            f"indices{brackets(at) if at else ''} = {places[row].tolist()} does not "
            f"index into {what} {brackets(shape)}"
        ),
        "`indices` names a part that is not there.",
    )


def _with_batch(array: Array, numbers: Array, batch: int) -> Array:
    """Put the numbers of the batch in front of those given."""
    if batch < 0 or batch >= array.ndim or batch >= numbers.ndim:
        raise ValueError(
            f"batch_dims = {batch} must be less than rank(params) = {array.ndim} and "
            f"rank(indices) = {numbers.ndim}"
        )
    if array.shape[:batch] != numbers.shape[:batch]:
        raise ValueError(
            f"Shapes {array.shape[:batch]} and {numbers.shape[:batch]} are incompatible"
        )
    grid = np.indices(numbers.shape[:-1])[:batch]
    return np.concatenate([np.moveaxis(grid, 0, -1).astype(numbers.dtype), numbers], -1)


def _gathered_nd(shape: Shape, numbers: Array, g: Array, wanted: Wanted) -> tuple[Part, None]:
    if not wanted[0]:
        return None, None
    if numbers.ndim == 2 and numbers.shape[1] == 1:  # noqa: PLR2004 (a list of single numbers)
        return Scattered(g, numbers[:, 0].astype(np.int64), shape), None
    return _scattered(numbers, g, shape), None  # an error where TensorFlow has one, too


def scatter_nd(
    indices: object,
    updates: object,
    shape: object,
    bad_indices_policy: str = "",
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Add values to zeros, at the places of their numbers.

    Args:
        indices: along its last axis, a number for each of the first axes of the result.
        updates: a tensor: what to put, for each place.
        shape: of the result.
        bad_indices_policy: "IGNORE" to leave out what has no place.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the shapes do not go together, or there is no such
            place.

    TensorFlow counterpart: `tf.scatter_nd`, tensorflow/core/kernels/scatter_nd_op.cc.

    >>> scatter_nd([[1], [3], [1]], [5, 6, 7], [4]).numpy()
    array([ 0, 12,  0,  6], dtype=int32)
    """
    numbers, values = _indices_of(indices), to_array(updates, TF2)
    given = integers(shape, "shape", "Tindices")
    if given.ndim != 1:
        raise bad(f"Shape must be a vector. Found:{brackets(given.shape)}")
    lengths = tuple(int(length) for length in given.tolist())
    made = _scattered(numbers, values, lengths, ignore=bad_indices_policy == "IGNORE")
    return result("scatter_nd", (indices, updates, shape), made, _scattered_back, numbers)


def _scattered(numbers: Array, values: Array, shape: Shape, *, ignore: bool = False) -> Array:
    if numbers.ndim < 1 or values.ndim < 1:
        which, found = ("Indices", numbers) if numbers.ndim < 1 else ("Updates", values)
        raise bad(f"{which} shape must have rank at least one. Found:{brackets(found.shape)}")
    if numbers.shape == (1,):  # one alone is taken for a row of one
        numbers = numbers[:, None]
    depth = numbers.shape[-1]
    if (
        numbers.ndim == 1
        or depth > len(shape)
        or values.shape != numbers.shape[:-1] + shape[depth:]
    ):
        ends = f"[0,{numbers.ndim - 1})"
        raise hinted(
            bad(
                f"Dimensions {ends} of indices[shape={brackets(numbers.shape)}] must match "
                f"dimensions {ends} of updates[shape={brackets(values.shape)}]"
            ),
            "The updates have the shape of `indices` without its last axis, and then what is left "
            f"of the shape {shape}.",
        )
    places = _listed(numbers)
    inside = _inside(places, shape)
    if not inside.all() and not ignore:
        _refuse_place(numbers, places, inside, shape, "shape")
    rows = np.zeros(len(places), np.int64)
    for at, length in enumerate(shape[:depth]):
        rows = rows * length + places[:, at]
    rest = shape[depth:]
    flat = values.reshape((len(places), *rest))
    total = sum_by_row(flat[inside], rows[inside], math.prod(shape[:depth]))
    return total.reshape(shape)


def _scattered_back(numbers: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    if not wanted[1]:
        return None, None, None
    if numbers.shape == (1,):
        numbers = numbers[:, None]
    places = _listed(numbers)
    found = g[tuple(places.T)]
    return None, found.reshape(numbers.shape[:-1] + g.shape[numbers.shape[-1] :]), None


def boolean_mask(
    tensor: object,
    mask: object,
    axis: object = None,
    name: object = "boolean_mask",  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Take the parts for which a mask is true.

    Args:
        tensor: a tensor, or anything `constant` takes.
        mask: truth values, for some axes of the tensor one after the other.
        axis: the first of them; 0 if not given.
        name: not used.

    Raises:
        ValueError: the mask has no axes, or another shape.

    TensorFlow counterpart: `tf.boolean_mask`, tensorflow/python/ops/array_ops.py.

    >>> boolean_mask([1.0, 2.0, 3.0], [True, False, True]).numpy()
    array([1., 3.], dtype=float32)
    """
    array, chosen = to_array(tensor, TF2), to_array(mask, TF2)
    if chosen.ndim == 0:
        raise hinted(ValueError("mask cannot be scalar."), "`mask` has no axes.")
    first = 0 if axis is None else int(to_array(axis, TF2))
    masked = array.shape[first:][: chosen.ndim] if first >= 0 else _until(array, first, chosen)
    if masked != chosen.shape:
        raise hinted(
            ValueError(f"Shapes {_written(masked)} and {_written(chosen.shape)} are incompatible"),
            f"`mask` has the shape {chosen.shape}, the tensor {array.shape}.",
        )
    last = first + chosen.ndim
    shape = [*array.shape[:first], chosen.size, *array.shape[last:]]
    flat = reshape(tensor, shape)
    return gather(flat, np.flatnonzero(chosen), axis=first)


def _until(array: Array, first: int, chosen: Array) -> Shape:
    return array.shape[first : first + chosen.ndim]


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
