# SPDX-License-Identifier: Apache-2.0
"""`eval` of tables with names and groups, into every format, with every face of what was found."""

from __future__ import annotations

import json
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tf_losses._internal.io.command import BAD_INPUT, INTERRUPTED
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses._internal.io.writers import NewTable
from tf_losses.cli import main
from tf_losses.compat.v2 import nn
from tf_losses.versions import tf_version

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, CLASSES = 301, 5
FORMATS = ["npy", "npz", "parquet", "zarr", "zarr.zip", "h5", "tfrecord", "jsonl", "csv"]
NEEDED = {"parquet": "pyarrow", "zarr": "zarr", "zarr.zip": "zarr", "h5": "h5py"}
EVAL = "eval sparse_softmax --logits t.jsonl --logits-column logits --labels-column label"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a table, which is the current one; no part of anything stays."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    logits, labels = drawn()
    with open("t.jsonl", "w", encoding="utf-8") as file:  # noqa: PTH123
        for number in range(ROWS):
            row = {
                "logits": [float(value) for value in logits[number]],
                "label": int(labels[number]),
                "image": f"image-{number}",
                "site": ["north", "süd", "=1+1"][number % 3],
                "year": 2020 + number % 2,
            }
            file.write(json.dumps(row) + "\n")
    yield work
    assert not list(work.glob(".*")), "a part is left"


def drawn() -> tuple[Any, Any]:
    rng = np.random.default_rng(3)
    return rng.normal(size=(ROWS, CLASSES)).astype(np.float32) * 3, rng.integers(0, CLASSES, ROWS)


def wanted() -> Any:  # noqa: ANN401 (an array)
    logits, labels = drawn()
    return np.asarray(nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


def run(more: str = "", command: str = EVAL) -> int:
    return main([*shlex.split(command), *shlex.split(more)])


def column(name: str, role: str, folder: Path) -> Any:  # noqa: ANN401 (an array)
    source = open_source(name, {"id": "ids"}.get(role, role), Opening(folder, column=role))
    try:
        return source.rows(0, 0, ROWS)
    finally:
        source.close()


# ---- outputs ----


@pytest.mark.parametrize("end", FORMATS)
def test_losses_and_names_in_every_format(end: str, folder: Path) -> None:
    if end in NEEDED:
        pytest.importorskip(NEEDED[end], reason=f"{NEEDED[end]} is not installed")
    out = f"o.{end}"
    assert run(f"--id-column image --by-class --out {out}") == 0
    if end == "npy":
        assert np.load(out).tobytes() == wanted().tobytes()
        return
    losses = column(out, "losses", folder)
    assert losses.astype(np.float32).tobytes() == wanted().tobytes()
    assert column(out, "id", folder).tolist() == [f"image-{n}" for n in range(ROWS)]
    assert np.array_equal(column(out, "label", folder), drawn()[1])
    assert np.array_equal(column(out, "predicted", folder), drawn()[0].argmax(-1))


@pytest.mark.parametrize("end", ["npz", "h5", "zarr"])
def test_losses_of_several_axes(end: str, folder: Path) -> None:
    if end in NEEDED:
        pytest.importorskip(NEEDED[end], reason=f"{NEEDED[end]} is not installed")
    logits = drawn()[0]
    labels = (logits > 1).astype(np.float32)
    np.save("x.npy", logits)
    np.save("z.npy", labels)
    assert run(f"--out o.{end}", "eval sigmoid --logits x.npy --labels z.npy") == 0
    source = open_source(f"o.{end}", "losses", Opening(folder))
    expected = np.asarray(nn.sigmoid_cross_entropy_with_logits(labels, logits))
    assert source.shape == expected.shape
    assert np.asarray(source.whole()).tobytes() == expected.tobytes()
    source.close()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("end", ["jsonl", "csv"])
def test_text_has_the_type_that_is_told(dtype: str, end: str) -> None:
    assert run(f"--dtype {dtype} --out o.{end} --json o.json") == 0
    facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
    assert facts["dtype"] == dtype
    assert run(f"--dtype {dtype} --recorded o.{end}") == 0


def test_an_output_is_compared_as_a_recorded_one() -> None:
    assert run("--out o.jsonl") == 0
    assert run("--recorded o.jsonl") == 0
    content = Path("o.jsonl").read_text(encoding="utf-8").replace('"losses": ', '"losses": 1', 1)
    Path("o.jsonl").write_text(content, encoding="utf-8")
    assert run("--recorded o.jsonl") == 1


@pytest.mark.parametrize("option", ["--out", "--json", "--html"])
def test_the_input_is_no_output(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("t.jsonl").read_bytes()
    assert run(f"{option} t.jsonl") == BAD_INPUT
    assert "is an input" in capsys.readouterr().err
    assert Path("t.jsonl").read_bytes() == before


@pytest.mark.parametrize("option", ["--out s-0.jsonl", "--json s-1.jsonl", "--out s-*.jsonl"])
def test_a_shard_is_no_output(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = Path("t.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    for number, part in enumerate((lines[:100], lines[100:])):
        Path(f"s-{number}.jsonl").write_text("".join(part), encoding="utf-8")
    code = run(option, EVAL.replace("t.jsonl", "'s-*.jsonl'"))
    if "*" in option:  # a name like another
        assert code == 0
        return
    assert code == BAD_INPUT
    assert "is an input" in capsys.readouterr().err


# ---- tables ----


def test_tables_by_columns(capsys: pytest.CaptureFixture[str]) -> None:
    losses = wanted().astype(np.float64)
    right = drawn()[0].argmax(-1) == drawn()[1]
    assert run("--id-column image --by site --json o.json --top 3") == 0
    text = capsys.readouterr().out
    facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
    groups = {row["value"]: row for row in facts["groups"]["rows"]}
    assert list(groups) == ["=1+1", "north", "süd"]
    for place, name in enumerate(("north", "süd", "=1+1")):
        part = losses[place::3]
        assert groups[name]["count"] == part.size
        assert groups[name]["mean"] == pytest.approx(part.mean(), rel=1e-12)
        assert groups[name]["p95"] == np.quantile(part, 0.95, method="inverted_cdf")
        assert groups[name]["accuracy"] == right[place::3].mean()
        assert name in text
    order = np.argsort(-losses, kind="stable")[:3]
    assert [example["id"] for example in facts["worst"]] == [f"image-{n}" for n in order]
    assert f"image-{order[0]}" in text
    assert run("--by year --json o.json") == 0
    facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
    assert [row["value"] for row in facts["groups"]["rows"]] == [2020, 2021]


def test_a_page_has_what_json_has() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    assert run("--id-column image --by site --html o.html --json o.json") == 0
    facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(Path("o.html").read_text(encoding="utf-8"))
    page = " ".join(words)
    for example in facts["worst"][:5]:
        assert example["id"] in page
    for row in facts["groups"]["rows"]:
        assert row["value"] in page
    assert sum(facts["histogram"]["counts"]) + facts["histogram"]["at_or_below_zero"] == ROWS
    assert facts["ecdf"][-1][1] == 1
    assert sum(band["count"] for band in facts["reliability"]) == ROWS
    hits = sum(band["accuracy"] * band["count"] for band in facts["reliability"])
    assert round(hits) == facts["accuracy"]["correct"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("--by nothing", "nothing"),
        ("--id-column nothing", "nothing"),
        ("--class-names absent.txt", "absent.txt: No such file"),
        ("--ids t.jsonl --id-column image", "--ids and --id-column: one of the two"),
        ("--weights t.jsonl --weights-column year", "one of the two"),
        ("--workers 2 --scheduler tcp://x:1", "--workers and --scheduler: one of the two"),
        ("--loss x.json", "name a loss, or a Keras config by --loss; one of the two"),
        ("--resume", "--resume needs a file for --out"),
        ("--label-smoothing 0.1", "--label-smoothing does not go with sparse_softmax"),
    ],
)
def test_options_that_do_not_go_together(
    more: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(more) == BAD_INPUT
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_weights_of_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--weights-column year --reduction weighted_mean --json o.json") == 0
    facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
    from tf_losses.compat.v1.losses import Reduction, compute_weighted_loss  # noqa: PLC0415

    years = 2020 + np.arange(ROWS) % 2
    value = float(np.asarray(compute_weighted_loss(wanted(), years, reduction=Reduction.MEAN)))
    assert facts["losses"]["reduction"]["hex"] == value.hex()
    assert value.hex() in capsys.readouterr().out


# ---- a disk that gets full, and a signal, while an output is written ----


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("end", FORMATS[1:])
def test_nothing_is_left_of_an_output_that_fails(
    end: str,
    fault: BaseException,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if end in NEEDED:
        pytest.importorskip(NEEDED[end], reason=f"{NEEDED[end]} is not installed")
    out = Path(f"o.{end}")
    if end != "zarr":  # a folder does not take the place of another
        out.write_bytes(b"what was there")
    before = sorted(folder.iterdir())
    write = NewTable.write

    def failing(self: NewTable, start: int, block: Any) -> None:  # noqa: ANN401 (as there)
        write(self, start, {name: values[: len(values) // 2] for name, values in block.items()})
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(NewTable, "write", failing)
        code = run(f"--id-column image --out {out}")
    said = capsys.readouterr().err
    if isinstance(fault, OSError):
        assert (code, said) == (
            BAD_INPUT,
            f"tf-losses: error: {out}: No space left on device\n",
        )
    else:
        assert code == INTERRUPTED
    assert sorted(folder.iterdir()) == before
    assert not out.exists() or out.read_bytes() == b"what was there"
    if out.exists():
        out.unlink()
    assert run(f"--id-column image --out {out}") == 0


def test_the_version_is_chosen_for_one_evaluation(capsys: pytest.CaptureFixture[str]) -> None:
    for version in ("2.21", "1.5"):
        assert run(f"--tf-version {version} --out o.npy --json o.json") == 0
        facts = json.loads(Path("o.json").read_text(encoding="utf-8"))
        assert facts["bits"]["tensorflow"] == version
        with tf_version(version):
            assert np.load("o.npy").tobytes() == wanted().tobytes()
    assert run("--tf-version 3.7") == BAD_INPUT
    assert "Unknown TensorFlow version" in capsys.readouterr().err
