# SPDX-License-Identifier: Apache-2.0
"""What is read from a file of any format are the bits that were written."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tables
from tf_losses._internal.io.columns import natural
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.joined import _OPEN_SHARDS
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses.cli import main
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from pathlib import Path

Array = npt.NDArray[Any]

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOATS = [np.dtype(name) for name in ("float16", "float32", "float64")] + [BFLOAT16]
# Formats in which each type is another one, or cannot be.
TEXT = ("jsonl", "csv")
NARROW = ("tfrecord", *TEXT)  # 16-bit numbers are float32
ROWS = 40


def example(dtype: np.dtype[Any] = FLOATS[1], classes: int = 11) -> tables.Columns:
    """A table with every kind of column; some numbers are not finite."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(ROWS, classes)) * 10.0 ** rng.integers(-30, 30, (ROWS, classes))
    logits[3, 2], logits[5, 0], logits[ROWS - 1, 4], logits[7, 7] = np.inf, -np.inf, np.nan, -0.0
    with np.errstate(over="ignore"):
        made = logits.astype(dtype)
    ids = np.array([f"bild-{i:03d}é"[: 5 + i % 6] for i in range(ROWS)], object)
    labels = rng.integers(-3, 1000, ROWS)
    return {"id": ids, "logits": made, "label": labels}


def same(found: Array, wanted: Array) -> bool:
    """Whether bits are equal; NaN equals NaN, of which text has one."""
    if found.dtype.hasobject or found.dtype.kind in "iu":
        return found.dtype == wanted.dtype and bool(np.array_equal(found, wanted))
    unsigned = f"u{wanted.dtype.itemsize}"
    is_same = (found.view(unsigned) == wanted.view(unsigned)) | (np.isnan(found) & np.isnan(wanted))
    return found.dtype == wanted.dtype and found.shape == wanted.shape and bool(is_same.all())


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_what_is_written_is_read(tmp_path: Path, suffix: str, dtype: np.dtype[Any]) -> None:
    tables.need(suffix)
    path = tmp_path / f"x.{suffix}"
    columns = example(dtype)
    if suffix == "npy":
        columns = {"losses": columns["logits"]}
        tables.write(path, columns)
        assert same(tables.read(path, "losses", tmp_path, bfloat16=True), columns["losses"])
        return
    if suffix == "tfrecord" and dtype == np.float64:
        with pytest.raises(InputError, match="an Example of a TFRecord holds float32"):
            tables.write(path, columns)
        assert not path.exists()
        return
    tables.write(path, columns)
    wide = np.dtype(np.float32) if suffix in NARROW and dtype.itemsize == 2 else dtype
    options = {"bfloat16": dtype == BFLOAT16, "numbers": wide.name}
    assert same(tables.read(path, "logits", tmp_path, **options), columns["logits"].astype(wide))
    assert same(tables.read(path, "labels", tmp_path), columns["label"])
    ids = tables.read(path, "ids", tmp_path)
    assert ids.tolist() == columns["id"].tolist()
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name]


@pytest.mark.parametrize("kind", tables.OTHERS)
@pytest.mark.parametrize("dtype", FLOATS[1:3], ids=str)
def test_what_other_programs_write_is_read(tmp_path: Path, kind: str, dtype: np.dtype[Any]) -> None:
    suffix = tables.OTHERS[kind]
    tables.need(suffix)
    columns = example(dtype)
    if kind == "jsonl_triton":  # which has no names for what is not finite
        columns["logits"] = np.nan_to_num(columns["logits"])
    path = tmp_path / f"x.{suffix}"
    tables.write_other(path, kind, columns)
    assert same(tables.read(path, "logits", tmp_path, numbers=dtype.name), columns["logits"])
    assert same(tables.read(path, "labels", tmp_path), columns["label"])
    if kind != "zarr3":
        assert tables.read(path, "ids", tmp_path).tolist() == columns["id"].tolist()


@pytest.mark.parametrize("how", ["gz", "zlib"])
@pytest.mark.parametrize("suffix", ["tfrecord", *TEXT])
def test_compressed_files(tmp_path: Path, suffix: str, how: str) -> None:
    columns = example()
    path = tmp_path / f"x.{suffix}"
    tables.write(path, columns)
    made = tables.compressed(path, how)
    assert same(tables.read(made, "logits", tmp_path), columns["logits"])
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, made.name]


@settings(max_examples=40, deadline=None)
@given(
    suffix=st.sampled_from([suffix for suffix in tables.FORMATS if suffix != "npy"]),
    rows=st.integers(1, 30),
    classes=st.integers(2, 5),
    cuts=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6),
    row_rank=st.integers(0, 2),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_range_of_rows(
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    rows: int,
    classes: int,
    cuts: list[tuple[int, int]],
    row_rank: int,
    seed: int,
) -> None:
    tables.need(suffix)
    folder = tmp_path_factory.mktemp("any")
    array = np.random.default_rng(seed).normal(size=(rows, classes)).astype(np.float32)
    tables.write(folder / f"x.{suffix}", {"logits": array}, step=1 + seed % 9)
    source = open_source(str(folder / f"x.{suffix}"), "logits", Opening(folder))
    flat = array.reshape((rows * classes, rows, 1)[row_rank], *array.shape[2 - row_rank :])
    for cut in cuts:
        start, stop = sorted(min(place, len(flat)) for place in cut)
        assert same(source.rows(row_rank, start, stop), flat[start:stop])
        if stop < start + 3:
            source.release()
    places = [cut[0] % len(flat) for cut in cuts]
    assert same(source.take(row_rank, places), flat[places])
    source.close()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["h5", "zarr"])
@pytest.mark.parametrize("chunks", [None, (1, 3, 2), (2, 7, 5)])
def test_boxes_of_arrays_with_a_short_first_axis(
    tmp_path: Path, suffix: str, chunks: tuple[int, ...] | None
) -> None:
    tables.need(suffix)
    array = np.random.default_rng(1).normal(size=(2, 17, 5))
    path = tmp_path / f"x.{suffix}"
    if suffix == "h5":
        import h5py  # noqa: PLC0415 (optional)

        with h5py.File(path, "w") as file:
            file.create_dataset("x", data=array, chunks=chunks)
    else:
        import zarr  # noqa: PLC0415 (optional)

        made = zarr.create_array(path, shape=array.shape, dtype="f8", chunks=chunks or (2, 17, 5))
        made[...] = array
    source = open_source(str(path), "logits", Opening(tmp_path))
    for start in range(34):
        for stop in range(start, 34):
            found = source.rows(1, start, stop)
            assert same(found, array.reshape(34, 5)[start:stop])
    assert same(source.rows(3, 0, 1), array[None])
    source.close()


@pytest.mark.parametrize("suffix", ["npy", "h5", "zarr"])
def test_arrays_without_axes(tmp_path: Path, suffix: str) -> None:
    tables.need(suffix)
    path = tmp_path / f"x.{suffix}"
    value = np.array(2.5)
    if suffix == "npy":
        np.save(path, value)
    elif suffix == "h5":
        import h5py  # noqa: PLC0415 (optional)

        with h5py.File(path, "w") as file:
            file["x"] = value
    else:
        import zarr  # noqa: PLC0415 (optional)

        zarr.create_array(path, shape=(), dtype="f8")[...] = value
    assert same(tables.read(path, "pos_weight", tmp_path), value)


# ---- columns ----


def test_columns_by_pattern_and_by_what_fits(tmp_path: Path) -> None:
    table = np.random.default_rng(2).normal(size=(5, 12)).astype(np.float32)
    path = tmp_path / "x.csv"
    wide = {f"p{i}": table[:, i] for i in range(12)}
    tables.write(path, {"name": np.array(list("abcde"), object), **wide})
    assert same(tables.read(path, "logits", tmp_path, column="p*"), table)
    assert same(tables.read(f"{path}:p1?", "logits", tmp_path), table[:, 10:])
    assert same(tables.read(path, "logits", tmp_path, column="p3"), table[:, 3])
    with pytest.raises(InputError, match=r"x\.csv: which of its columns is meant for the logits\?"):
        tables.read(path, "logits", tmp_path)
    with pytest.raises(InputError, match=r"no column 'q' in it; it has name, p0, .* and 1 more"):
        tables.read(path, "logits", tmp_path, column="q")
    np.savetxt(tmp_path / "bare.csv", table, delimiter=",", fmt="%.9g")
    assert same(tables.read(tmp_path / "bare.csv", "logits", tmp_path), table)


def test_a_number_is_rounded_once(tmp_path: Path) -> None:
    """The nearest float64 of these digits is half-way between two float32."""
    digits = "1.0000000596046447753906251"
    (tmp_path / "x.csv").write_text(f"logits,id\n{digits},1\n")
    (tmp_path / "x.jsonl").write_text(f'{{"logits": [{digits}, 0.5], "id": 1}}\n')
    wanted = np.nextafter(np.float32(1), np.float32(2))
    for name in ("x.csv", "x.jsonl"):
        assert tables.read(tmp_path / name, "logits", tmp_path).reshape(-1)[0] == wanted


def test_natural_order() -> None:
    names = ["b/part-10", "b/part-9", "a/x", "b/part-1a", "b/part-009b", "b/part"]
    wanted = ["a/x", "b/part", "b/part-1a", "b/part-9", "b/part-009b", "b/part-10"]
    assert sorted(names, key=natural) == wanted


# ---- shards ----


@pytest.mark.parametrize("suffix", tables.FORMATS)
def test_shards_of_every_format(tmp_path: Path, suffix: str) -> None:
    tables.need(suffix)
    name = "losses" if suffix == "npy" else "logits"
    array = np.random.default_rng(4).normal(size=(60, 3)).astype(np.float32)
    edges = [0, 7, 7, 20, 21, 40, 58, 59, 60]
    shards = tmp_path / "shards"
    shards.mkdir()
    (shards / "_SUCCESS").touch()
    for number in range(8):
        part = {name: array[edges[number] : edges[number + 1]]}
        if len(part[name]) or suffix in ("npy", "npz", "parquet", "h5"):
            tables.write(shards / f"part-{number + 5}.{suffix}", part)
    for spec in (shards, shards / f"part-*.{suffix}", shards / "part-*"):
        source = open_source(str(spec), name, Opening(tmp_path))
        assert source.name == str(spec)
        assert source.files == len(list(shards.glob("part-*")))
        assert len(source.paths) == source.files
        for start, stop in ((0, 60), (6, 8), (39, 60), (0, 1), (59, 60), (20, 20)):
            assert same(source.rows(1, start, stop), array[start:stop])
        assert same(source.rows(0, 5, 100), array.reshape(-1)[5:100])
        source.close()
        assert sorted(each.name for each in tmp_path.iterdir()) == ["shards"]


def test_few_shards_are_open_at_once(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("counts descriptors by a limit of POSIX")
    resource = pytest.importorskip("resource", reason="sets the limit")
    array = np.arange(1500 * 3, dtype=np.float32).reshape(1500, 3)
    for number in range(1500):
        np.save(tmp_path / f"x-{number}.npy", array[number : number + 1])
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
    try:
        source = open_source(str(tmp_path / "x-*.npy"), "logits", Opening(tmp_path))
        assert same(source.rows(1, 0, 1500), array)
        assert len(source._open) <= _OPEN_SHARDS  # type: ignore[attr-defined]  # noqa: SLF001 (what it keeps)
        source.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_shards_that_do_not_go_together(tmp_path: Path) -> None:
    np.save(tmp_path / "x-1.npy", np.zeros((2, 3), np.float32))
    np.save(tmp_path / "x-2.npy", np.zeros((2, 4), np.float32))
    with pytest.raises(
        InputError, match=r"x-2\.npy: rows are float32\[4\], but those of .*x-1\.npy"
    ):
        tables.read(tmp_path / "x-*.npy", "logits", tmp_path)
    np.save(tmp_path / "x-2.npy", np.zeros((2, 3)))
    with pytest.raises(InputError, match=r"x-2\.npy: rows are float64\[3\], but those of"):
        tables.read(tmp_path / "x-*.npy", "logits", tmp_path)
    np.save(tmp_path / "x-2.npy", np.float32(1))
    with pytest.raises(InputError, match=r"x-2\.npy: one value without an axis"):
        tables.read(tmp_path / "x-*.npy", "logits", tmp_path)
    (tmp_path / "x-2.npy").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"x-2\.npy: not an \.npy or \.npz file"):
        tables.read(tmp_path / "x-*.npy", "logits", tmp_path)
    with pytest.raises(InputError, match=r"y-\*\.npy: no file has such a name"):
        tables.read(tmp_path / "y-*.npy", "logits", tmp_path)


def test_fortran_order_in_shards(tmp_path: Path) -> None:
    array = np.random.default_rng(5).normal(size=(20, 6))
    np.save(tmp_path / "x-1.npy", np.asfortranarray(array[:9]))
    np.save(tmp_path / "x-2.npy", array[9:])
    assert same(tables.read(tmp_path / "x-*.npy", "logits", tmp_path), array)


# ---- packages that are not there ----


@pytest.mark.parametrize(
    ("suffix", "package", "extra"),
    [("parquet", "pyarrow", "parquet"), ("zarr", "zarr", "zarr"), ("h5", "h5py", "hdf5")],
)
def test_without_its_package_a_format_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, package: str, extra: str
) -> None:
    tables.need(suffix)
    path = tmp_path / f"x.{suffix}"
    tables.write(path, {"logits": np.zeros((2, 2))})
    _hide(monkeypatch, package)
    line = rf"x\.{suffix}: needs {package}, .*: pip install 'tf_losses\[{extra}\]'"
    with pytest.raises(InputError, match=line):
        tables.read(path, "logits", tmp_path)
    with pytest.raises(InputError, match=line.replace("x", "y", 1)):
        tables.write(tmp_path / f"y.{suffix}", {"logits": np.zeros((2, 2))})


def test_without_fsspec_a_url_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hide(monkeypatch, "fsspec")
    line = r"memory://x\.npy: needs fsspec, .*: pip install 'tf_losses\[remote\]'"
    with pytest.raises(InputError, match=line):
        tables.read("memory://x.npy", "logits", tmp_path)


def _hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Let a package not be there."""
    real = builtins.__import__

    def hidden(name: str, *rest: Any) -> Any:  # noqa: ANN401 (of Python)
        if name.split(".", maxsplit=1)[0] == package:
            raise ImportError(name)
        return real(name, *rest)

    for module in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(builtins, "__import__", hidden)


# ---- the command ----


@pytest.mark.parametrize("dtype", FLOATS[1:3], ids=str)
@pytest.mark.parametrize("suffix", [*tables.FORMATS, *tables.OTHERS])
def test_losses_are_those_of_one_call(tmp_path: Path, suffix: str, dtype: np.dtype[Any]) -> None:
    rng = np.random.default_rng(7)
    logits = (rng.normal(size=(203, 12)) * 9).astype(dtype)
    labels = rng.integers(0, 12, 203)
    shards = tmp_path / "shards"
    shards.mkdir()
    file_suffix = tables.OTHERS.get(suffix, suffix)
    tables.need(file_suffix)
    if dtype == np.float64 and file_suffix in NARROW:
        pytest.skip("holds float32")
    for number, start in enumerate(range(0, 203, 29), 5):
        columns = {"logits": logits[start : start + 29], "label": labels[start : start + 29]}
        path = shards / f"part-{number}.{file_suffix}"
        if suffix == "npy":
            np.save(path, columns["logits"])
        elif suffix in tables.OTHERS:
            tables.write_other(path, suffix, columns)
        else:
            tables.write(path, columns)
    np.save(tmp_path / "labels.npy", labels)
    beside = tmp_path / "labels.npy" if suffix == "npy" else shards
    out = tmp_path / "losses.npy"
    argv = ["eval", "sparse_softmax", "--logits", str(shards / "part-*"), "--labels", str(beside)]
    assert main([*argv, "--out", str(out)]) == 0
    wanted = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    assert np.load(out).tobytes() == wanted.tobytes()


def test_many_columns_of_large_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are laid out by rows in a file, some columns at a time."""
    tables.need("parquet")
    from tf_losses._internal.io.formats import parquet  # noqa: PLC0415 (beside its library)

    monkeypatch.setattr(parquet, "_HELD_BYTES", 256)
    monkeypatch.setattr(parquet, "_BATCH_BYTES", 200)
    columns = example()
    tables.write_other(tmp_path / "x.parquet", "parquet_wide", columns)
    source = open_source(str(tmp_path / "x.parquet"), "logits", Opening(tmp_path))
    for start in (0, 25, 3, 39):
        assert same(source.rows(1, start, ROWS), columns["logits"][start:])
    source.close()
