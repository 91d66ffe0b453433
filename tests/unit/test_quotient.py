# SPDX-License-Identifier: Apache-2.0
"""That products with 1/s, mended, are quotients rounded once: of every 101st divisor.

`make prove-quotient` takes all of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

NATIVE = Path(__file__).parents[1] / "native"


def test_quotients_near_a_middle() -> None:
    make, compiler = shutil.which("make"), sysconfig.get_config_var("CC").split()[0]
    if not make or not shutil.which(compiler):
        pytest.skip("needs make and a C compiler")
    command = [make, "-s", "-C", str(NATIVE), "quotient", "EVERY=101", f"CC={compiler}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 0 wrong" in done.stdout
