# SPDX-License-Identifier: Apache-2.0
"""The parts of a call, each measured by a call of its own in the same turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import data
from bench.cases import GRADIENT, ITEMSIZE
from bench.clock import Clock, Reading
from bench.contestants import copying, ours
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.pos_weight import minus_one
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.cases import Case, Shape
    from bench.data import Inputs

_DEFAULT_SECOND_LEVEL = 256 << 10
_CODES = {
    "float16": native.F16,
    "bfloat16": native.BF16,
    "float32": native.F32,
    "float64": native.F64,
}
_CONVERTED = {"bfloat16": np.uint16}  # what stands for a dtype without buffers


@dataclass(frozen=True)
class Parts:
    """Nanoseconds and cycles of a row's call, and what it is made of, in nanoseconds."""

    nanoseconds: float
    cycles: float
    call: float
    """What a call of one element takes: Python, and C's checks."""
    results: float
    """What new memory for the results takes beyond results that have been written to before."""
    copy: float
    """What copying half of the bytes takes that are read and written."""
    arithmetic: float
    """What the same elements take in arrays that stay in the second-level cache."""

    def named(self) -> dict[str, float]:
        """Give the parts by their names."""
        return {
            "call": self.call,
            "results": self.results,
            "copy": self.copy,
            "arithmetic": self.arithmetic,
        }

    @property
    def explained(self) -> float:
        """Give the share of the time that the parts explain; copy and arithmetic overlap."""
        overlapping = max(self.copy, self.arithmetic)
        return (self.call + self.results + overlapping) / self.nanoseconds


def measure(clock: Clock, case: Case, inputs: Inputs, rounds: int) -> Parts:
    """Measure a row: all its calls take turns."""
    small = replace(case, shape=(1,) * len(case.shape))
    near = replace(case, shape=cached_shape(case))
    small_inputs, near_inputs = (data.draw(each, 0) for each in (small, near))
    copied = copying.Library(1)
    copy = copied.forms(case)[copying.SAME_BYTES]
    calls: dict[str, Callable[[], object]] = {
        "whole": public_call(case, inputs),
        "reused": bare_call(case, inputs),
        "near": bare_call(near, near_inputs),
        "copy": partial(copy, *copied.convert(case, inputs)),
        "small": public_call(small, small_inputs),
        "bare": bare_call(small, small_inputs),
    }
    readings = {name: Reading(clock, call) for name, call in calls.items()}
    for _ in range(rounds):
        clock.observe()
        for reading in readings.values():
            reading.turn()
    took = {name: reading.nanoseconds for name, reading in readings.items()}
    python = took["small"] - took["bare"]
    return Parts(
        nanoseconds=took["whole"],
        cycles=readings["whole"].cycles,
        call=took["small"],
        results=max(took["whole"] - took["reused"] - python, 0),
        copy=took["copy"],
        arithmetic=max(took["near"] - took["bare"], 0) * case.size / near.size,
    )


def public_call(case: Case, inputs: Inputs) -> Callable[[], object]:
    """Give the call that users make."""
    (form,) = ours.Library(1).forms(case).values()
    return partial(form, *inputs)


def bare_call(case: Case, inputs: Inputs) -> Callable[[], object]:
    """Give the same call of C's functions, into results that are there already."""
    traits = of(case.loss)
    labels, logits = inputs
    weight = minus_one(data.POS_WEIGHT, logits.dtype, TF2) if traits.has_weight else None
    code = _CODES[case.dtype]
    rows, classes = (1, case.size) if case.elementwise else case.shape
    out = _written(case.size if case.elementwise else rows, case.dtype)
    call = native.Call(
        traits.code,
        code,
        native.I64 if traits.class_labels else code,
        rows,
        classes,
        _bits(labels),
        _bits(logits),
        None if weight is None else _bits(weight),
    )
    if case.mode != GRADIENT:
        return partial(_forward, call, out)
    outputs = out, None, _written(case.size, case.dtype), None
    mode = native.EAGER | (native.CONSTANT if traits.has_weight else 0)
    return partial(native.gradient, call, mode, None, outputs)


def _forward(call: native.Call, out: NDArray[Any]) -> None:
    native.check(native.forward(call, out))


def _written(size: int, dtype: str) -> NDArray[Any]:
    """Make an array whose memory is there."""
    return np.ones(size, _CONVERTED.get(dtype, dtype))


def _bits(array: NDArray[Any]) -> NDArray[Any]:
    return array.view(np.uint16) if array.dtype.name in _CONVERTED else array


def cached_shape(case: Case) -> Shape:
    """Give as much of a shape as stays in the second-level cache, with its classes if they do."""
    room = second_level_cache() // 2
    of_element = -(-case.moved_bytes // case.size)
    if case.elementwise:
        return (min(case.size, room // of_element // 1024 * 1024),)
    rows, classes = case.shape
    # A row's exponentials are kept as well.
    of_row = classes * (of_element + max(ITEMSIZE[case.dtype], 4))
    if of_row > room:
        return 1, room * classes // of_row // 1024 * 1024
    return min(rows, room // of_row), classes


@cache
def second_level_cache() -> int:
    """Give the bytes of a processor's second-level cache, as Linux tells them."""
    for index in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"):
        if (index / "level").read_text(encoding="ascii").strip() == "2":
            size = (index / "size").read_text(encoding="ascii").strip()
            return int(size.rstrip("KM")) << (10 if size.endswith("K") else 20)
    return _DEFAULT_SECOND_LEVEL
