# SPDX-License-Identifier: Apache-2.0
"""Cutting arrays into pieces of whole packets."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanitized import IS_SANITIZED
from tf_losses._internal.evaluation.pieces import PACKET, flat_rows, pieces


@given(rows=st.integers(0, 10**6), row_bytes=st.integers(0, 10**5), size=st.integers(1, 10**6))
def test_pieces_start_at_packets_and_cover_everything(rows: int, row_bytes: int, size: int) -> None:
    end = 0
    for start, stop in pieces(rows, row_bytes, max(size, rows * row_bytes // 1000)):
        assert start == end
        assert start % PACKET == 0
        end = stop
    assert end == rows


@given(
    shape=st.lists(st.integers(0, 6), min_size=0, max_size=5),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
def test_flat_rows_reads_any_range(shape: list[int], seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    array = array.transpose(rng.permutation(len(shape)))
    row_rank = data.draw(st.integers(0, min(1, array.ndim)))
    outer = array.ndim - row_rank
    flat = array.reshape(math.prod(array.shape[:outer]), *array.shape[outer:])
    start = data.draw(st.integers(0, len(flat)))
    stop = data.draw(st.integers(start, len(flat)))
    assert np.array_equal(flat_rows(array, row_rank, start, stop), flat[start:stop])


@pytest.mark.slow
@pytest.mark.skipif(IS_SANITIZED, reason="measures memory, which AddressSanitizer enlarges")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    rows, classes = 1_600_000, 100  # 640 MB of zeros, without blocks on disk
    for name, shape, dtype in (("x", (rows, classes), np.float32), ("y", (rows,), np.int64)):
        np.lib.format.open_memmap(tmp_path / f"{name}.npy", "w+", np.dtype(dtype), shape)
    files = ["--logits", tmp_path / "x.npy", "--labels", tmp_path / "y.npy"]
    program = (
        "import sys; from tf_losses.cli import main; main(sys.argv[1:]); "
        "print(open('/proc/self/status').read())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, "eval", "sparse_softmax", *files],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    status = dict(line.split(":", 1) for line in run.stdout.splitlines() if ":" in line)
    kilobytes = int(status["RssAnon"].split()[0])  # without mapped files, which can be dropped
    assert kilobytes < 300_000
