# SPDX-License-Identifier: Apache-2.0
"""Keras's losses in graphs take the logits behind a sigmoid or a softmax, as TensorFlow's do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

from bits import assert_same_bits
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

X = np.array([[-30.0, 40.0, 1.0], [0.5, -0.25, 3.0]], np.float32)
Y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
CLASSES = np.array([0, 2])

USES: dict[str, Callable[[Any, Any], Any]] = {
    "binary": lambda m, x: m.keras.losses.binary_crossentropy(Y, m.sigmoid(x)),
    "binary, nn": lambda m, x: m.keras.losses.binary_crossentropy(Y, m.nn.sigmoid(x)),
    "binary, class": lambda m, x: m.keras.losses.BinaryCrossentropy()(Y, m.sigmoid(x)),
    "binary of softmax": lambda m, x: m.keras.losses.binary_crossentropy(Y, m.nn.softmax(x)),
    "binary of more": lambda m, x: m.keras.losses.binary_crossentropy(Y, m.sigmoid(x) * 1.0),
    "binary of the same": lambda m, x: m.keras.losses.binary_crossentropy(
        Y, m.identity(m.sigmoid(x))
    ),
    "categorical": lambda m, x: m.keras.losses.categorical_crossentropy(Y, m.nn.softmax(x)),
    "categorical, class": lambda m, x: m.keras.losses.CategoricalCrossentropy()(
        Y, m.nn.softmax(x, axis=1)
    ),
    "categorical, other axis": lambda m, x: m.keras.losses.categorical_crossentropy(
        Y, m.nn.softmax(x, axis=0)
    ),
    "categorical of sigmoid": lambda m, x: m.keras.losses.categorical_crossentropy(Y, m.sigmoid(x)),
    "sparse": lambda m, x: m.keras.losses.sparse_categorical_crossentropy(CLASSES, m.nn.softmax(x)),
    "sparse, class": lambda m, x: m.keras.losses.SparseCategoricalCrossentropy()(
        CLASSES, m.nn.softmax(x)
    ),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_in_functions(use: Callable[[Any, Any], Any]) -> None:
    ours, theirs = in_function(v2, use), in_function(tf, use)
    assert_same_bits(ours[0], theirs[0], "loss")
    assert_same_bits(ours[1], theirs[1], "gradient")


def in_function(module: Any, use: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401 (either library)
    @module.function(autograph=False)
    def step(x: Any) -> Any:  # noqa: ANN401 (a tensor)
        with module.GradientTape() as tape:
            tape.watch(x)
            loss = use(module, x)
        return loss, tape.gradient(loss, x)

    return [one.numpy() for one in step(module.constant(X))]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_in_sessions(use: Callable[[Any, Any], Any]) -> None:
    ours, theirs = in_session(v1, use), in_session(tf.compat.v1, use)
    assert_same_bits(ours[0], theirs[0], "loss")
    assert_same_bits(ours[1], theirs[1], "gradient")


def in_session(module: Any, use: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401 (either library)
    with module.Graph().as_default():
        x = module.placeholder(module.float32, [None, 3])
        loss = use(module, x)
        with module.Session() as session:
            return session.run([loss, module.gradients(loss, x)[0]], {x: X})


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_outside_of_graphs(use: Callable[[Any, Any], Any]) -> None:
    assert_same_bits(use(v2, v2.constant(X)).numpy(), use(tf, tf.constant(X)).numpy(), "loss")
