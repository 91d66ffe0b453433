# SPDX-License-Identifier: Apache-2.0
"""The vector forms of the C library's expf and logf: equal to the library for every argument that
occurs (all floats from -112 to 0, and from 1 on), on the fastest instruction set; every 1,021st on
the others."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tf_losses._runtime import native

ROOT = Path(__file__).resolve().parents[2]
FLAGS = {
    "portable": [],  # and baseline, which has the same kernels
    "avx2": ["-mavx2", "-mfma", "-mf16c"],
    "avx512": ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mf16c"],
}
ISAS = [name for name, runs in native.isa_known().items() if runs and name in FLAGS]
PARTS = os.cpu_count() or 1
# The last odd step keeps a run short and still meets every exponent and all last bits.
STEPS = {name: 1 if name == ISAS[-1] else 1021 for name in ISAS}


@pytest.fixture(scope="module")
def compiler() -> str:
    found = shutil.which(sysconfig.get_config_var("CC").split()[0]) or shutil.which("cc")
    if found is None:
        pytest.skip("no C compiler here, which this test needs")
    return found


def build(compiler: str, isa: str, folder: Path, source: str, *flags: str) -> Path:
    program = folder / isa
    portable = ["-DISA_IS_PORTABLE"] if isa == "portable" else []
    isa_file = ROOT / "csrc" / "isa" / f"{isa}.c"
    command = [compiler, "-std=gnu11", "-O1", "-ffp-contract=off", "-fno-math-errno"]
    command += ["-Icsrc", "-Itests/helpers"]
    command += [f'-DISA_FILE="{isa_file}"', *FLAGS[isa], *flags, "-o", str(program)]
    command += [*portable, f"tests/helpers/{source}", "csrc/host/libm.c", "-lm", "-lpthread"]
    subprocess.run(command, cwd=ROOT, check=True)
    return program


@pytest.mark.slow
@pytest.mark.parametrize("isa", ISAS)
def test_every_argument(isa: str, compiler: str, tmp_path: Path) -> None:
    program = build(compiler, isa, tmp_path, "prove_libm.c")

    def run(part: int) -> str:
        words = [str(program), str(STEPS[isa]), str(part), str(PARTS)]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(PARTS) as pool:
        lines = [line for text in pool.map(run, range(PARTS)) for line in text.splitlines()]
    found = [line.split() for line in lines]
    if platform.libc_ver()[0] != "glibc" and ["exp_is_glibc", "0"] in found:
        pytest.skip("this host's C library is not glibc's; it is called lane by lane")
    assert ["exp_is_glibc", "1"] in found
    assert ["log_is_glibc", "1"] in found
    totals = dict.fromkeys(("expf", "expf_underflow", "logf", "exp_f16", "exp_bf16"), 0)
    for name, *numbers in found:
        if name in totals:
            compared, different = map(int, numbers)
            totals[name] += compared
            assert different == 0, "\n".join(lines)
    assert totals["expf"] >= (0xC2E00000 - 0x80000000) // STEPS[isa]
    assert totals["logf"] >= (0x7F800000 - 0x3F800000) // STEPS[isa]


@pytest.mark.slow
@pytest.mark.parametrize("isa", ISAS)
def test_another_library(isa: str, compiler: str, tmp_path: Path) -> None:
    """It is found not to be glibc's, and called; glibc's form would have given other bits."""
    other = ROOT / "tests" / "helpers" / "other_libm.h"
    program = build(compiler, isa, tmp_path, "other_libm.c", "-include", str(other))
    found = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    assert found.split() == ["0", "0", "0", "1"]
