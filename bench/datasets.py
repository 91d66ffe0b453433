# SPDX-License-Identifier: Apache-2.0
"""Logits and labels in shards of every format, as other programs write them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

SEED = 0


def shards(rows: int, classes: int, count: int) -> Iterator[tuple[Array, Array]]:
    """Draw logits and class numbers, a shard at a time."""
    rng = np.random.default_rng(SEED)
    for part in np.array_split(np.arange(rows), count):
        logits = rng.standard_normal((part.size, classes), np.float32) * np.float32(3)
        yield logits, rng.integers(0, classes, part.size)


def write(folder: Path, kind: str, rows: int, classes: int, count: int) -> list[str]:
    """Write all shards of a format; gives the options of `eval` that read them."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / f"{rows}-{classes}-{count}"
    if not done.exists():
        for number, (logits, labels) in enumerate(shards(rows, classes, count)):
            WRITERS[kind](folder, number, logits, labels)
        done.touch()
    if kind == "npy":
        return ["--logits", f"{folder}/logits-*.npy", "--labels", f"{folder}/labels-*.npy"]
    if kind in ("zarr", "hdf5"):
        end = {"zarr": "zarr", "hdf5": "h5"}[kind]
        return [f"--{role}={folder}/part-*.{end}:/{role}" for role in ("logits", "labels")]
    spec = f"{folder}/part-*.{kind}"
    return ["--logits", spec, "--logits-column", "logits", "--labels-column", "labels"]


def _npy(folder: Path, number: int, logits: Array, labels: Array) -> None:
    np.save(folder / f"logits-{number}.npy", logits)
    np.save(folder / f"labels-{number}.npy", labels)


def _parquet(folder: Path, number: int, logits: Array, labels: Array) -> None:
    import pyarrow as pa  # noqa: PLC0415 (one format's)
    import pyarrow.parquet as pq  # noqa: PLC0415 (same)

    lists = pa.FixedSizeListArray.from_arrays(pa.array(logits.reshape(-1)), logits.shape[1])
    table = pa.table({"logits": lists, "labels": pa.array(labels)})
    pq.write_table(table, folder / f"part-{number}.parquet", row_group_size=10_000)


def _zarr(folder: Path, number: int, logits: Array, labels: Array) -> None:
    import zarr  # noqa: PLC0415 (one format's)

    group = zarr.open_group(str(folder / f"part-{number}.zarr"), mode="w")
    for name, values in (("logits", logits), ("labels", labels)):
        chunks = (min(10_000, len(values)), *values.shape[1:])
        array = group.create_array(name, shape=values.shape, dtype=values.dtype, chunks=chunks)
        array[...] = values


def _hdf5(folder: Path, number: int, logits: Array, labels: Array) -> None:
    import h5py  # noqa: PLC0415 (one format's)

    with h5py.File(folder / f"part-{number}.h5", "w") as file:
        file["logits"], file["labels"] = logits, labels


def _tfrecord(folder: Path, number: int, logits: Array, labels: Array) -> None:
    import google_crc32c  # noqa: PLC0415 (one format's)

    def masked(content: bytes) -> bytes:
        crc = google_crc32c.value(content)
        return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)

    with (folder / f"part-{number}.tfrecord").open("wb") as file:
        for row, label in zip(logits, labels.tolist(), strict=True):
            record = _example(row.tobytes(), label)
            length = struct.pack("<Q", len(record))
            file.write(length + masked(length) + record + masked(record))


def _example(floats: bytes, label: int) -> bytes:
    """A tf.train.Example of one list of floats and one int64."""
    features = b"".join(
        _field(1, _field(1, name) + _field(2, _field(kind, _field(1, values))))
        for name, kind, values in (
            (b"logits", 2, floats),
            (b"labels", 3, _varint(label)),
        )
    )
    return _field(1, features)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:  # noqa: PLR2004 (seven bits)
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


WRITERS: dict[str, Callable[[Path, int, Array, Array], None]] = {
    "npy": _npy,
    "parquet": _parquet,
    "zarr": _zarr,
    "hdf5": _hdf5,
    "tfrecord": _tfrecord,
}
