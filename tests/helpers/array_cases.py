# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ANN401 (a case is for any library, and its tensors)
"""Random uses of the operations on arrays: what is done with tensors, and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    Array = np.ndarray[Any, Any]
    Shape = tuple[int, ...]
    Case = tuple[Callable[..., Any], list[Array]]

SPECIAL = [
    *(0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -3e-42, 1e-38, 2e-38, 3e38, -3e38, 65504.0, 6e-8)
]
AROUND_PACKETS = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 70)


def values(r: Generator, shape: Shape, *, special: float = 0.3) -> Array:
    """Numbers, some of them whole, some of them special."""
    drawn = r.normal(0, 3, shape)
    if r.random() < 0.3:
        drawn = np.round(drawn)
    if r.random() < special:
        drawn = np.where(r.random(shape) < 0.3, r.choice(SPECIAL, size=shape), drawn)
    return np.asarray(drawn)


def shape_of(r: Generator, low: int = 0, high: int = 4, *, empty: bool = True) -> Shape:
    """A shape of some axes, now and then with an empty one."""
    if r.random() < 0.1 and low < 3 <= high:
        return tuple(int(n) for n in r.choice(AROUND_PACKETS, size=2))
    count = r.integers(low, high + 1)
    return tuple(int(r.integers(0 if empty and r.random() < 0.1 else 1, 7)) for _ in range(count))


def some(r: Generator, low: int, high: int, size: int) -> list[int]:
    """Whole numbers."""
    return [int(n) for n in r.integers(low, high, size=size)]


def one(r: Generator, low: int, high: int) -> int:
    """A whole number."""
    return int(r.integers(low, high))


def transpose(r: Generator) -> Case:
    shape = shape_of(r)
    perm = None if r.random() < 0.2 or not shape else [int(n) for n in r.permutation(len(shape))]
    return lambda m, x: m.transpose(x, perm=perm), [values(r, shape)]


def concat(r: Generator) -> Case:
    shape = shape_of(r, 1)
    axis = one(r, -len(shape), len(shape))
    at = axis % len(shape)
    shapes = [(*shape[:at], one(r, 0, 5), *shape[at + 1 :]) for _ in range(one(r, 1, 5))]
    return lambda m, *x: m.concat(list(x), axis), [values(r, each) for each in shapes]


def stack(r: Generator) -> Case:
    shape = shape_of(r)
    axis = one(r, -len(shape) - 1, len(shape) + 1)
    return lambda m, *x: m.stack(list(x), axis=axis), [
        values(r, shape) for _ in range(one(r, 1, 5))
    ]


def unstack(r: Generator) -> Case:
    shape = shape_of(r, 1, empty=False)
    axis = one(r, -len(shape), len(shape))
    used = some(r, 0, shape[axis], 3)

    def use(m: Any, x: Any) -> Any:
        parts = m.unstack(x, axis=axis)
        return m.concat([m.expand_dims(parts[i], 0) for i in used], 0)

    return use, [values(r, shape)]


def split(r: Generator) -> Case:
    shape = list(shape_of(r, 1, empty=False))
    axis = one(r, -len(shape), len(shape))
    parts: Any = some(r, 0, 4, one(r, 1, 4))
    shape[axis] = sum(parts)
    count = len(parts)
    if r.random() < 0.5:
        parts[one(r, 0, count)] = -1
    if r.random() < 0.4:
        parts = count = one(r, 1, 4)
        shape[axis] = count * one(r, 1, 3)
    at = one(r, 0, count)

    def use(m: Any, x: Any) -> Any:
        made = m.split(x, parts, axis=axis)
        return m.concat([made[at], made[at - 1]], axis)

    return use, [values(r, tuple(shape))]


def tile(r: Generator) -> Case:
    shape = shape_of(r)
    times = np.array(some(r, 1, 6, len(shape)), np.int32)
    return lambda m, x: m.tile(x, times), [values(r, shape)]


def repeat(r: Generator) -> Case:
    shape = shape_of(r, 1, 3)
    axis = None if r.random() < 0.3 else one(r, -len(shape), len(shape))
    count = int(np.prod(shape)) if axis is None else shape[axis]
    times: Any = some(r, 0, 4, count) if count and r.random() < 0.6 else one(r, 0, 4)
    return lambda m, x: m.repeat(x, times, axis=axis), [values(r, shape)]


def reverse(r: Generator) -> Case:
    shape = shape_of(r, 1)
    axes = [int(n) for n in r.permutation(len(shape))[: one(r, 1, len(shape) + 1)]]
    return lambda m, x: m.reverse(x, axes), [values(r, shape)]


def roll(r: Generator) -> Case:
    shape = shape_of(r, 1)
    count = one(r, 1, 4)
    by, axes = some(r, -9, 9, count), some(r, -len(shape), len(shape), count)
    return lambda m, x: m.roll(x, by, axes), [values(r, shape)]


def pad(r: Generator) -> Case:
    shape = shape_of(r, 1)
    pairs = [some(r, 0, 4, 2) for _ in shape]
    value = float(r.choice([0, 0, 1.5, -2.25]))
    return lambda m, x: m.pad(x, pairs, constant_values=value), [values(r, shape)]


def mirror_pad(r: Generator) -> Case:
    shape = tuple(some(r, 2, 9, one(r, 1, 4)))
    mode = str(r.choice(["REFLECT", "SYMMETRIC", "reflect"]))
    more = int(mode == "SYMMETRIC")
    pairs = [some(r, 0, n + more, 2) for n in shape]
    return lambda m, x: m.pad(x, pairs, mode=mode), [values(r, shape)]


def slices(r: Generator) -> Case:
    shape = shape_of(r, 1)
    begin = [one(r, 0, n + 1) for n in shape]
    size = [
        -1 if r.random() < 0.3 else one(r, 0, n - b + 1) for n, b in zip(shape, begin, strict=True)
    ]
    return lambda m, x: m.slice(x, begin, size), [values(r, shape)]


def index(r: Generator, shape: Shape) -> tuple[Any, ...]:
    """What may stand in brackets."""
    items: list[Any] = []
    at = 0
    while at < len(shape) and r.random() < 0.85:
        kind, length = r.random(), shape[at]
        if kind < 0.15:
            items.append(None)
            continue
        if kind < 0.25 and Ellipsis not in items:
            items.append(Ellipsis)
            at += one(r, 0, len(shape) - at + 1)
            continue
        if kind < 0.5 and length:
            items.append(one(r, -length, length))
        else:
            ends = [None if r.random() < 0.4 else one(r, -length - 2, length + 3) for _ in "ab"]
            step = None if r.random() < 0.5 else int(r.choice([1, 2, 3, -1, -2]))
            items.append(slice(*ends, step))
        at += 1
    return tuple(items)


def brackets(r: Generator) -> Case:
    shape = shape_of(r)
    items = index(r, shape)
    return lambda m, x: m.getitem(x, items), [values(r, shape)]


def gather(r: Generator) -> Case:
    shape = shape_of(r, 1, empty=False)
    batch = one(r, 0, len(shape)) if r.random() < 0.4 else 0
    axis = one(r, batch, len(shape))
    many = (int(r.choice([1, 5, 200, 3000])),) if r.random() < 0.2 else shape_of(r, 0, 2)
    places = r.integers(0, shape[axis], size=shape[:batch] + many)
    places = places.astype(str(r.choice(["int32", "int64"])))
    given = axis - len(shape) if r.random() < 0.3 else axis
    return lambda m, x: m.gather(x, places, axis=given, batch_dims=batch), [values(r, shape)]


def gather_nd(r: Generator) -> Case:
    shape = shape_of(r, 1, empty=False)
    batch = one(r, 0, len(shape)) if r.random() < 0.3 else 0
    depth = one(r, 1, len(shape) - batch + 1)
    many = shape[:batch] + shape_of(r, 0, 2)
    places = np.stack([r.integers(0, n, size=many) for n in shape[batch:][:depth]], -1)
    return lambda m, x: m.gather_nd(x, places, batch_dims=batch), [values(r, shape)]


def scatter_nd(r: Generator) -> Case:
    shape = shape_of(r, 1, 3, empty=False)
    depth, many = one(r, 1, len(shape) + 1), shape_of(r, 1, 2)
    places = np.stack([r.integers(0, n, size=many) for n in shape[:depth]], -1)
    whole = np.array(shape, np.int64)
    return lambda m, x: m.scatter_nd(places, x, whole), [values(r, many + shape[depth:])]


def boolean_mask(r: Generator) -> Case:
    shape = shape_of(r, 1)
    count = one(r, 1, len(shape) + 1)
    axis = one(r, 0, len(shape) - count + 1)
    mask = r.random(shape[axis:][:count]) < 0.5
    return lambda m, x: m.boolean_mask(x, mask, axis=axis), [values(r, shape)]


def broadcast_to(r: Generator) -> Case:
    full = shape_of(r)
    own = tuple(1 if r.random() < 0.5 else n for n in full)[one(r, 0, len(full) + 1) :]
    wanted = np.array(full, np.int32)
    return lambda m, x: m.broadcast_to(x, wanted), [values(r, own)]


def top_k(r: Generator) -> Case:
    shape = shape_of(r, 1, 3, empty=False)
    count, which = one(r, 0, shape[-1] + 1), one(r, 0, 2)
    drawn = np.round(r.normal(0, 2, shape), one(r, 0, 2))
    small = r.choice([0.0, -0.0, 1e-40, -1e-40, 3e-45, np.inf, -np.inf, 2e-38], size=shape)
    drawn = np.where(r.random(shape) < 0.2, small, drawn)
    return lambda m, x: m.nn.top_k(x, count)[which], [drawn]


def sort(r: Generator) -> Case:
    shape = shape_of(r, 1, 3, empty=False)
    axis, places = one(r, -len(shape), len(shape)), r.random() < 0.5
    direction = str(r.choice(["ASCENDING", "DESCENDING"]))
    drawn = np.round(r.normal(0, 2, shape), one(r, 0, 2))
    return lambda m, x: (m.argsort if places else m.sort)(x, axis, direction), [drawn]


def fill(r: Generator) -> Case:
    dims = np.array(shape_of(r), np.int32)
    return lambda m, x: m.fill(dims, x), [values(r, ())]


def meshgrid(r: Generator) -> Case:
    count = one(r, 1, 4)
    indexing, which = str(r.choice(["xy", "ij"])), one(r, 0, count)
    rows = [values(r, (one(r, 1, 6),)) for _ in range(count)]
    return lambda m, *x: m.meshgrid(*x, indexing=indexing)[which], rows


def gathered_often(r: Generator) -> Case:
    """Rows of one tensor by several ways, which come together before they are added up."""
    shape = shape_of(r, 1, 3, empty=False)
    places = [np.array(some(r, 0, shape[0], one(r, 1, 9))) for _ in range(one(r, 2, 5))]
    way = one(r, 0, 3)

    def use(m: Any, x: Any) -> Any:
        source = x if way == 0 else m.identity(x)
        parts = [m.gather(source, each, axis=0) for each in places]
        return m.concat(parts + [source] * (way == 2), 0)

    return use, [values(r, shape, special=0)]


def parts_used_apart(r: Generator) -> Case:
    """Some parts of an operation with several outputs, beside another use of its input."""
    shape = shape_of(r, 1, 3, empty=False)
    axis = one(r, 0, len(shape))
    used = some(r, 0, shape[axis], one(r, 1, 6))
    by = [float(n) for n in r.normal(size=len(used))]

    def use(m: Any, x: Any) -> Any:
        source = x * 1.5
        apart = m.unstack(source, axis=axis)
        parts = [apart[i] * factor for i, factor in zip(used, by, strict=True)]
        return m.stack([*parts, m.reduce_sum(source, axis=axis)], 0)

    return use, [values(r, shape, special=0)]


OPERATIONS: dict[str, Callable[[Generator], Case]] = {
    use.__name__: use
    for use in (
        *(transpose, concat, stack, unstack, split, tile, repeat, reverse, roll, pad, mirror_pad),
        *(slices, brackets, gather, gather_nd, scatter_nd, boolean_mask, broadcast_to, top_k, sort),
        *(fill, meshgrid, gathered_often, parts_used_apart),
    )
}
