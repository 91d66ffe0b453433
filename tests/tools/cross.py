# SPDX-License-Identifier: Apache-2.0
"""Compiles the C core and its programs for other systems, and runs them as far as that can be done.

    python tests/tools/cross.py [SYSTEM ...] [--goldens FILE.npz ...]

For each system: the C core's own tests (tests/native/drive.c, threads.c), then the recorded results
of TensorFlow (tests/native/emulated.py). The last lines say what was run where.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import cross_build

ROOT = Path(__file__).resolve().parents[2]
EMULATED = ROOT / "tests" / "native" / "emulated.py"
BUILD = ROOT / "build" / "cross"
PROGRAMS = ("serve", "drive", "threads")
COMPILED = "not run here: compiled and linked only"
# What the emulator cannot: qemu's own threads do not live through a fork.
NO_FORK = "the emulator does not survive it"
COUNT = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


class Way(NamedTuple):
    """How programs of a system are run here; no command: they are not. `arguments` are drive's."""

    name: str
    command: list[str] | None
    arguments: tuple[str, ...] = ()


class Row(NamedTuple):
    """A line of the table."""

    system: str
    way: str
    tests: str
    replayed: str
    good: bool


def way_to_run(system: cross_build.System) -> Way:
    """Find out how programs of a system run on this machine."""
    own = system.processor == platform.machine()
    if system.name == "linux" and platform.system() == "Linux":
        if own:
            return Way("natively", [])
        qemu = f"qemu-{system.processor}"
        if "musl" not in system.target:
            return Way(f"{COMPILED} ({qemu} needs that processor's glibc: make emulate)", None)
        found = shutil.which(qemu)
        return Way(f"by {qemu}", [found], (NO_FORK,)) if found else missing(qemu)
    if system.name == "win32" and own:
        wine = shutil.which("wine64") or shutil.which("wine")
        return Way("by wine", [wine]) if wine else missing("wine64")
    return Way(COMPILED, None)


def missing(program: str) -> Way:
    """Say what would run them."""
    return Way(f"{COMPILED} (no {program} here)", None)


class Said(NamedTuple):
    """A program's exit code, what it printed, and the last line of its errors."""

    code: int
    text: str
    error: str


def run(command: list[str]) -> Said:
    """Run a program that prints."""
    quiet = {**os.environ, "WINEDEBUG": "-all"}
    done = subprocess.run(
        command,
        env=quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr.strip().rpartition("\n")[2])


def run_tests(way: Way, folder: Path) -> tuple[str, bool]:
    """Run the C core's own tests."""
    assert way.command is not None
    passed = failed = 0
    good = True
    for program, words in (("drive", way.arguments), ("threads", ())):
        said = run([*way.command, str(folder / program), *words])
        print(said.text, end="", flush=True)
        counts = COUNT.search(said.text)
        if counts is None:
            print(f"{program} broke off ({said.code}): {said.error}")
        good = good and said.code == 0 and counts is not None
        passed += int(counts[1]) if counts else 0
        failed += int(counts[2]) if counts else 1
    return f"{passed} passed, {failed} failed", good


def replay(way: Way, folder: Path, goldens: list[str]) -> tuple[str, bool]:
    """Compare with recorded results, and tell which kinds of call differ."""
    assert way.command is not None
    serve, report = [*way.command, str(folder / "serve")], folder / "replayed.json"
    files, codes = [], []
    for isa in run(serve).text.split():
        report.unlink(missing_ok=True)
        words = [*goldens, "--json", str(report), "--", *serve, isa]
        said = run([sys.executable, str(EMULATED), *words])
        print(said.text, end="", flush=True)
        if not report.exists():
            return f"the replay on {isa} broke off: {said.error}", False
        codes.append(said.code)
        files += json.loads(report.read_text(encoding="utf-8"))
    cells = [cell for file in files for cell in file["cells"]]
    compared, differ = (sum(cell[key] for cell in cells) for key in ("elements", "differing"))
    kinds = sorted({(c["loss"], c["dtype"], c["direction"]) for c in cells if c["differing"]})
    for file in files:
        for cell in file["cells"]:
            if cell["differing"]:
                print(
                    f"  {file['file']}: {cell['loss']} {cell['dtype']} {cell['direction']}: "
                    f"{cell['differing']:,} of {cell['elements']:,} differ"
                )
    named = "; ".join(" ".join(kind) for kind in kinds)
    text = f"{compared:,} elements of {len(files)} replays, {differ:,} differ"
    if any(codes) and not differ:
        text += ", but results about the smallest normal numbers do (tiny.py)"
    return f"{text} ({named})" if kinds else text, compared > 0 and not any(codes)


def check(system: cross_build.System, goldens: list[str]) -> Row:
    """Build and run all there is for a system."""
    way, folder = way_to_run(system), BUILD / system.target
    print(f"==== {system.target}: {way.name}", flush=True)
    try:
        for name in PROGRAMS:
            cross_build.program(name, system, folder)
    except subprocess.CalledProcessError as error:
        return Row(system.target, f"does not build: {error}", "", "", good=False)
    if way.command is None:
        return Row(system.target, way.name, "", "", good=True)
    tests, tests_good = run_tests(way, folder)
    replayed, replay_good = replay(way, folder, goldens) if goldens else ("", True)
    return Row(system.target, way.name, tests, replayed, tests_good and replay_good)


def main() -> int:
    """Run all; 0 if everything was as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "systems", nargs="*", help="as zig names them; all of them if none is named"
    )
    parser.add_argument("--goldens", nargs="*", default=[])
    options = parser.parse_args()
    if unknown := {*options.systems} - {system.target for system in cross_build.SYSTEMS}:
        parser.error(f"no such system: {', '.join(sorted(unknown))}")
    chosen = [s for s in cross_build.SYSTEMS if not options.systems or s.target in options.systems]
    rows = [check(system, options.goldens) for system in chosen]
    for row in rows:
        words = ", ".join(part for part in (row.way, row.tests, row.replayed) if part)
        print(f"{'good' if row.good else 'NOT GOOD'}: {row.system}: {words}")
    return 0 if rows and all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
