# SPDX-License-Identifier: Apache-2.0
"""Lines and branches that the suite reaches, of the C core and of the package.

    python tests/tools/coverage_tables.py [--built | --tables] [pytest's options]

In a copy of the tree, whose extensions are compiled with counters: what is recorded of every
version, on every instruction set, and the fast tests once. Kernels are compiled many times from one
text; a line counts as reached where it is in one of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

import core_build

BUILD = core_build.ROOT / "build" / "coverage"
TREE = BUILD / "tree"
COUNTERS = ("--coverage", "-O1", "-fprofile-update=atomic")
REPLAY = """
import sys
from pathlib import Path
from tf_losses.parity import goldens, runs
for path in sorted(Path("tests/golden").glob("*.npz")):
    recorded = goldens.load(path)
    version, notes = runs.choose_version(None, recorded.tensorflow["tensorflow"])
    if not runs.replay(recorded, version, notes).equal:
        sys.exit(path.name)
print("equal")
"""
ISAS = ("portable", "baseline", "avx2", "avx512")
# Not of x86-64 Linux, or texts that other files compile.
LEFT_OUT = ("csrc/host/windows.c", "csrc/isa/neon.c")


def build() -> None:
    """Compile with counters and link."""
    core_build.copy_tree(TREE)
    for extension in core_build.extensions(BUILD):
        for made in extension.objects:
            core_build.compile_object(made, TREE, COUNTERS)
        core_build.link(extension, TREE, ["--coverage"])


def run(*arguments: str, **variables: str) -> int:
    """Run Python in the tree, counted; processes that it starts count too."""
    command = [sys.executable, "-m", "coverage", "run", "--parallel-mode", *arguments]
    path = os.pathsep.join(filter(None, [str(TREE), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "COVERAGE_RCFILE": str(BUILD / "rc")}
    start = time.monotonic()
    done = subprocess.run(
        command,
        cwd=TREE,
        env={**environment, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    last = (done.stdout.strip().splitlines() or [done.stderr[-300:]])[-1]
    print(
        f"{' '.join(arguments)[:70]} {variables or ''}: {last} ({time.monotonic() - start:.0f} s)",
        flush=True,
    )
    return done.returncode


def settings() -> str:
    """Of coverage.py: the package alone, with branches, in processes of multiprocessing too."""
    return (
        f"[run]\nbranch = true\nsource = {TREE / 'tf_losses'}\ndata_file = {BUILD / 'data'}\n"
        "patch = subprocess\n"
        f"omit = {TREE / 'tf_losses/_faces/v*.py'}\n"
        "[report]\nexclude_also =\n    if TYPE_CHECKING:\n    @overload\n"
    )


def tables() -> None:
    """Print both."""
    environment = {**os.environ, "COVERAGE_RCFILE": str(BUILD / "rc")}
    python = [sys.executable, "-m"]
    subprocess.run(
        [*python, "coverage", "combine", "--quiet"], env=environment, cwd=BUILD, check=False
    )
    subprocess.run(
        [*python, "coverage", "report", "--show-missing", "--skip-covered"],
        env=environment, cwd=BUILD, check=False,
    )  # fmt: skip
    left_out = [word for path in LEFT_OUT for word in ("--exclude", str(TREE / path))]
    common = [
        *python, "gcovr", "--root", str(TREE), "--filter", str(TREE / "csrc") + "/", *left_out,
        "--object-directory", str(BUILD / "objects"), "--merge-mode-functions=separate",
        "--gcov-ignore-parse-errors=all", "--json", str(BUILD / "core.json"),
        str(BUILD / "objects"),
    ]  # fmt: skip
    subprocess.run(common, cwd=TREE, check=True)
    for kind in ("--txt-metric=line", "--txt-metric=branch"):
        subprocess.run(
            [*python, "gcovr", "--root", str(TREE), "-a", str(BUILD / "core.json"),
             "--txt", kind, "--merge-mode-functions=separate"],
            cwd=TREE, check=True,
        )  # fmt: skip


def main() -> int:
    """Build, run, print; 0 if all tests passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built", action="store_true", help="with what was built before")
    parser.add_argument("--tables", action="store_true", help="of what was run before")
    options, given = parser.parse_known_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "rc").write_text(settings())
    wrong = 0
    if not options.built and not options.tables:
        build()
    if not options.tables:
        script = BUILD / "replay.py"
        script.write_text(REPLAY)
        for isa in ISAS:
            wrong += bool(run(str(script), TF_LOSSES_ISA=isa))
        wrong += bool(run("-m", "pytest", "-q", "-m", "fast", "-p", "no:cacheprovider", *given))
    tables()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
