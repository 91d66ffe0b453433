# SPDX-License-Identifier: Apache-2.0
"""Elementwise operations, comparisons and choices beside TensorFlow: values, gradients, errors."""

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
SIGNED = ("int8", "int16", "int32", "int64")
SPECIAL = [
    *(0.0, -0.0, np.nan, np.inf, -np.inf, 1e-40, -1e-40, 1.1e-38, 1e-45, 3e38, -3e38, 0.5, -0.5),
    *(1.5, 2.5, -2.5, 1.0, -1.0, 3.0, 6e-8, -6e-8, 1e-310, -1e-310, 65504.0),
]
SIZES = (0, 1, 3, 4, 7, 8, 9, 17, 31, 70)
SHAPES = (*((size,) for size in SIZES), (), (5, 9), (2, 3, 4))
PAIRS = (
    *((shape, shape) for shape in SHAPES),
    *((shape, ()) for shape in SHAPES),
    *(((), shape) for shape in SHAPES),
    *(((3, 1), (1, 5)), ((4, 17), (17,)), ((1, 9), (7, 9)), ((2, 1, 4), (3, 1))),
    *(((8,), (3, 8)), ((5, 1, 3), (1, 4, 1)), ((3, 33), (3, 1)), ((0,), (1,)), ((0, 3), (3,))),
)


def named(module: Any, name: str) -> Any:  # noqa: ANN401 (either library)
    for part in name.split("."):
        module = getattr(module, part)
    return module


def draw(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, special: float) -> Any:  # noqa: ANN401 (an array)
    """Numbers, a part of which is special; integers of all sizes, or small ones."""
    if dtype == "bool":
        return np.asarray(rng.random(shape) < 0.5)
    if dtype in INTEGERS:
        limits = np.iinfo(dtype)
        low, high = (max(limits.min, -5), 5) if special else (limits.min, limits.max)
        return np.asarray(rng.integers(low, high, shape, dtype=dtype, endpoint=True))
    values = rng.normal(0, 3, shape)
    values = np.where(rng.random(shape) < special, rng.choice(SPECIAL, shape), values)
    with np.errstate(all="ignore"):
        wide = values if dtype == "float64" else values.astype(np.float32)
        return np.asarray(np.asarray(wide).astype(cases.DTYPES.get(dtype, dtype)))


def compare(name: str, use: Callable[..., Any], *arrays: Any) -> None:  # noqa: ANN401 (arrays)
    ours, theirs = (result_of(m, use, *arrays) for m in (v2, tf))
    for place, (mine, wanted) in enumerate(zip(ours, theirs, strict=True)):
        if mine is None or wanted is None:
            assert (mine is None) == (wanted is None), (name, place)
        elif mine.dtype.kind in "fV":
            assert_same_bits(mine, wanted, f"{name}, {place}")
        else:
            assert (mine.dtype, mine.shape) == (wanted.dtype, wanted.shape), (name, place)
            np.testing.assert_array_equal(mine, wanted, name)


UNARY = {
    **dict.fromkeys(("floor", "math.ceil", "math.is_nan", "math.is_inf"), FLOATS),
    **dict.fromkeys(("math.is_finite", "math.rint"), FLOATS),
    **dict.fromkeys(("abs", "sign"), FLOATS + SIGNED),
    **dict.fromkeys(("round", "nn.relu", "math.zero_fraction"), FLOATS + INTEGERS),
    "logical_not": ("bool",),
}


@pytest.mark.parametrize("name", UNARY)
def test_of_one(name: str) -> None:
    rng = cases.generator(name)
    for dtype in UNARY[name]:
        if name == "math.rint" and dtype in ("float16", "bfloat16"):
            continue  # which TensorFlow does not have
        for shape in SHAPES:
            for special in (0.0, 0.4) if dtype in FLOATS else (0.0,):
                x = draw(rng, shape, dtype, special)
                # These have no gradient, not even None; integers are not watched here.
                if name.startswith("math.is_") or dtype in INTEGERS:
                    ours, theirs = (described(partial(named(m, name), x)) for m in (v2, tf))
                    assert ours == theirs
                else:
                    compare(f"{name} {dtype} {shape}", lambda m, x: named(m, name)(x), x)


BINARY = {
    **dict.fromkeys(("maximum", "minimum"), FLOATS + INTEGERS),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal"), FLOATS + INTEGERS),
    **dict.fromkeys(("equal", "not_equal"), (*FLOATS, *INTEGERS, "bool")),
    **dict.fromkeys(("math.floordiv", "math.floormod", "math.divide_no_nan"), FLOATS + INTEGERS),
    "math.multiply_no_nan": FLOATS,
    "math.squared_difference": (*FLOATS, "int32", "int64"),
    **dict.fromkeys(("logical_and", "logical_or", "math.logical_xor"), ("bool",)),
}


@pytest.mark.parametrize("name", BINARY)
def test_of_two(name: str) -> None:
    rng = cases.generator(name)
    for dtype in BINARY[name]:
        for shapes in PAIRS:
            special = float(rng.choice([0.0, 0.4]))
            x, y = (draw(rng, shape, dtype, special) for shape in shapes)
            if dtype in INTEGERS and name in ("math.floordiv", "math.floormod"):
                y = np.where(y == 0, np.asarray(3, dtype), y)
                if dtype in SIGNED:  # the least number has no positive twin
                    x = np.where(x == np.iinfo(dtype).min, np.asarray(0, dtype), x)
            compare(f"{name} {dtype} {shapes}", lambda m, x, y: named(m, name)(x, y), x, y)


@pytest.mark.parametrize("dtype", [*FLOATS, *INTEGERS, "bool"])
def test_where(dtype: str) -> None:
    rng = cases.generator("where", dtype)
    for condition, a, b in (
        *(((5,), (5,), (5,)), ((), (3, 4), (4,)), ((3, 1), (4,), ()), ((9,), (), ())),
        *(((2, 3), (2, 3), (2, 1)), ((4, 1, 2), (3, 1), (2,)), ((0,), (1,), ())),
    ):
        mask = draw(rng, condition, "bool", 0)
        x, y = draw(rng, a, dtype, 0.4), draw(rng, b, dtype, 0.4)
        compare(f"{dtype} {a} {b}", lambda m, x, y, mask=mask: m.where(mask, x, y), x, y)
    for shape in ((3,), (2, 3), (2, 2, 3), (0, 2)):
        x = draw(rng, shape, dtype, 0.6)
        call: Callable[[Any], Any] = lambda m, x=x: m.where(m.constant(x))  # noqa: E731 (of a loop)
        ours, theirs = (described(partial(call, m)) for m in (v2, tf))
        assert ours == theirs


@pytest.mark.parametrize("dtype", FLOATS)
def test_where_of_1x(dtype: str) -> None:
    """It broadcasts nothing but a condition of rows."""
    rng = cases.generator("where of 1.x", dtype)
    for condition, shape in (((3,), (3, 4)), ((3, 4), (3, 4)), ((), (2, 3)), ((2,), (2,))):
        mask = draw(rng, condition, "bool", 0)
        x, y = (draw(rng, shape, dtype, 0.4) for _ in range(2))
        compare(
            f"{dtype} {shape}",
            lambda m, x, y, mask=mask: (v1 if m is v2 else tf.compat.v1).where(mask, x, y),
            x,
            y,
        )


@pytest.mark.parametrize("dtype", [*FLOATS, "int32", "int64"])
def test_clip_by_value(dtype: str) -> None:
    rng = cases.generator("clip", dtype)
    for shape, low, high in (
        *(((9,), (), ()), ((3, 5), (5,), ()), ((16,), (16,), (16,)), ((17,), (), (1,))),
    ):
        arrays = [draw(rng, one, dtype, 0.3) for one in (shape, low, high)]
        compare(f"{dtype} {shape}", lambda m, x, a, b: m.clip_by_value(x, a, b), *arrays)
    compare("numbers", lambda m, x: m.clip_by_value(x, -1, 1), arrays[0])


CALLS: dict[str, Callable[[Any], Any]] = {
    "a number beside a tensor": lambda m: m.maximum(m.constant([1.5, 2.0]), 2),
    "a number before a tensor": lambda m: m.maximum(2, m.constant([1.5, 2.0])),
    "an array beside a tensor": lambda m: m.minimum(m.constant([1.5]), np.array([1.0])),
    "float64 before float32": lambda m: m.minimum(np.array([1.0]), m.constant([1.5])),
    "two tensors": lambda m: m.maximum(m.constant([1.5]), m.constant([1])),
    "two arrays": lambda m: m.maximum(np.array([1.5]), np.array([1])),
    "two lists": lambda m: m.maximum([1.5], [1]),
    "a float for an int": lambda m: m.maximum([1], [1.5]),
    "a float for a tensor of ints": lambda m: m.less(m.constant([1]), 1.5),
    "comparing numbers": lambda m: m.greater(1, 2.5),
    "comparing shapes": lambda m: m.equal([1, 2], [1, 2, 3]),
    "comparing bools": lambda m: m.less([True], [False]),
    "comparing strings": lambda m: m.equal(["a", "b"], "a"),
    "strings differ": lambda m: m.not_equal(m.constant(["a", "b"]), ["b", "b"]),
    "strings by size": lambda m: m.less(["a"], ["b"]),
    "comparing with None": lambda m: m.equal([1], None),
    "comparing complex numbers": lambda m: m.equal([1j, 2.0], [1j, 3.0]),
    "comparing bfloat16 and 1": lambda m: m.equal(m.cast([1.0, 2.0], "bfloat16"), 1),
    "uint8 and 300": lambda m: m.equal(np.array([44], np.uint8), 300),
    "and of ints": lambda m: m.logical_and([1], [True]),
    "and of an array of ints": lambda m: m.logical_and(np.array([1, 0]), [True]),
    "and of a tensor of ints": lambda m: m.logical_and(m.constant([1]), [True]),
    "and, second of ints": lambda m: m.logical_and([True], m.constant([1])),
    "or of shapes": lambda m: m.logical_or([True, False], [True, False, True]),
    "xor of ints": lambda m: m.math.logical_xor(m.constant([1]), [True]),
    "not of a number": lambda m: m.logical_not(1),
    "not of bools": lambda m: m.logical_not([True, False]),
    "abs of unsigned": lambda m: m.abs(np.array([1], np.uint8)),
    "abs of bools": lambda m: m.abs([True]),
    "abs of the least": lambda m: m.abs(np.array([-128, 5], np.int8)),
    "sign of unsigned": lambda m: m.sign(np.array([1], np.uint8)),
    "floor of ints": lambda m: m.floor([1]),
    "round of bools": lambda m: m.round([True]),
    "rint of halves": lambda m: m.math.rint(np.array([1.5], np.float16)),
    "is_nan of ints": lambda m: m.math.is_nan([1]),
    "relu of bools": lambda m: m.nn.relu([True]),
    "relu of strings": lambda m: m.nn.relu(["a"]),
    "floordiv by zero": lambda m: m.math.floordiv([1, 2], [1, 0]),
    "floordiv of negatives": lambda m: m.math.floordiv([-7, 7, -8], [2, -2, 2]),
    "floormod by zero": lambda m: m.math.floormod([1, 2], 0),
    "floormod of negatives": lambda m: m.math.floormod([-7, 7, -8], [3, -3, 4]),
    "mod": lambda m: m.math.mod([7.5, -7.5], 2.0),
    "floordiv of bools": lambda m: m.math.floordiv([True], [True]),
    "floordiv of nothing": lambda m: m.math.floordiv(np.zeros(0, np.int32), 0),
    "divide_no_nan of ints": lambda m: m.math.divide_no_nan([1, 2], [0, 4]),
    "divide_no_nan of int8": lambda m: m.math.divide_no_nan(np.array([1, 2], np.int8), 4),
    "divide_no_nan of bools": lambda m: m.math.divide_no_nan([True], [True]),
    "divide_no_nan of two": lambda m: m.math.divide_no_nan(m.constant([1]), m.constant([1.0])),
    "divide_no_nan, number first": lambda m: m.math.divide_no_nan(1, m.constant([2.0, 0.0])),
    "divide_no_nan, float for int": lambda m: m.math.divide_no_nan(m.constant([1]), 0.5),
    "divide_no_nan of lists": lambda m: m.math.divide_no_nan([1], [0.5]),
    "multiply_no_nan of ints": lambda m: m.math.multiply_no_nan([1], [2]),
    "multiply_no_nan of two": lambda m: m.math.multiply_no_nan(2, m.constant([1.0])),
    "multiply_no_nan of lists": lambda m: m.math.multiply_no_nan([2.0, np.nan], [1, 0]),
    "multiply_no_nan, float for int": lambda m: m.math.multiply_no_nan([1], [0.5]),
    "squared_difference of uint8": lambda m: m.math.squared_difference(
        np.array([1], np.uint8), np.array([1], np.uint8)
    ),
    "clip ints": lambda m: m.clip_by_value([1, 5, 9], 2, 7),
    "clip ints by floats": lambda m: m.clip_by_value([1, 5, 9], 2.0, 7.5),
    "clip and grow": lambda m: m.clip_by_value([1.0, 2.0], [[0.0, 1.0]], 3.0),
    "clip with shapes": lambda m: m.clip_by_value([1.0, 2.0], [0.0, 1.0, 2.0], 3.0),
    "where of a list": lambda m: m.where([0, 3, 0, 1]),
    "where of floats": lambda m: m.where([0.0, 0.5]),
    "where of an array": lambda m: m.where(np.array([[0.0, 1.0], [2.0, 0.0]])),
    "where of an array of halves": lambda m: m.where(np.array([0.0, 1.0], np.float16)),
    "where of a number": lambda m: m.where(True),  # noqa: FBT003 (as a program has it)
    "where of strings": lambda m: m.where(["a"]),
    "where without y": lambda m: m.where([True], [1.0]),
    "where of shapes": lambda m: m.where([True, False, True], [1.0, 2.0], 0.0),
    "where of ints and floats": lambda m: m.where([True, False], [1, 2], [0.5, 1.5]),
    "where by ints": lambda m: m.where(m.constant([1, 0]), [1.0, 2.0], 0.0),
    "where by a list of ints": lambda m: m.where([1, 0], [1.0, 2.0], 0.0),
    "where of two tensors": lambda m: m.where([True], m.constant([1]), m.constant([1.0])),
    "where, number first": lambda m: m.where([True, False], 0, m.constant([1.0, 2.0])),
    "where, complex": lambda m: m.where([True, False], [1j, 2j], [3j, 4j]),
    "shapes": lambda m: m.maximum([1.0, 2.0], [1.0, 2.0, 3.0]),
    "shapes of quotients": lambda m: m.math.floormod([1, 2], [1, 2, 3]),
    "shapes, no nan": lambda m: m.math.divide_no_nan([1.0, 2.0], [1.0, 2.0, 3.0]),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    assert described(lambda: CALLS[name](v2)) == described(lambda: CALLS[name](tf))


CALLS_1X: dict[str, Callable[[Any], Any]] = {
    "rows": lambda m: m.where([True, False], [[1.0], [2.0]], [[3.0], [4.0]]),
    "rows, wrong": lambda m: m.where([True, False, True], [[1.0], [2.0]], [[3.0], [4.0]]),
    "shapes": lambda m: m.where([True, False], [1.0, 2.0], [3.0]),
    "condition of more axes": lambda m: m.where([[True], [False]], [1.0, 2.0], [3.0, 4.0]),
    "one condition": lambda m: m.where(True, [1.0, 2.0], [3.0, 4.0]),  # noqa: FBT003 (as a program)
    "numbers": lambda m: m.where(True, 1.0, 2.0),  # noqa: FBT003 (the same)
    "only one": lambda m: m.where([True], x=[1.0]),
    "indices": lambda m: m.where([[True, False], [True, True]]),
    "broadcast": lambda m: m.where_v2([True, False], 1.0, 2.0),
    "div_no_nan": lambda m: m.div_no_nan([1.0, 2.0], [0.0, 4.0]),
    "mod": lambda m: m.mod([7.0], 4.0),
    "squared_difference": lambda m: m.squared_difference([7.0], 4.0),
    "is_nan": lambda m: m.is_nan([7.0, np.nan]),
    "ceil": lambda m: m.ceil([7.5]),
}


@pytest.mark.parametrize("name", CALLS_1X)
def test_calls_of_1x(name: str) -> None:
    ours, theirs = (described(lambda m=m: CALLS_1X[name](m)) for m in (v1, tf.compat.v1))
    assert ours == theirs


TF1 = tf.compat.v1
DIVIDED: tuple[tuple[Any, Any], ...] = (
    *(
        ([7, -7, 0], 2),
        ([7.0, -7.0], 2),
        ([7.0, -7.0], [2.0, 0.0]),
        (7, 2),
        (7.5, 2),
        ([True], True),
    ),
    *(([7, -7], [0, 1]), ([1.0, 2.0], [1.0, 2.0, 3.0]), ([1], 2.5), ([1.0], "a"), (2**40, 3)),
    *((np.array([7, 5], np.uint8), 2), (np.array([1.5]), 2), (np.array([7]), np.array([2.0]))),
)


@pytest.mark.parametrize("case", DIVIDED, ids=str)
@pytest.mark.parametrize("name", ["div", "truediv", "divide", "floordiv"])
def test_divisions_of_1_x(name: str, case: tuple[Any, Any]) -> None:
    for tensors in ((False, False), (True, False), (True, True)):
        ours, theirs = (described(partial(_divided, m, name, case, tensors)) for m in (v1, TF1))
        assert ours == theirs, tensors


def _divided(
    module: Any,  # noqa: ANN401 (either library)
    name: str,
    case: tuple[Any, Any],
    tensors: tuple[bool, bool],
) -> Any:  # noqa: ANN401 (a tensor)
    given = [module.constant(x) if t else x for x, t in zip(case, tensors, strict=True)]
    return getattr(module, name)(*given)
