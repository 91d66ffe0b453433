# SPDX-License-Identifier: Apache-2.0
"""Writes csrc/api/self_check_table.h: `python tests/tools/make_self_check.py`, and build again.

The hashes are those of the portable kernels, which are compared with TensorFlow like all others.
Of each check the input is taken whose hash does not change when the C library computes otherwise:
this program runs itself once more with `odd_libm.c` in the library's place.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tf_losses._internal.losses import catalogue

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "csrc" / "api" / "self_check_table.h"
ELEMENTS, ROWS, ONE_ROW, EXACT, ODD = range(5)
INPUTS = ("ELEMENTS", "ROWS", "ONE_ROW", "EXACT", "ODD")
LOSSES = tuple(loss.name.upper() for loss in catalogue.LOSSES)
BY_ROW = tuple(loss.name.upper() for loss in catalogue.LOSSES if loss.by_row)
# Versions of older kernels, which between them ask every packet function and order of sums; those
# of all dtypes, and those of which float32 and float64 suffice.
OLDER = ("2_16", "2_8", "2_4", "1_15")
OLDER_WIDE = ("2_11", "2_7", "2_3", "2_2", "2_0", "1_14", "1_12")
# Of each form of the functions that a set may have. Between them sigmoid and sparse_softmax call
# exp, log and log1p for elements that are left over: as a version of either library of kernels.
LIBMS = ("GLIBC_2_28", "GLIBC_2_41", "GLIBC_2_28_NOFMA", "GLIBC_2_41_NOFMA")
CALLING_LIBM = ("2_20", "2_8")
COUNT = 37  # elements; a prime, so that no row is like another


class Check(NamedTuple):
    """One line of the table without its hash, in C's names."""

    version: str
    loss: str
    dtype: str
    mode: str
    gradient: int
    input: int
    libm: str = "SET"


def wanted() -> list[list[Check]]:
    """List the checks, each as the inputs to choose from, the best first."""
    found = []
    for version in ("2_21", "2_20", *OLDER, *OLDER_WIDE):
        for loss in LOSSES:
            if (version == "2_20" and loss in BY_ROW) or (version == "2_16" and loss != "SOFTMAX"):
                continue  # computed as in 2.21
            for dtype in ("F32", "F64") if version in OLDER_WIDE else ("F16", "BF16", "F32", "F64"):
                if (version, loss, dtype) == ("2_4", "SPARSE_SOFTMAX", "BF16"):
                    continue  # which has no kernel
                for mode, gradient in modes(version, loss, dtype):
                    inputs = [ROWS, EXACT] if loss in BY_ROW else [ELEMENTS, EXACT]
                    found.append([Check(version, loss, dtype, mode, gradient, i) for i in inputs])
                    if loss in BY_ROW and gradient and version == "2_21" and mode == "EAGER":
                        found.append([Check(version, loss, dtype, mode, gradient, ONE_ROW)])
    return [*found, *([check] for check in wanted_of_libms())]


def wanted_of_libms() -> list[Check]:
    """List the checks of glibc's functions."""
    return [
        Check(version, loss, dtype, "EAGER", 0, ODD, libm)
        for version in CALLING_LIBM
        for libm in LIBMS
        for loss in ("SIGMOID", "SPARSE_SOFTMAX")
        for dtype in ("F32", "F64")
    ]


def modes(version: str, loss: str, dtype: str) -> list[tuple[str, int]]:
    """List the ways in which a loss is computed: mode, and whether the gradient is."""
    found = [("EAGER", 0), ("EAGER", 1)]
    if version == "2_21" and loss not in BY_ROW:
        found.append(("FUNCTION", 1))
    if version == "2_21" and loss in BY_ROW and dtype in ("F16", "BF16"):  # else as eager
        found.append(("RAW_OP", 1))
    return found


def hashes() -> dict[str, int]:
    """Compute the hash of each check that can be computed, in this process."""
    from tf_losses._internal._ffi import ffi, lib  # noqa: PLC0415 (what writes does not use it)
    from tf_losses._internal.runtime import native  # noqa: PLC0415

    native.load_kernels_of(native.version_of("1.15"), checked=False)

    def number(check: Check) -> int:
        names = f"VERSION_{check.version}", check.loss, check.dtype, check.mode
        codes = [getattr(lib, f"TFL_{name}") for name in names]
        codes[0] += getattr(lib, f"TFL_LIBM_{check.libm}")
        return int(lib.tfl_self_check_hash(*codes, check.gradient, check.input))

    before = ffi.string(lib.tfl_isa_name())
    lib.tfl_isa_select(b"portable")
    try:
        checks = [check for choice in wanted() for check in choice]
        return {json.dumps(check): number(check) for check in checks}
    finally:
        lib.tfl_isa_select(before)


def odd_hashes() -> dict[str, int]:
    """Compute the same with a C library that computes otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        library = build_odd_libm(Path(folder))
        done = subprocess.run(
            [sys.executable, __file__, "--print"],
            env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def build_odd_libm(folder: Path) -> Path:
    """Compile the library that computes otherwise."""
    library = folder / "odd_libm.so"
    compiler = sysconfig.get_config_var("CC").split()[0]
    source = Path(__file__).with_name("odd_libm.c")
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return library


def lines() -> list[str]:
    """Lay out the table."""
    found, odd = hashes(), odd_hashes()
    chosen = []
    for choice in wanted():
        names = [json.dumps(check) for check in choice]
        good = [name for name in names if found[name] and found[name] == odd[name]]
        if good:
            chosen.append((Check(*json.loads(good[0])), found[good[0]]))
        else:
            sys.stderr.write(f"left out, as it depends on the C library: {choice[0]}\n")
    return [
        f"{{{_version(c)}, TFL_{c.loss}, TFL_{c.dtype}, TFL_{c.mode}, {c.gradient}, "
        f"{INPUTS[c.input]}, 0x{value:016x}}},"
        for c, value in chosen
    ]


def _version(check: Check) -> str:
    version = f"TFL_VERSION_{check.version}"
    return version if check.libm == "SET" else f"{version} + TFL_LIBM_{check.libm}"


# ---- elements for which it does not matter whose processor this is ----


def _amd_tables() -> list[np.ndarray]:
    source = (ROOT / "csrc" / "host" / "rcpps.c").read_text()
    names = ("amd_bases", "amd_falls")
    bodies = (re.search(rf"{name}\[256\] = {{([^}}]*)}}", source) for name in names)
    return [
        np.array(
            [int(number, 0) for number in body[1].replace("\n", " ").split(",") if number.strip()]
        )
        for body in bodies
        if body is not None
    ]


def _estimates(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RCPPS of Intel's and of AMD's processors; see csrc/host/rcpps.c."""
    mantissa = a.view(np.uint32).astype(np.int64) & 0x7FFFFF
    d = 4097 + 2 * (mantissa >> 12)
    intel = ((2 * 8192 * 4096 + d) // (2 * d)).astype(np.float32) * np.float32(2**-13)
    bases, falls = _amd_tables()
    first, second, third = mantissa >> 19, mantissa >> 15 & 15, mantissa >> 11 & 15
    bits = bases[first << 4 | second] - falls[first << 4 | third]
    amd = (0x3F000000 + (bits << 11)).astype(np.uint32).view(np.float32)
    at_two = a == 2
    for estimate in (intel, amd):
        estimate[at_two] = np.uint32(0x3EFFF000).view(np.float32)
    return intel, amd


def elements() -> list[float]:
    """Choose multiples of 1/8 for which both estimates end in the same reciprocals."""
    x = np.arange(-255, 256, dtype=np.float32) / 8
    one, two = np.float32(1), np.float32(2)
    agree = np.ones(x.size, bool)
    for near in (-1, 0, 1):  # the exponential may be one off
        e = np.exp(-np.abs(x))
        a = one + (e.view(np.int32) + near).view(np.float32)
        a = np.minimum(a, two)
        intel, amd = _estimates(a)
        agree &= intel * (two - a * intel) == amd * (two - a * amd)
        agree &= (one - a * intel) * intel + intel == (one - a * amd) * amd + amd
    found = x[agree & (np.abs(x) < 16)]
    return sorted(np.random.default_rng(1).choice(found, COUNT, replace=False).tolist())


def text() -> str:
    """Give the whole file."""
    values = [f"{value}f" for value in elements()]
    listed = ", ".join(values)
    return "\n".join(
        [
            "/* SPDX-License-Identifier: Apache-2.0",
            " * Written by tests/tools/make_self_check.py. */",
            "/* clang-format off */",
            "#if defined(SELF_CHECK_INPUTS)",
            listed,
            "#else",
            *lines(),
            "#endif",
            "",
        ]
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        print(json.dumps(hashes()))
    else:
        TABLE.write_text(text())
