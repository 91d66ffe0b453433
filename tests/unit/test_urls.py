# SPDX-License-Identifier: Apache-2.0
"""Files behind URLs are read as files on this machine are."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

import tables
from tf_losses._internal.io.command import BAD_INPUT, InputError
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

fsspec = pytest.importorskip("fsspec", reason="reads URLs")
Array = npt.NDArray[Any]
ARRAY = np.random.default_rng(8).normal(size=(60, 5)).astype(np.float32)


@pytest.fixture
def memory() -> Iterator[Any]:
    """A file system in memory, empty before and after."""
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)
    system.pseudo_dirs[:] = [""]


def _put(folder: Path, suffix: str, target: str, array: Array) -> None:
    """Write a file, and copy it to a URL."""
    path = folder / f"x.{suffix}"
    tables.write(path, {"losses" if suffix == "npy" else "logits": array})
    system, inside = fsspec.core.url_to_fs(target)
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                system.pipe(f"{inside}/{file.relative_to(path)}", file.read_bytes())
    else:
        system.pipe(inside, path.read_bytes())


@pytest.mark.parametrize("suffix", tables.FORMATS)
@pytest.mark.usefixtures("memory")
def test_every_format_and_its_shards(tmp_path: Path, suffix: str) -> None:
    tables.need(suffix)
    role = "losses" if suffix == "npy" else "logits"
    for number, start in enumerate(range(0, 60, 20)):
        part = ARRAY[start : start + 20]
        (tmp_path / str(number)).mkdir()
        _put(tmp_path / str(number), suffix, f"memory://runs/part-{9 + number}.{suffix}", part)
    assert np.array_equal(tables.read(f"memory://runs/part-9.{suffix}", role, tmp_path), ARRAY[:20])
    for spec in (f"memory://runs/part-*.{suffix}", "memory://runs"):
        source = open_source(spec, role, Opening(tmp_path))
        assert (source.name, source.files, source.paths) == (spec, 3, ())
        assert np.array_equal(source.rows(1, 15, 45), ARRAY[15:45])
        assert np.array_equal(source.whole(), ARRAY)
        source.close()
    if suffix not in ("npy", "zarr"):
        column = (
            tables.read(f"memory://runs/part-10.{suffix}:{role}", role, tmp_path)
            if (suffix in ("npz", "h5", "parquet", "zarr.zip"))
            else tables.read(f"memory://runs/part-10.{suffix}", role, tmp_path)
        )
        assert np.array_equal(column, ARRAY[20:40])


def test_files_on_this_machine(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", ARRAY)
    source = open_source(f"file://{tmp_path}/x.npy", "logits", Opening(tmp_path))
    assert source.paths == (tmp_path / "x.npy",)
    assert np.array_equal(source.whole(), ARRAY)
    source.close()


class _Ranges(SimpleHTTPRequestHandler):
    """A server of files that gives ranges, and counts what it gives."""

    given = 0

    def do_GET(self) -> None:
        path = self.translate_path(self.path)
        try:
            with open(path, "rb") as file:  # noqa: PTH123 (a name, as the server has it)
                content = file.read()
        except OSError:
            self.send_error(404)
            return
        asked = self.headers.get("Range", "")
        start, _, stop = asked.removeprefix("bytes=").partition("-")
        part = content[int(start or 0) : int(stop) + 1 if stop else None] if asked else content
        self.send_response(206 if asked else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(part)))
        if asked:
            end = int(start) + len(part) - 1
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(content)}")
        self.end_headers()
        self.wfile.write(part)
        type(self).given += len(part)

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server of the folder."""
    pytest.importorskip("aiohttp", reason="reads from servers")
    _Ranges.given = 0
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges, directory=str(tmp_path)))
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def test_ranges_of_a_file_on_a_server(tmp_path: Path, server: str) -> None:
    large = np.random.default_rng(1).normal(size=(400_000, 16)).astype(np.float32)
    np.save(tmp_path / "large.npy", large)
    source = open_source(f"{server}/large.npy", "logits", Opening(tmp_path))
    assert np.array_equal(source.rows(1, 200_000, 200_100), large[200_000:200_100])
    source.close()
    assert _Ranges.given < large.nbytes / 2
    with pytest.raises(InputError, match=r"/none\.npy: No such file or directory"):
        open_source(f"{server}/none.npy", "logits", Opening(tmp_path))


@pytest.mark.usefixtures("memory")
def test_what_is_said_about_urls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "y.npy", np.arange(4))
    fsspec.filesystem("memory").pipe("/bad.npy", b"nothing")
    for url, said in (
        ("memory://none.npy", "memory://none.npy: No such file or directory"),
        ("memory://bad.npy", "memory://bad.npy: not an .npy or .npz file"),
        ("memory://no-*.npy", "memory://no-*.npy: no file has such a name"),
        ("nothing://x.npy", "nothing://x.npy: Protocol not known: nothing"),
    ):
        argv = ["eval", "sparse_softmax", "--logits", url, "--labels", str(tmp_path / "y.npy")]
        assert main(argv) == BAD_INPUT
        assert capsys.readouterr().err == f"tf-losses: error: {said}\n"


def test_a_file_that_changes(memory: Any, tmp_path: Path) -> None:  # noqa: ANN401 (fsspec has no types)
    np.save(tmp_path / "x.npy", ARRAY)
    memory.pipe("/x.npy", (tmp_path / "x.npy").read_bytes())
    source = open_source("memory://x.npy", "logits", Opening(tmp_path))
    source.release()
    memory.pipe("/x.npy", (tmp_path / "x.npy").read_bytes()[:-8])
    with pytest.raises(
        InputError, match=r"memory://x\.npy: the file was changed while it was read"
    ):
        source.whole()
