# SPDX-License-Identifier: Apache-2.0
"""Every recorded call to TensorFlow ends the same way here: in the same bits or exception."""

from __future__ import annotations

from typing import Any

import pytest

from behaviours import CASES, DATA, call, difference, outcome, takes_tensors

try:
    import tomllib
except ModuleNotFoundError:  # before CPython 3.11
    import tomli as tomllib

KNOWN = tomllib.loads((DATA.parent / "known_differences.toml").read_text())


def _param(case: dict[str, Any]) -> object:
    marks = [pytest.mark.tensorflow] if takes_tensors(case) else []
    return pytest.param(case, id=case["name"], marks=marks)


EAGER = [_param(case) for case in CASES]
TF1_15 = [_param(case) for case in CASES if case.get("outcome_tf1_15") is not None]


def _check(name: str, found: str, known: dict[str, str]) -> None:
    if name not in known:
        assert not found, found
    else:
        assert found, f"{name} is like TensorFlow now: take it off the known differences"


def test_all_recorded_calls_are_here() -> None:
    assert (len(EAGER), len(TF1_15)) == (421, 79)


def test_known_differences_are_cases() -> None:
    names = {case["name"] for case in CASES}
    assert {name for known in KNOWN.values() for name in known} <= names
    assert all(reason for known in KNOWN.values() for reason in known.values())


@pytest.mark.parametrize("case", EAGER)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_like_tensorflow_2_21(case: dict[str, Any]) -> None:
    found = difference(call(case, case["namespace"]), outcome(case))
    _check(case["name"], found, KNOWN["eager"])


@pytest.mark.parametrize("case", TF1_15)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_like_tensorflow_1_15(case: dict[str, Any]) -> None:
    found = difference(call(case, "tf1_15"), case["outcome_tf1_15"])
    _check(case["name"], found, KNOWN["tf1_15"])
