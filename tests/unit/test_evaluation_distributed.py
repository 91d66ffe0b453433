# SPDX-License-Identifier: Apache-2.0
"""`eval` on a cluster, and one that goes on: the same bytes as in one process, at one go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from clusters import scheduler_and_workers
from tf_losses._internal.evaluation import evaluate as module
from tf_losses._internal.evaluation.evaluate import evaluate
from tf_losses._internal.evaluation.request import Request
from tf_losses._internal.evaluation.store import Store
from tf_losses._internal.io.command import BAD_INPUT, InputError
from tf_losses.cli import main
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusters import Begun

ROWS, CLASSES, SHARDS = 24_001, 10, 3
PIECE = 1 << 14

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Shards of logits and labels in the current folder, and the losses of one call."""
    work, scratch = tmp_path / "work", tmp_path / "scratch"
    work.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(ROWS, CLASSES)).astype(np.float32) * 5
    labels = rng.integers(0, CLASSES, ROWS)
    for shard, rows in enumerate(np.array_split(np.arange(ROWS), SHARDS)):
        np.save(f"logits-{shard}.npy", logits[rows])
        np.save(f"labels-{shard}.npy", labels[rows])
    np.save("whole.npy", nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    yield work
    assert not list(work.glob(".*")), "something is left beside the output"
    left = [path.name for path in scratch.iterdir()]
    assert left in ([], ["dask-scratch-space"]), "something is left in the temporary folder"


def asked(**options: Any) -> Request:  # noqa: ANN401 (of a request)
    options = {"out": "o.npy", "json": "o.json", "worst": 3, "by_class": True, **options}
    return Request("sparse_softmax", "logits-*.npy", "labels-*.npy", **options)


def is_whole(name: str = "o.npy") -> bool:
    return Path(name).read_bytes() == Path("whole.npy").read_bytes()


def calling_at(monkeypatch: pytest.MonkeyPatch, piece: int, act: Callable[[], object]) -> list[int]:
    """Let something happen once so many pieces are there; gives a list that their starts go to."""
    put, seen = Store.put, []

    def counted(self: Store, start: int, stop: int, found: dict[str, Any]) -> None:
        put(self, start, stop, found)
        seen.append(start)
        if len(seen) == piece:
            act()

    monkeypatch.setattr(Store, "put", counted)
    return seen


# ---- workers ----


@pytest.fixture
def cluster(folder: Path) -> Iterator[Begun]:
    with scheduler_and_workers(folder.parent) as begun:
        yield begun


def test_workers_of_one_s_own_give_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    argv = ["eval", "sparse_softmax", "--logits", "logits-*.npy", "--labels", "labels-*.npy"]
    argv += ["--by-class", "--json"]
    assert main([*argv, "a.json", "--out", "o.npy"]) == 0
    here = capsys.readouterr().out
    assert is_whole()
    Path("o.npy").unlink()
    assert main([*argv, "b.json", "--out", "o.npy", "--workers", "2"]) == 0
    assert capsys.readouterr().out == here
    assert is_whole()
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()
    assert not list(Path(os.environ["TMPDIR"]).iterdir())


@posix
def test_a_worker_that_is_killed_is_no_loss(
    cluster: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = calling_at(monkeypatch, 9, cluster.workers[0].kill)
    evaluate(asked(scheduler=cluster.address), PIECE)
    cluster.workers[0].wait()
    assert cluster.workers[1].poll() is None
    assert is_whole()
    assert sorted(seen) == sorted(set(seen))
    there = Path("o.json").read_bytes()
    evaluate(asked(), PIECE)
    assert Path("o.json").read_bytes() == there


def test_what_a_worker_finds_is_said_as_here(cluster: Begun) -> None:
    labels = np.load("labels-1.npy")
    labels[77] = CLASSES
    np.save("labels-1.npy", labels)
    said = []
    for options in ({}, {"scheduler": cluster.address}):
        with pytest.raises(InputError) as error:
            evaluate(asked(**options), PIECE)
        said.append(str(error.value))
    assert said[0] == said[1]
    assert f"label {CLASSES} at index" in said[0]
    assert not Path("o.npy").exists()


def test_bits_travel_to_the_workers(cluster: Begun) -> None:
    import tf_losses  # noqa: PLC0415 (the chosen version is its own)

    found = []
    for version in ("2.21", "1.5"):
        with tf_losses.versions.tf_version(version):
            for options in ({}, {"scheduler": cluster.address}):
                evaluate(asked(**options), PIECE)
                found.append(Path("o.npy").read_bytes())
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]


def test_workers_open_the_files_of_each_run_anew(cluster: Begun) -> None:
    evaluate(asked(scheduler=cluster.address), PIECE)
    assert is_whole()
    for shard in range(SHARDS):  # another file of the same name and size
        part = Path(f"logits-{shard}.npy")
        logits = np.load(part)
        part.unlink()
        np.save(part, -logits)
    evaluate(asked(scheduler=cluster.address), PIECE)
    there = Path("o.npy").read_bytes()
    evaluate(asked(), PIECE)
    assert Path("o.npy").read_bytes() == there


def test_workers_that_see_other_files(
    folder: Path, cluster: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    for name in ("logits", "labels"):
        np.save(elsewhere / f"{name}-0.npy", np.load(f"{name}-0.npy")[:-1])
    monkeypatch.chdir(elsewhere)
    with pytest.raises(InputError, match="a worker sees other files under the same names"):
        evaluate(asked(scheduler=cluster.address), PIECE)
    assert not Path("o.npy").exists()


LOST = """
import os, signal, sys
from tf_losses._internal.evaluation import evaluate
from tf_losses._internal.evaluation.store import Store
from tf_losses.cli import main
put, seen = Store.put, []
def counted(self, start, stop, found):
    put(self, start, stop, found)
    seen.append(start)
    if len(seen) == 5:
        os.kill({scheduler}, signal.SIGKILL)
Store.put, evaluate.SENT_BYTES = counted, {piece}
sys.exit(main(["eval", "sparse_softmax", "--logits", "logits-*.npy", "--labels", "labels-*.npy",
               "--out", "o.npy", "--scheduler", "{address}"]))
"""


@posix
def test_a_scheduler_that_dies_is_one_line(cluster: Begun) -> None:
    script = LOST.format(scheduler=cluster.scheduler.pid, piece=PIECE, address=cluster.address)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("tf-losses: error: the scheduler was lost: ")
    assert done.stderr.count("\n") == 1
    assert not Path("o.npy").exists()


def test_a_scheduler_without_workers(cluster: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    monkeypatch.setattr("tf_losses._internal.evaluation.cluster._TIMEOUT", 2)
    with pytest.raises(InputError, match=r"tcp://.*: the scheduler has no workers"):
        evaluate(asked(scheduler=cluster.address), PIECE)


def test_an_address_of_another_protocol() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:9: no scheduler answers"):
        evaluate(asked(scheduler="http://127.0.0.1:9"))


def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr("tf_losses._internal.evaluation.cluster._TIMEOUT", 1)
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:9: no scheduler answers"):
        evaluate(asked(scheduler="tcp://127.0.0.1:9"))
    assert not Path("o.npy").exists()


# ---- going on ----


RESUMED = """
import os, signal, sys
from tf_losses._internal.evaluation.evaluate import evaluate
from tf_losses._internal.evaluation.request import Request
from tf_losses._internal.evaluation.store import Store
put, seen = Store.put, []
def counted(self, start, stop, found):
    put(self, start, stop, found)
    seen.append(start)
    if len(seen) == 20:
        os.kill(os.getpid(), signal.SIGKILL)
Store.put = counted
evaluate(Request("sparse_softmax", "logits-*.npy", "labels-*.npy", out="o.npy", json="o.json",
                 worst=3, by_class=True, resume=True), {piece})
"""


def killed() -> Path:
    """Kill an evaluation after 20 pieces; where it has left what it did."""
    done = subprocess.run([sys.executable, "-c", RESUMED.format(piece=PIECE)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = Path().glob(".o.npy.*")
    assert not Path("o.npy").exists()
    for scratch in Path(os.environ["TMPDIR"]).glob("tf-losses-*"):  # nobody can clear up then
        scratch.rmdir()
    return left


@posix
def test_a_killed_evaluation_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    killed()
    seen = calling_at(monkeypatch, -1, lambda: None)
    evaluate(asked(resume=True), PIECE // 2)
    assert is_whole()
    done = 20 * (PIECE // (CLASSES * 4 + 8) // 8 * 8)
    assert min(seen) == done, "what was done is not done again"
    there = Path("o.json").read_bytes()
    evaluate(asked())
    assert Path("o.json").read_bytes() == there


@posix
def test_what_was_damaged_is_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    left = killed()
    with (left / "losses").open("r+b") as file:
        file.seek(12)
        file.write(b"\xff")
    with (left / "journal").open("a", encoding="utf-8") as file:
        file.write("[0, 24001, 1")
    seen = calling_at(monkeypatch, -1, lambda: None)
    evaluate(asked(resume=True), PIECE)
    assert is_whole()
    assert seen[0] == 0


@posix
def test_a_journal_of_anything_goes_on() -> None:
    left = killed()
    key = (left / "journal").read_text(encoding="utf-8").split("\n")[0]
    lines = ["5", "[0, []]", "[-8, 8, 0]", "[8, 0, 0]", '["a", 1, 2]', "null", "[1, 2, 1e999]"]
    content = "\n".join([key, *lines]).encode() + b"\n\xff"
    (left / "journal").write_bytes(content)
    evaluate(asked(resume=True), PIECE)
    assert is_whole()


@posix
def test_one_killed_before_its_first_piece_goes_on() -> None:
    early = RESUMED.replace("put(self, start, stop, found)", "os.kill(os.getpid(), signal.SIGKILL)")
    subprocess.run([sys.executable, "-c", early.format(piece=PIECE)], check=False)
    for scratch in Path(os.environ["TMPDIR"]).glob("tf-losses-*"):
        scratch.rmdir()
    assert list(Path().glob(".o.npy.*"))
    evaluate(asked(resume=True), PIECE)
    assert is_whole()


@posix
def test_two_do_not_go_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    killed()

    def another() -> None:
        with pytest.raises(InputError, match="another process goes on here"):
            evaluate(asked(resume=True), PIECE)

    calling_at(monkeypatch, 1, another)
    evaluate(asked(resume=True), PIECE)
    assert is_whole()


def test_a_chunk_of_a_folder_that_changed_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    zarr = pytest.importorskip("zarr", reason="zarr is not installed")
    logits = np.concatenate([np.load(f"logits-{shard}.npy") for shard in range(SHARDS)])
    array = zarr.open_array("x.zarr", mode="w", shape=logits.shape, chunks=(9000, CLASSES),
                            dtype="f4")  # fmt: skip
    array[:] = logits
    np.save("y.npy", np.concatenate([np.load(f"labels-{shard}.npy") for shard in range(SHARDS)]))
    request = Request("sparse_softmax", "x.zarr", "y.npy", out="o.npy", resume=True)

    def stop() -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        calling_at(patch, 2, stop)
        with pytest.raises(OSError, match="No space"):
            evaluate(request, PIECE)
    array[:9000] = -logits[:9000]
    with pytest.raises(InputError, match="remove it to begin anew"):
        evaluate(request, PIECE)
    shutil.rmtree(".o.npy.tf-losses-resume")


@posix
def test_other_inputs_do_not_go_on() -> None:
    left = killed()
    labels = np.load("labels-2.npy")
    labels[5] = 1
    np.save("labels-2.npy", labels)
    with pytest.raises(InputError, match="remove it to begin anew"):
        evaluate(asked(resume=True), PIECE)
    for file in left.iterdir():
        file.unlink()
    left.rmdir()
    with pytest.raises(InputError, match="--resume needs a file for --out"):
        evaluate(asked(out=None, resume=True))


@posix
def test_an_interrupted_evaluation_keeps_what_it_did_only_if_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["eval", "sparse_softmax", "--logits", "logits-*.npy", "--labels", "labels-*.npy"]
    argv += ["--out", "o.npy"]
    monkeypatch.setattr(module, "PIECE_BYTES", PIECE)

    def full() -> None:
        raise OSError(28, "No space left on device")

    for more in ([], ["--resume"]):
        with monkeypatch.context() as patch:
            calling_at(patch, 5, full)
            assert main([*argv, *more]) == BAD_INPUT
        assert "No space left on device" in capsys.readouterr().err
        assert len(list(Path().glob(".*"))) == len(more)
        assert not Path("o.npy").exists()
    assert main([*argv, "--resume"]) == 0
    assert is_whole()
