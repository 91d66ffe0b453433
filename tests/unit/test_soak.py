# SPDX-License-Identifier: Apache-2.0
"""`make soak` for some seconds; and that it fails where it should, each fault put in."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sanitized import IS_SANITIZED

pytest.importorskip("dask", reason="dask is not installed: pip install 'tf_losses[dask]'")
if not Path("/proc/self/task").exists():
    pytest.skip("Linux's /proc is asked what a process holds", allow_module_level=True)

import soak_calls
from soak_calls import Outcome
from soak_watch import TOLERANCES, Held, growth

ROOT = Path(__file__).resolve().parents[2]
TOOLS, HELPERS = ROOT / "tests" / "tools", ROOT / "tests" / "helpers"
PATIENCE = 900  # seconds; a loaded machine needs some minutes

# Calls, and one activity more, whose body is put in. Once between two looks is enough for a fault:
# a loaded machine may let it come no more often.
WITH_A_FAULT = """
import ctypes, mmap, sys, threading
from dataclasses import replace
import soak
from soak_activities import Activity, make_calls

kept = []

def other(soak, rng):
    FAULT

soak.ACTIVITIES[:] = [Activity(make_calls, 1, 0), Activity(other, 1, 0.2)]
if __name__ == "__main__":
    sys.exit(soak.main(["--seconds", "4", "--load", "4"]))
"""

A_CHILD_WHOSE_CALLS_DIFFER = (
    "import soak_activities as a; a.soak_calls.mismatches = lambda _: [''] * 3; "
    "a.fork_child(soak, rng)"
)
FAULTS = [
    ("ctypes.CDLL(None).malloc(4_000_000)", "heap grew"),
    ("kept.extend([object() for _ in range(20_000)])", "blocks grew"),
    ("kept.append(mmap.mmap(-1, 1 << 25)); kept[-1].write(bytes(1 << 25))", "memory grew"),
    ("kept.append(open('/dev/null'))", "files grew"),
    ("threading.Thread(target=threading.Event().wait, daemon=True).start()", "threads grew"),
    ("raise KeyError('nobody expects it')", "nobody expects it"),
    (
        "soak.calls[:] = [replace(c, expected=soak.calls[0].expected) for c in soak.calls]",
        "other bits",
    ),
    (A_CHILD_WHOSE_CALLS_DIFFER, "ended with 3"),
]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program that finds the tools, as `make soak` does, and nothing of this process."""
    return subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{TOOLS}:{HELPERS}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.mark.slow
@pytest.mark.skipif(IS_SANITIZED, reason="AddressSanitizer keeps what was freed")
def test_some_seconds() -> None:
    """All activities once, then those that come often; nothing differs and nothing grows."""
    done = run(str(TOOLS / "soak.py"), "--seconds", "12")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert rows["mismatches"] == "0"
    assert int(rows["forks"]) >= 2


@pytest.mark.slow
@pytest.mark.skipif(IS_SANITIZED, reason="AddressSanitizer keeps what was freed")
@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_a_fault_is_found(fault: str, said: str) -> None:
    done = run("-c", WITH_A_FAULT.replace("FAULT", fault))
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(said in line for line in done.stdout.splitlines()), done.stdout


LEVEL = Held(memory=200 << 20, heap=80 << 20, blocks=300_000, files=7, threads=14)


def test_what_grows_in_the_beginning_is_allowed() -> None:
    lower = Held(*(value // 2 for value in LEVEL))
    assert growth([lower] * 2 + [LEVEL] * 4) == []


@pytest.mark.parametrize("name", Held._fields)
def test_what_grows_afterwards_is_not(name: str) -> None:
    """By more than is allowed; and what is given back again is none of it."""
    most = getattr(LEVEL, name) + getattr(TOLERANCES, name)
    at_most, more = (LEVEL._replace(**{name: value}) for value in (most, most + 1))
    assert growth([LEVEL] * 4 + [at_most] * 2) == []
    assert growth([LEVEL] * 4 + [more, LEVEL]) == []
    (said,) = growth([LEVEL] * 4 + [more] * 2)
    assert said.startswith(f"{name} grew by ")


def test_too_few_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        growth([LEVEL] * 2)


def test_calls_are_compared_bit_for_bit() -> None:
    """Signs of zero, shapes, dtypes and refusals count; the payload of NaN does not."""
    zero, nan = np.zeros(2, np.float32), np.full(2, np.nan, np.float32)
    same = Outcome((zero, nan))
    assert same.equals(Outcome((zero.copy(), -nan)))
    for other in (
        Outcome((-zero, nan)),
        Outcome((zero,)),
        Outcome((zero[:1], nan)),
        Outcome((zero.astype(np.float64), nan)),
        Outcome(refusal="ValueError: no"),
    ):
        assert not same.equals(other)
    assert not Outcome(refusal="ValueError: no").equals(Outcome(refusal="TypeError: no"))


def test_every_way_is_drawn_and_few_calls_are_refused() -> None:
    calls = [soak_calls.draw_call(np.random.default_rng(seed)) for seed in range(150)]
    assert {call.way for call in calls} == set(soak_calls.WAYS)
    outcomes = [call.outcome() for call in calls]
    assert 0 < sum(bool(outcome.refusal) for outcome in outcomes) < 40
    call, outcome = next(
        (c, o) for c, o in zip(calls, outcomes, strict=True) if not o.refusal and o.elements
    )
    assert replace(call, expected=outcome).is_met()
    assert not call.is_met()  # nothing is expected of it yet
