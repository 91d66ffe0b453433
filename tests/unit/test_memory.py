# SPDX-License-Identifier: Apache-2.0
"""Calls read their inputs and nothing behind them, and give back the memory they take."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from sanitized import IS_SANITIZED
from tf_losses import gradients, raw_ops
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
STATM = Path("/proc/self/statm")
CLASSES = 60_000
ROW = np.linspace(-1, 1, CLASSES, dtype=np.float32).reshape(1, CLASSES)
ONE = ROW[:, :1]
CALLS: dict[str, Callable[[], Any]] = {
    "softmax": partial(v2.nn.softmax, ROW),
    "loss": partial(v2.nn.softmax_cross_entropy_with_logits, ROW, ROW),
    "gradient": partial(gradients.softmax_cross_entropy_with_logits_v2, ROW, ROW),
    "sparse": partial(gradients.sparse_softmax_cross_entropy_with_logits, [7], ROW),
    "labels repeated": partial(raw_ops.SoftmaxCrossEntropyWithLogits, features=ROW, labels=ONE),
    "logits repeated": partial(raw_ops.SoftmaxCrossEntropyWithLogits, features=ONE, labels=ROW),
    "few classes": partial(
        gradients.softmax_cross_entropy_with_logits_v2, *2 * (ROW.reshape(-1, 120),)
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="pages are protected by POSIX's mprotect")
def test_nothing_is_read_behind_the_inputs() -> None:
    """By any instruction set; drive.c has the results, and what stands before, as well."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "helpers" / "guarded_inputs.py")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, (done.stdout[-100:], done.stderr)
    assert int(done.stdout.splitlines()[-1]) >= 1000


def resident() -> int:
    """Give the bytes of memory that this process has."""
    gc.collect()
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not STATM.exists(), reason="reads Linux's /proc")
@pytest.mark.skipif(IS_SANITIZED, reason="AddressSanitizer keeps what was freed")
@pytest.mark.parametrize("version", ["2.21", "2.16", "2.2", "1.15"])
@pytest.mark.parametrize("name", CALLS)
def test_calls_give_back_what_they_take(name: str, version: str) -> None:
    call = CALLS[name]
    with tf_losses.tf_version(version):
        for _ in range(8):
            call()
        before = resident()
        for _ in range(40):
            call()
        grown = resident() - before
    assert grown < 20 * ROW.nbytes, "an array of each call's has stayed"
