# SPDX-License-Identifier: Apache-2.0
"""Keras's losses beside the installed TensorFlow's: bits of values and gradients, and errors."""

from __future__ import annotations

import pytest
import tensorflow as tf

import keras_cases
import tf_losses
from tf_losses._internal import names as _names
from tf_losses._internal.composed.keras import losses as inner
from tf_losses.compat import v2

CASES = 30
# The power has its own bits in each of TensorFlow's packets.
NEED_POWER = ("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy")
NAMES = [
    name
    for name in keras_cases.LOSSES
    if name not in NEED_POWER or "pow" in _names.names_of(2, "math")
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_losses(name: str) -> None:
    for number in range(CASES):
        case = keras_cases.draw(3, name, number)
        assert keras_cases.run(v2, case) == keras_cases.run(tf, case), case


@pytest.mark.parametrize("name", keras_cases.LOSSES)
def test_configs(name: str) -> None:
    ours, theirs = (getattr(m.keras.losses, name)(name="mine", reduction="sum") for m in (v2, tf))
    assert ours.get_config() == theirs.get_config()
    assert v2.keras.losses.serialize(ours) == tf.keras.losses.serialize(theirs)
    again = v2.keras.losses.deserialize(tf.keras.losses.serialize(theirs))
    assert (type(again), again.get_config()) == (type(ours), ours.get_config())
    assert type(again).from_config(again.get_config()).name == "mine"
    assert v2.keras.losses.get(name).name == tf.keras.losses.get(name).name


@pytest.mark.parametrize("name", keras_cases.LOSSES)
def test_a_config_of_keras_2_makes_a_loss(name: str) -> None:
    with tf_losses.tf_version("2.15"):
        written = v2.keras.losses.serialize(getattr(v2.keras.losses, name)())
    assert written["config"]["reduction"] == "auto"
    assert written["config"]["fn"] in inner.KNOWN
    made = v2.keras.losses.deserialize(written)
    assert made.reduction == "sum_over_batch_size"
    with tf_losses.tf_version("2.15"):
        assert v2.keras.losses.deserialize(written).get_config() == written["config"]


@pytest.mark.parametrize("name", sorted(inner.ALIASES))
def test_other_names(name: str) -> None:
    assert v2.keras.losses.get(name).__name__ == inner.ALIASES[name].__name__
    if hasattr(tf.keras.losses, name):
        assert getattr(v2.keras.losses, name).__name__ == getattr(tf.keras.losses, name).__name__


@pytest.mark.parametrize("identifier", ["nothing", 3, {"class_name": "Nothing", "config": {}}])
def test_what_is_no_loss(identifier: object) -> None:
    for module in (v2, tf):
        with pytest.raises(ValueError, match="Could not interpret loss identifier"):
            module.keras.losses.get(identifier)


@pytest.mark.parametrize("reduction", ["auto", "average"])
def test_reductions_that_are_none(reduction: str) -> None:
    for module in (v2, tf):
        with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
            module.keras.losses.MeanSquaredError(reduction=reduction)
    with tf_losses.tf_version("2.15"):
        assert v2.keras.losses.MeanSquaredError(reduction="auto").reduction == "auto"
        with pytest.raises(ValueError, match="Invalid Reduction Key: mean"):
            v2.keras.losses.MeanSquaredError(reduction="mean")
        with pytest.raises(TypeError, match="unexpected keyword argument 'dtype'"):
            v2.keras.losses.MeanSquaredError(dtype="float64")


def _own(module: object) -> object:
    class Difference(module.keras.losses.Loss):  # type: ignore[attr-defined, misc, name-defined]
        def call(self, y_true: object, y_pred: object) -> object:
            return module.reduce_mean(module.abs(y_true - y_pred) * 1.5, axis=-1)  # type: ignore[attr-defined, operator]

    return Difference


def test_a_loss_of_ones_own() -> None:
    y_true, y_pred = keras_cases.inputs(keras_cases.draw(3, "Huber", 4))[:2]
    made = [_own(m)(name="own", dtype="float64")(y_true, y_pred, 0.3) for m in (v2, tf)]  # type: ignore[operator]
    assert keras_cases.described(made[0]) == keras_cases.described(made[1])
    assert _own(v2)().name == "difference"  # type: ignore[operator]
    with tf_losses.tf_version("2.15"):
        assert _own(v2)("sum", "mine").reduction == "sum"  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["sigmoid", "softmax"])
def test_logits_behind_keras_activations(kind: str) -> None:
    logits = keras_cases.inputs(keras_cases.draw(3, "Huber", 9))[1]
    logits = logits.reshape(-1, logits.shape[-1]).astype("float32")
    loss = "BinaryCrossentropy" if kind == "sigmoid" else "CategoricalCrossentropy"
    labels = abs(logits) / abs(logits).sum()
    made = [
        getattr(m.keras.losses, loss)()(labels, getattr(m.keras.activations, kind)(logits))
        for m in (v2, tf)
    ]
    assert keras_cases.described(made[0]) == keras_cases.described(made[1])


def test_masks_of_predictions() -> None:
    for reduction in keras_cases.REDUCTIONS[3]:
        for weights in (None, [0.5, 2.0, 0.0]):
            found = []
            for module in (v2, tf):
                y_pred = module.constant([[0.1, 2.0], [3.0, 4.0], [1.0, 0.3]])
                y_pred._keras_mask = module.constant([True, False, True])  # noqa: SLF001
                loss = module.keras.losses.MeanSquaredError(reduction=reduction)
                found.append(keras_cases.described(loss(y_pred * 0.3, y_pred, weights)))
            assert found[0] == found[1], (reduction, weights)


@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy"])
@pytest.mark.parametrize("from_logits", [True, False])
def test_backend(name: str, from_logits: bool) -> None:  # noqa: FBT001
    case = keras_cases.draw(3, "BinaryCrossentropy", 8)
    case["options"]["from_logits"] = from_logits
    y_true, y_pred = (one.astype("float32") for one in keras_cases.inputs(case)[:2])
    made = [
        getattr(m.keras.backend, name)(m.constant(y_true), m.constant(y_pred), from_logits)
        for m in (v2, tf)
    ]
    assert keras_cases.described(made[0]) == keras_cases.described(made[1])


def test_all_names_are_there() -> None:
    assert set(dir(v2.keras.losses)) >= {
        name
        for name in dir(tf.keras.losses)
        if not name.startswith("_")
        and name.lower() not in ("ctc", "dice", "tversky", "circle")
        and "generalized" not in name.lower()
    }
