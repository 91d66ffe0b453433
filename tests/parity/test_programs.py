# SPDX-License-Identifier: Apache-2.0
"""Random programs of losses and what stands around them, and their gradients, beside TensorFlow.

Tensors are used several times, by several operations; sources and targets lie anywhere. sigmoid and
weighted are left out: TensorFlow puts them together from smaller operations, whose parts are added
up one by one where a tensor is used elsewhere too; so are lists of targets, where TensorFlow begins
with any of them (README, "Limits").
"""

from __future__ import annotations

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
}


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
    return [None if one is None else np.asarray(one.numpy()) for one in found]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.filterwarnings("ignore")
def test_a_random_program(dtype: str, seed: int) -> None:
    ours, theirs = (_gradients(m, dtype, seed) for m in (v2, tf))
    for place, (mine, wanted) in enumerate(zip(ours, theirs, strict=True)):
        assert (mine is None) == (wanted is None), place
        if mine is not None and wanted is not None:
            assert_same_bits(mine, wanted, f"{place}")
