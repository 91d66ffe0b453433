# SPDX-License-Identifier: Apache-2.0
"""`tf-losses compare`: two files of results, how many ulp apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import tables
from tf_losses.cli import main
from tf_losses.parity import comparison

X = (np.arange(-12, 12, dtype=np.float32) / 8).reshape(8, 3)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two files of 1 ulp, 100 ulp and NaN between them."""
    monkeypatch.chdir(tmp_path)
    y = X.copy()
    y.view(np.uint32)[1, 2] += 1
    y.view(np.uint32)[5, 1] += 100
    np.save("x.npy", X)
    np.save("y.npy", y)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    """Exit code, and what is printed."""
    code = main(["compare", *argv])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_files_that_are_equal(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "x.npy", "x.npy")
    assert (code, text) == (0, "x.npy, x.npy: float32[8, 3]\nall 24 elements are equal\n")


@pytest.mark.parametrize("piece_bytes", [4, 28, 1 << 22])
def test_files_that_differ(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, piece_bytes: int
) -> None:
    """Pieces are read one after the other, and counted together."""
    monkeypatch.setattr(comparison, "_PIECE_BYTES", piece_bytes)
    counted = "  22 equal, 1 at 1 ulp, 1 at more than 8 ulp\n"
    one = "  [1, 2] -0.875 (0xbf600000), not -0.87500006 (0xbf600001): 1 ulp\n"
    other = "  [5, 1] 0.5 (0x3f000000), not 0.50000596 (0x3f000064): 100 ulp\n"
    head = "x.npy, y.npy: float32[8, 3]\n"
    assert run(capsys, "x.npy", "y.npy") == (
        1,
        f"{head}2 of 24 elements differ, by at most 100 ulp\n{counted}{one}{other}",
    )
    assert run(capsys, "x.npy", "y.npy", "--max-ulp", "1") == (
        1,
        f"{head}1 of 24 elements differ by more than 1 ulp, by at most 100 ulp\n{counted}{other}",
    )
    assert run(capsys, "x.npy", "y.npy", "--max-ulp", "100") == (
        0,
        f"{head}all 24 elements are within 100 ulp\n{counted}  farthest: {other.lstrip()}",
    )


@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_every_format(capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    """A file of several columns is asked for the losses."""
    tables.need(suffix)
    ids = np.array([f"b{i}" for i in range(8)], object)
    losses = np.load("y.npy")[:, 1]
    np.save("expected.npy", X[:, 1])
    columns: dict[str, Any] = (
        {"losses": losses} if suffix == "npy" else {"id": ids, "losses": losses}
    )
    tables.write(Path(f"a.{suffix}"), columns)
    code, text = run(capsys, f"a.{suffix}", "expected.npy")
    assert (code, text.splitlines()[1]) == (1, "1 of 8 elements differ, by at most 100 ulp")
    assert run(capsys, f"a.{suffix}", "expected.npy", "--max-ulp", "100")[0] == 0


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "x.npy", "y.npy", "--max-ulp", "1", "--json", "o.json")[0] == 1
    apart = {
        "at": [5, 1],
        "actual": "0.5 (0x3f000000)",
        "expected": "0.50000596 (0x3f000064)",
        "ulp": 100,
    }
    assert json.loads(Path("o.json").read_text()) == {
        "actual": "x.npy",
        "expected": "y.npy",
        "dtype": "float32",
        "shape": [8, 3],
        "elements": 24,
        "max_ulp": 1,
        "equal_nan": True,
        "within": False,
        "beyond": 1,
        "counts": {
            "equal": 22,
            "1 ulp": 1,
            "2 ulp": 0,
            "3 to 8 ulp": 0,
            "more than 8 ulp": 1,
            "beside NaN": 0,
        },
        "largest_ulp": 100,
        "farthest": apart,
        "first": [apart],
    }


def test_integers_bfloat16_scalars_and_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("i.npy", np.array([1, 2, 3]))
    np.save("j.npy", np.array([1, 5, 3]).astype(">i8"))
    code, text = run(capsys, "i.npy", "j.npy", "--max-ulp", "9")
    assert code == 1
    assert text.splitlines()[1:] == [
        "1 of 3 elements differ",
        "  2 equal, 1 not equal",
        "  [1] 2, not 5",
    ]
    np.save("b.npy", X.astype(ml_dtypes.bfloat16))
    assert run(capsys, "b.npy", "b.npy", "--dtype", "bfloat16")[0] == 0
    assert "add --dtype bfloat16" in run(capsys, "b.npy", "b.npy")[1]
    for array in (np.float64(1.5), np.empty((0, 3))):
        np.save("s.npy", array)
        assert run(capsys, "s.npy", "s.npy")[0] == 0


def test_nan(capsys: pytest.CaptureFixture[str]) -> None:
    np.save("n.npy", np.float32([np.nan, 1]))
    assert run(capsys, "n.npy", "n.npy")[0] == 0
    code, text = run(capsys, "n.npy", "n.npy", "--no-equal-nan")
    assert (code, text.splitlines()[2]) == (1, "  1 equal, 1 beside NaN")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["x.npy", "no.npy"], "no.npy: No such file or directory"),
        (["x.npy", "narrow.npy"], "x.npy: float32[8, 3] has other elements than narrow.npy: float"),
        (
            ["x.npy", "flat.npy"],
            "x.npy: float32[8, 3] has other elements than flat.npy: float32[24",
        ),
        (["text.npy", "text.npy"], "text.npy: real numbers are compared, not text"),
        (["complex.npy", "x.npy"], "complex.npy: real numbers are compared, not complex128"),
        (["x.npy", "y.npy", "--json", "x.npy"], "x.npy: is an input (x.npy), and would be over"),
    ],
)
def test_what_cannot_be_compared(
    capsys: pytest.CaptureFixture[str], argv: list[str], reason: str
) -> None:
    np.save("narrow.npy", X.astype(np.float16))
    np.save("flat.npy", X.ravel())
    np.save("text.npy", np.array(["a"]))
    np.save("complex.npy", np.array([1j]))
    code, text = run(capsys, *argv)
    assert code == 2
    assert text.startswith(f"tf-losses: error: {reason}")
    assert text.count("\n") == 1


@pytest.mark.parametrize("value", ["-1", "x", "1.5", str(1 << 53)])
def test_a_bad_option_is_named(capsys: pytest.CaptureFixture[str], value: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["compare", "x.npy", "y.npy", "--max-ulp", value])
    assert caught.value.code == 2
    assert "argument --max-ulp: no " in capsys.readouterr().err
