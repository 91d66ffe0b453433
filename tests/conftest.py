# SPDX-License-Identifier: Apache-2.0
"""Fixtures, the profile for property tests, and the table of compared cases after the run."""

from __future__ import annotations

import gc
import importlib.util
import inspect
import os
import sys
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before anything imports TensorFlow

from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest

import bits
import cases
import code_blocks
import fuzzed
from sanitized import IS_SANITIZED
from tf_losses._internal import _ffi
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is in here compares with TensorFlow from beginning to end; all other files have what they
# need recorded, or skip the tests that ask for it.
COMPARES = Path(__file__).with_name("parity")
# Fixtures that run an installed TensorFlow.
BEGIN_TENSORFLOW = frozenset(["recorded"])
HAS_TENSORFLOW = importlib.util.find_spec("tensorflow") is not None

# What tests count for the summary. Where there are several processes (pytest-xdist), each has its
# own, and the one that prints adds them up.
COUNTERS: tuple[Counter[Any], ...] = (
    bits.compared,
    fuzzed.outcomes,
    code_blocks.outcomes,
    code_blocks.looked_up,
)
# These take longest: with several processes they come first, for the others to fill what is left.
LONGEST = (
    "test_faults.py",
    "test_packaging.py",
    "test_libm.py",
    "test_command.py",
)

hypothesis.settings.register_profile("daily", deadline=None, print_blob=True)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=5000, print_blob=True)
# For unit/test_fuzz.py alone: eight tests, 200,000 calls and more.
hypothesis.settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=25_600,
    print_blob=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "daily"))


@pytest.fixture
def restore_native() -> Iterator[None]:
    """Put instruction set and thread count back after a test that chooses them.

    Meanwhile a few elements are worth a thread, so that small cases are split as large ones are.
    """
    isa, threads = native.isa_name(), native.get_num_threads()
    native.set_thread_elements(64)
    yield
    native.set_thread_elements(native.THREAD_ELEMENTS)
    native.isa_select(isa)
    native.set_num_threads(threads)


def pytest_configure() -> None:
    """A run under sanitizers is one of the extension that was built for it, or none."""
    if IS_SANITIZED:
        built = Path(_ffi.__file__)
        assert built.parents[1] == Path(__file__).parents[1], built
        assert b"__asan_init" in built.read_bytes(), built


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files that import TensorFlow where it is not, or for a run that is fast."""
    left_out = not HAS_TENSORFLOW or _is_fast(config)
    return True if left_out and collection_path.parent == COMPARES else None


def _is_fast(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "fast")


@pytest.fixture(autouse=True)
def _no_tensorflow_in_a_fast_run(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that should be marked `tensorflow`."""
    was_there = "tensorflow" in sys.modules
    yield
    if _is_fast(request.config) and "tensorflow" in sys.modules and not was_there:
        pytest.fail("imports TensorFlow: mark it pytest.mark.tensorflow")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find the fast tests; skip, with the reason, what asks for a TensorFlow that is not there."""
    items[:] = [item for item in items if not _is_shown_elsewhere(item)]
    if hasattr(config, "workerinput"):
        items.sort(key=_place_of_file)
    for item in items:
        if item.path.parent != COMPARES and not _is_slow(item):
            item.add_marker("fast")
    if not HAS_TENSORFLOW:
        reason = pytest.mark.skip(reason="TensorFlow is not installed")
        for item in items:
            if item.get_closest_marker("tensorflow"):
                item.add_marker(reason)
    if np.lib.NumpyVersion(np.__version__) < "2.0.0":
        reason = pytest.mark.skip(reason="NumPy 1 writes scalars otherwise than the examples do")
        for item in items:
            if isinstance(item, pytest.DoctestItem):
                item.add_marker(reason)
    _skip_pages_without_what_they_need(items)


def _skip_pages_without_what_they_need(items: list[pytest.Item]) -> None:
    """Skip a page's examples where a module is not installed that all of them need."""
    for page in (item for item in items if item.path.suffix == ".md"):
        named = code_blocks.needs(page.path)
        if absent := [name for name in named if importlib.util.find_spec(name) is None]:
            page.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(absent)}"))


def _is_shown_elsewhere(item: pytest.Item) -> bool:
    """Tell whether an example of a namespace is that of the module which its function is of."""
    if not isinstance(item, pytest.DoctestItem):
        return False
    module, _, name = item.name.rpartition(".")
    value = getattr(sys.modules.get(module), name, None)
    return inspect.unwrap(value).__module__ != module if inspect.isfunction(value) else False


def pytest_collection_finish() -> None:
    """Let the tests that collect garbage not look at what pytest keeps: half a minute in all."""
    gc.collect()
    gc.freeze()


def _place_of_file(item: pytest.Item) -> int:
    name = item.path.name
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what this process counted to the one that prints it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counted"] = [list(one.items()) for one in COUNTERS]


@pytest.hookimpl(optionalhook=True)  # pytest-xdist's
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 (of pytest-xdist, which need not be here)
    """Add what an ended process has counted; one that died has told nothing."""
    told = getattr(node, "workeroutput", {}).get("counted", [()] * len(COUNTERS))
    for counter, counts in zip(COUNTERS, told, strict=True):
        counter.update(dict(counts))


def _is_slow(item: pytest.Item) -> bool:
    """Tell whether a test takes long, or begins TensorFlow."""
    named = getattr(item, "fixturenames", ())
    marked = any(item.get_closest_marker(name) for name in ("slow", "tensorflow"))
    return marked or not BEGIN_TENSORFLOW.isdisjoint(named)


def pytest_report_header() -> str:
    """Print what the drawn values depend on, and what cannot run here."""
    isas = native.isa_known()
    listed = ", ".join(name if runs else f"{name} (not here)" for name, runs in isas.items())
    found = f"TF_LOSSES_TEST_SEED={cases.SEED}; instruction sets: {listed}"
    if not HAS_TENSORFLOW:
        found += f"; left out, as TensorFlow is not installed: tests/{COMPARES.name}"
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was compared with TensorFlow; a mismatch is a failed test above."""
    _summarize_fuzzing(terminalreporter)
    _summarize_pages(terminalreporter)
    isas: dict[tuple[str, ...], list[str]] = {}
    for table, loss, dtype, isa in sorted({key[:4] for key in bits.compared}):
        cases_, logits = (bits.compared[table, loss, dtype, isa, n] for n in ("cases", "logits"))
        isas.setdefault((table, loss, dtype, f"{cases_:,}", f"{logits:,}"), []).append(isa)
    if not HAS_TENSORFLOW:
        terminalreporter.section("left out, as TensorFlow is not installed")
        terminalreporter.write_line(f"tests/{COMPARES.name}")
    if not isas:
        return
    terminalreporter.section("compared bit for bit with TensorFlow, on each instruction set")
    terminalreporter.write_line(pytest_report_header())  # not shown by pytest -q
    line = "{:<10} {:<15} {:<9} {:>6} {:>12}  {}".format
    terminalreporter.write_line(line("table", "loss", "dtype", "cases", "logits", "sets"))
    for row, names in isas.items():
        terminalreporter.write_line(line(*row, " ".join(names)))


def _summarize_fuzzing(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what came of the drawn calls of test_fuzz.py."""
    if not fuzzed.outcomes:
        return
    terminalreporter.section("calls with any arguments")
    for test in dict.fromkeys(key[0] for key in fuzzed.outcomes):
        counts = {kind: n for (name, kind), n in fuzzed.outcomes.most_common() if name == test}
        listed = ", ".join(f"{n:,} {kind}" for kind, n in counts.items())
        terminalreporter.write_line(f"{test}: {sum(counts.values()):,} calls: {listed}")
    terminalreporter.write_line(f"all: {fuzzed.outcomes.total():,} calls")
    terminalreporter.write_line(pytest_report_header())  # not shown by pytest -q


def _summarize_pages(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of the code blocks of README and docs."""
    if not code_blocks.outcomes:
        return
    counts: Counter[str] = Counter()
    for (_, outcome), number in code_blocks.outcomes.items():
        counts[outcome] += number
    total = counts.total()
    terminalreporter.section("code blocks of README and docs")
    for outcome, number in sorted(counts.items(), key=lambda row: (row[0].startswith("not"), row)):
        terminalreporter.write_line(f"{number:4} {outcome}")
    terminalreporter.write_line(f"{total:4} in all")
    for command, number in code_blocks.looked_up.most_common():
        terminalreporter.write_line(f"of {command}, {number} commands had to exist; none was run")
