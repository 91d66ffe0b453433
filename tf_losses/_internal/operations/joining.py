# SPDX-License-Identifier: Apache-2.0
"""Tensors put together along an axis, and taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.autodiff.plumbing import identity
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.tensor import Tensor, held_tensors
from tf_losses._internal.operations.several import integer, integers, matching, results
from tf_losses._internal.runtime.kinds import is_listed, is_whole
from tf_losses.errors import hinted
from tf_losses.versions import release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["concat", "split", "stack", "unstack"]


def concat(values: object, axis: object, name: object = "concat") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Put tensors one after the other along an axis.

    Args:
        values: a list of tensors, or of anything `constant` takes, of one dtype and of shapes that
            differ along `axis` only; one tensor comes back as it is.
        axis: from -rank to rank - 1.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: shapes or dtypes do not go together, or `axis` is out
            of range.

    TensorFlow counterpart: `tf.concat`, tensorflow/core/kernels/concat_op.cc.

    >>> concat([[1, 2], [3]], 0).numpy()
    array([1, 2, 3], dtype=int32)
    """
    listed = list(values) if is_listed(values) else [values]
    listed = [_packed(one) for one in listed]
    place = integer(axis, "axis")
    if place is None:
        raise hinted(
            bad(f"ConcatOp : Expected concat_dim to be a scalar, but got {axis}"),
            "`axis` is one whole number.",
        )
    if len(listed) == 1:
        return identity(listed[0])
    if not listed:
        raise bad("OpKernel 'ConcatV2' has constraint on attr 'N' not satisfied: N >= 2")
    arrays = matching(listed, "ConcatV2")
    place = _shared_axis(arrays, place)
    ends = np.cumsum([array.shape[place] for array in arrays])[:-1]
    joined = np.concatenate(arrays, place)
    return result("concat", tuple(listed), joined, _take_apart, ends, place)


def _shared_axis(arrays: list[Array], axis: int) -> int:
    first = arrays[0].shape
    rank = len(first)
    if rank == 0:
        raise bad("ConcatOp : Can't concatenate scalars (use tf.stack instead)")
    if not -rank <= axis < rank:
        raise hinted(
            bad(
                "ConcatOp : Expected concatenating dimensions in the range "
                f"[{-rank}, {rank}), but got {axis}"
            ),
            f"`axis` came as {axis} for tensors of {rank} axes.",
        )
    place = axis % rank
    for i, array in enumerate(arrays[1:], 1):
        both = f"shape[0] = {brackets(first)} vs. shape[{i}] = {brackets(array.shape)}"
        if array.ndim != rank:
            raise bad(f"ConcatOp : Ranks of all input tensors should match: {both}")
        for at in range(rank):
            if at != place and array.shape[at] != first[at]:
                raise hinted(
                    bad(f"ConcatOp : Dimension {at} in both shapes must be equal: {both}"),
                    f"`values[{i}]` has another length along axis {at}.",
                )
    return place


def _take_apart(ends: Array, axis: int, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    parts = np.split(g, ends, axis)
    return tuple(
        np.ascontiguousarray(part) if want else None
        for part, want in zip(parts, wanted, strict=True)
    )


def stack(values: Any, axis: int = 0, name: object = "stack") -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Put tensors side by side, along a new axis.

    Args:
        values: tensors, or anything `constant` takes, of one shape and dtype.
        axis: where it will be, from -rank - 1 to rank.
        name: not used.

    Raises:
        ValueError: `axis` is out of range.
        tf_losses.errors.InvalidArgumentError: shapes or dtypes differ.

    TensorFlow counterpart: `tf.stack`, tensorflow/python/ops/array_ops_stack.py.

    >>> stack([[1, 2], [3, 4]], axis=1).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    listed = [_packed(one) for one in values]
    if not listed and axis == 0:
        return convert_to_tensor([])
    if not listed:
        raise bad("OpKernel 'Pack' has constraint on attr 'N' not satisfied: N >= 1")
    arrays = _alike(listed, axis)
    rank = arrays[0].ndim + 1
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    for i, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise hinted(
                bad(
                    "Shapes of all inputs must match: values[0].shape = "
                    f"{brackets(arrays[0].shape)} != values[{i}].shape = {brackets(array.shape)}"
                ),
                f"`values[{i}]` has another shape than `values[0]`.",
            )
    return result("stack", tuple(listed), np.stack(arrays, axis), _parts_along, axis)


def _packed(value: Any) -> Any:  # noqa: ANN401 (anything)
    """Make one tensor of a list that holds some, which the tapes follow."""
    holds = is_listed(value) and next(held_tensors(value), None) is not None
    return stack(value) if holds else value


def _alike(values: list[Any], axis: int) -> list[Array]:
    """Convert to arrays of one dtype: along the first axis as one list, if there is no tensor."""
    if axis == 0 and not any(isinstance(one, Tensor) for one in values):
        try:
            return list(to_array(values, TF2))
        except (TypeError, ValueError):
            pass  # the list is none of an array: say what its parts are
    return matching(values, "Pack")


def _parts_along(axis: int, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    parts = np.moveaxis(g, axis, 0)
    return tuple(
        np.ascontiguousarray(part).reshape(part.shape) if want else None
        for part, want in zip(parts, wanted, strict=True)
    )


def unstack(
    value: object,
    num: int | None = None,
    axis: int = 0,
    name: object = "unstack",  # noqa: ARG001 (TensorFlow's signature)
) -> list[Tensor]:
    """Give the parts of a tensor along an axis, which they have no longer.

    Args:
        value: a tensor, or anything `constant` takes.
        num: the length of the axis; found out if not given.
        axis: from -rank to rank - 1.
        name: not used.

    Raises:
        ValueError: `axis` is out of range, or the length another one.

    TensorFlow counterpart: `tf.unstack`, tensorflow/python/ops/array_ops_stack.py.

    >>> [part.numpy() for part in unstack([[1, 2], [3, 4]])]
    [array([1, 2], dtype=int32), array([3, 4], dtype=int32)]
    """
    array = to_array(value, TF2)
    rank = array.ndim
    if not -rank <= axis < rank:
        error = bad if num is not None else ValueError
        raise error(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    length = array.shape[axis]
    if num is not None and num != length:
        raise hinted(
            bad(
                f"Input shape axis {axis % rank} must equal {num}, got shape "
                f"{brackets(array.shape)}"
            ),
            f"`num` came as {num}.",
        )
    return results("unstack", (value,), np.moveaxis(array, axis, 0), _side_by_side, axis, length)


def _side_by_side(axis: int, count: int, g: Any, wanted: Wanted) -> tuple[Array | None, ...]:  # noqa: ANN401 (one or several)
    return (np.ascontiguousarray(np.stack(_listed(g, count), axis)) if wanted[0] else None,)


def _listed(g: Any, count: int) -> Sequence[Array]:  # noqa: ANN401 (an array or a tuple)
    """One tensor has one gradient, several have a tuple."""
    return [g] if count == 1 else list(g)


def split(
    value: object,
    num_or_size_splits: object,
    axis: object = 0,
    num: object = None,  # noqa: ARG001 (TensorFlow's signature; the sizes are known here)
    name: object = "split",  # noqa: ARG001 (TensorFlow's signature)
) -> list[Tensor]:
    """Take a tensor apart along an axis.

    Args:
        value: a tensor, or anything `constant` takes.
        num_or_size_splits: how many equal parts, or their lengths, of which one may be -1.
        axis: from -rank to rank - 1.
        num: not used.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the lengths do not add up, the parts cannot be equal,
            or `axis` is out of range.

    TensorFlow counterpart: `tf.split`, tensorflow/core/kernels/split_op.cc and split_v_op.cc.

    >>> [part.numpy() for part in split([1, 2, 3], [1, -1])]
    [array([1], dtype=int32), array([2, 3], dtype=int32)]
    """
    array = to_array(value, TF2)
    place = int(integers(axis, "axis"))
    if is_whole(num_or_size_splits):
        lengths = _equal_parts(array, int(num_or_size_splits), place)
    else:
        given = integers(num_or_size_splits, "num_or_size_splits", "Tlen")
        if given.ndim == 0:
            raise ValueError(
                "Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
                f"Argument provided: {num_or_size_splits}"
            )
        lengths = _given_parts(array, given.tolist(), place)
    parts = np.split(array, np.cumsum(lengths)[:-1], place)
    return results("split", (value,), parts, _after_each_other, place, len(lengths))


def _equal_parts(array: Array, count: int, axis: int) -> list[int]:
    rank = array.ndim
    if not -rank <= axis < rank:
        raise bad(f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}")
    if count <= 0:
        raise bad(f"Value for attr 'num_split' of {count} must be at least minimum 1")
    length = array.shape[axis]
    if length % count:
        raise hinted(
            bad(
                "Number of ways to split should evenly divide the split dimension, but got "
                f"split_dim {axis % rank} (size = {length}) and num_split {count}"
            ),
            "Give the lengths as a list to make parts that differ.",
        )
    return [length // count] * count


def _given_parts(array: Array, lengths: list[int], axis: int) -> list[int]:
    rank = array.ndim
    if not -rank <= axis < rank:
        raise bad(f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}")
    length = array.shape[axis]
    known = sum(part for part in lengths if part != -1)
    if len(lengths) == 1 and lengths[0] != length and not release().in_sessions:
        raise hinted(
            bad(
                "If there is only one output, it must have the same size as the input. Input size: "
                f"{length} output size: {lengths[0]} "
            ),
            "TensorFlow does not find out the length of a single part.",
        )
    if lengths.count(-1) > 1:
        raise bad("There can only be one -1 in the input.")
    fits = known <= length if -1 in lengths else known == length
    if not fits or any(part < -1 for part in lengths):
        raise hinted(
            bad(
                "Determined shape must either match input shape along split_dim exactly if fully "
                "specified, or be less than the size of the input along split_dim if not fully "
                f"specified.  Got: {known}"
            ),
            f"The axis has length {length}, the parts are {lengths}.",
        )
    return [length - known if part == -1 else part for part in lengths]


def _after_each_other(axis: int, count: int, g: Any, wanted: Wanted) -> tuple[Array | None, ...]:  # noqa: ANN401 (one or several)
    return (np.concatenate(_listed(g, count), axis) if wanted[0] else None,)
