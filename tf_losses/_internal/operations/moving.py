# SPDX-License-Identifier: Apache-2.0
"""Values moved to other places, and repeated: transpose, reverse, roll, tile, broadcast_to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.several import integers
from tf_losses._internal.runtime import threads
from tf_losses._internal.runtime.dtypes import FLOAT_CODES
from tf_losses._internal.runtime.sums import sum_to
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["broadcast_to", "reverse", "roll", "tile", "transpose"]


def transpose(
    a: object,
    perm: object = None,
    conjugate: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = "transpose",  # noqa: ARG001 (same)
) -> Tensor:
    """Put the axes in another order.

    Args:
        a: a tensor, or anything `constant` takes.
        perm: which axis of `a` each axis is; the other way round if not given.
        conjugate: whether to conjugate complex numbers.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: `perm` does not have every axis once.

    TensorFlow counterpart: `tf.transpose`, tensorflow/core/kernels/transpose_op.cc.

    >>> transpose([[1, 2], [3, 4]]).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    array = to_array(a, TF2)
    axes = list(range(array.ndim))[::-1] if perm is None else _permutation(perm, array.ndim)
    values = np.transpose(array, axes)
    if conjugate and values.dtype.kind == "c":
        values = np.conj(values)
    back = np.argsort(axes).tolist()
    return result("transpose", (a,), values, _transposed, back)


def _permutation(perm: object, rank: int) -> list[int]:
    given = integers(perm, "perm", "Tperm")
    if given.ndim != 1:
        raise bad(f"perm must be rank 1, got shape {brackets(given.shape)}")
    axes: list[int] = given.tolist()
    if len(axes) != rank:
        raise hinted(
            bad(
                f"transpose expects a vector of size {rank}. But input(1) is a vector of size "
                f"{len(axes)}"
            ),
            f"`perm` came as {axes} for a tensor of {rank} axes.",
        )
    for axis in axes:
        if not -rank <= axis < rank:
            raise bad(f"{axis} is out of range [0 .. {rank})")
    found = [axis % rank for axis in axes]
    for axis in range(rank):
        if axis not in found:
            raise hinted(
                bad(f"{axis} is missing from {{{','.join(map(str, axes))}}}."),
                "`perm` has every axis once.",
            )
    return found


def _transposed(axes: list[int], g: Array, wanted: Wanted) -> tuple[Array | None]:
    return (
        (np.ascontiguousarray(np.transpose(g, axes)).reshape(_moved(g, axes)),)
        if (wanted[0])
        else (None,)
    )


def _moved(g: Array, axes: list[int]) -> tuple[int, ...]:
    return tuple(g.shape[axis] for axis in axes)


def reverse(tensor: object, axis: object, name: object = None) -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Turn the order along some axes around.

    Args:
        tensor: a tensor, or anything `constant` takes.
        axis: whole numbers, from -rank to rank - 1.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, or named twice.

    TensorFlow counterpart: `tf.reverse`, tensorflow/core/kernels/reverse_op.cc.

    >>> reverse([1, 2, 3], [0]).numpy()
    array([3, 2, 1], dtype=int32)
    """
    array = to_array(tensor, TF2)
    given = integers(axis, "axis")
    if given.ndim != 1:
        raise hinted(
            bad(f"'dims' must be 1-dimension, not {given.ndim}"), "`axis` is a list of numbers."
        )
    axes: list[int] = []
    for one in given.tolist():
        if not -array.ndim <= one < array.ndim:
            raise bad(f"'axis'[{len(axes)}] = {one} is out of valid range [0, {array.ndim - 1}]")
        if one % array.ndim in axes:
            raise bad(f"axis {one % array.ndim} specified more than once.")
        axes.append(one % array.ndim)
    return result("reverse", (tensor,), np.flip(array, tuple(axes)), _reversed, tuple(axes))


def _reversed(axes: tuple[int, ...], g: Array, wanted: Wanted) -> tuple[Array | None]:
    return (np.array(np.flip(g, axes), order="C") if wanted[0] else None,)


def roll(input: object, shift: object, axis: object, name: object = None) -> Tensor:  # noqa: A002, ARG001 (TensorFlow's signature)
    """Move values along axes; what leaves at one end comes in at the other.

    Args:
        input: a tensor of at least one axis, or anything `constant` takes.
        shift: by how many places, a number or a list.
        axis: along which axis, a number or as many as in `shift`; they may repeat.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, or the numbers of shifts and
            axes differ.

    TensorFlow counterpart: `tf.roll`, tensorflow/core/kernels/roll_op.cc.

    >>> roll([1, 2, 3], 1, 0).numpy()
    array([3, 1, 2], dtype=int32)
    """
    array = to_array(input, TF2)
    shifts, axes = integers(shift, "shift", "Tshift"), integers(axis, "axis", "Taxis")
    if array.ndim < 1:
        raise bad("input must be 1-D or higher")
    if shifts.ndim > 1:
        raise bad(f"shift must be a scalar or a 1-D vector. Found: {brackets(shifts.shape)}")
    if axes.ndim > 1:
        raise bad(f"axis must be a scalar or a 1-D vector. Found: {brackets(axes.shape)}")
    if shifts.shape != axes.shape:
        raise bad("shift and axis must have the same size")
    for one in axes.ravel().tolist():
        if not -array.ndim <= one < array.ndim:
            raise hinted(bad(f"axis {one} is out of range"), f"There are {array.ndim} axes.")
    by, along = shifts.ravel().tolist(), axes.ravel().tolist()
    return result("roll", (input,), np.roll(array, by, along), _rolled_back, by, along)


def _rolled_back(
    by: list[int], along: list[int], g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    return (np.roll(g, [-one for one in by], along) if wanted[0] else None,)


def tile(input: object, multiples: object, name: object = None) -> Tensor:  # noqa: A002, ARG001 (TensorFlow's signature)
    """Repeat a tensor along its axes.

    Args:
        input: a tensor, or anything `constant` takes.
        multiples: how often, for each axis.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: there are more or fewer numbers than axes, or one is
            negative.

    TensorFlow counterpart: `tf.tile`, tensorflow/core/kernels/tile_ops.cc.

    >>> tile([1, 2], [2]).numpy()
    array([1, 2, 1, 2], dtype=int32)
    """
    array = to_array(input, TF2)
    given = integers(multiples, "multiples", "Tmultiples")
    if given.ndim != 1:
        raise bad(f"Expected multiples to be 1-D, but got shape {brackets(given.shape)}")
    if given.size != array.ndim:
        raise hinted(
            bad(
                f"Expected multiples argument to be a vector of length {array.ndim} but got length "
                f"{given.size}"
            ),
            "`multiples` has one number for each axis.",
        )
    for i, times in enumerate(given.tolist()):
        if times < 0:
            raise bad(f"Expected multiples[{i}] >= 0, but got {times}")
    times = tuple(given.tolist())
    return result("tile", (input,), np.tile(array, times), _tiles_added, times, array.shape)


def _tiles_added(
    times: tuple[int, ...], shape: tuple[int, ...], g: Array, wanted: Wanted
) -> tuple[Array | None]:
    """Sum over the copies, along every other axis of a shape that tells them apart."""
    if not wanted[0]:
        return (None,)
    apart = tuple(length for pair in zip(times, shape, strict=True) for length in pair)
    kept = tuple(length for one in shape for length in (1, one))
    return (summed(g.reshape(apart), kept).reshape(shape),)


def summed(values: Array, kept: tuple[int, ...]) -> Array:
    """Sum to a shape of as many axes, also what is empty and what is no float."""
    if values.shape == kept:
        return values
    if values.dtype not in FLOAT_CODES or values.size == 0:
        axes = tuple(i for i, (a, b) in enumerate(zip(values.shape, kept, strict=True)) if a != b)
        return np.asarray(values.sum(axes, keepdims=True, dtype=values.dtype))
    return sum_to(np.ascontiguousarray(values), kept, threads.intra_op())


def broadcast_to(input: object, shape: object, name: object = None) -> Tensor:  # noqa: A002, ARG001 (TensorFlow's signature)
    """Repeat a tensor along axes of length 1, and along new axes in front.

    Args:
        input: a tensor, or anything `constant` takes.
        shape: the shape of the result.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the shapes do not go together.

    TensorFlow counterpart: `tf.broadcast_to`, tensorflow/core/kernels/broadcast_to_op.cc.

    >>> broadcast_to([1, 2], [2, 2]).numpy()
    array([[1, 2],
           [1, 2]], dtype=int32)
    """
    array = to_array(input, TF2)
    lengths = [int(length) for length in integers(shape, "shape").ravel().tolist()]
    own = brackets(array.shape)
    if len(lengths) < array.ndim:
        raise bad(
            f"Rank of input ({array.ndim}) must be no greater than rank of output shape "
            f"({len(lengths)})."
        )
    for length in lengths:
        if length < 0:
            raise bad(f"Dimension {length} must be >= 0")
    try:
        values = np.broadcast_to(array, lengths)
    except ValueError:
        raise hinted(
            bad(f"Incompatible shapes: {own} vs. {brackets(lengths)}"),
            f"`shape` came as {lengths} for a tensor of {own}.",
        ) from None
    return result("broadcast_to", (input,), values, _copies_added, array.shape)


def _copies_added(shape: tuple[int, ...], g: Array, wanted: Wanted) -> tuple[Array | None]:
    if not wanted[0]:
        return (None,)
    kept = (1,) * (g.ndim - len(shape)) + shape
    return (summed(g, kept).reshape(shape),)
