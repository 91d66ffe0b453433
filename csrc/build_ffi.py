# SPDX-License-Identifier: Apache-2.0
"""Describes the extension ``tf_losses._ffi`` to cffi: sources, flags and what they depend on."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import sys
import sysconfig
from pathlib import Path

from cffi import FFI

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# They stand behind those of CFLAGS and LDFLAGS, and undo what would change bits there. -Ofast is
# undone by another level only; when linking, it would bring code that makes the process flush
# subnormal numbers.
IEEE = ["-O2", "-fno-fast-math", "-fno-unsafe-math-optimizations"]
# Contraction (a*b+c in one rounding) changes bits; errno and traps are never looked at. ISO's own
# dialect lets float arithmetic be double's on some processors (s390x): GNU's does not.
FLAGS = [
    "-std=gnu11",
    *IEEE,
    *(["-mfpmath=sse"] if platform.machine() in ("x86_64", "AMD64") else []),
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fvisibility=hidden",
    "-g0",
    "-pthread",
    "-Wall",
    "-Wextra",
]
# Names of functions take room in every wheel; a sanitizer's report is worth little without them.
IS_SANITIZED = "-fsanitize" in os.environ.get("CFLAGS", "")
STRIP = ["-Wl,-s"] if sys.platform == "linux" and not IS_SANITIZED else []
LINK_FLAGS = ["-pthread", *IEEE, *STRIP]
USERS_FLAGS = ("CPPFLAGS", "CFLAGS", "LDFLAGS")
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")


def declarations() -> str:
    """The part of abi.h that cffi can read, unchanged."""
    text = (HERE / "abi.h").read_text(encoding="utf-8")
    return text.split("/* ---- cffi reads from here ---- */")[1].split(
        "/* ---- cffi reads to here ---- */"
    )[0]


def arithmetic_flags() -> str:
    """What the compiler is told about arithmetic, for an error that says how a build came about.

    Paths are left out: a build is to be the same wherever it is made.
    """
    told = [sysconfig.get_config_var("CFLAGS") or "", *map(os.environ.get, USERS_FLAGS)]
    words = [word for text in told for word in shlex.split(text or "")] + FLAGS
    kept = [w for w in words if re.match(r"-(O|std=|m\w|f(?!\w+-prefix-map=))", w)]
    return " ".join(kept)


def relative(paths: list[Path]) -> list[str]:
    """Paths below the project's root, as setuptools wants them."""
    return [str(path.relative_to(ROOT)) for path in sorted(paths)]


ffi = FFI()
ffi.cdef(declarations())
ffi.set_source(
    "tf_losses._ffi",
    '#include "host/environment.h"\n#include "abi.h"',
    sources=relative(list(HERE.glob("*/*.c"))),
    include_dirs=["csrc"],
    define_macros=[("TFL_BUILD_FLAGS", json.dumps(arithmetic_flags(), ensure_ascii=False))],
    depends=relative([*HERE.rglob("*.h"), HERE / "build_ffi.py"]),
    libraries=["m"],
    extra_compile_args=FLAGS,
    extra_link_args=LINK_FLAGS,
    py_limited_api=LIMITED_API,
)
