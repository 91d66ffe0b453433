# SPDX-License-Identifier: Apache-2.0
"""exp, log, sigmoid and their like, and powers, beside TensorFlow: values, gradients, errors."""

from __future__ import annotations

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

FUNCTIONS = ("exp", "expm1", "log", "log1p", "log_sigmoid", "rsqrt", "sigmoid", "softplus")
FUNCTIONS += ("sqrt", "tanh")
SPECIAL = [
    *(0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 0.5, -0.5, 1.5, np.inf, -np.inf, np.nan, 1e-45, -1e-45),
    *(1e-39, -1e-39, 1.2e-38, 88.7, 88.8, -87.4, -103.9, -104.1, 16.7, -18.5, 7.9, 13.9, -13.95),
    *(2.85, -2.85, 7.01, -7.01, 34.04, 709.7, 709.8, -708.4, -745.2, 3.4e38, -3.4e38, 1e308),
    *(16777215.0, 7.5e8, -7.5e8, 4.6e18, 1e-310, -1e-310, 0.0004, 65504.0, 6e-8),
]
SIZES = (0, 1, 3, 4, 7, 8, 9, 15, 17, 33, 70, 1000)
# Of two operands; the larger ones are computed in blocks where one is repeated.
SHAPES = (
    *(((size,), (size,)) for size in SIZES),
    *(((9,), ()), ((), (9,)), ((3, 1), (1, 5)), ((4, 17), (17,)), ((2, 1, 4), (3, 1))),
    *(((0,), (1,)), ((0, 3), (3,)), ((1, 1, 7), (1, 7))),
)
# Powers that a packet and the C library compute differently: they show where blocks end.
TELLING = {
    "float32": (18.8443660736084, -0.5195148587226868),
    "float64": (3.3216831425230406, 5.152228258630665),
}
LARGE_SHAPES = (
    ((1, 4001), (37, 1)),
    ((20003, 3), (3,)),
    ((2, 30001), (2, 1)),
    ((2, 30001), (30001,)),
    ((5, 40, 301), (5, 1, 301)),
    ((40, 1, 301), (40, 9, 1)),
    ((3, 1, 1001), (1, 7, 1)),
    ((9, 31, 7, 33), (9, 1, 7, 1)),
    ((13, 1, 5, 1, 7), (1, 11, 1, 3, 1)),
)


def draw(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, special: float) -> Any:  # noqa: ANN401 (an array)
    values = rng.normal(0, 1, shape) * rng.choice([0.1, 1.0, 10.0])
    values = np.where(rng.random(shape) < special, rng.choice(SPECIAL, shape), values)
    with np.errstate(all="ignore"):
        wide = values if dtype == "float64" else values.astype(np.float32)
        return np.asarray(wide).astype(cases.DTYPES[dtype])


def compare(name: str, use: Callable[..., Any], *arrays: Any) -> None:  # noqa: ANN401 (arrays)
    ours, theirs = result_of(v2, use, *arrays), result_of(tf, use, *arrays)
    for i, (mine, right) in enumerate(zip(ours, theirs, strict=True)):
        assert mine is not None
        assert right is not None
        given = {f"x{k}": array for k, array in enumerate(arrays)}
        assert_same_bits(mine, right, f"{name}, output {i}", **given)


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_bits_of_tensorflow_and_so_have_their_gradients(
    name: str, dtype: str
) -> None:
    def use(module: Any, x: Any, g: Any) -> Any:  # noqa: ANN401 (either library)
        return module.multiply(getattr(module.math, name)(x), g)

    rng = cases.generator(name, dtype)
    for size in SIZES:
        for special in (0.0, 0.3):
            x, g = (draw(rng, (size,), dtype, special) for _ in range(2))
            compare(f"{name} {dtype} {size}", use, x, g)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_every_number_of_16_bits(name: str, dtype: str) -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(cases.DTYPES[dtype])
    for values in (every, *(every[k : k + 7] for k in range(0, 1 << 16, 1001))):
        ours = getattr(v2.math, name)(values).numpy()
        theirs = getattr(tf.math, name)(tf.constant(values)).numpy()
        assert_same_bits(ours, theirs, name, x=values)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_float32_all_over_its_range(name: str) -> None:
    rng = cases.generator("bits", name)
    values = rng.integers(0, 1 << 32, 1_000_003, dtype=np.uint32).view(np.float32)
    ours = getattr(v2.math, name)(values).numpy()
    theirs = getattr(tf.math, name)(tf.constant(values)).numpy()
    assert_same_bits(ours, theirs, name, x=values)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_float64_all_over_its_range(name: str) -> None:
    rng = cases.generator("bits64", name)
    values = rng.integers(0, 1 << 64, 300_003, dtype=np.uint64).view(np.float64)
    ours = getattr(v2.math, name)(values).numpy()
    theirs = getattr(tf.math, name)(tf.constant(values)).numpy()
    assert_same_bits(ours, theirs, name, x=values)


def power(module: Any, x: Any, y: Any, g: Any) -> Any:  # noqa: ANN401 (either library)
    return module.multiply(module.pow(x, y), g)


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_powers_have_the_bits_of_tensorflow_and_so_have_their_gradients(dtype: str) -> None:
    rng = cases.generator("pow", dtype)
    for left, right in SHAPES:
        for special in (0.0, 0.5, 1.0):
            x, y = draw(rng, left, dtype, special), draw(rng, right, dtype, special)
            x = np.abs(x).astype(x.dtype) if special == 0.0 else x
            g = draw(rng, np.broadcast_shapes(left, right), dtype, 0.0)
            compare(f"pow {dtype} {left} {right}", power, x, y, g)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("left", "right"), LARGE_SHAPES)
def test_powers_are_computed_in_the_blocks_of_tensorflow(
    left: tuple[int, ...], right: tuple[int, ...], dtype: str
) -> None:
    x, y = (
        np.full(shape, value, cases.DTYPES[dtype])
        for shape, value in zip((left, right), TELLING[dtype], strict=True)
    )
    theirs = tf.pow(tf.constant(x), tf.constant(y)).numpy()
    assert_same_bits(v2.pow(x, y).numpy(), theirs, f"pow {dtype}")


def test_the_telling_powers_tell() -> None:
    for dtype, (x, y) in TELLING.items():
        of = v2.pow(np.full(9 if dtype == "float32" else 5, x, dtype), y).numpy()
        assert of[0] != of[-1], dtype


REFUSED = ([1, 2], [True], ["a"], np.uint8([1]), 1)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("argument", REFUSED, ids=repr)
def test_functions_refuse_what_tensorflow_refuses(name: str, argument: Any) -> None:  # noqa: ANN401 (any argument)
    ours = described(lambda: getattr(v2.math, name)(argument))
    assert ours == described(lambda: getattr(tf.math, name)(argument))


PAIRS: tuple[tuple[Any, Any], ...] = (
    *((2, 3), (2.0, 3), (2, 3.0), ([2, -2, 1], [-1, 0, 5]), (True, True), ("a", "b"), ([], [])),
    *((np.int8(3), np.int8(9)), (np.int64(-3), np.int64(41)), (np.uint8(2), np.uint8(2))),
    *(([1, 2, 3], [1, 2]), (np.int16([5, 6]), np.int16([3, 9])), (2, 0), (1.0, [2.0, 3.0])),
)


@pytest.mark.parametrize("pair", PAIRS, ids=repr)
def test_powers_of_integers_and_what_is_no_number(pair: tuple[Any, Any]) -> None:
    assert described(lambda: v2.pow(*pair)) == described(lambda: tf.pow(*pair))


@pytest.mark.parametrize("name", [*FUNCTIONS, "pow"])
def test_names_stand_where_tensorflow_has_them(name: str) -> None:
    for ours, theirs in ((v1, tf.compat.v1), (v2, tf)):
        for space in ("", "math", "nn"):
            mine, right = ((getattr(m, space) if space else m) for m in (ours, theirs))
            assert hasattr(mine, name) == hasattr(right, name), (ours.__name__, space, name)
