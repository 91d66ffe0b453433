# SPDX-License-Identifier: Apache-2.0
"""Tables of results: complete or not there, in every format."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest

import tables
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.writers import OutColumn, new_table

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = npt.NDArray[Any]
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals of POSIX")
COLUMNS = (OutColumn("losses", np.dtype(np.float32)), OutColumn("id", np.dtype(object)))
LOSSES = np.linspace(0, 9, 50, dtype=np.float32)
IDS = np.array([f"e{i}" for i in range(50)], object)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, in which no part is left; and one for scratch, which is empty after."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    Path("../scratch").mkdir()
    yield work
    assert not list(work.glob(".*"))
    assert not list(Path("../scratch").iterdir())


def write(name: str, losses: Array = LOSSES, ids: Array = IDS, rows: int = 50) -> None:
    with new_table(destination(name), COLUMNS, rows, Path("../scratch")) as table:
        for start in range(0, len(losses), 20):
            block = {"losses": losses[start : start + 20], "id": ids[start : start + 20]}
            table.write(start, block)


def is_right(name: str) -> bool:
    losses = tables.read(name, "losses", Path("../scratch"))
    if name.endswith("npy"):
        return bool(np.array_equal(losses, LOSSES))
    ids = tables.read(name, "ids", Path("../scratch"))
    return bool(np.array_equal(losses, LOSSES)) and ids.tolist() == IDS.tolist()


@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_a_failure_leaves_what_was_there(suffix: str) -> None:
    tables.need(suffix)
    name = f"o.{suffix}"
    if suffix != "zarr":
        Path(name).write_bytes(b"precious")
    with pytest.raises(ValueError, match="40 rows of 50"):
        write(name, LOSSES[:40])
    with pytest.raises(ValueError, match="rows from"):
        write(name, LOSSES[:30], IDS)  # of other lengths
    assert Path(name).read_bytes() == b"precious" if suffix != "zarr" else not Path(name).exists()
    write(name)
    assert is_right(name)
    if suffix == "zarr":
        with pytest.raises(InputError, match=r"o\.zarr: is a directory"):
            write(name)
        assert is_right(name)
    else:
        write(name)
        assert is_right(name)


@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_equal_results_are_equal_files(suffix: str) -> None:
    tables.need(suffix)
    if suffix == "zarr.zip":
        pytest.skip("zarr writes the time of each member")
    contents = []
    for name in (f"a.{suffix}", f"b.{suffix}"):
        write(name)
        files = [Path(name)] if Path(name).is_file() else sorted(Path(name).rglob("*"))
        contents.append([file.read_bytes() for file in files if file.is_file()])
    assert contents[0] == contents[1]


def test_a_table_without_rows() -> None:
    for suffix in tables.FORMATS:
        tables.need(suffix)
        write(f"o.{suffix}", LOSSES[:0], IDS[:0], rows=0)
        source = open_source(f"o.{suffix}", "losses", Opening(Path("../scratch")))
        assert source.shape[0] == 0
        assert source.rows(0, 0, 0).size == 0
        source.close()


@posix
@pytest.mark.parametrize("suffix", ["parquet", "npz", "h5", "tfrecord", "csv", "zarr.zip"])
def test_a_pipe_gets_the_table(suffix: str) -> None:
    tables.need(suffix)
    os.mkfifo(f"pipe.{suffix}")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(Path(f"pipe.{suffix}").read_bytes()))
    reader.start()
    write(f"pipe.{suffix}")
    reader.join()
    Path(f"o.{suffix}").write_bytes(found[0])
    assert is_right(f"o.{suffix}")


def test_what_is_in_the_way_of_a_folder() -> None:
    pytest.importorskip("zarr", reason="writes the folder")
    Path("o.zarr").write_bytes(b"precious")
    with pytest.raises(InputError, match=r"o\.zarr: is there already"):
        write("o.zarr")
    assert Path("o.zarr").read_bytes() == b"precious"


def test_a_shard_is_refused_as_a_target() -> None:
    for number in range(3):
        np.save(f"x-{number}.npy", LOSSES)
    source = open_source("x-*.npy", "logits", Opening(Path("../scratch")))
    for path in ("x-1.npy", "./x-2.npy"):
        with pytest.raises(InputError, match="is an input"):
            destination(path, source.paths)
    source.close()


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.writers import OutColumn, new_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
made = [OutColumn("losses", np.dtype(np.float32))]
target = destination(sys.argv[1])
block = {"losses": np.random.default_rng(0).random(500_000, np.float32)}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with new_table(target, made, 500_000, Path("../scratch")) as table:
        table.write(0, block)
except InputError as error:
    print(error)
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_a_disk_that_is_full(suffix: str) -> None:
    """The size of files is limited, which a disk's end looks like."""
    tables.need(suffix)
    name = f"o.{suffix}"
    done = subprocess.run(
        [sys.executable, "-c", FULL, name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{name}: "), (done.stdout, done.stderr)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert not Path(name).exists()


KILLED = """
import sys, time
from pathlib import Path
import numpy as np
from tf_losses._internal.io.command import in_frame
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.writers import OutColumn, new_table
def work():
    made = [OutColumn("losses", np.dtype(np.float32))]
    with new_table(destination(sys.argv[1]), made, 50, Path("../scratch")) as table:
        table.write(0, {"losses": np.ones(20, np.float32)})
        print("begun", flush=True)
        time.sleep(60)
sys.exit(in_frame(work))
"""


@pytest.mark.slow
@posix
@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_a_signal_leaves_nothing_behind(suffix: str) -> None:
    tables.need(suffix)
    argv = [sys.executable, "-c", KILLED, f"o.{suffix}"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM
    process.stdout.close()
    assert not Path(f"o.{suffix}").exists()


def test_other_libraries_read_what_is_written() -> None:
    write("o.npz")
    with np.load("o.npz") as archive:
        assert archive["losses"].tobytes() == LOSSES.tobytes()
        assert archive["id"].tolist() == IDS.tolist()
    write("o.npy")
    assert np.load("o.npy").tobytes() == LOSSES.tobytes()
    pq = pytest.importorskip("pyarrow.parquet", reason="reads the file")
    write("o.parquet")
    assert pq.read_table("o.parquet").to_pydict() == {"losses": LOSSES.tolist(), "id": IDS.tolist()}
    zarr = pytest.importorskip("zarr", reason="reads the folder")
    write("o.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = zarr.open("o.zarr", mode="r")
        assert root["losses"][...].tobytes() == LOSSES.tobytes()
        assert root["id"][...].tolist() == IDS.tolist()


def test_bfloat16_rows_of_several_values() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3, 2)).astype(ml_dtypes.bfloat16)
    column = OutColumn("losses", values.dtype, (3, 2))
    for suffix in ("npy", "npz", "parquet", "zarr", "h5", "tfrecord", "jsonl", "csv"):
        tables.need(suffix)
        with new_table(destination(f"o.{suffix}"), [column], 50, Path("../scratch")) as table:
            table.write(0, {"losses": values})
        named = {"column": "losses_*"} if suffix == "csv" else {}
        found = tables.read(f"o.{suffix}", "losses", Path("../scratch"), bfloat16=True, **named)
        wide = suffix in ("tfrecord", "jsonl", "csv")
        wanted = values.astype(np.float32) if wide else values
        assert found.dtype == wanted.dtype
        assert found.reshape(values.shape).tobytes() == wanted.tobytes()
