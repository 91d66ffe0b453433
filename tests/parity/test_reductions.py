# SPDX-License-Identifier: Apache-2.0
"""Reductions beside TensorFlow: values, gradients, errors, and the arguments of 1.x."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
from beside import described, result_of
from bits import assert_same_bits
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

FLOATS = (*cases.DTYPES,)
INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
# Around packets, rows folded four at a time, and halves.
SHAPES: list[tuple[tuple[int, ...], Any]] = [
    *(((7,), None), ((33,), None), ((100,), 0), ((3, 5), 0), ((3, 5), 1), ((3, 5), None)),
    *(((40, 17), 0), ((9, 40), 1), ((2, 40, 9), 1), ((2, 3, 4), [0, 2]), ((2, 3, 4), [1])),
    *(((3, 40, 5), -1), ((5, 6, 7, 3), [1, 3]), ((5, 6, 7, 3), [0, 2]), ((0, 3), 0)),
    *(((3, 0), 1), ((3, 0), 0), ((4, 5), []), ((), None), ((2000,), None), ((2, 9000), 1)),
]


def draw(name: str, dtype: str, shape: tuple[int, ...], kind: str) -> Any:  # noqa: ANN401 (an array)
    rng = cases.generator(name, dtype, shape, kind)
    if dtype == "bool":
        return np.asarray(rng.random(shape) < 0.5)
    if dtype in INTEGERS:
        limits = np.iinfo(dtype)
        return np.asarray(rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True))
    values = rng.normal(0, 3, shape)
    if name == "reduce_prod":
        values = 1 + values / 60
    if kind == "ties":
        values = np.round(rng.uniform(1, 4, shape))
    if kind == "special":
        hit = rng.random(shape) < 0.2
        values = np.where(hit, rng.choice([np.nan, np.inf, -np.inf, 0.0, 3e38], shape), values)
    with np.errstate(all="ignore"):
        wide = values if dtype == "float64" else np.asarray(values).astype(np.float32)
        return np.asarray(np.asarray(wide).astype(cases.DTYPES.get(dtype, dtype)))


REDUCTIONS = {
    **dict.fromkeys(("reduce_sum", "reduce_mean", "reduce_max", "reduce_min"), FLOATS + INTEGERS),
    "reduce_prod": FLOATS + INTEGERS,
    "math.count_nonzero": (*FLOATS, *INTEGERS, "bool"),
    **dict.fromkeys(("reduce_any", "reduce_all"), ("bool",)),
}


def named(module: Any, name: str) -> Any:  # noqa: ANN401 (either library)
    for part in name.split("."):
        module = getattr(module, part)
    return module


@pytest.fixture(autouse=True)
def _threads() -> None:
    """Let this package reckon with as many threads as TensorFlow has here."""
    count = tf.config.threading.get_intra_op_parallelism_threads() or 0
    v2.config.threading.set_intra_op_parallelism_threads(count)


@pytest.mark.parametrize(
    ("name", "dtype"), [(name, dtype) for name, dtypes in REDUCTIONS.items() for dtype in dtypes]
)
def test_reductions(name: str, dtype: str) -> None:
    for place, (shape, axis) in enumerate(SHAPES):
        if name == "reduce_mean" and dtype in INTEGERS and 0 in shape:
            continue  # TensorFlow divides by 0
        for kind in ("plain", "ties", "special") if dtype in FLOATS else ("plain",):
            if kind != "plain" and name in ("reduce_sum", "math.count_nonzero"):
                continue
            x = draw(name, dtype, shape, kind)
            use = partial(_reduced, name, axis, keepdims=place % 2 == 0)
            ours, theirs = (result_of(m, use, x) for m in (v2, tf))
            case = f"{name} {dtype} {shape} {axis} {kind}"
            _assert_same(ours[0], theirs[0], case)
            if dtype in FLOATS:
                _assert_same(ours[1], theirs[1], case)


def _reduced(name: str, axis: object, module: Any, x: object, *, keepdims: bool) -> Any:  # noqa: ANN401 (either library)
    made = named(module, name)(x, axis=axis, keepdims=keepdims)
    # A gradient of 0.1, of no power of two.
    return made * 0.1 if made.dtype.name.startswith(("float", "bfloat")) else made


def _assert_same(mine: Any, wanted: Any, case: str) -> None:  # noqa: ANN401 (arrays)
    if mine is None or wanted is None:
        assert mine is None, case
        assert wanted is None, case
    elif mine.dtype.kind in "fV":
        assert_same_bits(mine, wanted, case)
    else:
        assert (mine.dtype, mine.tolist()) == (wanted.dtype, wanted.tolist()), case


@pytest.mark.parametrize("dtype", FLOATS)
def test_l2_loss(dtype: str) -> None:
    for shape in ((), (0,), (7,), (33,), (5, 9), (1000,), (9000,), (100_003,)):
        x = draw("l2_loss", dtype, shape, "plain")
        ours, theirs = (result_of(m, lambda m, x: m.nn.l2_loss(x) * 0.1, x) for m in (v2, tf))
        for mine, wanted in zip(ours, theirs, strict=True):
            _assert_same(mine, wanted, f"{dtype} {shape}")


@pytest.mark.parametrize("dtype", FLOATS)
def test_logsumexp(dtype: str) -> None:
    for shape, axis in (
        ((7,), None),
        ((3, 17), 1),
        ((40, 9), 0),
        ((2, 3, 4), [0, 2]),
        ((0,), None),
    ):
        for kind in ("plain", "special"):
            x = draw("logsumexp", dtype, shape, kind)
            use = partial(_reduced, "reduce_logsumexp", axis, keepdims=kind == "plain")
            ours, theirs = (result_of(m, use, x) for m in (v2, tf))
            for mine, wanted in zip(ours, theirs, strict=True):
                _assert_same(mine, wanted, f"{dtype} {shape} {kind}")


@pytest.mark.parametrize("dtype", FLOATS)
def test_reciprocal(dtype: str) -> None:
    for size in (0, 1, 7, 8, 9, 70, 1000):
        x = draw("reciprocal", dtype, (size,), "special")
        g = draw("its gradient", dtype, (size,), "special")
        ours, theirs = (
            result_of(m, lambda m, x, g=g: m.math.reciprocal(x) * g, x) for m in (v2, tf)
        )
        for mine, wanted in zip(ours, theirs, strict=True):
            _assert_same(mine, wanted, f"{dtype} {size}")


@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
def test_cumsum(dtype: str) -> None:
    for shape, axis in (
        ((5,), 0),
        ((33,), 0),
        ((3, 4), 1),
        ((3, 4), 0),
        ((2, 3, 4), -3),
        ((0, 3), 0),
    ):
        x = draw("cumsum", dtype, shape, "plain")
        for exclusive in (False, True):
            for reverse in (False, True):
                use = partial(_cumsum, axis, exclusive=exclusive, reverse=reverse)
                ours, theirs = (result_of(m, use, x) for m in (v2, tf))
                _assert_same(ours[0], theirs[0], f"{dtype} {shape}")
                if dtype in FLOATS:
                    _assert_same(ours[1], theirs[1], f"{dtype} {shape}")


def _cumsum(axis: int, module: Any, x: object, *, exclusive: bool, reverse: bool) -> Any:  # noqa: ANN401 (either library)
    return module.cumsum(x, axis, exclusive=exclusive, reverse=reverse)


CALLS: dict[str, Callable[[Any], Any]] = {
    "logsumexp of ints": lambda m: m.reduce_logsumexp([1, 2]),
    "logsumexp too far": lambda m: m.reduce_logsumexp([1.0], 3),
    "sum of bools": lambda m: m.reduce_sum(m.constant([True])),
    "sum of strings": lambda m: m.reduce_sum(["a"]),
    "sum of a list": lambda m: m.reduce_sum([[1, 2], [3, 4]], 0),
    "sum too far": lambda m: m.reduce_sum([1], 1),
    "sum over an axis twice": lambda m: m.reduce_sum([[1]], [0, 0]),
    "sum over an axis twice, negative": lambda m: m.reduce_sum([[1]], [0, -2]),
    "sum over a float": lambda m: m.reduce_sum([[1]], 0.0),
    "sum over a bool": lambda m: m.reduce_sum([[1, 2]], True),  # noqa: FBT003 (as a program)
    "sum with None": lambda m: m.reduce_sum([1], keepdims=None),
    "sum with 1": lambda m: m.reduce_sum([1], keepdims=1),
    "sum that wraps": lambda m: m.reduce_sum(np.array([100, 100], np.int8)),
    "mean of negatives": lambda m: m.reduce_mean([-7, 2]),
    "mean of bools": lambda m: m.reduce_mean(m.constant([True])),
    "mean of uint8": lambda m: m.reduce_mean(np.full(300, 200, np.uint8)),
    "max of bools": lambda m: m.reduce_max([True]),
    "max of complex": lambda m: m.reduce_max(np.array([1j])),
    "max of none": lambda m: m.reduce_max(np.zeros((0, 2), np.float32), 0),
    "min of no ints": lambda m: m.reduce_min(np.zeros(0, np.int16)),
    "max of strings": lambda m: m.reduce_max(["a"]),
    "max too far": lambda m: m.reduce_max([1.0], [0, 2]),
    "prod of bools": lambda m: m.reduce_prod([True]),
    "prod that wraps": lambda m: m.reduce_prod(np.array([100, 100], np.int8)),
    "any of ints": lambda m: m.reduce_any([1, 0]),
    "any of a tensor of ints": lambda m: m.reduce_any(m.constant([1, 0])),
    "any over an axis of ints": lambda m: m.reduce_any(m.constant([1, 0]), axis=0),
    "all of an array of ints": lambda m: m.reduce_all(np.array([1, 0])),
    "all of none": lambda m: m.reduce_all(np.zeros((0, 2), bool), 0),
    "any of none": lambda m: m.reduce_any(np.zeros((0, 2), bool)),
    "count": lambda m: m.math.count_nonzero([[1, 0], [2, 3]], 0, keepdims=True),
    "count as int32": lambda m: m.math.count_nonzero([1.0, 1e-40], dtype="int32"),
    "count as float": lambda m: m.math.count_nonzero([1.0, 0.0], dtype=np.float32),
    "count strings": lambda m: m.math.count_nonzero(["", "a"]),
    "count bools": lambda m: m.math.count_nonzero([True, False]),
    "l2_loss of ints": lambda m: m.nn.l2_loss([1]),
    "l2_loss of a list": lambda m: m.nn.l2_loss([1.0, 2.5]),
    "zero_fraction of none": lambda m: m.nn.zero_fraction(np.zeros(0)),
    "zero_fraction of ints": lambda m: m.math.zero_fraction([0, 1, 2]),
    "zero_fraction of a number": lambda m: m.nn.zero_fraction(0.0),
    "cumsum of a number": lambda m: m.cumsum(1.0),
    "cumsum too far": lambda m: m.cumsum([1.0], 1),
    "cumsum by a float": lambda m: m.cumsum([1.0], 0.0),
    "cumsum by two": lambda m: m.cumsum([[1.0]], [0, 1]),
    "cumsum of bools": lambda m: m.cumsum([True]),
    "cumsum with None": lambda m: m.cumsum([1, 2], exclusive=None),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    ours, theirs = (described(lambda m=m: m.identity(CALLS[name](m))) for m in (v2, tf))
    assert ours == theirs


CALLS_1X: dict[str, Callable[[Any], Any]] = {
    "sum": lambda m: m.reduce_sum([[1.0, 2.0]], reduction_indices=1, keep_dims=True),
    "mean": lambda m: m.reduce_mean([[1.0, 2.0]], reduction_indices=[0]),
    "max": lambda m: m.reduce_max([[1.0, 2.0]], 1, keep_dims=True),
    "min": lambda m: m.math.reduce_min([[1.0, 2.0]], 1, True),  # noqa: FBT003 (as a program)
    "prod": lambda m: m.reduce_prod([[1.0, 2.0]], keep_dims=False),
    "any": lambda m: m.reduce_any([[True, False]], reduction_indices=0),
    "all": lambda m: m.reduce_all([[True, False]], keep_dims=True),
    "logsumexp": lambda m: m.reduce_logsumexp([[1.0, 2.0]], reduction_indices=1),
    "reciprocal": lambda m: m.reciprocal([4.0]),
    "both axes": lambda m: m.reduce_sum([[1.0]], axis=0, reduction_indices=0),
    "both keepdims": lambda m: m.reduce_mean([[1.0]], keepdims=True, keep_dims=False),
    "count": lambda m: m.count_nonzero([1, 0]),
    "count by its old names": lambda m: m.count_nonzero(input=[[1, 0]], reduction_indices=1),
    "count both": lambda m: m.count_nonzero([1], input=[1]),
    "count of nothing": lambda m: m.count_nonzero(),
    "cumsum": lambda m: m.math.cumsum([1, 2], reverse=True),
}


@pytest.mark.parametrize("name", CALLS_1X)
def test_calls_of_1x(name: str) -> None:
    ours, theirs = (
        described(lambda m=m: m.identity(CALLS_1X[name](m))) for m in (v1, tf.compat.v1)
    )
    assert ours == theirs
