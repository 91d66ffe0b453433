# SPDX-License-Identifier: Apache-2.0
"""The `tf-losses` command: what it prints, and how it refuses."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import tf_losses
from tf_losses._internal.io.command import BAD_INPUT, DIFFERS
from tf_losses.cli import main

DATA = resources.files("tf_losses") / "data"
DIGITS = ["--logits", str(DATA / "digits_logits.npy"), "--labels", str(DATA / "digits_labels.npy")]
RECORDED = str(DATA / "digits_losses_tf2.21.npy")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.zeros((9, 3), np.float32))
    np.save("z.npy", np.zeros((9, 3), np.float32))
    np.save("y.npy", np.arange(9) % 3)
    return tmp_path


def refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The one line on stderr of a command that fails with exit code 2 and prints nothing."""
    assert main(argv) == BAD_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("tf-losses: error: ")
    assert printed.err.count("\n") == 1
    return printed.err.removeprefix("tf-losses: error: ").rstrip()


def test_digits_have_the_recorded_bits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "sparse_softmax", *DIGITS, "--recorded", RECORDED]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "sparse_softmax: 1797 losses, float32"
    assert lines[-1] == "1797 of 1797 losses equal TensorFlow's recorded bits"


def test_other_bits_are_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded = np.load(RECORDED)
    recorded[0] = np.nextafter(recorded[0], np.float32(np.inf))
    np.save(folder / "r.npy", recorded)
    assert main(["eval", "sparse_softmax", *DIGITS, "--recorded", "r.npy"]) == DIFFERS
    assert "1796 of 1797 losses equal" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("eval sigmoid --logits no.npy --labels z.npy", "no.npy: No such file or directory"),
        ("eval sigmoid --logits x.npy --labels sub", "sub: a folder without files"),
        (
            "eval sigmoid --logits x.npy --labels y.npy",
            (
                "y.npy: labels and logits must have the same shape: labels are int64[9], "
                "logits in x.npy are float32[9, 3]"
            ),
        ),
        (
            "eval sigmoid --logits x.npy --labels z64.npy",
            (
                "z64.npy: labels and logits must have the same dtype (or add "
                "--cast-labels): labels are float64[9, 3], "
                "logits in x.npy are float32[9, 3]"
            ),
        ),
        (
            "eval softmax --logits y.npy --labels y.npy",
            "y.npy: logits are int64; they must be one of float16, bfloat16, float32, float64",
        ),
        (
            "eval softmax --logits x.npy --labels y.npy",
            (
                "y.npy: labels and logits do not fit together: labels are int64[9], "
                "logits in x.npy are float32[9, 3]"
            ),
        ),
        (
            "eval softmax --axis 2 --logits x.npy --labels z.npy",
            "x.npy: --axis 2 of logits with 2 axes; TensorFlow takes 0 to 1, and -1 for the last",
        ),
        (
            "eval softmax --axis -2 --logits x.npy --labels z.npy",
            "x.npy: --axis -2 of logits with 2 axes; TensorFlow takes 0 to 1, and -1 for the last",
        ),
        (
            "eval sparse_softmax --logits x.npy --labels z.npy",
            (
                "z.npy: labels must be int32 or int64 (or add --cast-labels): "
                "labels are float32[9, 3], "
                "logits in x.npy are float32[9, 3]"
            ),
        ),
        (
            "eval sparse_softmax --logits x.npy --labels short.npy",
            (
                "short.npy: one label per row of logits is needed: labels are int64[8], "
                "logits in x.npy are float32[9, 3]"
            ),
        ),
        (
            "eval sparse_softmax --logits x.npy --labels minus.npy",
            "minus.npy: label -1 at index 5 is outside [0, 3)",
        ),
        (
            "eval weighted --logits x.npy --labels z.npy --pos-weight short.npy",
            "short.npy: pos_weight of shape [8] cannot be spread over logits of shape [9, 3]",
        ),
        (
            "eval weighted --logits x.npy --labels z.npy --pos-weight no.npy",
            "no.npy: No such file or directory",
        ),
        (
            "eval weighted --logits x.npy --labels z.npy",
            "--pos-weight goes with weighted, and weighted needs it",
        ),
        (
            "eval sigmoid --logits x.npy --labels z.npy --pos-weight 2",
            "--pos-weight goes with weighted, and weighted needs it",
        ),
        (
            "eval sigmoid --logits x.npy --labels z.npy --axis 0",
            "--axis goes with softmax, not with sigmoid",
        ),
        (
            "eval sigmoid --logits x.npy --labels z.npy --recorded y.npy",
            "y.npy: recorded losses are int64[9], but these are float32[9, 3]",
        ),
        (
            "eval sigmoid --logits x.npy --labels z.npy --out no/losses.npy",
            "no/losses.npy: No such file or directory",
        ),
        ("eval sigmoid --logits text.npy --labels z.npy", "text.npy: not an .npy or .npz file"),
        ("eval sigmoid --logits empty.npy --labels z.npy", "empty.npy: not an .npy or .npz file"),
        ("eval sigmoid --logits x.npy:key --labels z.npy", "x.npy: not an .npz file"),
        (
            "eval sigmoid --logits two.npz --labels z.npy",
            "two.npz: no array 'logits' in it; it holds a, b (write two.npz:KEY)",
        ),
        (
            "eval sigmoid --logits two.npz:c --labels z.npy",
            "two.npz: no array 'c' in it; it holds a, b (write two.npz:KEY)",
        ),
        (
            "eval sigmoid --logits void.npy --labels z.npy",
            "void.npy: 16-bit elements without a type; for bfloat16 add --dtype bfloat16",
        ),
    ],
)
def test_one_line_names_file_and_problem(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: str, message: str
) -> None:
    np.save("z64.npy", np.zeros((9, 3)))
    np.save("short.npy", np.arange(8) % 3)
    np.save("minus.npy", np.where(np.arange(9) == 5, -1, 0))
    np.save("void.npy", np.zeros((9, 3), "V2"))
    np.savez("two.npz", a=np.zeros(1), b=np.zeros(1))
    (folder / "sub").mkdir()
    (folder / "text.npy").write_text("1, 2, 3")
    (folder / "empty.npy").write_bytes(b"")
    assert refusal(capsys, *arguments.split()) == message


@pytest.mark.usefixtures("folder")
def test_pickled_objects_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("objects.npy", np.array([{}, []], dtype=object), allow_pickle=True)
    message = refusal(capsys, "eval", "sigmoid", "--logits", "objects.npy", "--labels", "z.npy")
    assert message.startswith("objects.npy: ")
    assert "objects" in message.removeprefix("objects.npy: ")


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_truncated_files_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    if suffix == "npz":
        np.savez_compressed("x.npz", np.random.default_rng(0).random((99, 3)))
    content = (folder / f"x.{suffix}").read_bytes()
    for size in (3, 7, 20, 127, 128, 140, len(content) - 1):
        (folder / "cut").write_bytes(content[:size])
        message = refusal(capsys, "eval", "sigmoid", "--logits", "cut", "--labels", "z.npy")
        assert message.startswith("cut: ")


def damaged(content: bytes, at: int, byte: int) -> bytes:
    """The content with one byte replaced."""
    at %= len(content)
    return content[:at] + bytes([byte]) + content[at + 1 :]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 400), byte=st.integers(0, 255), archive=st.booleans())
@example(at=262, byte=ord("b"), archive=False)
@pytest.mark.usefixtures("folder")
def test_a_damaged_file_never_crashes(
    capsys: pytest.CaptureFixture[str], at: int, byte: int, *, archive: bool
) -> None:
    buffer = io.BytesIO()
    x = np.ones((9, 3), np.float32)
    np.savez(buffer, x) if archive else np.save(buffer, x)
    Path("bad").write_bytes(damaged(buffer.getvalue(), at, byte))
    code = main(["eval", "sigmoid", "--logits", "bad", "--labels", "z.npy"])
    printed = capsys.readouterr()
    assert code in (0, BAD_INPUT)
    assert printed.err.count("\n") == (code == BAD_INPUT)


@pytest.mark.usefixtures("folder")
def test_a_foreign_archive_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("foreign.npz", "w") as archive:
        archive.writestr("readme.txt", "no arrays here")
    message = refusal(capsys, "eval", "sigmoid", "--logits", "foreign.npz", "--labels", "z.npy")
    assert "it holds no arrays" in message


@pytest.mark.usefixtures("folder")
def test_a_number_or_a_file_of_weights(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("w.npy", np.full(3, 2, np.float32))
    np.save("z.npy", np.ones((9, 3), np.float32))
    for weight in ("2", "w.npy"):
        files = ["--logits", "x.npy", "--labels", "z.npy"]
        assert main(["eval", "weighted", *files, "--pos-weight", weight]) == 0
        assert "mean 1.38629436" in capsys.readouterr().out  # 2 log 2


@pytest.mark.usefixtures("folder")
def test_the_losses_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--logits", "x.npy", "--labels", "y.npy"]
    assert main(["eval", "sparse_softmax", *files, "--out", "out.npy", "--worst", "0"]) == 0
    printed = capsys.readouterr().out
    assert "losses written to out.npy" in printed
    assert "worst" not in printed
    assert np.array_equal(np.load("out.npy"), np.full(9, np.log(np.float32(3))))


@pytest.mark.parametrize("arguments", [[], ["eval"], ["eval", "hinge"], ["eval", "sigmoid"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == BAD_INPUT


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.strip() == tf_losses.__version__


def test_demo_shows_where_the_formula_overflows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    last = [line.split() for line in capsys.readouterr().out.splitlines()[-3:]]
    assert last == [
        ["800", "0", "inf", "800"],
        ["-800", "1", "inf", "800"],
        ["800", "1", "nan", "0"],
    ]


def test_module_and_script_are_the_same_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tf_losses", "eval", "sigmoid", "--logits", "a", "--labels", "b"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == BAD_INPUT
    assert run.stderr == "tf-losses: error: b: No such file or directory\n"
