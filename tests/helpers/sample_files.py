# SPDX-License-Identifier: Apache-2.0
"""The files that the examples of README and docs read, small ones of every format."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib import resources
from pathlib import Path

import numpy as np

ROWS, CLASSES, SHARDS = 48, 5, 2
GOLDENS = Path(__file__).parents[1] / "golden"


def write_samples(folder: Path) -> None:
    """Write them; those of a library that is not installed are left out."""
    drawn = np.random.default_rng(5)
    logits = drawn.normal(size=(ROWS, CLASSES)).astype(np.float32)
    labels = drawn.integers(0, CLASSES, ROWS)
    np.save(folder / "logits.npy", logits)
    np.save(folder / "labels.npy", labels)
    np.save(folder / "predictions.npy", np.exp(logits) / np.exp(logits).sum(1, keepdims=True))
    config = {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": False}}
    (folder / "loss.json").write_text(json.dumps(config), encoding="utf-8")
    data = resources.files("tf_losses") / "data"
    for name in ("digits_logits.npy", "digits_labels.npy", "digits_losses_tf2.21.npy"):
        (folder / name).write_bytes((data / name).read_bytes())
    for release in ("2.18", "2.21"):
        recorded = (GOLDENS / f"tensorflow-{release}.npz").read_bytes()
        (folder / f"goldens-{release}.npz").write_bytes(recorded)
    with suppress(ImportError):
        _write_parquet(folder, logits, labels)
    with suppress(ImportError):
        _write_hdf5_and_zarr(folder, logits, labels)


def _write_parquet(folder: Path, logits: np.ndarray, labels: np.ndarray) -> None:
    import pyarrow as pa  # noqa: PLC0415 (where it is installed)
    from pyarrow import parquet  # noqa: PLC0415 (same)

    for shard in range(SHARDS):
        rows = slice(shard, None, SHARDS)
        table = {f"logit_{at}": logits[rows, at] for at in range(CLASSES)}
        table["label"] = labels[rows]
        table["image"] = [f"image-{at}" for at in range(ROWS)][rows]
        table["site"] = ["north" if at % 3 else "south" for at in range(ROWS)][rows]
        parquet.write_table(pa.table(table), folder / f"part-{shard}.parquet")


def _write_hdf5_and_zarr(folder: Path, logits: np.ndarray, labels: np.ndarray) -> None:
    import h5py  # noqa: PLC0415 (where it is installed)
    import zarr  # noqa: PLC0415 (same)

    with h5py.File(folder / "logits.h5", "w") as file:
        file["logits"] = logits
    masks = labels.astype(np.uint8)
    masks[::7] = 255
    zarr.save_array(str(folder / "masks.zarr"), masks)
