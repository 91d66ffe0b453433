# SPDX-License-Identifier: Apache-2.0
"""Environment variables, threads, and what importing the package brings along."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

import tf_losses


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_environment_is_followed() -> None:
    code = "import tf_losses; tf_losses.show_config()"
    done = run_python(code, TF_LOSSES_ISA="portable", TF_LOSSES_NUM_THREADS="1")
    assert "instruction set: portable" in done.stdout
    assert "threads:         1\n" in done.stdout
    assert run_python(code, TF_LOSSES_ISA="", TF_LOSSES_NUM_THREADS="").returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("TF_LOSSES_ISA", "avx1024", "portable"),
        ("TF_LOSSES_NUM_THREADS", "many", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "-1", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "9" * 30, "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "5000", "0 for all"),
    ],
)
def test_an_environment_that_cannot_be_followed(name: str, value: str, allowed: str) -> None:
    done = run_python("import tf_losses", **{name: value})
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ValueError: {name}={value!r}: ")
    assert allowed in last


def test_threads() -> None:
    before = tf_losses.get_num_threads()
    tf_losses.set_num_threads(np.int64(1))
    assert tf_losses.get_num_threads() == 1
    tf_losses.set_num_threads(0)
    assert tf_losses.get_num_threads() >= 1
    with pytest.raises(ValueError, match="not -1"):
        tf_losses.set_num_threads(-1)
    with pytest.raises(TypeError):
        tf_losses.set_num_threads(1.5)  # type: ignore[arg-type]
    tf_losses.set_num_threads(before)


@pytest.mark.parametrize("maker", ["GenuineIntel", "AuthenticAMD"])
def test_the_maker_of_the_processor(maker: str) -> None:
    """An x86-64 processor has its own maker's way only."""
    own = tf_losses.get_tf_processor()
    if own == maker or platform.machine() not in ("x86_64", "AMD64"):
        tf_losses.set_tf_processor(maker)
        assert tf_losses.get_tf_processor() == maker
        tf_losses.set_tf_processor(None)
    else:
        with pytest.raises(ValueError, match="only its own can be had"):
            tf_losses.set_tf_processor(maker)
    assert tf_losses.get_tf_processor() == own


def test_an_unknown_maker() -> None:
    with pytest.raises(ValueError, match="GenuineIntel, AuthenticAMD, or None; not 'amd'"):
        tf_losses.set_tf_processor("amd")
    done = run_python("import tf_losses", TF_LOSSES_TF_PROCESSOR="Z80")
    assert "ValueError: TF_LOSSES_TF_PROCESSOR: the maker" in done.stderr


def test_import_brings_neither_tensorflow_nor_ml_dtypes() -> None:
    code = "import sys, tf_losses; print(sorted({'tensorflow', 'ml_dtypes'} & set(sys.modules)))"
    assert run_python(code).stdout == "[]\n"
