# SPDX-License-Identifier: Apache-2.0
"""Recorded calls to TensorFlow's losses, and how to repeat them against the namespaces."""

# ruff: noqa: ANN401 (arguments and results of all kinds are what is tested)

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import tf_losses.compat.v1.nn
import tf_losses.compat.v2.nn
import tf_losses.nn

DATA = Path(__file__).parents[1] / "data"
RECORDED = json.loads((DATA / "behaviours.json").read_text())
CASES: list[dict[str, Any]] = RECORDED["cases"]
NAMESPACES = {"v1": tf_losses.compat.v1.nn, "v2": tf_losses.compat.v2.nn, "tf1_15": tf_losses.nn}

NAMES = {
    "np": np,
    "nan": float("nan"),
    "inf": float("inf"),
    "bf16": ml_dtypes.bfloat16,
    "f8": ml_dtypes.float8_e4m3fn,
}


# pos_weight is a NumPy scalar in these. `pos_weight - 1` is NumPy's own, and NumPy 1 computes it in
# double: TensorFlow 2.15, recorded with NumPy 1.26, has what is to come out there.
_BY_NUMPY = {
    "weighted.v2.pos_weight_np_float16_0_1",
    "weighted.v2.both_float64_pos_weight_float32",
}


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """Give the outcome of a case under TensorFlow 2.21, eager, and the NumPy that runs."""
    recorded: dict[str, Any] = case["outcome"]
    if case["name"] in _BY_NUMPY and int(np.__version__.split(".")[0]) < 2:
        recorded = case["differs"]["tf2.15"]["outcome"]
    return recorded


def takes_tensors(case: dict[str, Any]) -> bool:
    """Tell whether the arguments of a case are made by an installed TensorFlow."""
    return any(map(_names_tensorflow, (*case["args"], *case["kwargs"].values())))


def _names_tensorflow(expression: str) -> bool:
    return re.search(r"\btf\.", expression) is not None


def value(expression: str) -> Any:
    """Evaluate an argument of a case: a Python expression from our own data file."""
    names = dict(NAMES)
    if _names_tensorflow(expression):
        names["tf"] = pytest.importorskip("tensorflow")
    return eval(expression, names)  # noqa: S307


def call(case: dict[str, Any], namespace: str) -> Any:
    """Make the call of a case in a namespace: its result, or the exception it raises."""
    args = [value(expression) for expression in case["args"]]
    kwargs = {name: value(expression) for name, expression in case["kwargs"].items()}
    try:
        return getattr(NAMESPACES[namespace], case["function"])(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 (which one it is, is what is tested)
        return error


def difference(got: Any, expected: dict[str, Any]) -> str:
    """Say how an outcome differs from the recorded one; empty if it does not."""
    if "ok" in expected:
        return _result_difference(got, expected["ok"])
    return _error_difference(got, expected)


def _result_difference(got: Any, expected: dict[str, Any]) -> str:
    if not isinstance(got, np.ndarray):
        return f"{got!r} instead of a result"
    if (list(got.shape), got.dtype.name) != (expected["shape"], expected["dtype"]):
        return f"{got.shape} {got.dtype}, not {expected['shape']} {expected['dtype']}"
    raw = np.ascontiguousarray(got.astype(got.dtype.newbyteorder("<"))).tobytes()
    if hashlib.sha256(raw).hexdigest() == expected["sha256"]:
        return ""
    recorded = bytes.fromhex(expected.get("bytes_le", ""))
    if len(recorded) == len(raw) and _same_but_for_nan(raw, recorded, got.dtype):
        return ""
    return f"other bits: {raw[:256].hex()}, not {recorded.hex() or '(not recorded)'}"


def _same_but_for_nan(got: bytes, expected: bytes, dtype: np.dtype[Any]) -> bool:
    """Compare bits; any NaN equals any other, as their signs are the processor's affair."""
    ours, theirs = (np.frombuffer(raw, dtype.newbyteorder("<")) for raw in (got, expected))
    bits = f"<u{dtype.itemsize}"
    nan = np.isnan(ours) & np.isnan(theirs)
    return bool(np.all(nan | (ours.view(bits) == theirs.view(bits))))


def _error_difference(got: Any, expected: dict[str, Any]) -> str:
    if not isinstance(got, Exception):
        return f"{got!r} instead of {expected['error']}"
    if expected["error"] not in [kind.__name__ for kind in type(got).__mro__]:
        return f"{got!r} is no {expected['error']}"
    # Recorded without the names of nodes, which graphs choose.
    if not re.sub(r"\{\{node \w+\}\} ?", "", str(got)).startswith(expected["core"]):
        return f"text {str(got)!r}, not {expected['core']!r}"
    return ""
