# SPDX-License-Identifier: Apache-2.0
"""Random programs of losses and what stands around them, and their gradients, beside TensorFlow.

Tensors are used several times, by several operations; sources and targets lie anywhere. Lists of
targets are left out: TensorFlow begins with any of them (docs/gradients.md, "Limits").
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
from bits import assert_same_bits
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]
ROWS, CLASSES = 6, 5
MASK = (np.arange(ROWS * CLASSES).reshape(ROWS, CLASSES) % 3 > 0).astype(np.float32)

# Of two matrices of one shape.
STEPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda _, a, b: a + b,
    "subtract": lambda _, a, b: a - b,
    "multiply": lambda _, a, b: a * b,
    "divide": lambda _, a, b: a / (b * b + 1.5),
    "scale": lambda _, a, __: 0.3 * a,
    "shift": lambda _, a, __: a + np.arange(CLASSES),
    "negate": lambda _, a, __: -a,
    "square": lambda m, a, _: m.square(a),
    "add_n": lambda m, a, b: m.add_n([a, b, a]),
    "identity": lambda m, a, _: m.identity(a),
    "there and back": lambda m, a, b: m.reshape(m.reshape(a, [-1]) * 0.5, [ROWS, CLASSES]) - b,
    "wider": lambda m, a, b: m.cast(m.cast(a, np.float64) * 1.1, b.dtype),
    "centred": lambda m, a, _: a - m.reduce_mean(a, axis=-1, keepdims=True),
    "masked": lambda m, a, b: a * m.cast(m.one_hot(np.arange(ROWS) % 7, CLASSES), b.dtype),
    "softmax loss": lambda m, a, b: (
        a * m.expand_dims(m.nn.softmax_cross_entropy_with_logits(b * 0.1, a), 1)
    ),
    "sparse loss": lambda m, a, b: (
        b + m.expand_dims(m.nn.sparse_softmax_cross_entropy_with_logits(np.arange(ROWS) % 3, a), 1)
    ),
    "sum": lambda m, a, b: a * 0.01 + m.reduce_sum(b, axis=0),
    "sigmoid loss": lambda m, a, b: (
        m.nn.sigmoid_cross_entropy_with_logits(labels=b, logits=a) * 0.1
    ),
    "labels that are logits": lambda m, a, _: (
        m.nn.sigmoid_cross_entropy_with_logits(labels=a, logits=a) * 0.1
    ),
    "weighted loss": lambda m, a, b: (
        b - m.nn.weighted_cross_entropy_with_logits(labels=a * 0.1, logits=b, pos_weight=1.5)
    ),
    "masked mean": lambda m, a, b: (
        a
        * m.math.divide_no_nan(
            m.reduce_sum(b * MASK), m.reduce_sum(m.constant(MASK.astype(np.asarray(b).dtype)))
        )
    ),
    "an l2 term": lambda m, a, b: a + 0.01 * m.nn.l2_loss(b),
    "exp": lambda m, a, b: b * m.exp(-m.abs(a)),
    "log": lambda m, a, _: m.math.log(m.square(a) + 1.5),
    "log1p": lambda m, a, b: m.math.log1p(m.abs(a)) - b,
    "sqrt": lambda m, a, _: m.sqrt(m.square(a) + 0.25),
    "tanh": lambda m, a, b: m.tanh(a) + b,
    "softplus": lambda m, a, _: m.nn.softplus(a),
    "sigmoid": lambda m, a, b: m.sigmoid(a) * b,
    "maximum": lambda m, a, b: m.maximum(a, b),
    "minimum": lambda m, a, _: m.minimum(a, 0.5),
    "clip": lambda m, a, b: m.clip_by_value(a, -1.0, 1.0) + b,
    "relu": lambda m, a, b: m.nn.relu(a) - b,
    "where": lambda m, a, b: m.where(a > b, a, b * 0.5),
    "squared difference": lambda m, a, b: m.math.squared_difference(a, b),
    "largest": lambda m, a, b: a - m.reduce_max(b, axis=1, keepdims=True),
    "least": lambda m, a, b: a * m.reduce_min(b),
    "rows": lambda m, a, b: b + m.gather(a, [5, 0, 0, 3, 2, 2]),
    "picked": lambda m, a, b: (
        a * m.expand_dims(m.gather_nd(b, [[i, i % CLASSES] for i in range(ROWS)]), 1)
    ),
    "turned": lambda m, a, b: a + m.transpose(m.reshape(b, [CLASSES, ROWS])),
    "joined": lambda m, a, b: m.concat([a[:2], b[2:]], axis=0),
    "stacked": lambda m, a, b: m.reduce_sum(m.stack([a, b, a], axis=1), axis=1),
    "split": lambda m, a, b: m.add_n(m.unstack(m.stack([a, b]))),
    "some rows": lambda m, a, b: a * m.reduce_mean(m.boolean_mask(b, MASK[:, 0] > 0)),
    "log softmax": lambda m, a, b: b * 0.1 + m.nn.log_softmax(a),
    "tiled": lambda m, a, b: a - m.tile(b[:1], [ROWS, 1]),
    "stopped": lambda m, a, b: a * m.stop_gradient(b),
    "Keras": lambda m, a, b: (
        a * m.cast(m.keras.losses.BinaryCrossentropy(from_logits=True)(MASK, b), a.dtype)
    ),
    "tf.losses": lambda m, a, b: (
        a * m.compat.v1.losses.softmax_cross_entropy(MASK, b, label_smoothing=0.1, weights=0.5)
    ),
}


SHARED: tuple[Callable[[Any, Any, Any], Any], ...] = (
    lambda m, z, x: m.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x),
    lambda m, z, x: m.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x * z),
    lambda m, z, x: m.nn.weighted_cross_entropy_with_logits(labels=z, logits=x, pos_weight=2.5),
    lambda m, z, x: m.nn.softmax_cross_entropy_with_logits(labels=z, logits=x),
    lambda m, z, x: m.square(x) * 0.01 + z,
    lambda m, z, x: m.where(x > z, x, z * 0.5) * m.cast(z > 0, x.dtype),
)


def _of_shared(module: Any, dtype: str, chosen: list[int]) -> list[Array]:  # noqa: ANN401 (either library)
    rng = cases.generator("shared", dtype)
    values = [rng.normal(size=(7, 5)).astype(cases.DTYPES[dtype]) for _ in range(2)]
    z, x = map(module.constant, values)
    with module.GradientTape() as tape:
        tape.watch([z, x])
        losses = [SHARED[i](module, z, x) / 3.0 * 0.7 for i in chosen]
        total = module.add_n([module.reduce_mean(loss) for loss in losses])
    return [np.asarray(one.numpy()) for one in (total, *tape.gradient(total, [z, x]))]


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_losses_that_share_their_arguments(dtype: str) -> None:
    """All choices of two and three: five and more parts, in the order in which they come."""
    for count in (2, 3):
        for chosen in itertools.product(range(len(SHARED)), repeat=count):
            found = zip(*(_of_shared(m, dtype, list(chosen)) for m in (v2, tf)), strict=True)
            for mine, wanted in found:
                assert_same_bits(mine, wanted, f"{chosen}")


def _gradients(module: Any, dtype: str, seed: int) -> list[Array | None]:  # noqa: ANN401 (either library)
    """Draw a program, run it, and give all its values and gradients."""
    rng = cases.generator("programs", dtype, seed)
    values = [
        module.constant(rng.normal(size=(ROWS, CLASSES)).astype(cases.DTYPES[dtype]))
        for _ in range(2)
    ]
    with module.GradientTape(persistent=True) as tape:
        for value in values:
            tape.watch(value)
        for name in rng.choice(list(STEPS), int(rng.integers(2, 9))):
            a, b = (values[int(i)] for i in rng.integers(0, len(values), 2))
            values.append(STEPS[name](module, a, b))
    targets = (values[-1], values[-2])
    sources = [values[int(i)] for i in rng.permutation(len(values))[:4]]
    found: list[Any] = [values[-1]]
    found += [g for target in targets for g in tape.gradient(target, [*values[:2], *sources])]
    # Of rows alone TensorFlow gives IndexedSlices.
    return [None if g is None else np.asarray(module.convert_to_tensor(g)) for g in found]


@pytest.mark.parametrize("seed", range(130))
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.filterwarnings("ignore")
def test_a_random_program(dtype: str, seed: int) -> None:
    ours, theirs = (_gradients(m, dtype, seed) for m in (v2, tf))
    for place, (mine, wanted) in enumerate(zip(ours, theirs, strict=True)):
        assert (mine is None) == (wanted is None), place
        if mine is not None and wanted is not None:
            assert_same_bits(mine, wanted, f"{place}")
