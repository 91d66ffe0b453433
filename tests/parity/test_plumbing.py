# SPDX-License-Identifier: Apache-2.0
"""What changes dtypes and shapes, and makes tensors of one value, beside TensorFlow."""

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

DTYPES = (*cases.DTYPES, "bool", "int8", "uint8", "int16", "int32", "int64", "uint32", "complex64")
NUMBERS = np.array(
    [0.0, -0.0, 1.9, -1.9, 0.5, 65520.0, 2.9999, 1e-45, -1e-40, 1.1e-38, 1e-310, 1e-5, 6e-8, 127.4]
)


@pytest.mark.parametrize("target", DTYPES)
@pytest.mark.parametrize("source", DTYPES)
def test_every_cast(source: str, target: str) -> None:
    with np.errstate(all="ignore"):
        values = np.abs(NUMBERS) if source.startswith("u") else NUMBERS
        values = values if source in ("float64", "complex64") else values.astype(np.float32)
        values = np.asarray(values).astype(cases.DTYPES.get(source, source))
    if target.startswith(("u", "i")) and values.dtype.kind in "fcV":
        values = np.asarray(values[np.abs(values.astype(np.complex64)) < 120])
    if target.startswith("u"):
        values = np.asarray(values[~np.signbit(values.real.astype(np.float64))])
    wanted = cases.DTYPES.get(target, target)
    ours, theirs = (described(lambda m=m: m.cast(m.constant(values), wanted)) for m in (v2, tf))
    assert ours == theirs


FLOATS = [np.array([[1.5, -2.0, 1e-40], [3e38, np.nan, -0.0]], np.float32)]
GRADIENTS: dict[str, Callable[..., Any]] = {
    "cast to float64": lambda m, x: m.cast(x, np.float64) * 1.1,
    "cast to float16": lambda m, x: m.cast(x, np.float16) * 1.1,
    "cast to int": lambda m, x: m.cast(m.cast(x * 0.0, np.int32), np.float32),
    "reshape": lambda m, x: m.reshape(x, [3, -1]) * np.arange(6).reshape(3, 2),
    "identity": lambda m, x: m.identity(x) * x,
    "ones_like": lambda m, x: m.ones_like(x) - x,
    "only ones_like": lambda m, x: m.ones_like(x),
    "zeros_like": lambda m, x: x * m.zeros_like(x),
    "a mask": lambda m, x: m.reduce_sum(x * m.cast([[1, 0, 1], [1, 1, 0]], np.float32)),
    "square": lambda m, x: m.square(x) * 0.5,
    "square of a loss": lambda m, x: m.square(m.nn.softmax_cross_entropy_with_logits(x, x * 0.5)),
    "squeeze": lambda m, x: m.squeeze(m.expand_dims(x, 1)) * 2.0,
    "expand_dims": lambda m, x: m.expand_dims(x, -1) * np.arange(4),
    "smoothed one_hot": lambda m, x: m.nn.softmax_cross_entropy_with_logits(
        m.one_hot([0, 2], 3) * 0.9 + 0.1 / 3, x
    ),
    "a mean by hand": lambda m, x: m.reduce_sum(x) / m.reduce_sum(m.ones([2, 3])),
    "losses, flat": lambda m, x: m.nn.softmax_cross_entropy_with_logits(
        np.eye(3, 2, dtype=np.float32), m.reshape(x, [3, 2])
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name: str) -> None:
    ours, theirs = (result_of(m, GRADIENTS[name], *FLOATS) for m in (v2, tf))
    for mine, wanted in zip(ours, theirs, strict=True):
        if wanted is None:
            assert mine is None
        else:
            assert_same_bits(mine, wanted, name)


CALLS: dict[str, Callable[[Any], Any]] = {
    "cast a list": lambda m: m.cast([1, 2], "float32"),
    "cast to nothing": lambda m: m.cast([1], None),
    "cast to foo": lambda m: m.cast([1], "foo"),
    "cast strings": lambda m: m.cast(["a"], np.float32),
    "cast to float": lambda m: m.cast([1], float),
    "identity of a list": lambda m: m.identity([1.5, 2]),
    "ones in float16": lambda m: m.ones_like(np.zeros((2, 3), np.float16)),
    "ones as int": lambda m: m.ones_like([1.5], dtype="int32"),
    "ones as bools": lambda m: m.ones_like([True]),
    "ones of strings": lambda m: m.ones_like(["a"]),
    "zeros of nothing": lambda m: m.zeros_like(np.zeros((0, 3))),
    "zeros as int64": lambda m: m.zeros_like([1.5], np.int64),
    "reshape to a number": lambda m: m.reshape(np.arange(4), 4),
    "reshape to no axes": lambda m: m.reshape([7.0], []),
    "reshape without values": lambda m: m.reshape(np.zeros((0, 3)), [-1, 3]),
    "reshape what has no axis": lambda m: m.reshape(np.zeros((0, 3)), [-1, 0]),
    "reshape 4 to 3": lambda m: m.reshape(np.arange(4), [3]),
    "reshape to two unknown": lambda m: m.reshape(np.arange(4), [-1, -1]),
    "reshape to multiples of 3": lambda m: m.reshape(np.arange(4), [-1, 3]),
    "reshape to -2": lambda m: m.reshape(np.arange(4), [-2]),
    "reshape to floats": lambda m: m.reshape(np.arange(4), [2.0, 2.0]),
    "reshape to a matrix": lambda m: m.reshape(np.arange(4), [[4]]),
    "reshape to None": lambda m: m.reshape(np.arange(4), [None, 2]),
    "reshape by an array": lambda m: m.reshape(np.arange(4), np.array([2, 2])),
    "squeeze all": lambda m: m.squeeze([[[1.0], [2.0]]]),
    "squeeze none": lambda m: m.squeeze([[1.0]], axis=[]),
    "squeeze one": lambda m: m.squeeze([[[1.0], [2.0]]], 0),
    "squeeze two": lambda m: m.squeeze([[[1.0], [2.0]]], [0, -1]),
    "squeeze twice": lambda m: m.squeeze([[1.0]], [0, 0]),
    "squeeze what is long": lambda m: m.squeeze([[1.0, 2.0]], 1),
    "squeeze too far": lambda m: m.squeeze([[1.0, 2.0]], 5),
    "expand_dims at the end": lambda m: m.expand_dims([[1.0, 2.0]], -1),
    "expand_dims at the beginning": lambda m: m.expand_dims([1, 2], 0),
    "expand_dims too far": lambda m: m.expand_dims([[1.0, 2.0]], 5),
    "expand_dims too low": lambda m: m.expand_dims([[1.0, 2.0]], -4),
    "expand_dims by a float": lambda m: m.expand_dims(m.constant([1.0]), 1.0),
    "expand_dims by a list": lambda m: m.expand_dims([1.0], [1]),
    "expand_dims by two": lambda m: m.expand_dims([1.0], [0, 1]),
    "expand_dims by None": lambda m: m.expand_dims([1.0], None),
    "zeros": lambda m: m.zeros([2, 3]),
    "zeros of a number": lambda m: m.zeros(3, np.int32),
    "zeros without axes": lambda m: m.zeros([]),
    "zeros, negative": lambda m: m.zeros([-1]),
    "zeros by floats": lambda m: m.zeros([2.0]),
    "ones": lambda m: m.ones((2,), dtype="float16"),
    "ones, bools": lambda m: m.ones([2], bool),
    "ones, strings": lambda m: m.ones([2], str),
    "square of ints": lambda m: m.square([1, -2]),
    "square of bools": lambda m: m.square([True]),
    "square of subnormals": lambda m: m.square(np.array([1e-20, 1e-38], np.float32)),
    "one_hot": lambda m: m.one_hot([0, 2, -1, 5], 3),
    "one_hot in the middle": lambda m: m.one_hot([[0, 1]], 3, axis=1),
    "one_hot first": lambda m: m.one_hot([0, 1], 3, axis=0),
    "one_hot of a number": lambda m: m.one_hot(1, 3),
    "one_hot with values": lambda m: m.one_hot([0], 2, on_value=5, off_value=2),
    "one_hot with floats": lambda m: m.one_hot([0], 2, on_value=5.0, off_value=0.1, axis=-1),
    "one_hot as ints": lambda m: m.one_hot([0], 2, dtype="int32"),
    "one_hot as bools": lambda m: m.one_hot([0], 2, on_value=True, off_value=False, dtype=bool),
    "one_hot of floats": lambda m: m.one_hot([0.0], 2),
    "one_hot of int64": lambda m: m.one_hot(np.array([1]), 2),
    "one_hot of int8": lambda m: m.one_hot(np.array([1], np.int8), 2),
    "one_hot of uint8": lambda m: m.one_hot(np.array([200], np.uint8), 201),
    "one_hot of int16": lambda m: m.one_hot(np.array([1], np.int16), 2),
    "one_hot of bools": lambda m: m.one_hot([True], 2),
    "one_hot of an array of floats": lambda m: m.one_hot(np.array([1.5]), 2),
    "one_hot of a tensor of int16": lambda m: m.one_hot(m.constant([1], np.int16), 2),
    "one_hot, negative": lambda m: m.one_hot([0], -1),
    "one_hot, none": lambda m: m.one_hot([0], 0),
    "one_hot with two dtypes": lambda m: m.one_hot([0], 2, on_value=1, off_value=0.5),
    "one_hot, ints for floats": lambda m: m.one_hot([0], 2, 1, 0, dtype=np.float32),
    "one_hot, floats for ints": lambda m: m.one_hot([0], 2, 1.5, 0.0, dtype=np.int32),
    "one_hot, only on": lambda m: m.one_hot([0], 2, on_value=3.0),
    "one_hot, only off": lambda m: m.one_hot([0], 2, off_value=3),
    "one_hot too far": lambda m: m.one_hot([0], 2, axis=5),
    "one_hot, depth as a float": lambda m: m.one_hot([0], 2.0),
    "reshape too far": lambda m: m.reshape(np.arange(4), [2**40, -1]),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    assert described(lambda: CALLS[name](v2)) == described(lambda: CALLS[name](tf))


def test_names_of_arguments() -> None:
    """1.x calls it `tensor`, 2.x `input`."""
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda m: m.ones_like(tensor=[1.0], optimize=False),
        lambda m: m.zeros_like(input=[1.0], layout=None),
        lambda m: m.squeeze([[1.0]], squeeze_dims=[0]),
        lambda m: m.squeeze([[1.0]], axis=0, squeeze_dims=0),
        lambda m: m.expand_dims([1.0], dim=1),
        lambda m: m.expand_dims([1.0]),
        lambda m: m.expand_dims([1.0], axis=0, dim=0),
    )
    for call in calls:
        old, new = (
            [described(partial(call, m)) for m in ms] for ms in ((v1, tf.compat.v1), (v2, tf))
        )
        assert old[0] == old[1]
        assert new[0] == new[1]
