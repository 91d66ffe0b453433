# SPDX-License-Identifier: Apache-2.0
"""cast, reshape, identity, ones_like and zeros_like beside TensorFlow."""

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
    )
    for call in calls:
        old, new = (
            [described(partial(call, m)) for m in ms] for ms in ((v1, tf.compat.v1), (v2, tf))
        )
        assert old[0] == old[1]
        assert new[0] == new[1]
