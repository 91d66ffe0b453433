# SPDX-License-Identifier: Apache-2.0
"""Keras's metrics beside the installed TensorFlow's: bits of results, and errors."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import keras_cases
from tf_losses.compat import v2

CASES = 12


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", keras_cases.METRICS)
def test_metrics(name: str) -> None:
    for number in range(CASES):
        case = keras_cases.draw_metric(3, name, number)
        assert keras_cases.run_metric(v2, case) == keras_cases.run_metric(tf, case), case


@pytest.mark.parametrize("name", keras_cases.METRICS)
def test_configs(name: str) -> None:
    ours, theirs = (getattr(m.keras.metrics, name)(name="mine") for m in (v2, tf))
    assert ours.get_config() == theirs.get_config()
    again = v2.keras.metrics.deserialize(tf.keras.metrics.serialize(theirs))
    assert (type(again), again.get_config()) == (type(ours), ours.get_config())


@pytest.mark.parametrize("space", ["losses", "metrics"])
def test_arguments_stand_in_keras_order(space: str) -> None:
    mine, theirs = (getattr(module.keras, space) for module in (v2, tf))
    for name in set(dir(mine)) & set(dir(theirs)) - {"deserialize", "serialize"}:
        if callable(getattr(theirs, name)):
            found, wanted = (parameters(getattr(space, name)) for space in (mine, theirs))
            assert found == [one for one in wanted if one[0] != "from_sorted_ids"], name


def parameters(of: Any) -> list[tuple[str, object]]:  # noqa: ANN401 (a function or a class)
    return [(one.name, one.default) for one in inspect.signature(of).parameters.values()]


FUNCTIONS = (
    *("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"),
    *("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    rng = np.random.default_rng(3)
    for shape in ((7, 6), (2, 3, 6)):
        y_pred = rng.choice([0.0, -0.0, 0.2, 0.7], shape).astype("float32")
        sparse = name.startswith("sparse")
        y_true = rng.integers(0, 6, shape[:-1]) if sparse else np.round(rng.random(shape))
        made = [getattr(m.keras.metrics, name)(y_true, y_pred) for m in (v2, tf)]
        assert keras_cases.described(made[0]) == keras_cases.described(made[1])


def total_of(module: Any) -> Any:  # noqa: ANN401 (either library)
    """A metric as a program writes one."""

    class Total(module.keras.metrics.Metric):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__(name="total")
            self.total = self.add_weight(name="total", initializer="zeros")

        def update_state(self, values: object) -> None:
            self.total.assign_add(module.reduce_sum(values))

        def result(self) -> object:
            return self.total / 3.0

    return Total()


def test_a_metric_of_ones_own() -> None:
    found = []
    for module in (v2, tf):
        metric = total_of(module)
        metric.update_state([0.1, 0.2])
        found.append(keras_cases.described(metric([0.7])))
    assert found[0] == found[1]


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [2]], np.array([[1, 0], [2, 1]])])
def test_to_categorical(labels: object) -> None:
    ours, theirs = (m.keras.utils.to_categorical(labels) for m in (v2, tf))
    assert (ours.dtype, ours.tolist()) == (theirs.dtype, theirs.tolist())
