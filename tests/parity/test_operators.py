# SPDX-License-Identifier: Apache-2.0
"""Operators of tensors that do more than a function of the same name, beside TensorFlow's."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

from beside import described
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

BITS = (operator.and_, operator.or_, operator.xor)
EQUALITIES = (operator.eq, operator.ne)
DTYPES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
REFUSED = ("float16", "bfloat16", "float32", "float64")
OTHERS = (True, False, 3, -1, 2**40, 2.5, np.float32(2), np.int64(5), [1, 0], [[1], [2]], [1, 2, 3])


def outcome(module: Any, use: Callable[..., Any], *values: Any) -> object:  # noqa: ANN401 (either library)
    def made() -> Any:  # noqa: ANN401 (a tensor, or what Python has for it)
        found = use(module, *values)
        return found if hasattr(found, "numpy") else module.constant(found)

    return described(made)


def same(use: Callable[..., Any], *values: Any) -> None:  # noqa: ANN401 (arguments)
    assert outcome(v2, use, *values) == outcome(tf, use, *values), values


@pytest.mark.parametrize("dtype", [*DTYPES, *REFUSED])
@pytest.mark.parametrize("operate", BITS, ids=lambda one: one.__name__)
def test_bits(operate: Callable[..., Any], dtype: str) -> None:
    def tensors(module: Any, a: Any, b: Any, other: str = dtype) -> Any:  # noqa: ANN401 (either library)
        return operate(
            module.cast(module.constant(a), dtype), module.cast(module.constant(b), other)
        )

    same(tensors, [1, 2, 0, 127], [3, 0, 0, 85])
    same(tensors, [[1], [2]], [3, 0, 1])
    same(tensors, [1, 2], [3, 0, 1])
    same(tensors, np.zeros(0, np.int32), [1])
    same(lambda module, a, b: tensors(module, a, b, "int32"), [1, 2], [3, 0])
    for value in OTHERS:
        if value == -1 and dtype == "uint64":
            continue  # TensorFlow forgets an error there, which Python reports at another place
        same(lambda module, x: operate(x, module.cast(module.constant([1, 2]), dtype)), value)
        if operate is not operator.or_ or not isinstance(value, (float, list)):
            # TensorFlow leaves `|` to these, which have none, where they do not convert.
            same(lambda module, x: operate(module.cast(module.constant([1, 2]), dtype), x), value)


@pytest.mark.parametrize("dtype", [*DTYPES, *REFUSED])
def test_inverted(dtype: str) -> None:
    same(lambda module, a: ~module.cast(module.constant(a), dtype), [[1, 2, 0, 127]])


@pytest.mark.parametrize("operate", EQUALITIES, ids=lambda one: one.__name__)
def test_equality_of_anything(operate: Callable[..., Any]) -> None:
    others = (
        None,
        [],
        [1.0],
        [1.0, 2.0],
        [1.0, 2.0, 3.0],
        [[1.0], [2.0]],
        np.zeros((2, 3)),
        1,
        "a",
    )
    for other in others:
        same(lambda module, x: operate(module.constant([1.0, 2.0]), x), other)
        same(lambda module, x: operate(x, module.constant([1.0, 2.0])), other)


def test_truth() -> None:
    for values in (
        np.zeros(0, np.float32),
        np.zeros((2, 0), np.float32),
        [0.0],
        [[2.0]],
        0,
        [1, 2],
    ):
        same(lambda module, x: bool(module.constant(x)), values)


def test_numpys_assertions_take_tensors() -> None:
    values = np.array([1.0, np.nan, np.inf], np.float32)
    for module in (v2, tf):
        tensor = module.constant(values)
        np.testing.assert_array_equal(tensor, values)
        np.testing.assert_allclose(tensor, values.astype(np.float64), rtol=1e-6)
        for wrong in (values + 1, values[::-1], values[:2]):
            with pytest.raises(AssertionError):
                np.testing.assert_allclose(tensor, wrong)
            with pytest.raises(AssertionError):
                np.testing.assert_array_equal(tensor, wrong)


ARITHMETIC = (
    *(operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod),
    *(operator.pow, operator.lt, operator.le, operator.gt, operator.ge),
)


def mixed(module: Any, operate: Callable[..., Any]) -> Any:  # noqa: ANN401 (either library)
    """An operator between a symbol and what is made of numbers alone, in both orders."""
    with module.Graph().as_default():
        x, i = module.placeholder(module.float32, [3]), module.placeholder(module.int32, [])
        known = module.one_hot([1], 3) + 0.5
        results = [operate(known, x), operate(x, known), known[0, i], known[:, i:]]
        with module.Session() as session:
            return session.run(results, {x: [0.5, 2.0, -3.0], i: 1})


@pytest.mark.parametrize("operate", ARITHMETIC, ids=lambda one: one.__name__)
def test_symbols_beside_numbers(operate: Callable[..., Any]) -> None:
    for mine, theirs in zip(mixed(v1, operate), mixed(tf.compat.v1, operate), strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)


def bits_of(module: Any) -> Any:  # noqa: ANN401 (either library)
    with module.Graph().as_default():
        x, y = module.placeholder(module.int32, [None]), module.placeholder(module.bool, [None])
        results = [x & 6, 6 | x, x ^ x[::-1], ~x, y & y[::-1], y | True, y ^ y[::-1], ~y]
        with module.Session() as session:
            return session.run(results, {x: [1, 2, 3], y: [True, False, False]})


def test_bits_in_graphs() -> None:
    for mine, theirs in zip(bits_of(v1), bits_of(tf.compat.v1), strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
