# SPDX-License-Identifier: Apache-2.0
"""Values put around a tensor: zeros, another constant, or the tensor's own, mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.several import integers
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Pairs = list[list[int]]

__all__ = ["pad"]


def pad(
    tensor: object,
    paddings: object,
    mode: str = "CONSTANT",
    constant_values: object = 0,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Put values before and after those of a tensor, along every axis.

    Args:
        tensor: a tensor, or anything `constant` takes.
        paddings: for each axis, how many before and how many after.
        mode: "CONSTANT", or "REFLECT" or "SYMMETRIC", which mirror at the first value or before it.
        constant_values: what is put there, in the mode "CONSTANT".
        name: not used.

    Raises:
        ValueError: the mode is another one.
        tf_losses.errors.InvalidArgumentError: `paddings` are none, or mirror more than there is.

    TensorFlow counterpart: `tf.pad`, tensorflow/core/kernels/pad_op.cc and mirror_pad_op.cc.

    >>> pad([1, 2], [[1, 0]]).numpy()
    array([0, 1, 2], dtype=int32)
    """
    array, kind = to_array(tensor, TF2), mode.upper()
    if kind not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or '
            f'"SYMMETRIC". Received `mode` = {kind}'
        )
    pairs = _pairs(paddings, array, mirrored=(0 if kind == "SYMMETRIC" else 1, kind != "CONSTANT"))
    if kind == "CONSTANT":
        value = np.asarray(read(constant_values, array.dtype))
        if value.ndim:
            raise bad(f"constant_values must be a scalar. Found: {brackets(value.shape)}")
        full = [length + a + b for length, (a, b) in zip(array.shape, pairs, strict=True)]
        values = np.full(full, value, array.dtype)
        values[_inside(pairs, array.shape)] = array
        return result("pad", (tensor,), values, _cut_out, pairs, array.shape)
    places = _mirrors(array.shape, pairs, kind)
    values = array[np.ix_(*places)] if places else array
    offset = 0 if kind == "SYMMETRIC" else 1
    return result("mirror_pad", (tensor,), values, _folded, pairs, offset)


def _pairs(paddings: object, array: Array, *, mirrored: tuple[int, bool]) -> Pairs:
    given = integers(paddings, "paddings", "Tpaddings")
    if given.size == 0 and array.ndim == 0:
        return []
    if given.ndim != 2 or given.shape[1] != 2:  # noqa: PLR2004 (before and after)
        raise bad(f"paddings must be a matrix with 2 columns: {brackets(given.shape)}")
    if given.shape[0] != array.ndim:
        raise hinted(
            bad(
                "The first dimension of paddings must be the rank of inputs"
                f"{brackets(given.shape)} {brackets(array.shape)}"
            ),
            "`paddings` has a pair for each axis.",
        )
    pairs: Pairs = given.tolist()
    offset, mirrors = mirrored
    for length, (before, after) in zip(array.shape, pairs, strict=True):
        if before < 0 or after < 0:
            raise bad(f"Paddings must be non-negative: {before} {after}")
        if mirrors and max(before, after) > length - offset:
            raise hinted(
                bad(
                    "paddings must be "
                    + ("less than" if offset else "no greater than")
                    + f" the dimension size: {before}, {after} "
                    + ("not less than" if offset else "greater than")
                    + f" {length}"
                ),
                "A mirror shows what is there.",
            )
    return pairs


def _inside(pairs: Pairs, shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(a, a + length) for length, (a, _) in zip(shape, pairs, strict=True))


def _cut_out(
    pairs: Pairs, shape: tuple[int, ...], g: Array, wanted: tuple[bool, ...]
) -> tuple[Array | None]:
    return (np.array(g[_inside(pairs, shape)], order="C") if wanted[0] else None,)


def _mirrors(shape: tuple[int, ...], pairs: Pairs, kind: str) -> list[Array]:
    """For each axis, which value each place shows."""
    mode: Any = kind.lower()
    return [np.pad(np.arange(n), pair, mode=mode) for n, pair in zip(shape, pairs, strict=True)]


def _folded(pairs: Pairs, offset: int, g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None]:
    """Add the gradients of the mirrored values, axis by axis: those in front first."""
    if not wanted[0]:
        return (None,)
    for axis, (before, after) in enumerate(pairs):
        moved = np.moveaxis(g, axis, 0)
        length = len(moved) - before - after
        middle = np.array(moved[before : before + length])
        if before:
            shown = slice(offset, offset + before)
            middle[shown] = rounded(np.add, middle[shown], moved[:before][::-1])
        if after:
            shown = slice(length - offset - after, length - offset)
            middle[shown] = rounded(np.add, middle[shown], moved[before + length :][::-1])
        g = np.moveaxis(middle, 0, axis)
    return (np.array(g, order="C"),)
