# SPDX-License-Identifier: Apache-2.0
"""A bad file of any format is one line that names it; a file that changes is not taken for good."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bad_files
import tables
from tf_losses._internal.io.command import BAD_INPUT, InputError
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

Array = npt.NDArray[Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(capsys: pytest.CaptureFixture[str], argv: list[str]) -> str:
    """The one line on stderr of a command that fails with exit code 2 and prints nothing."""
    assert main(argv) == BAD_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("tf-losses: error: ")
    assert printed.err.count("\n") == 1
    return printed.err.removeprefix("tf-losses: error: ").rstrip()


@pytest.mark.parametrize("fault", bad_files.FAULTS)
@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_every_fault_of_every_format(
    capsys: pytest.CaptureFixture[str], suffix: str, fault: str
) -> None:
    tables.need(suffix)
    argv = bad_files.good(Path(), suffix)
    assert main(argv) == 0
    capsys.readouterr()
    said = refusal(capsys, bad_files.FAULTS[fault](Path(), suffix))
    assert said.startswith(("x.", "x-", "short.", "short-"))
    assert "Error" not in said  # of Python: it is said what is wrong
    if fault == "wrong column":
        assert "predictions" in said or suffix == "npy"
        assert "label" in said or suffix == "npy"


WHOLE = [suffix for suffix in tables.FORMATS if suffix not in ("npy", "zarr")]
ARRAY = np.random.default_rng(6).normal(size=(40, 5)).astype(np.float32)
IDS = np.array([f"id {i}" for i in range(40)], object)
# What has sums of all that is read: damaged in any way, it is as it was, or an error.
SUMMED = ("npz", "tfrecord", "zarr.zip")


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    suffix=st.sampled_from(WHOLE),
    places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=3),
    cut=st.integers(0, 10**6),
)
def test_a_damaged_file_never_crashes(suffix: str, places: list[tuple[int, int]], cut: int) -> None:
    tables.need(suffix)
    path = Path(f"bad.{suffix}")
    tables.write(path, {"id": IDS, "logits": ARRAY})
    content = bytearray(path.read_bytes())
    if not places:
        del content[cut % len(content) :]
    for place, byte in places:
        content[place % len(content)] = byte
    path.write_bytes(content)
    for role, wanted in (("logits", ARRAY), ("ids", IDS)):
        try:
            found = tables.read(path, role, Path())
        except InputError as error:  # noqa: PERF203 (two)
            assert str(error).startswith(f"bad.{suffix}: ")  # noqa: PT017 (most are read)
            assert "\n" not in str(error)  # noqa: PT017 (most are read)
        else:
            # A file of records that ends between two of them is one of fewer records.
            has = len(found) if suffix == "tfrecord" and not places else len(wanted)
            is_same = found.tolist() == wanted[:has].tolist()
            # Names of members, which have no sum, say what is read.
            assert is_same or suffix not in SUMMED or (places and suffix != "tfrecord")


def _rewrite(path: Path) -> None:
    """Change a byte in the middle, at another time."""
    file = path if path.is_file() else path / ".zgroup"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _later(file)
    if path.is_dir():
        _later(path)


def _cut(path: Path) -> None:
    file = path if path.is_file() else next((path / "logits").glob("0*"))
    os.truncate(file, file.stat().st_size // 2)
    _later(file)


def _later(path: Path) -> None:
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 10**9))


@pytest.mark.parametrize("change", [_rewrite, _cut, Path.unlink], ids=["rewrite", "cut", "unlink"])
@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_a_file_that_changes_after_it_was_opened(
    suffix: str, change: Callable[[Path], None]
) -> None:
    tables.need(suffix)
    path = Path(f"x.{suffix}")
    name = "losses" if suffix == "npy" else "logits"
    tables.write(path, {name: ARRAY})
    if change is Path.unlink and path.is_dir():
        pytest.skip("a folder")
    Path("scratch").mkdir()
    source = open_source(str(path), name, Opening(Path("scratch")))
    change(path)
    in_memory_or_copied = suffix in ("npz", "csv")
    try:
        found = source.whole()
    except InputError as error:
        assert str(error).startswith(f"x.{suffix}: ")  # noqa: PT017 (some are read already)
    else:
        assert in_memory_or_copied
        assert np.array_equal(found, ARRAY)
    source.close()
    assert not list(Path("scratch").iterdir())


@pytest.mark.parametrize("suffix", ["parquet", "jsonl", "tfrecord"])
def test_rows_of_several_lengths(suffix: str) -> None:
    tables.need(suffix)
    if suffix == "parquet":
        import pyarrow as pa  # noqa: PLC0415 (optional)
        import pyarrow.parquet as pq  # noqa: PLC0415 (optional)

        pq.write_table(pa.table({"logits": [[1.0, 2.0], [3.0]]}), "x.parquet")
        said = "lists of several lengths"
    elif suffix == "jsonl":
        Path("x.jsonl").write_text('{"logits": [1.0, 2.0]}\n{"logits": [3.0]}\n')
        said = r"line 2: 'logits' has the shape \[1\], not \[2\]"
    else:
        for number, width in enumerate((2, 1)):
            tables.write(Path(f"{number}.tfrecord"), {"logits": np.zeros((1, width), np.float32)})
        both = [Path(f"{number}.tfrecord").read_bytes() for number in (0, 1)]
        Path("x.tfrecord").write_bytes(b"".join(both))
        said = "record 1 has 1 values of 'logits', the first record 2"
    with pytest.raises(InputError, match=rf"x\.{suffix}: .*{said}"):
        tables.read(f"x.{suffix}", "logits", Path())


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ('{"logits": [1.0, null]}', "'logits' is no number, not float"),
        ('{"logits": [1.0, "x"]}', "'logits' is no number, not float"),
        ('{"logits": "x"}', "'logits' is text, not float"),
        ('{"logit": [1.0, 2.0]}', "no field 'logits'"),
        ("[1.0, 2.0]", "no field 'logits'"),
        ('{"logits": [1.0, 2.0]', "not JSON, an object a line: Expecting"),
        ("[" * 100_000, "not JSON, an object a line: maximum recursion"),
    ],
)
def test_lines_that_are_not_like_the_first(second: str, said: str) -> None:
    lines = ['{"logits": [1.0, 2.0]}'] * 200
    Path("x.jsonl").write_text("\n".join([*lines, "", second]))
    with pytest.raises(InputError, match=rf"^x\.jsonl: line 202: {said}"):
        tables.read("x.jsonl", "logits", Path())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,logits\n1,2.5\n1\n", "line 3 has 1 cells, the first has 2"),
        ("a,logits\nx,2.5\ny,\n", "row 1: '' is not a number"),
        ("a,logits\nx,2.5\ny,1_0\n", "row 1: '1_0' is not a number"),
        ('a,logits\n"x,2.5\n', "damaged: unexpected end of data"),
    ],
)
def test_bad_tables(text: str, said: str) -> None:
    Path("x.csv").write_text(text)
    with pytest.raises(InputError, match=rf"^x\.csv: .*{said}"):
        tables.read("x.csv", "logits", Path())


def test_null_values_of_parquet() -> None:
    pa = pytest.importorskip("pyarrow", reason="writes the file")
    import pyarrow.parquet as pq  # noqa: PLC0415 (optional)

    for values in ([[1.0], None], [[1.0], [None]]):
        pq.write_table(pa.table({"logits": values}), "x.parquet")
        with pytest.raises(InputError, match=r"x\.parquet: a column has 1 values that are null"):
            tables.read("x.parquet", "logits", Path())
