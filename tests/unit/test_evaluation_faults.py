# SPDX-License-Identifier: Apache-2.0
"""Inputs and options of `eval` that once ended in a traceback, or in a wrong result in silence."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses as tf
from tf_losses._internal.evaluation.summary import summarize
from tf_losses._internal.io.command import BAD_INPUT
from tf_losses.cli import main
from tf_losses.compat.v2 import nn
from tf_losses.keras import losses as keras_losses

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, CLASSES = 41, 5
SPARSE = "eval sparse_softmax --logits x.npy --labels y.npy"
PLAIN = "eval sigmoid --logits x.npy --labels z.npy"
SOFTMAX = "eval softmax --logits x.npy --labels z.npy"
CONFIG = "eval --loss k.json --logits x.npy --labels"
TABLE = "eval sparse_softmax --logits x.npy --labels t.jsonl --labels-column label"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with logits, classes and labels, which is the current one."""
    monkeypatch.chdir(tmp_path)
    logits, classes = drawn()
    np.save("x.npy", logits)
    np.save("y.npy", classes)
    np.save("z.npy", np.eye(CLASSES, dtype=np.float32)[classes])
    yield tmp_path
    assert not list(tmp_path.glob(".*")), "a part is left"


def drawn() -> tuple[Any, Any]:
    rng = np.random.default_rng(7)
    return rng.normal(size=(ROWS, CLASSES)).astype(np.float32) * 3, rng.integers(0, CLASSES, ROWS)


def wanted() -> Any:  # noqa: ANN401 (an array)
    logits, classes = drawn()
    return np.asarray(nn.sparse_softmax_cross_entropy_with_logits(classes, logits))


def run(command: str) -> int:
    return main(shlex.split(command))


def facts_of(command: str, code: int = 0) -> Any:  # noqa: ANN401 (of JSON)
    assert run(f"{command} --json facts.json") == code
    return json.loads(Path("facts.json").read_text(encoding="utf-8"))


def refused(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(command) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def configured(loss: str, **config: Any) -> None:  # noqa: ANN401 (of JSON)
    Path("k.json").write_text(json.dumps({"class_name": loss, "config": config}), encoding="utf-8")


def table(**columns: Any) -> None:  # noqa: ANN401 (of JSON)
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    Path("t.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


# ---- configs of Keras ----


@pytest.mark.parametrize(
    "content",
    [
        '"BinaryCrossentropy"',
        "[" * 100_000,
        '{"a": ' * 100_000,
        '{"class_name": null, "config": null}',
        '{"class_name": "BinaryCrossentropy", "config": null}',
        '{"class_name": "BinaryCrossentropy", "config": []}',
        '{"class_name": "BinaryCrossentropy", "config": {"dtype": {"a": 1}}}',
        '{"class_name": "BinaryCrossentropy", "config": {"dtype": {"config": {}}}}',
        '{"class_name": "BinaryCrossentropy", "config": {"label_smoothing": "a"}}',
        '{"class_name": "BinaryCrossentropy", "config": {"label_smoothing": [1]}}',
        '{"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": "a"}}',
        '{"class_name": "CategoricalCrossentropy", "config": {"dtype": "complex64"}}',
        '{"class_name": "CategoricalCrossentropy", "config": {"dtype": "string"}}',
    ],
    ids=lambda content: content[:80],
)
def test_a_config_that_is_none_is_one_line(
    content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("k.json").write_text(content, encoding="utf-8")
    said = refused(f"{CONFIG} z.npy", capsys)
    assert "no config of a Keras loss" in said or "the loss cannot be computed" in said


@pytest.mark.parametrize("ignored", ["x", [1], {}, 2.5, True, 10**30, float("inf")], ids=str)
def test_an_ignored_class_is_a_class_number(
    ignored: object, capsys: pytest.CaptureFixture[str]
) -> None:
    configured("SparseCategoricalCrossentropy", ignore_class=ignored)
    assert "ignore_class is no class number" in refused(f"{CONFIG} y.npy", capsys)


def test_a_config_that_no_bits_are_known_of(capsys: pytest.CaptureFixture[str]) -> None:
    configured("BinaryCrossentropy")
    with tf.versions.tf_version("2.3.4"):
        assert "not known bit for bit" in refused(f"{CONFIG} z.npy", capsys)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_a_config_s_dtype_is_that_of_the_losses(dtype: str) -> None:
    configured("CategoricalCrossentropy", dtype=dtype, from_logits=True, reduction="sum")
    facts = facts_of(f"{CONFIG} z.npy --out o.npy")
    logits, classes = drawn()
    labels = np.eye(CLASSES, dtype=np.float32)[classes]
    made = keras_losses.CategoricalCrossentropy(from_logits=True, reduction="none", dtype=dtype)
    assert facts["dtype"] == dtype
    assert np.load("o.npy").tobytes() == np.asarray(made(labels, logits)).tobytes()
    made = keras_losses.CategoricalCrossentropy(from_logits=True, reduction="sum", dtype=dtype)
    value = float(np.asarray(made(labels, logits)))
    assert facts["losses"]["reduction"]["hex"] == value.hex()


def test_one_class_on_three_axes_is_refused_as_keras_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configured("SparseCategoricalCrossentropy", from_logits=True)
    np.save("x.npy", np.ones((3, 4, 1), np.float32))
    np.save("y.npy", np.zeros((3, 4), np.int64))
    assert "Keras takes an axis of one class" in refused(f"{CONFIG} y.npy", capsys)


@pytest.mark.parametrize("option", ["--out", "--json", "--html"])
def test_the_config_is_no_output(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    configured("SparseCategoricalCrossentropy", from_logits=True)
    before = Path("k.json").read_bytes()
    assert "is an input (k.json)" in refused(f"{CONFIG} y.npy {option} k.json", capsys)
    assert Path("k.json").read_bytes() == before


# ---- options that have no effect, or another than was meant ----


@pytest.mark.parametrize("option", ["--from-probabilities", "--label-smoothing 0.1"])
def test_keras_s_options_want_the_classes_last(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(f"{SOFTMAX} --axis 0 {option}", capsys)
    assert "--axis 0 does not go with --from-probabilities or --label-smoothing" in said
    assert run(f"{SOFTMAX} --axis 1 {option}") == 0


def test_weights_of_what_reduces_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    configured("SparseCategoricalCrossentropy", from_logits=True, reduction="none")
    np.save("w.npy", np.ones(ROWS, np.float32))
    said = refused(f"{CONFIG} y.npy --weights w.npy", capsys)
    assert "weights have no effect" in said
    assert run(f"{CONFIG} y.npy --weights w.npy --reduction mean") == 0


@pytest.mark.parametrize("values", [["a"] * ROWS, [1j] * ROWS], ids=["text", "complex"])
def test_weights_are_numbers(values: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    np.save("w.npy", np.array(values))
    assert "w.npy: weights must be real numbers" in refused(f"{SPARSE} --weights w.npy", capsys)


@pytest.mark.parametrize("dtype", ["U1", "c8", "M8[D]"])
@pytest.mark.parametrize("command", [SPARSE, PLAIN, SOFTMAX, f"{SOFTMAX} --from-probabilities"])
def test_labels_are_numbers(command: str, dtype: str, capsys: pytest.CaptureFixture[str]) -> None:
    np.save("y.npy", drawn()[1].astype(dtype))
    np.save("z.npy", np.zeros((ROWS, CLASSES), "i8").astype(dtype))
    assert "labels must be real numbers" in refused(f"{command} --cast-labels", capsys)


def test_pos_weight_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("w.npy", np.array("2"))
    command = "eval weighted --logits x.npy --labels z.npy --pos-weight w.npy"
    assert "w.npy: pos_weight must be real numbers, not text" in refused(command, capsys)


def test_a_column_of_weights_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    table(label=drawn()[1].tolist(), pair=[[1, 2]] * ROWS)
    said = refused(f"{TABLE} --weights-column pair", capsys)
    assert "t.jsonl: weights are [41, 2]" in said


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_a_number_of_threads(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(f"{SPARSE} --reduction sum --intra-op-threads {number}")
    assert ended.value.code == BAD_INPUT
    assert "--intra-op-threads: no number" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--top x", "--memory 1Q", "--label-smoothing 2"])
def test_numbers_are_refused_in_words(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(f"{PLAIN} {option}")
    said = capsys.readouterr().err.replace("--top/--worst", "--top")
    assert f"{option.split(maxsplit=1)[0]}: no " in said


def test_recorded_losses_count_where_losses_do() -> None:
    logits, classes = drawn()
    recorded = wanted()
    recorded[::4] = np.nan  # as TensorFlow gives on a graphics processor
    np.save("r.npy", recorded.astype(">f4"))
    classes[::4] = 255
    np.save("y.npy", classes)
    facts = facts_of(f"{SPARSE} --ignore-index 255 --recorded r.npy")
    assert facts["recorded"] == {"name": "r.npy", "equal": 30, "of": 30}
    recorded[1] += 1
    np.save("r.npy", recorded)
    facts = facts_of(f"{SPARSE} --ignore-index 255 --recorded r.npy", 1)
    assert facts["recorded"]["equal"] == 29
    assert len(logits) == ROWS


@pytest.mark.parametrize(
    "labels", ["--labels t.jsonl:label", "--labels t.jsonl --labels-column label"]
)
def test_columns_beside_the_labels(labels: str) -> None:
    logits, classes = drawn()
    sites = (np.arange(ROWS) % 2).tolist()
    table(label=classes.tolist(), site=sites, image=[f"i{row}" for row in range(ROWS)],
          weight=np.arange(ROWS).tolist(), logits=logits.tolist())  # fmt: skip
    command = f"eval sparse_softmax --logits t.jsonl:logits {labels}"
    facts = facts_of(f"{command} --by site --id-column image --weights-column weight")
    assert [row["value"] for row in facts["groups"]["rows"]] == [0, 1]
    assert facts["worst"][0]["id"] == f"i{wanted().argmax()}"
    value = tf.compat.v1.losses.compute_weighted_loss(wanted(), np.arange(ROWS))
    assert facts["losses"]["reduction"]["hex"] == float(np.asarray(value)).hex()


def test_labels_beside_the_logits(capsys: pytest.CaptureFixture[str]) -> None:
    logits, classes = drawn()
    table(label=classes.tolist(), logits=logits.tolist())
    command = "eval sparse_softmax --logits t.jsonl:logits --labels-column label --out o.npy"
    assert run(command) == 0
    assert np.load("o.npy").tobytes() == wanted().tobytes()
    said = refused(f"{command} --labels t.jsonl:logits", capsys)
    assert "t.jsonl:logits: names another column than 'label'" in said


# ---- tables ----


@pytest.mark.parametrize("command", [SPARSE, SOFTMAX, PLAIN])
def test_nan_predicts_nothing(command: str) -> None:
    logits, classes = drawn()
    logits[:] = np.nan
    np.save("x.npy", logits)
    np.save("y.npy", classes * 0)
    assert facts_of(f"{command} --by-class --out o.csv")["accuracy"]["correct"] == 0
    logits[:] = 0
    np.save("x.npy", logits)
    np.save("z.npy", np.full((ROWS, CLASSES), np.nan, np.float32))
    facts = facts_of(f"{command} --by-class") if command != SPARSE else {}
    assert facts.get("classes") in (None, [])
    assert "accuracy" not in facts


def test_what_has_no_classes_has_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    configured("BinaryCrossentropy", from_logits=True)
    labels = (drawn()[0] > 0).astype(np.float32).tolist()
    table(label=labels, site=["a", "b"] * (ROWS // 2) + ["a"])
    command = "eval --loss k.json --logits x.npy --labels t.jsonl --labels-column label"
    for row in facts_of(f"{command} --cast-labels --by site")["groups"]["rows"]:
        assert "accuracy" not in row
    assert "--by-class does not go here" in refused(f"{CONFIG} z.npy --by-class", capsys)


def test_nan_is_one_group() -> None:
    values = [float("nan") if row % 3 else -1.5 for row in range(ROWS)]
    table(label=drawn()[1].tolist(), value=values)
    rows = facts_of(f"{TABLE} --by value")["groups"]["rows"]
    assert [(row["value"], row["count"]) for row in rows] == [(-1.5, 14), ("nan", 27)]
    assert rows[1]["mean"] == pytest.approx(wanted()[np.isnan(values)].mean(), rel=1e-6)


def test_names_of_classes() -> None:
    for name, content in (
        ("vocabulary.txt", "[PAD]\n[CLS]\n\u2028\nd\n"),
        ("bom.txt", "\ufeff[PAD]\r\n[CLS]\r\n\u2028\r\nd\r\n"),
        ("list.json", '["[PAD]", "[CLS]", "\\u2028", "d"]'),
    ):
        Path(name).write_text(content, encoding="utf-8", newline="")
        rows = facts_of(f"{SPARSE} --by-class --class-names {name}")["classes"]
        assert [row.get("name") for row in rows] == ["[PAD]", "[CLS]", "\u2028", "d", None]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"0": "cat"}', '["a"'], ids=len)
def test_names_that_are_no_list(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("n.json").write_text(content, encoding="utf-8")
    assert "n.json: " in refused(f"{SPARSE} --class-names n.json", capsys)


def test_large_class_numbers_are_shown_whole() -> None:
    np.save("x.npy", np.zeros((1, 1_234_568), np.float32))
    np.save("y.npy", np.int64([1_234_567]))
    assert facts_of(SPARSE)["worst"][0]["shown_label"] == "1234567"


def test_the_largest_loss_on_a_page() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    np.save("x.npy", np.full(9, 1.7e308))
    np.save("z.npy", np.zeros(9))
    assert run(f"{PLAIN} --html o.html") == 0


def test_losses_too_large_to_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tf_losses._internal.evaluation.summary.BLOCK", 1)
    assert summarize(np.full(6, 1.7e308)).mean == np.inf
