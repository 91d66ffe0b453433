# SPDX-License-Identifier: Apache-2.0
"""An array that workers make, slowly, and who says that he has begun to."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES = 7
ROWS = 96  # of a chunk


def chunk(number: int) -> NDArray[Any]:
    """Give the logits of a chunk."""
    return np.random.default_rng(number).normal(size=(ROWS, CLASSES)).astype(np.float32)


def slow_chunk(numbers: NDArray[Any], folder: str, seconds: float) -> NDArray[Any]:
    """Leave a note of the process that makes a chunk, and make it after a while."""
    number = int(numbers[0])
    (Path(folder) / f"{os.getpid()}-{number}").touch()
    time.sleep(seconds)
    return chunk(number)
