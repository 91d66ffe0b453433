# SPDX-License-Identifier: Apache-2.0
"""Reductions of Dask arrays, in TensorFlow's order of the whole.

Which elements are added in which order depends on where the reduced axes lie (csrc/kernels/sum.h)
and, for each result, on its place among the results, modulo 8. So the array is cut along the first
axis that is kept, and along no other: a piece has all that makes its results. Where no axis is
kept, `whole_sums` has what can be said.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.autodiff.arrays import reduction
from tf_losses._internal.dask import limits
from tf_losses._internal.dask.cutting import PACKET, Rule, aligned
from tf_losses._internal.dask.pieces import Operand, Piece, Result, blocks, leading, read
from tf_losses._internal.dask.settings import Settings
from tf_losses._internal.dask.whole_sums import summed

if TYPE_CHECKING:
    from collections.abc import Callable

    DaskArray = Any
    Shape = tuple[int, ...]

_SUMS = dict.fromkeys(("reduce_sum", "reduce_mean"), "tf_losses._internal.autodiff.arrays")
_OTHERS = ("reduce_max", "reduce_min", "reduce_prod", "reduce_all", "reduce_any")
# By their names, which are the same in both ages.
FUNCTIONS = {**_SUMS, **dict.fromkeys(_OTHERS, "tf_losses._internal.operations.reductions")}
# Pieces of columns have about so many bytes, where nobody has cut them.
_COLUMNS_BYTES = 1 << 26


def reduce(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> DaskArray:
    """Reduce a Dask array by a public function of either age."""
    given = inspect.signature(function).bind(*args, **kwargs).arguments
    if "reduction_indices" in inspect.signature(function).parameters:
        old_axis, old_keep = given.get("reduction_indices"), given.get("keep_dims")
        axis = one_of("reduction_indices", old_axis, "axis", given.get("axis"), TF2)
        keepdims = one_of("keep_dims", old_keep, "keepdims", given.get("keepdims"), TF2)
    else:
        axis, keepdims = given.get("axis"), given.get("keepdims")
    name = function.__name__
    array = read(given["input_tensor"], "input_tensor")
    return reduced(name, array, axis, Settings.here(), keepdims=bool(keepdims))


def reduced(
    name: str,
    array: DaskArray,
    axis: Any,  # noqa: ANN401 (a number or a sequence of them)
    settings: Settings,
    *,
    keepdims: bool,
) -> DaskArray:
    """Give a reduction as a lazy array.

    Args:
        name: one of FUNCTIONS.
        array: a Dask array.
        axis: as TensorFlow takes it.
        settings: whose bits.
        keepdims: whether reduced axes are kept, with length 1.
    """
    plan = reduction(np.broadcast_to(np.zeros((), array.dtype), array.shape), axis, keepdims)
    plain = (("axis", plan.axes), ("keepdims", keepdims))
    piece = Piece(settings, f"{FUNCTIONS[name]}:{name}", ("input_tensor",), plain)
    sample = piece.plainly({"input_tensor": np.zeros((1,) * array.ndim, array.dtype)})
    rank = array.ndim
    kept = [place for place in range(rank) if place not in plan.axes]
    long = [place for place in kept if array.shape[place] > 1]
    if not long and name in _SUMS:
        whole = summed(array, settings, is_mean=name == "reduce_mean")
        if whole is not None:
            return whole.reshape(plan.shape)
    chunks = tuple((length,) for length in array.shape)
    if long and math.prod(array.shape):
        chunks = _cut_along(long[0], kept, array)
    limits.check_pieces(array, chunks, f"{name} along these axes")
    index = leading(rank) if keepdims else tuple(kept)
    # An axis of length 1 that stands for one that is no more.
    names = tuple(-1 - i if i in plan.axes else i for i in index)
    new = {-1 - i: 1 for i in plan.axes} if keepdims else {}
    operand = Operand("input_tensor", array, leading(rank))
    return blocks(piece, [operand], chunks, Result(names, sample.dtype), new)


def _cut_along(place: int, kept: list[int], array: DaskArray) -> Any:  # noqa: ANN401 (chunks)
    """Cut an array along one axis, in units of eight results, and of two at least."""
    behind = math.prod(array.shape[i] for i in kept if i > place)
    length = array.shape[place]
    found: list[tuple[int, ...]] = [(n,) for n in array.shape]
    unit = PACKET // math.gcd(PACKET, behind)
    lengths = array.chunks[place]
    most = min(_COLUMNS_BYTES, limits.get_gather_limit())
    if len(lengths) == 1 and array.nbytes > most:
        step = max(unit, most * length // array.nbytes // unit * unit)
        lengths = tuple(min(step, length - start) for start in range(0, length, step))
    # A single result would be reduced as a whole array is.
    rule = Rule(unit, max(unit, 2), together=True)
    ((found[place],)) = aligned((length,), (lengths,), rule)
    return tuple(found)


def summed_to(products: DaskArray, shape: Shape, settings: Settings, threads: int) -> DaskArray:
    """Sum over the axes along which an array of `shape` was repeated, as the gradient of it."""
    padded = (1,) * (products.ndim - len(shape)) + shape
    pairs = enumerate(zip(products.shape, padded, strict=True))
    axes = [axis for axis, (length, kept) in pairs if kept != length]
    chosen = replace(settings, intra_op_threads=threads)
    found = reduced("reduce_sum", products, axes, chosen, keepdims=True)
    return found.reshape(shape)
