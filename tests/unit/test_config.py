# SPDX-License-Identifier: Apache-2.0
"""Environment variables, threads, and what importing the package brings along."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v2.config

if TYPE_CHECKING:
    from collections.abc import Callable


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("TF_LOSSES_ISA", "avx1024", "portable"),
        ("TF_LOSSES_NUM_THREADS", "many", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "-1", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "9" * 30, "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "5000", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", " 2", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "1_0", "0 for all"),
        ("TF_LOSSES_NUM_THREADS", "\u0663", "0 for all"),
        ("TF_LOSSES_RESULT_CACHE", "1e6", "a number of bytes"),
        ("TF_LOSSES_RESULT_CACHE", "9" * 30, "a number of bytes"),
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
    with pytest.raises(ValueError, match="out of range: -1"):
        tf_losses.set_num_threads(-1)
    with pytest.raises(TypeError):
        tf_losses.set_num_threads(1.5)  # type: ignore[arg-type]
    tf_losses.set_num_threads(before)


NO_NUMBERS = [1.5, 2.0, float("nan"), float("inf"), "2", b"2", [2], 2j, True, False, np.float32(2)]
SETTINGS: dict[str, tuple[Callable[[Any], object], Callable[[], object], list[int]]] = {
    "threads of TensorFlow": (
        tf_losses.compat.v2.config.threading.set_intra_op_parallelism_threads,
        tf_losses.compat.v2.config.threading.get_intra_op_parallelism_threads,
        [-1, 2**31, 2**70, -(2**40)],
    ),
    "threads": (tf_losses.set_num_threads, tf_losses.get_num_threads, [-1, 1025, 2**63, 2**70]),
    "result cache": (tf_losses.set_result_cache, lambda: None, [-1, 2**63, 2**70]),
    "intra_op_threads": (
        lambda number: tf_losses.gradients.weighted_cross_entropy_with_logits(
            [1.0], [1.0], 2.0, intra_op_threads=number
        ),
        lambda: None,
        [0, -1, 2**31, 2**70],
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_checked_when_it_is_set(name: str) -> None:
    """What is refused leaves what was set before."""
    choose, tell, out_of_range = SETTINGS[name]
    before = tell()
    for value in NO_NUMBERS:
        with pytest.raises(TypeError):
            choose(value)
    for number in out_of_range:
        with pytest.raises(ValueError, match="out of range"):
            choose(number)
    assert tell() == before


@pytest.mark.parametrize("number", [0, 2, np.int64(3), np.array(2), np.uint8(4), None])
def test_threads_of_tensorflow_are_kept_as_numbers(number: Any) -> None:  # noqa: ANN401 (any kind)
    threading = tf_losses.compat.v2.config.threading
    threading.set_intra_op_parallelism_threads(number)
    found = threading.get_intra_op_parallelism_threads()
    threading.set_intra_op_parallelism_threads(0)
    assert type(found) is int
    assert found == (0 if number is None else int(number))


@pytest.mark.parametrize("value", [["GenuineIntel"], 5, b"GenuineIntel", "", "genuineintel"])
def test_vendors_are_names(value: Any) -> None:  # noqa: ANN401 (any kind)
    with pytest.raises(ValueError, match="the vendor of a processor"):
        tf_losses.set_tf_processor(value)


@pytest.mark.parametrize("value", [["eager"], np.array(["eager"]), None, "Eager", 0])
def test_modes_are_names(value: Any) -> None:  # noqa: ANN401 (any kind)
    with pytest.raises(ValueError, match="Unknown mode"):
        tf_losses.gradients.sigmoid_cross_entropy_with_logits([1.0], [1.0], mode=value)


@pytest.mark.parametrize("vendor", ["GenuineIntel", "AuthenticAMD"])
def test_the_vendor_of_the_processor(vendor: str) -> None:
    """Any can be had on any processor, and the gradients follow."""
    own = tf_losses.get_tf_processor()
    logits = np.linspace(-8, 8, 1024, dtype=np.float32)

    def gradient() -> bytes:
        found = tf_losses.gradients.sigmoid_cross_entropy_with_logits(logits, logits)
        return np.asarray(found.logits).tobytes()

    with tf_losses.tf_version("2.20"):
        before = gradient()
        tf_losses.set_tf_processor(vendor)
        chosen, found = tf_losses.get_tf_processor(), gradient()
        tf_losses.set_tf_processor(None)
        assert gradient() == before
    assert chosen == vendor
    assert (found == before) == (own == vendor)
    assert tf_losses.get_tf_processor() == own


def test_an_unknown_vendor() -> None:
    with pytest.raises(ValueError, match="GenuineIntel, AuthenticAMD, or None; not 'amd'"):
        tf_losses.set_tf_processor("amd")
    done = run_python("import tf_losses", TF_LOSSES_TF_PROCESSOR="Z80")
    assert "ValueError: TF_LOSSES_TF_PROCESSOR: the vendor" in done.stderr


def test_import_brings_neither_tensorflow_nor_ml_dtypes() -> None:
    code = "import sys, tf_losses; print(sorted({'tensorflow', 'ml_dtypes'} & set(sys.modules)))"
    assert run_python(code).stdout == "[]\n"
