# SPDX-License-Identifier: Apache-2.0
"""Instruction sets change the speed, never the bits: each computes what the portable kernels do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import cases
import kernel_calls
import tf_losses
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

OTHERS = [name for name, runs in native.isa_known().items() if runs and name != "portable"]
# Around a vector, a step of columns, a leaf of a sum, and where rows no longer go by columns.
CLASSES = (*range(1, 18), 24, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 129, 200, 257)
ROWS = (1, 2, 7, 8, 9, 15, 16, 17, 33)
VERSIONS = ("2.21", "2.16", "2.4", "2.0", "1.15", "1.6")
SPECIAL = (np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-40, -1e-40, 88.0, -104.0, 6e-8, 60000.0)


@pytest.fixture(autouse=True)
def _instruction_set_as_it_was() -> Iterator[None]:
    before = native.isa_name()
    yield
    native.isa_select(before)


def drawn(rows: int, classes: int, dtype: str) -> tuple[Any, ...]:
    """Labels, logits, classes' numbers, and pos_weight; special values here and there."""
    generator = cases.generator("instruction sets", rows, classes, dtype)
    labels, logits, pos_weight = generator.normal(0, 3, (3, rows, classes))
    labels = np.abs(labels)
    for values in (labels, logits):
        places = generator.random(values.shape) < 0.4 / classes
        values[places] = generator.choice(SPECIAL, int(places.sum()))
    with np.errstate(over="ignore"):
        made = [array.astype(cases.DTYPES[dtype]) for array in (labels, logits, pos_weight)]
    return made[0], made[1], generator.integers(0, classes, rows), made[2]


def outcome(call: Callable[[], Any]) -> list[bytes]:
    """The bits of what is returned."""
    return [bits(np.asarray(array)) for array in kernel_calls.made(call) if array is not None]


def bits(values: NDArray[Any]) -> bytes:
    """Any NaN is as good as another."""
    return np.where(np.isnan(values), np.zeros_like(values) + np.nan, values).tobytes()


@pytest.mark.skipif(not OTHERS, reason="this processor has the portable kernels only")
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_instruction_set_has_the_bits_of_the_portable_kernels(
    version: str, dtype: str
) -> None:
    classes_of = CLASSES if version == VERSIONS[0] else CLASSES[::3]
    with tf_losses.tf_version(version):
        for classes in classes_of:
            for rows in ROWS:
                made = list(kernel_calls.calls(*drawn(rows, classes, dtype)))
                native.isa_select("portable")
                expected = [outcome(call) for call in made]
                for isa in OTHERS:
                    native.isa_select(isa)
                    found = [outcome(call) for call in made]
                    wrong = [i for i, one in enumerate(found) if one != expected[i]]
                    assert not wrong, (isa, rows, classes, wrong)
