# SPDX-License-Identifier: Apache-2.0
"""What `eval` does to labels and losses, beside calls on whole arrays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest

import tf_losses as tf
from tf_losses._internal.composed.keras import crossentropies, ops
from tf_losses._internal.composed.keras import nn as keras_nn
from tf_losses._internal.composed.weighted_loss import Reduction
from tf_losses._internal.evaluation.evaluate import evaluate, with_keras
from tf_losses._internal.evaluation.request import Request
from tf_losses._internal.io.command import InputError
from tf_losses.compat.v2 import nn
from tf_losses.keras import losses as keras_losses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Array = npt.NDArray[Any]
DTYPES = [np.dtype(name) for name in ("float16", "float32", "float64")]
DTYPES.append(np.dtype(ml_dtypes.bfloat16))
ROWS, CLASSES = 203, 11
PIECE = 40 * CLASSES  # bytes: a few rows


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(dtype: np.dtype[Any] | str = "float32", seed: int = 0) -> tuple[Array, Array]:
    """Logits, and class numbers for them."""
    rng = np.random.default_rng(seed)
    logits = (rng.normal(size=(ROWS, CLASSES)) * 4).astype(dtype)
    return logits, rng.integers(0, CLASSES, ROWS)


def probabilities(dtype: np.dtype[Any], seed: int = 0) -> Array:
    """Rows that add up to about 1, some entries at the ends."""
    logits, _ = drawn("float64", seed)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    p[3], p[4, 1] = 0, 1
    return p.astype(dtype)


def losses_of(
    loss: str,
    logits: Array,
    labels: Array,
    **options: Any,  # noqa: ANN401 (of a request)
) -> tuple[Array, dict[str, Any]]:
    """Evaluate in small pieces; the losses and the facts."""
    np.save("x.npy", logits)
    np.save("z.npy", labels)
    bfloat16 = logits.dtype.name == "bfloat16"
    request = Request(
        loss=loss, logits="x.npy", labels="z.npy", out="o.npy", json="o.json", bfloat16=bfloat16,
        **options,
    )  # fmt: skip
    evaluate(request, PIECE)
    found = np.load("o.npy")
    facts = json.loads(open("o.json", encoding="utf-8").read())  # noqa: PTH123, SIM115
    return (found.view(ml_dtypes.bfloat16) if found.dtype.kind == "V" else found), facts


def equal(found: Array, wanted: Any) -> bool:  # noqa: ANN401 (a tensor)
    """Whether two arrays have the same bits."""
    whole = np.ascontiguousarray(np.asarray(wanted))
    assert found.dtype == whole.dtype
    assert found.shape == whole.shape
    return found.tobytes() == whole.tobytes()


# ---- what is computed ----


@pytest.mark.parametrize("version", ["2.21", "2.15", "1.15"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_probabilities_and_smoothing_have_the_bits_of_one_call(
    dtype: np.dtype[Any], version: str
) -> None:
    p, (logits, classes) = probabilities(dtype), drawn(dtype)
    one_hot = np.eye(CLASSES)[classes].astype(dtype)
    with tf.versions.tf_version(version):
        for x, from_logits in ((logits, True), (p, False)):
            for smoothing in (0.0, 0.1):
                asked = {"from_probabilities": not from_logits, "label_smoothing": smoothing}
                found, _ = losses_of("softmax", x, one_hot, **asked)
                wanted = crossentropies.categorical_crossentropy(one_hot, x, from_logits, smoothing)
                assert equal(found, wanted), (from_logits, smoothing)
        found, _ = losses_of("sparse_softmax", p, classes, from_probabilities=True)
        assert equal(found, crossentropies.sparse_categorical_crossentropy(classes, p))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_binary_probabilities_are_keras_s(dtype: np.dtype[Any]) -> None:
    p, (_, classes) = probabilities(dtype), drawn()
    wanted_of = np.eye(CLASSES)[classes].astype(dtype)
    smoothed = crossentropies.smoothed(ops.as_tensor(wanted_of), 0.2)
    wanted = keras_nn.binary_crossentropy(smoothed, ops.as_tensor(p))
    asked = {"from_probabilities": True, "label_smoothing": 0.2}
    found, facts = losses_of("sigmoid", p, wanted_of, **asked)
    assert equal(found, wanted)
    assert facts["options"]["from_probabilities"] is True
    # The mean over the classes is the public function.
    assert equal(
        np.asarray(ops.mean(ops.as_tensor(found), -1)),
        crossentropies.binary_crossentropy(wanted_of, p, False, 0.2),  # noqa: FBT003 (Keras's)
    )


@pytest.mark.parametrize("version", ["2.21", "2.15"])
@pytest.mark.parametrize(
    "made",
    [
        keras_losses.SparseCategoricalCrossentropy(from_logits=True),
        keras_losses.SparseCategoricalCrossentropy(reduction="sum"),
        keras_losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        keras_losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        keras_losses.BinaryCrossentropy(reduction="none"),
    ],
    ids=lambda made: type(made).__name__,
)
def test_a_loss_of_keras_by_its_config(made: Any, version: str) -> None:  # noqa: ANN401 (Keras's)
    config = keras_losses.serialize(made)
    with open("loss.json", "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(config, file)
    logits, classes = drawn()
    x = logits if made.get_config()["from_logits"] else probabilities(np.dtype(np.float32))
    sparse = type(made).__name__.startswith("Sparse")
    labels = classes if sparse else np.eye(CLASSES)[classes].astype(np.float32)
    with tf.versions.tf_version(version):
        again = keras_losses.deserialize(config)
        asked = with_keras({"ignore_index": ()}, "loss.json")
        found, facts = losses_of(asked.pop("loss"), x, labels, **asked)
        each = type(made).from_config({**again.get_config(), "reduction": "none"})
        assert equal(found, each(labels, x))
        if again.reduction != "none":
            value = float(np.asarray(again(labels, x)))
            assert facts["losses"]["reduction"]["hex"] == value.hex()


def test_a_class_that_keras_ignores_counts_nowhere() -> None:
    made = keras_losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    with open("loss.json", "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(keras_losses.serialize(made), file)
    logits, classes = drawn()
    classes[::5] = 255
    asked = with_keras({"ignore_index": ()}, "loss.json")
    found, facts = losses_of(asked.pop("loss"), logits, classes, **asked)
    assert np.array_equal(found == 0, classes == 255)
    assert facts["losses"]["ignored"] == (classes == 255).sum()
    assert facts["losses"]["reduction"]["hex"] == float(np.asarray(made(classes, logits))).hex()
    with tf.versions.tf_version("2.13"), pytest.raises(InputError, match="Keras 2 takes what"):
        with_keras({"ignore_index": ()}, "loss.json")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "no config of a Keras loss"),
        ('{"class_name": "Huber", "config": {}}', "Huber is not one of the losses"),
        ('{"class_name": "Nothing"}', "Nothing is not one of the losses"),
        ('"mse"', "no config of a Keras loss"),
        (
            '{"class_name": "CategoricalCrossentropy", "config": {"axis": 0}}',
            "classes must be on the last axis",
        ),
    ],
)
def test_configs_that_cannot_be_evaluated(content: str, says: str) -> None:
    with open("loss.json", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(content)
    with pytest.raises(InputError, match=says):
        with_keras({"ignore_index": ()}, "loss.json")


# ---- what counts ----


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_ignored_labels_and_masks(dtype: np.dtype[Any]) -> None:
    logits, classes = drawn(dtype)
    plain = np.asarray(nn.sparse_softmax_cross_entropy_with_logits(classes, logits))
    labels = classes.copy()
    labels[::7], labels[1::9] = 255, -100
    mask = np.arange(ROWS) % 4 != 0
    labels[~mask] = 9999  # what stands for nothing may be no class
    np.save("mask.npy", mask)
    found, facts = losses_of(
        "sparse_softmax", logits, labels, ignore_index=(255, -100), mask="mask.npy", worst=4
    )
    kept = mask & (labels != 255) & (labels != -100)
    wanted = np.where(kept, plain, plain.dtype.type(0))
    assert equal(found, wanted)
    assert facts["losses"]["ignored"] == (~kept).sum()
    assert facts["losses"]["count"] == facts["losses"]["finite"] == kept.sum()
    wide = plain[kept].astype(np.float64)
    assert facts["losses"]["mean"] == pytest.approx(wide.mean(), rel=1e-12)
    assert facts["quantiles"][0]["loss"] == wide.min()
    assert facts["quantiles"][-1]["loss"] == wide.max()
    order = np.argsort(-np.where(kept, plain.astype(np.float64), -1), kind="stable")
    assert [example["index"] for example in facts["worst"]] == [[index] for index in order[:4]]


def test_what_cannot_be_ignored_or_masked() -> None:
    logits, classes = drawn()
    one_hot = np.eye(CLASSES)[classes].astype(np.float32)
    with pytest.raises(InputError, match="--ignore-index goes with labels"):
        losses_of("softmax", logits, one_hot, ignore_index=(1,))
    np.save("mask.npy", np.ones(ROWS - 1, np.bool_))
    with pytest.raises(InputError, match=r"mask.npy: a mask is a bool.*bool\[202\].*\[203\]"):
        losses_of("softmax", logits, one_hot, mask="mask.npy")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "uint64", "float32", "bool"])
def test_labels_that_are_cast(dtype: str) -> None:
    logits, classes = drawn()
    classes = classes % 2 if dtype == "bool" else classes
    labels = classes.astype(dtype)
    with pytest.raises(InputError, match="add --cast-labels"):
        losses_of("sparse_softmax", logits, labels)
    found, _ = losses_of("sparse_softmax", logits, labels, cast_labels=True)
    assert equal(found, nn.sparse_softmax_cross_entropy_with_logits(classes, logits))


@pytest.mark.parametrize(
    ("label", "says"),
    [
        (np.float32(1.5), "label 1.5 at 150 is no int64"),
        (np.float32(np.nan), "label nan at 150 is no int64"),
        (np.float64(1e30), r"label 1e\+30 at 150 is no int64"),
        (np.uint64(2**63), "label 9223372036854775808 at 150 is no int64"),
    ],
)
def test_labels_that_are_no_whole_numbers(label: Any, says: str) -> None:  # noqa: ANN401 (NumPy's)
    logits, classes = drawn()
    labels = classes.astype(label.dtype)
    labels[150] = label
    with pytest.raises(InputError, match=says):
        losses_of("sparse_softmax", logits, labels, cast_labels=True)


# ---- one number of all ----


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", ["sum", "mean", *Reduction.all()[1:5]])
def test_reductions_are_tensorflow_s(dtype: np.dtype[Any], name: str) -> None:
    logits, classes = drawn(dtype)
    losses = nn.sparse_softmax_cross_entropy_with_logits(classes, logits)
    weights = np.random.default_rng(1).random(ROWS).astype(np.float32)
    weights[::3] = 0
    np.save("w.npy", weights)
    weighted = tf.compat.v1.losses.compute_weighted_loss
    v1 = {"sum": "weighted_sum", "mean": "weighted_sum_by_nonzero_weights"}.get(name, name)
    plain = {"sum": tf.reduce_sum, "mean": tf.reduce_mean}.get(name)
    wanted = weighted(losses, reduction=name) if plain is None else plain(losses)
    for options, value in (
        ({}, wanted),
        ({"weights": "w.npy"}, weighted(losses, weights, reduction=v1)),
    ):
        _, facts = losses_of("sparse_softmax", logits, classes, reduction=name, **options)
        assert facts["losses"]["reduction"]["name"] == name
        assert facts["losses"]["reduction"]["hex"] == float(np.asarray(value)).hex()
    labels = classes.copy()
    labels[5::6] = 255
    masked = weighted(losses, (labels != 255).astype(np.float32), reduction=v1)
    _, facts = losses_of("sparse_softmax", logits, labels, reduction=name, ignore_index=(255,))
    assert facts["losses"]["reduction"]["hex"] == float(np.asarray(masked)).hex()


def test_weights_that_do_not_fit() -> None:
    logits, classes = drawn()
    np.save("w.npy", np.ones((ROWS, 1), np.float32))
    with pytest.raises(InputError, match=r"w.npy: weights are \[203, 1\], one for each loss"):
        losses_of("sparse_softmax", logits, classes, weights="w.npy")
    np.save("w.npy", np.ones(ROWS, np.float32))
    with pytest.raises(InputError, match="allow them by --memory"):
        losses_of("sparse_softmax", logits, classes, weights="w.npy", memory=1000)


# ---- tables ----


def test_tables_by_class_and_accuracy() -> None:
    logits, classes = drawn()
    with open("names.txt", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("\n".join(f"class {n}" for n in range(CLASSES)))
    losses, facts = losses_of(
        "sparse_softmax", logits, classes, by_class=True, class_names="names.txt"
    )
    predicted = logits.argmax(-1)
    assert facts["accuracy"]["correct"] == (predicted == classes).sum()
    assert [row["class"] for row in facts["classes"]] == list(range(CLASSES))
    for row in facts["classes"]:
        of_class = losses[classes == row["class"]].astype(np.float64)
        assert row["name"] == f"class {row['class']}"
        assert row["count"] == of_class.size
        assert row["mean"] == pytest.approx(of_class.mean(), rel=1e-12)
        assert row["p95"] == np.quantile(of_class, 0.95, method="inverted_cdf")
        hits = (predicted == classes)[classes == row["class"]]
        assert row["accuracy"] == hits.mean()
    first = facts["worst"][0]
    assert first["label_name"] == f"class {classes[first['index'][0]]}"
    assert first["predicted"] == predicted[first["index"][0]]


def test_classes_of_yes_or_no() -> None:
    logits, classes = drawn()
    labels = np.eye(CLASSES)[classes].astype(np.float32)
    _, facts = losses_of("sigmoid", logits, labels, by_class=True)
    assert [row["class"] for row in facts["classes"]] == [0, 1]
    assert facts["accuracy"]["correct"] == ((logits >= 0) == (labels == 1)).sum()


def test_json_is_strict() -> None:
    logits, classes = drawn()
    logits[:] = np.nan
    _, facts = losses_of("sparse_softmax", logits, classes)
    assert facts["losses"]["mean"] == "nan"
    assert facts["losses"]["nan"] == ROWS
    assert facts["schema"] == 1
    assert facts["inputs"][1] == {
        "role": "logits", "name": "x.npy", "format": "npy", "dtype": "float32",
        "shape": [ROWS, CLASSES], "files": 1,
    }  # fmt: skip
