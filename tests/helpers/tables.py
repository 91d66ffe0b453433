# SPDX-License-Identifier: Apache-2.0
"""Files of every format, as other programs write them, for what reads them."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

from tf_losses._internal.io.opening import Opening, open_source
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.writers import OutColumn, new_table

if TYPE_CHECKING:
    from pathlib import Path

Array = npt.NDArray[Any]
Columns = dict[str, Array]

FORMATS = {
    "npy": "",
    "npz": "",
    "parquet": "pyarrow",
    "zarr": "zarr",
    "zarr.zip": "zarr",
    "h5": "h5py",
    "tfrecord": "",
    "jsonl": "",
    "csv": "",
}
"""Suffixes, with the package that each needs."""


def need(suffix: str) -> None:
    """Skip a test where the package for a format is not installed."""
    package = FORMATS[suffix]
    if package:
        pytest.importorskip(package, reason=f"{package} reads and writes .{suffix}")


def write(path: Path, columns: Columns, step: int = 7) -> None:
    """Write a table by the package's own writers, some rows at a time."""
    rows = len(next(iter(columns.values())))
    made = [OutColumn(name, array.dtype, array.shape[1:]) for name, array in columns.items()]
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    with new_table(destination(str(path)), made, rows, scratch) as table:
        for start in range(0, rows, step):
            block = {name: array[start : start + step] for name, array in columns.items()}
            table.write(start, block)
    scratch.rmdir()  # nothing is left in it


def read(spec: str | Path, role: str, folder: Path, **options: Any) -> Array:  # noqa: ANN401 (of Opening)
    """Read all of a source."""
    source = open_source(str(spec), role, Opening(folder, **options))
    try:
        return np.array(source.whole())
    finally:
        source.close()


def write_other(path: Path, kind: str, columns: Columns) -> None:
    """Write a table as other programs do, in ways that the package's own writers do not."""
    globals()[f"_{kind}"](path, columns)


def _parquet_lists(path: Path, columns: Columns) -> None:
    import pyarrow as pa  # noqa: PLC0415 (optional)
    import pyarrow.parquet as pq  # noqa: PLC0415 (optional)

    table = {
        name: pa.array(list(array)) if array.ndim > 1 else pa.array(array)
        for name, array in columns.items()
    }
    pq.write_table(pa.table(table), path, row_group_size=11, data_page_size=64)


def _parquet_wide(path: Path, columns: Columns) -> None:
    import pyarrow as pa  # noqa: PLC0415 (optional)
    import pyarrow.parquet as pq  # noqa: PLC0415 (optional)

    pq.write_table(pa.table(_wide(columns)), path, row_group_size=13)


def _wide(columns: Columns) -> Columns:
    """One column a class, the tenth before the second."""
    wide = {}
    for name, array in columns.items():
        if array.ndim == 1:
            wide[name] = array
        else:
            numbers = sorted(range(array.shape[1]), key=str)
            wide |= {f"{name.removesuffix('s')}_{i}": array[:, i] for i in numbers}
    return wide


def _csv_wide(path: Path, columns: Columns) -> None:
    wide = _wide(columns)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(wide)
        # The shortest digits of each number.
        writer.writerows(zip(*([str(v) for v in array] for array in wide.values()), strict=True))


def _h5_chunks(path: Path, columns: Columns) -> None:
    import h5py  # noqa: PLC0415 (optional)

    with h5py.File(path, "w") as file:
        for name, array in columns.items():
            shape = tuple(max(1, min(5, length)) for length in array.shape)
            text = array.dtype.hasobject
            file.create_dataset(
                f"deep/{name}", data=array, chunks=shape, compression=None if text else "gzip"
            )


def _zarr3(path: Path, columns: Columns) -> None:
    import zarr  # noqa: PLC0415 (optional)

    root = zarr.open_group(path, mode="w", zarr_format=3)
    for name, array in columns.items():
        if not array.dtype.hasobject:
            chunks = tuple(max(1, min(5, length)) for length in array.shape)
            made = root.create_array(name, shape=array.shape, dtype=array.dtype, chunks=chunks)
            made[...] = array


def _jsonl_shortest(path: Path, columns: Columns) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in zip(*columns.values(), strict=True):
            cells = [
                f'"{name}": {_digits(value)}' for name, value in zip(columns, row, strict=True)
            ]
            file.write("{" + ", ".join(cells) + "}\r\n\n")


def _digits(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"[{', '.join(map(_digits, value))}]"
    words = {"nan": "NaN", "inf": "Infinity", "-inf": '"-inf"'}  # as programs write them
    return json.dumps(value) if isinstance(value, str) else words.get(str(value), str(value))


def _jsonl_triton(path: Path, columns: Columns) -> None:
    types = {"float32": "FP32", "float64": "FP64", "int64": "INT64", "object": "BYTES"}
    rows = len(next(iter(columns.values())))
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, rows, 8):
            outputs = []
            for name, array in columns.items():
                part = array[start : start + 8]
                about = {"name": name, "datatype": types[array.dtype.name]}
                outputs.append(about | {"shape": part.shape, "data": part.reshape(-1).tolist()})
            file.write(json.dumps({"model_name": "m", "outputs": outputs}) + "\n")


def compressed(path: Path, how: str) -> Path:
    """Compress a file beside itself."""
    made = path.with_name(f"{path.name}.{how}")
    compress = gzip.compress if how == "gz" else zlib.compress
    made.write_bytes(compress(path.read_bytes()))
    return made


OTHERS = {
    "parquet_lists": "parquet",
    "parquet_wide": "parquet",
    "csv_wide": "csv",
    "h5_chunks": "h5",
    "zarr3": "zarr",
    "jsonl_shortest": "jsonl",
    "jsonl_triton": "jsonl",
}
"""What `write_other` writes, with the suffix."""
