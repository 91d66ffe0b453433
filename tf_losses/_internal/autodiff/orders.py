# SPDX-License-Identifier: Apache-2.0
"""In which order TensorFlow folds the elements along some axes with an operation of two numbers.

Sums have this in C (csrc/kernels/sum.h, reduce.h), where the order is explained; here it is for
what is rare: products, and sums that C has no kernel for. Every step is rounded to the dtype.

Source: Eigen's unsupported/Eigen/CXX11/src/Tensor/TensorReduction.h.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.autodiff.exact import rounded
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT64
from tf_losses._internal.runtime.subnormals import cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["fold", "threads_of"]

# Rows from which on columns have so many sums side by side.
_ROWS = 16
_SIDES, _PAIR = 4, 2
# What Eigen reckons: a byte read, a step of a reduction, and what a thread has to be worth.
_BYTE, _STEP, _THREAD = 11 / 64, 10, 100_000


def threads_of(array: Array, steps: int, available: int) -> int:
    """Tell how many threads share the fold of a whole array; `steps` are those of an element.

    >>> threads_of(np.ones(100_000, np.float32), 10, 2), threads_of(np.ones(10**6), 10, 2)
    (1, 2)
    """
    cost = array.itemsize * _BYTE + steps / _packet(array)
    wanted = (array.size * cost - _THREAD) / _THREAD + 0.9
    return max(1, int(min(wanted, available)))


def fold(
    function: np.ufunc, array: Array, axes: Sequence[int], available: int, steps: int = _STEP
) -> Array:
    """Fold floats along axes that are kept with length 1.

    Args:
        function: np.add or np.multiply.
        array: floats.
        axes: from 0 on, in order.
        available: the threads that TensorFlow has.
        steps: what Eigen reckons an element to cost.

    >>> fold(np.multiply, np.array([[1.0, 2.0], [3.0, 4.0]]), (0,), 1)
    array([[3., 8.]])
    """
    kept = tuple(1 if i in axes else n for i, n in enumerate(array.shape))
    if 0 in array.shape:
        return np.full(kept, _unit(function), array.dtype)
    lengths = [(n, i in axes) for i, n in enumerate(array.shape) if n != 1]
    merged = [
        (reduced, math.prod(n for n, _ in group))
        for reduced, group in groupby(lengths, key=lambda pair: pair[1])
    ]
    kinds = tuple(reduced for reduced, _ in merged)
    values = array.reshape([n for _, n in merged])
    if kinds in ((), (False,)):
        return array
    if kinds == (True,):
        folded = _whole(function, values, threads_of(values, steps, available))
    elif kinds in ((True, False), (False, True, False)):
        folded = _columns(function, values.reshape(-1, *values.shape[-2:]))
    elif kinds == (True, False, True):
        turned = values.transpose(2, 0, 1)  # the last axis is the outer loop
        folded = _one_by_one(function, turned.reshape(-1, values.shape[1]))
    else:
        order = sorted(range(len(kinds)), key=lambda i: kinds[i])
        size = math.prod(n for reduced, n in merged if reduced)
        folded = _rows(function, np.ascontiguousarray(values.transpose(order)).reshape(-1, size))
    return np.asarray(folded).reshape(kept)


def _unit(function: np.ufunc) -> int:
    return 1 if function is np.multiply else 0


def _start(function: np.ufunc, shape: tuple[int, ...], like: Array) -> Array:
    return np.full(shape, _unit(function), like.dtype)


def _packet(array: Array) -> int:
    if array.dtype.name in versions.release().operations.one_by_one:
        return 1
    return 4 if array.dtype == FLOAT64 else 8


def _sides(function: np.ufunc) -> int:
    now = versions.release().operations
    return now.product_sides if function is np.multiply else now.sides


def _leaf_size(function: np.ufunc, array: Array) -> float:
    """Tell how many elements are folded without halving: of products Eigen halves none."""
    if function is np.multiply:
        return math.inf
    of_float16, of_bfloat16, of_others = versions.release().operations.leaves
    packets = {"float16": of_float16, "bfloat16": of_bfloat16}.get(array.dtype.name, of_others)
    return _packet(array) * packets


def _whole(function: np.ufunc, values: Array, threads: int) -> Array:
    size = values.size
    if threads == 1:
        return _range(function, values, 0)
    block = size // threads
    done = size // block * block
    total = _range(function, values[done:], done) if done < size else None
    for start in range(0, done, block):
        part = _range(function, values[start : start + block], start)
        total = part if total is None else rounded(function, total, part)
    return np.asarray(total)


def _rows(function: np.ufunc, rows: Array) -> Array:
    size = rows.shape[1]
    if size <= _leaf_size(function, rows):
        return _leaf(function, rows)
    return np.array([_range(function, row, k * size) for k, row in enumerate(rows)], rows.dtype)


def _range(function: np.ufunc, values: Array, first: int) -> Array:
    """Fold neighbours, of which the first stands at this place in the array."""
    packet, size = _packet(values), values.size
    if size <= _leaf_size(function, values):
        return _leaf(function, values.reshape(1, -1)).reshape(())
    middle = first + (size + 1) // 2
    # One by one, the first half is the smaller one.
    left = size // 2 if packet == 1 else -(-middle // packet) * packet - first
    return rounded(
        function,
        _range(function, values[:left], first),
        _range(function, values[left:], first + left),
    )


def _leaf(function: np.ufunc, rows: Array) -> Array:
    """Fold each row: packets side by side, then their lanes, and what is left over by itself."""
    count, size = rows.shape
    packet, side_count = _packet(rows), _sides(function)
    blocks = size // (side_count * packet)
    sides = _start(function, (count, side_count, packet), rows)
    for block in range(blocks):
        start = block * side_count * packet
        part = rows[:, start : start + side_count * packet].reshape(sides.shape)
        sides = rounded(function, sides, part)
    left = [
        rows[:, start : start + packet]
        for start in range(blocks * side_count * packet, size - packet + 1, packet)
    ]
    others = [sides[:, side] for side in range(1, side_count)]
    folded = sides[:, 0]
    # The sums of a pair are added when an odd packet has been, those of four before.
    for part in left + others if side_count == _PAIR else others + left:
        folded = rounded(function, folded, part)
    rest = _start(function, (count,), rows)
    for place in range(size - size % packet, size):
        rest = rounded(function, rest, rows[:, place])
    return rounded(function, rest, _lanes(function, folded))


def _lanes(function: np.ufunc, packets: Array) -> Array:
    """Fold a packet in halves; 16-bit types round once, at the end."""
    wide = packets.astype(FLOAT32) if packets.itemsize == 2 else packets  # noqa: PLR2004 (bytes of 16 bits)
    while wide.shape[1] > 1:
        half = wide.shape[1] // 2
        wide = rounded(function, wide[:, :half], wide[:, half:])
    return cast(wide[:, 0], packets.dtype)


def _columns(function: np.ufunc, values: Array) -> Array:
    """Fold the middle axis: packets of neighbouring results are folded four rows at a time."""
    outer, rows, inner = values.shape
    plain = _one_by_one(function, values.transpose(1, 0, 2).reshape(rows, -1))
    if rows < _ROWS or _sides(function) < _SIDES:
        return plain
    sides = _start(function, (_SIDES, outer * inner), values)
    lines = values.transpose(1, 0, 2).reshape(rows, -1)
    done = rows - rows % _SIDES
    for start in range(0, done, _SIDES):
        sides = rounded(function, sides, lines[start : start + _SIDES])
    packed = sides[0]
    for side in range(1, _SIDES):
        packed = rounded(function, packed, sides[side])
    for line in lines[done:]:
        packed = rounded(function, packed, line)
    # A packet of results lies within the inner axis, or is computed one by one.
    packet = _packet(values)
    count: int = outer * inner
    place = np.arange(count)
    begin = place - place % packet
    inside = (begin // inner == (begin + packet - 1) // inner) & (begin + packet <= count)
    return np.where(inside, packed, plain)


def _one_by_one(function: np.ufunc, lines: Array) -> Array:
    total = _start(function, lines.shape[1:], lines)
    for line in lines:
        total = rounded(function, total, line)
    return total
