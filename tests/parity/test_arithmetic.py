# SPDX-License-Identifier: Apache-2.0
"""Arithmetic on tensors beside TensorFlow: values, gradients, dtypes and errors."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
from beside import described, result_of
from bits import assert_same_bits
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
SHAPES = (
    ((7,), (7,)),
    ((33, 10), (33, 10)),
    ((5, 3), (3,)),
    ((4, 1), (1, 6)),
    ((), (2, 3)),
    ((3, 1, 2), (4, 1)),
    ((0, 3), (3,)),
    ((2000, 17), (17,)),
)
SPECIALS = (0.0, -0.0, 1e-45, -1e-40, 1e-38, 1.2e-38, 6e-8, 1e38, -3e38, np.inf, -np.inf, np.nan)


def drawn(dtype: str, shape: tuple[int, ...], *key: object) -> Array:
    """Numbers of all sizes, some special; products and quotients lie around the least ones."""
    rng = cases.generator(dtype, shape, *key)
    values = np.asarray(rng.normal(size=shape) * 10.0 ** rng.integers(-25, 3, shape))
    special = rng.random(shape) < 1 / 3
    values = np.where(special, rng.choice(SPECIALS, shape), values)
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(cases.DTYPES[dtype])


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("sign", OPERATORS)
def test_operators(sign: str, dtype: str) -> None:
    use = OPERATORS[sign]
    for n, (left, right) in enumerate(SHAPES):
        a, b = drawn(dtype, left, sign, n, "a"), drawn(dtype, right, sign, n, "b")
        ours, theirs = (result_of(m, lambda _, x, y: use(x, y), a, b) for m in (v2, tf))
        for what, mine, wanted in zip(("value", "of x", "of y"), ours, theirs, strict=True):
            assert_same_bits(mine, wanted, f"{sign} {dtype} {left} {right}: {what}")


PROGRAMS: dict[str, Callable[..., Any]] = {
    "a weighted sum of losses": lambda m, x, z: (
        0.3 * m.nn.softmax_cross_entropy_with_logits(z, x)
        + m.nn.softmax_cross_entropy_with_logits(1.0 - z, x * x) * 0.7
    ),
    "a masked mean": lambda m, x, z: (
        m.reduce_sum(m.nn.sigmoid_cross_entropy_with_logits(z, x) * z) / m.reduce_sum(z)
    ),
    "smoothed labels": lambda m, x, z: m.nn.softmax_cross_entropy_with_logits(
        z * (1 - 0.1) + 0.1 / 10, x
    ),
    "a temperature": lambda m, x, z: m.nn.softmax_cross_entropy_with_logits(z, x / 2.5),
    "a bias": lambda m, x, z: m.nn.softmax_cross_entropy_with_logits(
        z, x + np.arange(10, dtype=np.float64)
    ),
    "labels that are logits": lambda m, x, _: m.nn.softmax_cross_entropy_with_logits(x, x),
    "class numbers, three ways": lambda m, x, _: (
        m.nn.sparse_softmax_cross_entropy_with_logits(np.arange(33) % 10, x)
        + m.nn.sparse_softmax_cross_entropy_with_logits(np.arange(33) % 7, x * 2)
        + m.reduce_sum(x * x, axis=-1)
    ),
    "an l2 term": lambda m, x, z: (
        m.reduce_mean(m.nn.softmax_cross_entropy_with_logits(z, x)) + 0.01 * m.reduce_sum(x * x)
    ),
    "negated": lambda m, x, z: -m.nn.softmax_cross_entropy_with_logits(z, -x),
    "added up": lambda m, x, z: m.add_n([x * z, x, z, x - z]),
    "numpy scalars": lambda _, x, z: np.float64(0.5) * x - np.float32(2) / (z + np.float64(1.5)),
}


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str, dtype: str) -> None:
    """Gradients pass losses and operators, with TensorFlow's bits."""
    x, z = cases.draw(cases.SOFTMAX, dtype, (33, 10), cases.KINDS[1])
    ours, theirs = (result_of(m, PROGRAMS[name], x, z) for m in (v2, tf))
    for what, mine, wanted in zip(("value", "of x", "of z"), ours, theirs, strict=True):
        if wanted is None:
            assert mine is None, what
        else:
            assert_same_bits(mine, wanted, what)


@pytest.mark.parametrize("dtype", [*cases.DTYPES, "int32"])
def test_many_are_added_by_eights(dtype: str) -> None:
    for count in (1, 2, 3, 7, 8, 9, 10, 11, 16, 17, 18, 25, 40):
        rng = cases.generator("add_n", dtype, count)
        arrays = [rng.normal(0, 9, 33).astype(cases.DTYPES.get(dtype, dtype)) for _ in range(count)]
        ours, theirs = (np.asarray(m.add_n(arrays).numpy()) for m in (v2, tf))
        assert_same_bits(ours, theirs, f"{dtype} {count}")


BESIDE = (
    *(1, 1.5, True, 1j, "a", None, 2**40, [1.5, 2], [1], np.array([1.5]), np.array([2])),
    *(np.array([1.5], np.float16), np.float64(1.5), np.int64(3), np.array([True]), [[1.0, 2.0]]),
    *(np.zeros((2, 3)), object()),
)


def _beside(
    module: Any,  # noqa: ANN401 (either library)
    use: Callable[..., Any],
    left: Array,
    other: object,
    *,
    reflected: bool,
) -> Any:  # noqa: ANN401 (either library)
    x = module.constant(left)
    return described(lambda: use(other, x) if reflected else use(x, other))


@pytest.mark.parametrize(
    "dtype", [*cases.DTYPES, "int8", "uint8", "int32", "int64", "uint32", "bool"]
)
@pytest.mark.parametrize("sign", OPERATORS)
@pytest.mark.filterwarnings("ignore")
def test_what_stands_beside_a_tensor(sign: str, dtype: str) -> None:
    use = OPERATORS[sign]
    left = np.array([3, 1]).astype(cases.DTYPES.get(dtype, dtype))
    for other in BESIDE:
        for reflected in (False, True):
            if dtype == "bool" and sign == "/" and hasattr(other, "dtype"):
                continue  # TensorFlow gives up, and NumPy divides
            if dtype == "bool" and sign == "*" and type(other) is int and other == 2**40:
                continue  # TensorFlow looks at the lower 32 bits, which are 0
            found = [_beside(m, use, left, other, reflected=reflected) for m in (v2, tf)]
            assert found[0] == found[1], (other, reflected)


@pytest.mark.parametrize("other", [np.float32, np.float64, np.int32, np.float16])
@pytest.mark.parametrize("sign", OPERATORS)
def test_two_tensors_have_one_dtype(sign: str, other: type) -> None:
    texts = []
    for m in (v2, tf):
        with pytest.raises((TypeError, tf.errors.InvalidArgumentError, v2.errors.OpError)) as error:
            OPERATORS[sign](m.constant([1, 2], np.int64), m.constant([1, 2], other))
        texts.append(str(error.value).split(" [Op")[0].replace("\nHint", ""))
    assert texts[0].startswith(texts[1])


def test_there_is_nothing_to_write_to() -> None:
    before = x = v2.constant([1.0, 2.0])
    x += 1
    x *= 2
    x -= 0.5
    x /= 4
    assert before.numpy().tolist() == [1.0, 2.0]
    assert x.numpy().tolist() == [0.875, 1.375]


def _through(module: Any) -> list[list[Array | None]]:  # noqa: ANN401 (either library)
    """Gradients where sources, and targets, lie behind each other."""
    x = module.constant(np.array([1.0, -2.5, 3e-5], np.float32))
    with module.GradientTape(persistent=True) as tape:
        tape.watch(x)
        h = x * 2.0
        k = h * 3.0 - x / 7.0
        loss = module.reduce_sum(h * k)
        late = module.nn.softmax_cross_entropy_with_logits([[0.2, 0.3, 0.5]], [1.0, 2.0, 3.0] * k)
    targets = (loss, [loss, h], [h, k, loss], [late, loss], [k, k], late)
    found = [
        tape.gradient(target, sources)
        for target in targets
        for sources in ([x], [x, h], [x, h, k], [k, x, h], [h])
    ]
    return [[None if one is None else np.asarray(one.numpy()) for one in each] for each in found]


def test_sources_and_targets_behind_each_other() -> None:
    for mine, wanted in zip(_through(v2), _through(tf), strict=True):
        for a, b in zip(mine, wanted, strict=True):
            if b is None:
                assert a is None
            else:
                assert a is not None
                assert_same_bits(a, b, "a source on the way")
