# SPDX-License-Identifier: Apache-2.0
"""Describes the extensions to cffi: sources, flags and what they depend on.

In ``tf_losses._internal``, ``_ffi`` has the interface and the kernels of the newest versions, and a
second module of CPython's (python/arrays.h); ``_older`` the kernels of older ones, from the same
files: it is loaded when it is needed.
"""

from __future__ import annotations

import hashlib
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
# Names of functions take room in every wheel; a sanitizer's report is worth little without them.
IS_SANITIZED = "-fsanitize" in os.environ.get("CFLAGS", "")


def compile_flags(system: str, processor: str, *, gcc: bool) -> list[str]:
    """What the compiler is told for a system (as sys.platform names it) and a processor.

    Contraction (a*b+c in one rounding) changes bits; errno and traps are never looked at. ISO's own
    dialect lets float arithmetic be double's on some processors (s390x): GNU's does not.
    """
    of_processor = ["-mfpmath=sse"] if processor in ("x86_64", "AMD64") else []
    # gcc takes it that stacks are aligned for wide vectors, which Windows does not promise.
    of_system = ["-Wa,-muse-unaligned-vector-move"] if system == "win32" and gcc else []
    return [
        "-std=gnu11",
        *IEEE,
        *of_processor,
        *of_system,
        "-ffp-contract=off",
        "-fno-math-errno",
        "-fvisibility=hidden",
        "-g0",
        *([] if system == "win32" else ["-pthread"]),
        "-Wall",
        "-Wextra",
    ]


def link_flags(system: str) -> list[str]:
    """What the compiler is told when it links for a system."""
    if system == "win32":
        return [*IEEE, "-Wl,-s"]
    return ["-pthread", *IEEE, *(["-Wl,-s"] if system == "linux" and not IS_SANITIZED else [])]


# Of Windows' compilers MinGW's gcc is meant unless CC says otherwise: setup.py.
IS_GCC = "clang" not in os.environ.get("CC", "gcc") and "zig" not in os.environ.get("CC", "gcc")
FLAGS = compile_flags(sys.platform, platform.machine(), gcc=IS_GCC)
LINK_FLAGS = link_flags(sys.platform)
USERS_FLAGS = ("CPPFLAGS", "CFLAGS", "LDFLAGS")
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
# That of 3.10, in which vectorcalls are; cffi's own choice would be that of 3.2.
LIMITED_MACROS = [("Py_LIMITED_API", "0x030a0000")] if LIMITED_API else []


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


def hash_of_sources() -> str:
    """Tell builds apart: the two extensions must come from one."""
    digest = hashlib.sha256()
    for path in sorted([*HERE.rglob("*.h"), *HERE.rglob("*.c")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


SOURCES = hash_of_sources()


def describe(name: str, interface: str, headers: list[str], sources: list[Path]) -> FFI:
    """Describe one extension."""
    made = FFI()
    made.cdef(interface)
    texts = {
        "TFL_BUILD_FLAGS": json.dumps(arithmetic_flags(), ensure_ascii=False),
        "TFL_SOURCES": json.dumps(SOURCES),
    }
    made.set_source(
        name,
        "\n".join(f'#include "{header}"' for header in ("host/environment.h", *headers)),
        sources=relative(sources),
        include_dirs=["csrc"],
        define_macros=[*texts.items(), *LIMITED_MACROS],
        depends=relative([*HERE.rglob("*.h"), *HERE.glob("isa/*.c"), HERE / "build_ffi.py"]),
        libraries=[] if sys.platform == "win32" else ["m"],
        extra_compile_args=FLAGS,
        extra_link_args=LINK_FLAGS,
        py_limited_api=LIMITED_API,
    )
    return made


# What the kernels of both libraries use, without a state of its own.
TABLES = [HERE / "host" / "libm_tables.c", HERE / "host" / "rcpps.c"]

ffi = describe(
    "tf_losses._internal._ffi",
    declarations(),
    ["abi.h", "python/arrays.h"],
    [path for path in HERE.glob("*/*.c") if path.parent.name != "older"],
)
older = describe(
    "tf_losses._internal._older",
    "const void *tfl_older_kernels(void);",
    ["older/older_abi.h"],
    [*HERE.glob("older/*.c"), *TABLES],
)
