# SPDX-License-Identifier: Apache-2.0
"""Gradients of some rows of a tensor: TensorFlow's IndexedSlices.

A row may be named more than once; then its gradients are added, in their order, to zeros. Several
such gradients of one tensor are put one after the other before anything is added.

TensorFlow counterpart: tensorflow/python/framework/indexed_slices.py and
tensorflow/core/kernels/segment_reduction_ops_impl.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.autodiff.arithmetic import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Scattered(NamedTuple):
    """Gradients of rows: `values[i]` is one of row `indices[i]` of a tensor of `shape`."""

    values: Array
    indices: Array
    shape: tuple[int, ...]


Part = Any  # an array or a Scattered


def joined(parts: list[Part]) -> list[Part]:
    """Make one of several, if all of them are of rows.

    >>> one = Scattered(np.ones(1, np.float32), np.array([0]), (2,))
    >>> joined([one, one])[0].indices
    array([0, 0])
    """
    if len(parts) == 1 or not all(isinstance(part, Scattered) for part in parts):
        return parts
    values = np.concatenate([part.values for part in parts])
    indices = np.concatenate([part.indices for part in parts])
    return [Scattered(values, indices, parts[0].shape)]


def whole(part: Part) -> Array:
    """Give the gradient of the whole tensor.

    >>> whole(Scattered(np.array([1, 2, 4], np.float32), np.array([1, 0, 1]), (3,)))
    array([2., 5., 0.], dtype=float32)
    """
    if not isinstance(part, Scattered):
        return np.asarray(part)
    return sum_by_row(part.values, part.indices, part.shape[0]).reshape(part.shape)


# Multiples of the least normal number stay so when they are added: no sum is subnormal. These are
# the bounds above which all numbers of a dtype are that.
_SAFE = {"float32": 2.0**-103, "bfloat16": 2.0**-119, "float64": 2.0**-970}


def sum_by_row(values: Array, rows: Array, count: int) -> Array:
    """Add each value to the row of its number, beginning with zeros, in the order they come.

    Args:
        values: one for each number in `rows`, along the first axis.
        rows: whole numbers; what is none of `count` rows is left out if below 0.
        count: of rows.

    >>> sum_by_row(np.array([[1.0], [2.0]]), np.array([1, 1]), 2)
    array([[0.],
           [3.]])
    """
    kept = rows >= 0
    if not kept.all():
        values, rows = values[kept], rows[kept]
    total = np.zeros((count, *values.shape[1:]), values.dtype)
    if values.size == 0:
        return total
    bound = _SAFE.get(values.dtype.name)
    if bound is None or not _has_small(values, bound):
        with np.errstate(all="ignore"):
            np.add.at(total, rows, values)
        return total
    for turn in _turns(rows):
        total[rows[turn]] = rounded(np.add, total[rows[turn]], values[turn])
    return total


def _has_small(values: Array, bound: float) -> bool:
    wide = values if values.dtype == np.float64 else values.astype(np.float32)
    sizes = np.abs(wide)
    return bool(((sizes < bound) & (sizes > 0)).any())


def _turns(rows: Array) -> list[Array]:
    """Split the places of equal rows: the first of each row, then the second of each, and so on."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    turn = np.arange(len(rows)) - np.repeat(begins, np.diff(begins, append=len(rows)))
    by_turn = np.argsort(turn, kind="stable")
    return np.split(order[by_turn], np.cumsum(np.bincount(turn))[:-1])
