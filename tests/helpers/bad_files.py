# SPDX-License-Identifier: Apache-2.0
"""A fault of each kind in a file of each format, and what the command says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS, CLASSES = 48, 5


def good(folder: Path, suffix: str) -> list[str]:
    """Write a table with logits and labels, and labels beside; gives the options of `eval`."""
    rng = np.random.default_rng(9)
    logits = rng.normal(size=(ROWS, CLASSES)).astype(np.float32)
    labels = rng.integers(0, CLASSES, ROWS)
    path = folder / f"x.{suffix}"
    for name, rows in (("x", ROWS), ("short", ROWS - 1)):
        columns = {"logits": logits[:rows], "label": labels[:rows]}
        if suffix == "npy":
            tables.write(folder / f"{name}.labels.npy", {"label": labels[:rows]})
            columns = {"losses": logits[:rows]}
        tables.write(folder / f"{name}.{suffix}", columns)
    return _options(path, folder / "x.labels.npy" if suffix == "npy" else path)


def _options(logits: Path | str, labels: Path | str) -> list[str]:
    return ["eval", "sparse_softmax", "--logits", str(logits), "--labels", str(labels)]


def _truncated(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    # Of a folder, what holds the values is cut.
    cut = path if path.is_file() else next((path / "logits").glob("0*"))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
    return _options(path, folder / f"short.{'labels.' * (suffix == 'npy')}{suffix}")


def _wrong_magic(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    for file in [path] if path.is_file() else path.rglob(".z*"):
        file.write_bytes(b'\xffGARBAGE, not "a file".' + file.read_bytes()[23:])
    return _options(path, folder / f"short.{'labels.' * (suffix == 'npy')}{suffix}")


def _wrong_column(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    return _options(f"{path}:predictions", path)


def _wrong_dtype(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    if suffix == "npy":
        return _options(folder / "x.labels.npy", folder / "x.labels.npy")
    return _options(f"{path}:label", path)


def _other_lengths(folder: Path, suffix: str) -> list[str]:
    path, short = folder / f"x.{suffix}", folder / f"short.{suffix}"
    return _options(path, folder / "short.labels.npy" if suffix == "npy" else short)


FAULTS: dict[str, Callable[[Path, str], list[str]]] = {
    "truncated": _truncated,
    "wrong magic": _wrong_magic,
    "wrong column": _wrong_column,
    "wrong dtype": _wrong_dtype,
    "lengths differ": _other_lengths,
}
"""Each makes the fault in what `good` has written, and gives the options that run into it."""
