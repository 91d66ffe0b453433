# SPDX-License-Identifier: Apache-2.0
"""Print what every format of `eval` needs, how fast it is read, and what is said about bad files.

    python tests/tools/list_formats.py [--rows N] [--folder FOLDER]

Speeds are measured here: logits of N rows and 100 classes in float32, read from front to back in
pieces of 16 MiB with the file in the system's cache, the best of three. Columns lie beside labels
and ids in one file, as they mostly do.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

import numpy as np

import bad_files
import tables
from tf_losses._internal.io.formats import FORMATS, Format
from tf_losses._internal.io.opening import Opening, open_source
from tf_losses.cli import main as command

_CLASSES = 100
_PIECE_BYTES = 1 << 24
_SMALL = ("jsonl", "csv")  # of which a tenth of the rows is read


def main() -> None:
    """Print both tables as Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        os.chdir(folder)
        print("| format | files | extra | MB/s |")
        print("|---|---|---|---:|")
        for suffix, about in _kinds():
            rows = chosen.rows // 10 if about.name in _SMALL else chosen.rows
            extra = f"`{about.extra}`" if about.extra else ""
            speed = _speed(suffix, rows)
            print(f"| {about.name} | `.{suffix}` | {extra} | {speed:,.0f} |", flush=True)
        print("\n| format | fault | what is said |")
        print("|---|---|---|")
        for suffix, _ in _kinds():
            for fault in bad_files.FAULTS:
                print(f"| `.{suffix}` | {fault} | {_said(suffix, fault)} |", flush=True)


def _kinds() -> list[tuple[str, Format]]:
    return [
        (suffix, next(each for each in FORMATS if f".{suffix}" in each.suffixes))
        for suffix in tables.FORMATS
    ]


def _speed(suffix: str, rows: int) -> float:
    """Megabytes of logits a second, opening included."""
    logits = np.random.default_rng(0).standard_normal((rows, _CLASSES), dtype=np.float32)
    path, role = Path(f"speed.{suffix}"), "losses" if suffix == "npy" else "logits"
    columns = {role: logits}
    if suffix != "npy":
        columns["label"] = np.arange(rows) % _CLASSES
        columns["id"] = np.array([f"image-{i}" for i in range(rows)], object)
    tables.write(path, columns, step=1 << 16)
    best = min(_time(path, role, logits) for _ in range(3))
    return logits.nbytes / 1e6 / best


def _time(path: Path, role: str, wanted: np.ndarray) -> float:
    step = _PIECE_BYTES // wanted[0].nbytes // 8 * 8
    begin = time.perf_counter()
    source = open_source(str(path), role, Opening(Path()))
    for start in range(0, len(wanted), step):
        found = source.rows(1, start, min(start + step, len(wanted)))
    source.close()
    spent = time.perf_counter() - begin
    assert found.tobytes() == wanted[start:].tobytes()
    return spent


def _said(suffix: str, fault: str) -> str:
    """The line of the command, as a cell of a table."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        bad_files.good(Path(), suffix)
        argv = bad_files.FAULTS[fault](Path(), suffix)
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(io.StringIO()):
            code = command(argv)
        os.chdir(Path(__file__).parent)
    assert code == 2, (suffix, fault, code)
    line = printed.getvalue().strip().removeprefix("tf-losses: error: ")
    return re.sub(r"([|*<])", r"\\\1", line)


if __name__ == "__main__":
    main()
