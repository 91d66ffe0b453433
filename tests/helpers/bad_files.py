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
    """Write logits and labels, and labels beside; gives the options of `eval`."""
    rng = np.random.default_rng(9)
    logits = rng.normal(size=(ROWS, CLASSES)).astype(np.float32)
    labels = rng.integers(0, CLASSES, ROWS)
    np.save(folder / "labels.npy", labels)
    for name, rows in (("x", ROWS), ("short", ROWS - 1)):
        columns = {"logits": logits[:rows], "label": labels[:rows]}
        if suffix == "npy":
            np.save(folder / f"{name}-labels.npy", labels[:rows])
            columns = {"losses": logits[:rows]}
        tables.write(folder / f"{name}.{suffix}", columns)
    return _options(folder / f"x.{suffix}")


def _options(logits: Path | str, labels: Path | str = "labels.npy") -> list[str]:
    return ["eval", "sparse_softmax", "--logits", str(logits), "--labels", str(labels)]


def _truncated(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    # Of a folder, what holds the values is cut; a file not where a record ends.
    cut = path if path.is_file() else next((path / "logits").glob("0*"))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 5 // 8 + 3])
    return _options(path)


def _wrong_magic(folder: Path, suffix: str) -> list[str]:
    path = folder / f"x.{suffix}"
    for file in [path] if path.is_file() else path.rglob(".z*"):
        file.write_bytes(b'\xffGARBAGE, not "a file".' + file.read_bytes()[23:])
    return _options(path)


def _wrong_column(folder: Path, suffix: str) -> list[str]:
    return _options(f"{folder / f'x.{suffix}'}:predictions")


def _wrong_dtype(folder: Path, suffix: str) -> list[str]:
    """Whole numbers for logits where a file tells; labels with fractions where it does not."""
    path = folder / f"x.{suffix}"
    if suffix in ("jsonl", "csv"):
        return _options(path, f"{path}:{'logits' if suffix == 'jsonl' else 'logits_0'}")
    return _options(folder / "x-labels.npy" if suffix == "npy" else f"{path}:label")


def _other_lengths(folder: Path, suffix: str) -> list[str]:
    short = folder / ("short-labels.npy" if suffix == "npy" else f"short.{suffix}")
    return _options(folder / f"x.{suffix}", short)


FAULTS: dict[str, Callable[[Path, str], list[str]]] = {
    "truncated": _truncated,
    "wrong magic": _wrong_magic,
    "wrong column": _wrong_column,
    "wrong dtype": _wrong_dtype,
    "lengths differ": _other_lengths,
}
"""Each makes the fault in what `good` has written, and gives the options that run into it."""
