# SPDX-License-Identifier: Apache-2.0
"""The vector forms of the C library's exp, log and log1p: equal to the library for every float32
argument that occurs (from -112 to 0, from 1 on, from 0 to 1) on the fastest instruction set, every
1,021st on the others; for float64 arguments that are drawn, and those around breaks of its
tables."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sysconfig
from collections import Counter
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
DRAWN = {name: 20_000_000 if name == ISAS[-1] else 1_000_000 for name in ISAS}
RANGES = {  # of the bits of float32
    "f32_exp": 0xC2E00000 - 0x80000000,
    "f32_log": 0x7F800000 - 0x3F800000,
    "f32_log1p": 0x3F800000 - 0x00800000,
}
BREAKS = {"f64_exp": 9 * 134_000, "f64_log": 9 * 262_144, "f64_log1p": 9 * 230_400}


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
    command += [*portable, f"tests/helpers/{source}", "csrc/host/libm.c"]
    command += [
        "csrc/host/libm_tables.c",
        "csrc/host/rcpps.c",
        "csrc/host/posix.c",
        "csrc/host/x86.c",
        "-lm",
        "-lpthread",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return program


@pytest.mark.slow
@pytest.mark.parametrize("isa", ISAS)
def test_every_argument(isa: str, compiler: str, tmp_path: Path) -> None:
    program = build(compiler, isa, tmp_path, "prove_libm.c")

    def run(part: int) -> str:
        words = [STEPS[isa], part, PARTS, DRAWN[isa] // PARTS]
        command = [str(program), *map(str, words)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(PARTS) as pool:
        lines = [line for text in pool.map(run, range(PARTS)) for line in text.splitlines()]
    found = [line.split() for line in lines]
    forms = {name.removesuffix("_form"): form for name, form in found[:6]}
    if platform.libc_ver()[0] != "glibc" and set(forms.values()) == {"0"}:
        pytest.skip("this host's C library is not glibc's; it is called lane by lane")
    # Which of the others glibc has depends on its age and on the processor.
    assert (forms["f32_exp"], forms["f32_log"]) == ("1", "1")
    totals: Counter[str] = Counter()
    for name, *numbers in found:
        if len(numbers) == 2:
            compared, different = map(int, numbers)
            totals[name] += compared
            assert different == 0, "\n".join(lines)
    for name, count in RANGES.items():
        assert totals[name] >= count // STEPS[isa] or forms[name] == "0"
    for name, count in BREAKS.items():
        assert totals[f"{name}_breaks"] >= count or forms[name] == "0"
        assert totals[name] >= DRAWN[isa] - PARTS or forms[name] == "0"
    assert totals["exp_f16"] == totals["exp_bf16"] == 65536 * PARTS


@pytest.mark.slow
@pytest.mark.parametrize("isa", ISAS)
def test_another_library(isa: str, compiler: str, tmp_path: Path) -> None:
    """It is found not to be glibc's, and called; glibc's form would have given other bits."""
    other = ROOT / "tests" / "helpers" / "other_libm.h"
    program = build(compiler, isa, tmp_path, "other_libm.c", "-include", str(other))
    found = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    assert found.split() == ["0"] * 6 + ["0", "1"] * 6
