# SPDX-License-Identifier: Apache-2.0
"""Runs mutants: forks a process that has imported the package, for each of them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = ("2.21", "1.15", "2.16", "2.0", "2.13", "1.6", "2.4", "1.13")  # notice most
TESTS = (
    "abi_values", "abi", "sums", "ways", "quotient", "signs", "versions", "outputs", "libm",
    "repeated", "pieces", "memory", "instruction_sets", "onednn", "turning_points",
)  # fmt: skip
OF_BUILDS = (
    "the_table_is_what_its_program_writes", "an_instruction_set_that_differs_is_not_used",
    "a_report_never_exceeds_its_room",
)  # fmt: skip
REPLAY_SECONDS, TEST_SECONDS = 120, 400


def forked(seconds: int, work: Callable[[], str]) -> str:
    """What the work says, in a process of its own: how it was killed, or nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        status = 1
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.alarm(seconds)
            os.write(writing, work().encode()[:4000])
            status = 0
        except BaseException as error:  # noqa: BLE001 (whatever a mutant does)
            os.write(writing, f"{type(error).__name__}: {error}".encode()[:300])
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "no end" if number == signal.SIGALRM else signal.Signals(number).name
    return told


class Judge:
    """The package of the copied tree, in this process; children run mutants."""

    def __init__(self, tree: Path) -> None:
        os.environ["TF_LOSSES_ISA"] = "avx2"
        os.environ["PYTHONPATH"] = str(tree)
        os.chdir(tree)
        sys.path[:0] = [str(tree), str(tree / "tests" / "helpers")]
        from tf_losses._internal.runtime import native  # noqa: PLC0415
        from tf_losses.parity import goldens, runs  # noqa: PLC0415

        self.native, self.runs = native, runs
        self.chosen = [
            ctypes.c_int.in_dll(ctypes.CDLL(str(path)), "tfl_mutant")
            for path in (tree / "tf_losses" / "_internal").glob("_*.abi3.so")
        ]
        paths = {p.stem: p for p in (tree / "tests" / "golden").glob("*.npz")}
        first = [f"tensorflow-{version}" for version in FIRST]
        names = [*first, *sorted(set(paths) - set(first))]
        self.records = {name: goldens.load(paths[name]) for name in names}

    def replayed(self, number: int) -> str:
        """What recorded result tells a mutant, if any does."""
        return forked(REPLAY_SECONDS, lambda: self._replay(number))

    def tested(self, number: int) -> str:
        """What fast test tells a mutant, if any does."""
        return forked(TEST_SECONDS, lambda: self._test(number))

    def _set(self, number: int) -> None:
        """Let a mutant run."""
        for place in self.chosen:
            place.value = number
        os.environ["TFL_MUTANT"] = str(number)

    def _replay(self, number: int) -> str:
        """Recorded results, on both instruction sets."""
        self._set(number)
        for isa in ("avx2", "portable"):
            self.native.isa_select(isa)
            for name, recorded in self.records.items():
                version, notes = self.runs.choose_version(None, recorded.tensorflow["tensorflow"])
                if not self.runs.replay(recorded, version, notes).equal:
                    return f"{name}, {isa}"
        return ""

    def reloaded(self, number: int) -> str:
        """The check of a build when it is loaded."""
        self._set(number)
        done = subprocess.run(
            [sys.executable, "-c", "import tf_losses"], check=False, capture_output=True
        )
        return "" if done.returncode == 0 else "the check when loaded"

    def _test(self, number: int) -> str:
        """The fast tests."""
        import pytest  # noqa: PLC0415 (as late as the package)

        files = [f"tests/unit/test_{name}.py" for name in TESTS]
        files += [f"tests/unit/test_build.py::test_{name}" for name in OF_BUILDS]
        self._set(number)
        failed: list[str] = []

        class Plugin:
            def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
                if report.failed:
                    failed.append(report.nodeid)

        code = pytest.main(
            ["-x", "-q", "-m", "fast", "-p", "no:cacheprovider", *files], plugins=[Plugin()]
        )
        return failed[0] if failed else ("" if code == 0 else f"pytest: {code!r}")
