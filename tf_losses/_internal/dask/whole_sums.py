# SPDX-License-Identifier: Apache-2.0
"""Sums and means over a whole Dask array, in TensorFlow's order (csrc/kernels/sum.h).

TensorFlow cuts a large array in one block for each of its threads and halves each, again and
again, at packets of the whole array, down to leaves of 1024 packets. A range of the array that is a
node of this tree can be summed by itself; so the array is cut at such nodes, whatever chunks it
has, and one last task adds the nodes' sums up as the tree does. That is done for float32 and
float64 of all releases that have the tree (1.13 and later). Everything else is brought together by
one task, if the limit allows.

Source: TensorFlow's Eigen, unsupported/Eigen/CXX11/src/Tensor/TensorReduction.h.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses import versions
from tf_losses._internal.autodiff.exact import rounded
from tf_losses._internal.autodiff.orders import threads_of
from tf_losses._internal.dask import limits
from tf_losses._internal.dask.pieces import Operand, Piece, Result, blocks
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT64, FLOAT_CODES, Dtype

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tf_losses._internal.dask.settings import Settings

    Array = NDArray[Any]
    DaskArray = Any

# From so many bytes on the tree is used: less is brought together as fast. A node of the tree is a
# task of its own when it has no more than so many.
_LEAST_BYTES = 1 << 26
_NODE_BYTES = 1 << 24
_STEP = 10  # what Eigen reckons a step of a sum to cost
_SIDES = 4  # of the releases that count blocks in integers


class Tree(NamedTuple):
    """How a whole array is added up."""

    size: int
    dtype: Dtype
    threads: int
    node: int
    """The most elements of a range that is one task."""

    @property
    def packet(self) -> int:
        """The elements of one."""
        return 4 if self.dtype == FLOAT64 else 8

    @property
    def block(self) -> int:
        """The elements that each of the threads takes."""
        if self.threads == 1:
            return self.size
        if versions.release().operations.sides < _SIDES:  # up to 2.7
            return int(np.float32(self.size) / np.float32(self.threads))
        return self.size // self.threads

    @property
    def rest(self) -> int:
        """Where the elements begin that no thread's block has."""
        return self.size // self.block * self.block

    def left_of(self, first: int, count: int) -> int:
        """Give the size of the left half of a range, which ends where a packet does.

        >>> Tree(100, FLOAT32, 1, 10).left_of(3, 20)
        13
        """
        return -(-(first + (count + 1) // 2) // self.packet) * self.packet - first

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Give what is summed by itself, from the array's start to its end: start and size."""
        for first in range(0, self.rest, self.block):
            yield from self._below(first, self.block)
        if self.rest < self.size:
            yield from self._below(self.rest, self.size - self.rest)

    def _below(self, first: int, count: int) -> Iterator[tuple[int, int]]:
        if count <= self.node:
            yield first, count
            return
        left = self.left_of(first, count)
        yield from self._below(first, left)
        yield from self._below(first + left, count - left)

    def total(self, sums: dict[int, Array]) -> Array:
        """Add up the sums of the ranges, which are known by where they begin."""
        total = np.zeros((), self.dtype)
        if self.rest < self.size:
            total = self._joined(sums, self.rest, self.size - self.rest)
        elif self.threads == 1:
            return self._joined(sums, 0, self.size)
        for first in range(0, self.rest, self.block):
            total = rounded(np.add, total, self._joined(sums, first, self.block))
        return total

    def _joined(self, sums: dict[int, Array], first: int, count: int) -> Array:
        if count <= self.node:
            return sums[first]
        left = self.left_of(first, count)
        half = self._joined(sums, first, left)
        return _added(half, self._joined(sums, first + left, count - left))


def _added(left: Array, right: Array) -> Array:
    """Add two halves; the left one is added to 0 before."""
    return rounded(np.add, rounded(np.add, np.zeros((), left.dtype), left), right)


def sum_of_range(values: Array, first: Array) -> Array:
    """Sum a range of a whole array, from this place on: what a task does."""
    values = np.ascontiguousarray(values)
    tree = Tree(values.size, values.dtype, 1, 0)
    return _sum(tree, values, int(first[0])).reshape(1)


def _sum(tree: Tree, values: Array, first: int) -> Array:
    """Sum a range; C counts packets from its start, which is that of one behind any left half."""
    if first % tree.packet and values.size > _LEAF * tree.packet:
        left = tree.left_of(first, values.size)
        half = _sum(tree, values[:left], first)
        return _added(half, _sum(tree, values[left:], first + left))
    out = np.empty((), values.dtype)
    native.reduce_sum(FLOAT_CODES[values.dtype], values, [0], 1, 1, out)
    return out


_LEAF = 1024  # packets


def total_of_ranges(sums: Array, tree: Tree, divisor: int) -> Array:
    """Add up the sums of all ranges: what the last task does."""
    starts = (first for first, _ in tree.ranges())
    total = tree.total(dict(zip(starts, sums, strict=True)))
    return rounded(np.divide, total, np.asarray(divisor, tree.dtype)) if divisor != 1 else total


def has_tree(dtype: Dtype) -> bool:
    """Tell whether a sum of this dtype is a tree of ranges, in the chosen version."""
    has_leaves = math.isfinite(versions.release().operations.leaves[2])
    return dtype in (FLOAT32, FLOAT64) and has_leaves


def summed(array: DaskArray, settings: Settings, *, is_mean: bool) -> DaskArray | None:
    """Sum or average a large array by ranges; None where that is not done."""
    import dask.array as da  # noqa: PLC0415 (optional)

    is_small = array.nbytes < _LEAST_BYTES and array.nbytes <= limits.get_gather_limit()
    if is_small or not has_tree(array.dtype):
        return None
    stand_in = np.broadcast_to(np.zeros((), array.dtype), array.shape)
    threads = threads_of(stand_in, _STEP, settings.intra_op_threads)
    node = max(_NODE_BYTES // array.dtype.itemsize, 1)
    tree = Tree(array.size, array.dtype, threads, node)
    firsts, sizes = zip(*tree.ranges(), strict=True)
    flat = array.reshape(-1).rechunk((sizes,))
    places = da.from_array(np.array(firsts, np.int64), chunks=1)
    task = Piece(settings, f"{__name__}:sum_of_range", ("values", "first"), ())
    sums = da.map_blocks(
        task,
        flat,
        places,
        chunks=((1,) * len(sizes),),
        dtype=array.dtype,
        token="piece",  # noqa: S106 (Dask's word for the beginning of a name)
        meta=np.empty(0, array.dtype),
    )
    plain = (("tree", tree), ("divisor", array.size if is_mean else 1))
    last = Piece(settings, f"{__name__}:total_of_ranges", ("sums",), plain)
    every = Operand("sums", sums, (0,))
    return blocks(last, [every], ((len(sizes),),), Result((), array.dtype))
