# SPDX-License-Identifier: Apache-2.0
"""Lines and branches that the suite reaches, of the C core and of the package.

    python tests/tools/coverage_tables.py [--built | --tables] [pytest's options]

In a copy of the tree, whose extensions are compiled with counters: what is recorded of every
version, on every instruction set; the suite as `make test` runs it; and the programs of C that a
test of it compiles otherwise. Processes that these begin count too, unless a signal ends them.

Ends with an error if a test fails, or if a line of C is not reached and coverage_explained.toml
says no reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

import core_build
import coverage_core

BUILD = core_build.ROOT / "build" / "coverage"
TREE = BUILD / "tree"
SITE = BUILD / "site"
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
# The programs of test_faults.py, and what the linker is told for each.
PROGRAMS = {
    "drive": [
        "-Wl,--wrap=malloc,--wrap=calloc,--wrap=free,--wrap=posix_memalign,--wrap=pthread_create"
    ],
    "threads": [],
}
ISAS = ("portable", "baseline", "avx2", "avx512")
SUITE = ("-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider")
# Tests that take long, and compile C of their own, which has no counters; or cannot be counted.
OF_OTHER_BUILDS = "compiles what it tests, without counters"
PACKAGING, LIBM = "tests/unit/test_packaging.py", "tests/unit/test_libm.py"
LEFT_OUT_TESTS = {
    "tests/unit/test_faults.py::test_c_programs": OF_OTHER_BUILDS,
    f"{PACKAGING}::test_the_sdist_builds_and_tests_from_itself_alone": OF_OTHER_BUILDS,
    f"{LIBM}::test_the_forms_are_the_library_s": OF_OTHER_BUILDS,
    f"{LIBM}::test_the_host_s_set_is_found": OF_OTHER_BUILDS,
    f"{LIBM}::test_another_library": OF_OTHER_BUILDS,
    "tests/unit/test_tables.py::test_a_disk_that_is_full": "coverage's own file is limited as well",
}
# Where no process of Linux on x86-64 comes.
LEFT_OUT = ("csrc/host/windows.c", "csrc/isa/neon.c")
# gcc's counters are written where the C library ends a process: not by os._exit, which ends forks.
WRITE_COUNTERS = """
void __gcov_dump(void);
__attribute__((visibility("default"))) void tfl_write_counters(void) { __gcov_dump(); }
"""
SITE_CUSTOMIZE = """
import os
import sys

leave = os._exit


def counted_exit(status):
    try:
        for name in ("tf_losses._internal._ffi", "tf_losses._internal._older"):
            if name in sys.modules:
                import ctypes

                ctypes.CDLL(sys.modules[name].__file__).tfl_write_counters()
    finally:
        leave(status)


os._exit = counted_exit
"""
# Of coverage.py: the package alone, with branches, in processes that it starts too. What it says of
# a process that has not imported the package would be in the output that a test compares.
SETTINGS = f"""
[run]
branch = true
source = {TREE / "tf_losses"}
data_file = {BUILD / "data"}
patch =
    subprocess
    fork
    _exit
omit = {TREE / "tf_losses/_internal/faces/v*.py"}
disable_warnings =
    no-data-collected
    module-not-imported
    module-not-measured
    couldnt-parse

[report]
exclude_also =
    if TYPE_CHECKING:
    @overload
"""


def build() -> None:
    """Compile with counters and link."""
    core_build.copy_tree(TREE)
    writer = BUILD / "write_counters.c"
    writer.write_text(WRITE_COUNTERS)
    for extension in core_build.extensions(BUILD):
        written = core_build.Object(
            str(writer), extension.objects[0].flags, BUILD / f"{extension.name}_counters.o"
        )
        for made in extension.objects:
            core_build.compile_object(made, TREE, COUNTERS)
        core_build.compile_object(written, TREE, ())
        core_build.link(
            extension._replace(objects=[*extension.objects, written]), TREE, ["--coverage"]
        )


def run_program(name: str) -> int:
    """Link a program of C with the sources of both extensions, each once, and run it."""
    sources = {
        made.source: str(made.target)
        for extension in core_build.extensions(BUILD)
        for made in extension.objects[1:]  # without what cffi writes
    }
    program, written = BUILD / name, BUILD / f"{name}.o"
    common = ["gcc", "-std=gnu11", "-O1", "-pthread", f"-I{TREE / 'csrc'}"]
    source = TREE / "tests" / "native" / f"{name}.c"
    subprocess.run([*common, "-c", str(source), "-o", str(written)], check=True)
    linked = [str(written), *sources.values(), "--coverage", *PROGRAMS[name]]
    subprocess.run([*common, *linked, "-lm", "-o", str(program)], check=True)
    return run(name, [str(program)])


def environment() -> dict[str, str]:
    """What counts a process, and the packages of the copied tree."""
    path = os.pathsep.join(filter(None, [str(SITE), str(TREE), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "COVERAGE_RCFILE": str(BUILD / "rc")}


def run_python(name: str, *arguments: str, **variables: str) -> int:
    """Run Python in the tree, counted."""
    command = [sys.executable, "-m", "coverage", "run", "--parallel-mode", *arguments]
    return run(name, command, **variables)


def run(name: str, command: list[str], **variables: str) -> int:
    """Run a command in the tree; its output is kept, and what failed is printed."""
    start = time.monotonic()
    output = BUILD / f"{name}.txt"
    with output.open("w") as file:
        status = subprocess.run(
            command,
            cwd=TREE,
            env={**environment(), **variables},
            check=False,
            stdout=file,
            stderr=subprocess.STDOUT,
        ).returncode
    lines = output.read_text().strip().splitlines() or [""]
    for line in lines[:-1]:
        if line.startswith(("FAILED ", "ERROR ", "failed: ")):
            print(line)
    print(f"{name}: {lines[-1]} ({time.monotonic() - start:.0f} s; {output})", flush=True)
    return status


def run_all(given: list[str]) -> int:
    """Run what is recorded, the programs and the suite; give how many of these failed."""
    script = BUILD / "replay.py"
    script.write_text(REPLAY)
    wrong = sum(bool(run_python(f"recorded-{isa}", str(script), TF_LOSSES_ISA=isa)) for isa in ISAS)
    wrong += sum(bool(run_program(name)) for name in PROGRAMS)
    left_out = [f"--deselect={name}" for name in LEFT_OUT_TESTS]
    for name, why in LEFT_OUT_TESTS.items():
        print(f"left out: {name}: {why}")
    return wrong + bool(run_python("suite", *SUITE, *left_out, *given))


def report_python() -> None:
    """Print the package's table, and lines and branches each for itself."""
    coverage = [sys.executable, "-m", "coverage"]
    totals = BUILD / "python.json"
    for command in (
        ["combine", "--quiet", "--append"],
        ["report", "--show-missing", "--skip-covered"],
        ["json", "--quiet", "-o", str(totals)],
    ):
        subprocess.run([*coverage, *command], env=environment(), cwd=BUILD, check=False)
    found = json.loads(totals.read_text())["totals"]
    for kind, reached, of in (
        ("lines", "covered_lines", "num_statements"),
        ("branches", "covered_branches", "num_branches"),
    ):
        print(f"Python {kind}: {coverage_core.share(found[reached], found[of])}")


def report_core() -> bool:
    """Print what of the C core is not reached; tell whether all of it is explained."""
    left_out = [word for path in LEFT_OUT for word in ("--exclude", str(TREE / path))]
    report = BUILD / "core.json"
    subprocess.run(
        [
            sys.executable, "-m", "gcovr", "--root", str(TREE),
            "--filter", str(TREE / "csrc") + "/", *left_out,
            "--object-directory", str(BUILD / "objects"), "--merge-mode-functions=separate",
            "--gcov-ignore-parse-errors=all", "--json", str(report), str(BUILD / "objects"),
        ],
        cwd=TREE, check=True,
    )  # fmt: skip
    return coverage_core.print_report(report, TREE)


def main() -> int:
    """Build, run, print; 0 if all tests passed and every line of C is reached or explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built", action="store_true", help="with what was built before")
    parser.add_argument("--tables", action="store_true", help="of what was run before")
    options, given = parser.parse_known_args()
    SITE.mkdir(parents=True, exist_ok=True)
    (BUILD / "rc").write_text(SETTINGS)
    (SITE / "sitecustomize.py").write_text(SITE_CUSTOMIZE)
    if not options.built and not options.tables:
        build()
    wrong = 0 if options.tables else run_all(given)
    report_python()
    return 0 if report_core() and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
