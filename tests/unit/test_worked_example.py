# SPDX-License-Identifier: Apache-2.0
"""The tutorial's program prints the same under TensorFlow, with only its import line changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (Path(__file__).parents[1] / "helpers" / "worked_example.py").read_text()
OURS = "import tf_losses as tf\n"
TENSORFLOWS = "import tensorflow.compat.v1 as tf; tf.disable_eager_execution()\n"


def printed(program: str) -> str:
    """What a program prints on stdout."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
@pytest.mark.tensorflow
def test_only_the_import_line_changes() -> None:
    assert PROGRAM.count(OURS) == 1
    ours = printed(PROGRAM)
    assert ours.count("sigmoid\n") == 2
    assert ours == printed(PROGRAM.replace(OURS, TENSORFLOWS))
