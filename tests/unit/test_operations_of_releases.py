# SPDX-License-Identifier: Apache-2.0
"""Softmax, reductions and arithmetic beside what each release computed: record_operations.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

import operation_calls
import operation_cases as cases
import tf_losses
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = json.loads((Path(__file__).parents[1] / "golden" / "operations.json").read_text())
RELEASES = RECORD["releases"]
REFUSALS = (
    *(tf_losses.errors.NotFoundError, tf_losses.errors.InvalidArgumentError),
    *(tf_losses.errors.UnimplementedError, TypeError),
)


@pytest.fixture(autouse=True)
def _as_recorded() -> Iterator[None]:
    """Without oneDNN, with the threads and the C library of the recorder's TensorFlow."""
    onednn, processor = tf_losses.get_tf_onednn(), tf_losses.get_tf_processor()
    tf_losses.set_tf_onednn("off")
    tf_losses.set_tf_processor(RECORD["here"]["processor"])
    v2.config.threading.set_intra_op_parallelism_threads(cases.THREADS)
    with tf_losses.tf_libm(RECORD["here"]["libm"]):
        yield
    v2.config.threading.set_intra_op_parallelism_threads(0)
    tf_losses.set_tf_processor(processor)
    tf_losses.set_tf_onednn(onednn)


def computed(case: cases.OperationCase) -> str:
    x: Any = cases.values_of(case)
    y: Any = operation_calls.second_of(x)
    if case.dtype == "bfloat16":
        x, y = (one.astype(ml_dtypes.bfloat16) for one in (x, y))
    try:
        made = operation_calls.call(v2, case.function, *map(v2.constant, (x, y)), case.axis)
    except REFUSALS:
        return cases.REFUSED
    result = np.asarray(made)
    return cases.digest(result.astype(np.float32) if result.dtype == ml_dtypes.bfloat16 else result)


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_recorded_operations(release: str) -> None:
    recorded = RELEASES[release]
    listed = cases.listed()
    assert [case.name for case in listed] == list(recorded)
    with tf_losses.tf_version(".".join(release.split(".")[:2])):
        found = {case.name: computed(case) for case in listed}
    differing = {name for name in recorded if found[name] != recorded[name]}
    # A gradient takes Neg, which had no kernel for bfloat16, and not every release has DivNoNan:
    # nothing refuses them here.
    refused = {name for name in differing if recorded[name] == cases.REFUSED}
    crashed = {
        name for name in refused if name.startswith("softmax bfloat16") and "2.2." in release
    }
    assert differing == crashed | {name for name in refused if "gradient" in name}
