# SPDX-License-Identifier: Apache-2.0
"""Whole builds with flags that change arithmetic: all, or those whose numbers are given.

Each must compute TensorFlow's bits (two recorded versions, on every instruction set) and leave the
process's floating-point registers alone, or must not come about: the compiler refuses it, or the
import. A build takes a minute.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("csrc", "tf_losses", "setup.py", "pyproject.toml", "README.md")
RECORDED = ("tensorflow-2.21.npz", "tensorflow-1.15.npz")

EQUAL, NOT_COMPILED, NOT_LOADED = "equal", "refused by the compiler", "refused when loaded"


class Build(NamedTuple):
    """A compiler, what the user gives it, and what should come of that."""

    compiler: str
    cflags: str
    ldflags: str = ""
    forced: str = ""  # behind the package's own flags, by a compiler that is a script
    expected: str = EQUAL


BUILDS = (
    Build("gcc", "-O3 -ffast-math", "-ffast-math"),
    Build("gcc", "-Ofast -march=native", "-Ofast"),
    Build("gcc", "-funsafe-math-optimizations -mfpmath=387 -frounding-math"),
    Build("gcc", "-O0 -fassociative-math -freciprocal-math -fno-signed-zeros -fno-trapping-math"),
    Build("gcc", "-mfma -ffp-contract=fast -ffinite-math-only -mrecip -flto", "-flto"),
    Build("gcc", "-fsingle-precision-constant", expected=NOT_COMPILED),
    Build("gcc", "", forced="-mfma -ffp-contract=fast", expected=NOT_LOADED),
    Build("gcc", "", forced="-ffast-math", expected=NOT_COMPILED),
    Build("gcc", "", ldflags="-mpc32", expected=NOT_LOADED),
    Build("clang", "-Ofast -ffp-contract=fast", "-Ofast"),
    Build("clang", "-ffast-math -march=native -fdenormal-fp-math=preserve-sign", "-ffast-math"),
)

# Run in the built tree. The registers are those of fegetenv on x86; elsewhere the rounding mode.
CHECK = """
import ctypes, ctypes.util, sys
import numpy
import arithmetic
import registers
before = registers.read()
try:
    import tf_losses
except ImportError as error:
    print("refused when loaded:", error)
else:
    print("equal" if arithmetic.is_usual() else "subnormals are flushed")
print("kept" if registers.read() == before else "changed")
from tf_losses._internal.runtime import native
print(*(name for name, runs in native.isa_known().items() if runs))
"""


def environment(build: Build, tree: Path) -> dict[str, str]:
    """Set what setuptools reads."""
    compiler = build.compiler
    if build.forced:
        script = tree / "compiler"
        script.write_text(f'#!/bin/sh\nexec {compiler} "$@" {build.forced}\n')
        script.chmod(0o755)
        compiler = str(script)
    return {**os.environ, "CC": compiler, "CFLAGS": build.cflags, "LDFLAGS": build.ldflags}


def make(build: Build, tree: Path) -> str:
    """Build in a copy of the tree; the compiler's own words if it refused."""
    for part in PARTS:
        path = ROOT / part
        if path.is_dir():
            shutil.copytree(path, tree / part, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
        else:
            shutil.copy(path, tree / part)
    done = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
        cwd=tree,
        env=environment(build, tree),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    told = [line for line in done.stderr.splitlines() if "compiled with" in line]
    return told[0] if told else done.stderr


def run(tree: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the built package."""
    path = os.pathsep.join([str(tree), str(ROOT / "tests" / "helpers")])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def outcome(build: Build, tree: Path) -> tuple[str, str]:
    """What came of a build, and the details."""
    refused = make(build, tree)
    if refused:
        known = "take it out of" in refused
        return (NOT_COMPILED if known else "does not compile"), refused.strip()[-200:]
    loaded = run(tree, "-c", CHECK)
    first, kept, *rest = [*loaded.stdout.splitlines(), "", ""]
    if kept != "kept":
        return "registers changed", loaded.stdout + loaded.stderr[-200:]
    if first.startswith(NOT_LOADED):
        return NOT_LOADED, first
    if first != EQUAL:
        return "wrong", first
    replays = 0
    for isa in rest[0].split():
        for name in RECORDED:
            golden = str(ROOT / "tests" / "golden" / name)
            done = run(tree, "-m", "tf_losses", "parity", "--replay", golden, TF_LOSSES_ISA=isa)
            if done.returncode != 0:
                return f"{name} differs on {isa}", (done.stdout + done.stderr)[-500:]
            replays += 1
    return EQUAL, f"{replays} replays"


def described(build: Build) -> str:
    """The build in a line."""
    forced = f" forced: {build.forced}" if build.forced else ""
    return f"{build.compiler} CFLAGS='{build.cflags}' LDFLAGS='{build.ldflags}'{forced}"


def main() -> int:
    """Make the builds; 0 if all came out as they should."""
    chosen = [BUILDS[int(number)] for number in sys.argv[1:]] or BUILDS
    wrong = 0
    for build in chosen:
        start = time.monotonic()
        if not shutil.which(build.compiler):
            print(f"not here: {build.compiler}", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found, details = outcome(build, Path(folder))
        wrong += found != build.expected
        mark = "as expected" if found == build.expected else f"WRONG, expected: {build.expected}"
        print(f"{described(build)}: {found} ({time.monotonic() - start:.0f} s; {mark})")
        print(f"    {details}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
