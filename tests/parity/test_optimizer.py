# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow's graph optimizer does to programs: random ones, and each rule by itself."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import tf_losses
from tf_losses.compat import v1

if TYPE_CHECKING:
    from collections.abc import Callable

THEIRS = tf.compat.v1
NUMBERS = (0.1, 0.3, 0.7, 1.1, 3.0, 7.1, 1e-6, 2.0, 10.0, 1.0)


def _one(r: random.Random, m: Any, v: Any) -> Any:  # noqa: ANN401 (either library)
    """A function of one tensor. Softmax alone, and x * sigmoid(x), depend on oneDNN in float32."""
    return r.choice(
        [
            lambda: m.exp(-v),
            lambda: m.log(m.abs(v) + 1e-7),
            lambda: m.square(v),
            lambda: m.identity(v),
            lambda: m.tanh(v),
            lambda: -v,
            lambda: m.maximum(v, 0.2),
            lambda: v / m.sqrt(m.abs(v) + 1.0),
            lambda: m.log(m.nn.softmax(v)) * 0.3,
        ]
    )()


def _with_constant(r: random.Random, m: Any, v: Any) -> Any:  # noqa: ANN401 (same)
    c = r.choice(NUMBERS)
    return r.choice(
        [
            lambda: v * c,
            lambda: c * v,
            lambda: v + c,
            lambda: c + v,
            lambda: v - c,
            lambda: c - v,
            lambda: v / c,
            lambda: c / v,
            lambda: m.multiply(v, c),
            lambda: m.add(v, c),
            lambda: m.subtract(v, c),
            lambda: m.divide(v, c),
        ]
    )()


def _two(r: random.Random, m: Any, a: Any, b: Any, x: Any) -> Any:  # noqa: ANN401 (same)
    return r.choice(
        [
            lambda: a * b,
            lambda: a + b,
            lambda: a - b,
            lambda: m.multiply(a, b),
            lambda: a * (1 - b),
            lambda: m.add_n([a, b, x]),
            lambda: a * b + (1 - a) * m.log(m.abs(1 - b) + 1e-7),
        ]
    )()


def _loss(r: random.Random, m: Any, made: list[Any], y: Any, *, narrow: bool) -> Any:  # noqa: ANN401 (same)
    v, c, d = made[-1], r.choice(NUMBERS), r.choice(NUMBERS)
    labels = m.nn.sigmoid(y)
    choices = [
        lambda: v,
        lambda: m.reduce_mean(v),
        lambda: m.reduce_sum(v) / c,
        lambda: -m.reduce_sum(y * m.log(m.nn.softmax(v)), 1),
        lambda: m.add_n([m.reduce_mean(one) for one in made[2:]]) / len(made),
    ]
    if not narrow:
        xent = m.nn.sigmoid_cross_entropy_with_logits
        weighted = m.nn.weighted_cross_entropy_with_logits
        choices += [
            lambda: m.reduce_mean(xent(labels=labels, logits=v)) * c / d,
            lambda: m.reduce_mean(weighted(labels, v, 2.5) * c / d),
            lambda: c * m.losses.sigmoid_cross_entropy(labels, v) + m.reduce_mean(made[-2]) * d,
        ]
    return r.choice(choices)()


def _program(seed: int, m: Any) -> tuple[list[Any], dict[Any, Any]]:  # noqa: ANN401 (same)
    r = random.Random(seed)  # noqa: S311 (no secrets)
    dtype = r.choice(["float32"] * 6 + ["float64", "float16"])
    shape = r.choice([[None, 4], [6, 4], None])
    x, y = (m.placeholder(getattr(m, dtype), shape, name=name) for name in "xy")
    made = [x, y]
    for _ in range(r.randrange(2, 9)):
        v, other, kind = made[-1], r.choice(made), r.random()
        if r.random() < 0.3:
            v = r.choice(made)
        if kind < 0.55:
            made.append(_with_constant(r, m, v))
        elif kind < 0.75:
            made.append(_one(r, m, v))
        else:
            made.append(_two(r, m, v, other, x))
    fetches = [_loss(r, m, made, y, narrow=dtype == "float16")]
    if r.random() < 0.3:
        fetches.append(r.choice(made))
    rng = np.random.default_rng(seed)
    return fetches, {one: rng.uniform(-2, 2, (6, 4)).astype(dtype) for one in (x, y)}


def _run(m: Any, program: Callable[[Any], Any]) -> list[Any]:  # noqa: ANN401 (same)
    with m.Graph().as_default(), m.Session() as session:
        fetches, feeds = program(m)
        found: list[Any] = session.run(fetches, feeds)
        return found


def _assert_same(program: Callable[[Any], Any]) -> None:
    for ours, theirs in zip(_run(v1, program), _run(THEIRS, program), strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_programs(first: int) -> None:
    for seed in range(first, first + 50):
        _assert_same(lambda m, seed=seed: _program(seed, m))


X = np.random.default_rng(0).uniform(0.1, 3, (6, 4)).astype(np.float32)
RULES = {
    "a division by a constant": lambda m, x: m.exp(x) / 3.0,
    "a product with constants": lambda m, x: m.exp(x) * 3.0 * 7.1,
    "a sum with constants": lambda m, x: 0.3 + m.exp(x) + 0.7,
    "differences": lambda m, x: 1.0 - (m.exp(x) - 1e-6) - 0.3,
    "a constant that moves to the second factor": lambda m, x: (m.exp(x) * x) * 7.1,
    "factors by name": lambda m, x: (x * m.exp(x)) * 7.1,
    "equal constants, which change the order": lambda m, x: ((m.exp(x) + 0.7) + 0.7) - 7.1,
    "different constants": lambda m, x: ((m.exp(x) + 0.7) + 0.3) - 7.1,
    "an array of constants": lambda m, x: (m.exp(x) * [1.0, 2.0, 3.0, 7.1]) * 1.1,
    "through an identity": lambda m, x: m.identity(m.exp(x) * 3.0) * 7.1,
    "two uses": lambda m, x: (1 - x) * m.log(1 - x / 4 + 1e-7),
    "a sum of equals": lambda m, x: m.add_n([x, x, x]) + m.exp(x),
    "a sum by names": lambda m, x: m.add_n([x * 7.1, x, m.exp(x), x + 0.1]),
    "log of softmax": lambda m, x: -m.reduce_sum(x * m.log(m.nn.softmax(x)), 1),
    "a quotient by a root": lambda m, x: m.reduce_mean(x / m.sqrt(x)),
    "a sum of ones": lambda m, x: m.reduce_sum(x) / m.reduce_sum(m.ones_like(x)),
    "a graph too small": lambda m, x: m.divide(x, 3.0),
    "no log of softmax": lambda m, x: m.reduce_mean(-m.log(m.nn.softmax(m.cast(x, m.float64)))),
    "tf.div": lambda m, x: m.div(m.exp(x), 3.0) * 7.1,
    "int constants": lambda m, x: m.exp(x) * 3 / 7,
}


@pytest.mark.parametrize("rule", RULES)
def test_rules(rule: str) -> None:
    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        x = m.placeholder(m.float32, [6, 4], name="x")
        return [RULES[rule](m, x)], {x: X}

    _assert_same(program)


def test_what_is_fetched_is_kept() -> None:
    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        x = m.placeholder(m.float32, [6, 4], name="x")
        inner = m.exp(x) * 3.0
        return [inner, inner * 7.1], {x: X}

    _assert_same(program)


def test_what_is_fed_is_not_constant() -> None:
    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        x = m.placeholder(m.float32, [6, 4], name="x")
        inner = m.exp(x) * 3.0
        rate = m.placeholder_with_default(3.0, [], name="rate")
        return [inner * 7.1 / rate], {inner: X, rate: 0.3}

    _assert_same(program)


BESIDE_GRADIENTS = {
    "log of softmax": lambda m, x: -m.reduce_sum(x * m.log(m.nn.softmax(x))),
    "a quotient by a root": lambda m, x: m.reduce_mean(x / m.sqrt(x + 0.1)),
    "constants": lambda m, x: m.reduce_mean(m.exp(x * 3.0 * 0.7)) * 0.3 / 7.1,
    "divisions": lambda m, x: m.reduce_mean(m.square(x / 3.0)) / 7.1 + 0.3,
}


@pytest.mark.parametrize("shape", [[6, 4], [None, 4], None], ids=str)
@pytest.mark.parametrize("name", BESIDE_GRADIENTS)
def test_a_loss_beside_its_gradient(name: str, shape: list[int | None] | None) -> None:
    """A gradient needs values of the way there, which are not rewritten then."""

    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        x = m.placeholder(m.float64, shape, name="x")
        loss = BESIDE_GRADIENTS[name](m, x)
        return [loss, m.gradients(loss, [x])[0]], {x: X.astype(np.float64)}

    ours, theirs = _run(v1, program)[0], _run(THEIRS, program)[0]
    np.testing.assert_array_equal(ours, theirs, strict=True)


def test_the_optimizer_changes_bits() -> None:
    """A session computes something else than the same operations called one by one."""
    eager = tf_losses.convert_to_tensor(X) * 3.0 * 7.1

    def program(m: Any) -> Any:  # noqa: ANN401 (this library)
        x = m.placeholder(m.float32, [6, 4])
        return [x * 3.0 * 7.1], {x: X}

    assert not np.array_equal(_run(v1, program)[0], eager.numpy())
