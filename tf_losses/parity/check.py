# SPDX-License-Identifier: Apache-2.0
"""Work through the table: compare with a running TensorFlow, record it, or replay a record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tf_losses.parity import goldens, machine, shim
from tf_losses.parity.results import (
    NO_KERNEL,
    NOT_THERE,
    Difference,
    Results,
    Unavailable,
    compare,
    reason,
)
from tf_losses.parity.table import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tf_losses.parity.cells import Cells
    from tf_losses.parity.goldens import Goldens
    from tf_losses.parity.reference import Reference
    from tf_losses.parity.results import Array
    from tf_losses.parity.table import Case, Inputs

    Advance = Callable[[int], object]
    Compare = Callable[[str, Array], Difference | None]


def compare_live(
    cells: Cells, reference: Reference, cases: Iterable[Case], seed: int, advance: Advance
) -> None:
    """Compare every case with TensorFlow's results."""
    for case in cases:
        inputs = draw(case, seed)
        if why := shim.why_not(case, cells.tf_version):
            leave_out(cells, case, case.outputs, why)
            advance(1)
            continue
        expected, actual = _ask(reference, case, inputs), shim.compute(case, inputs)
        for output in case.outputs:
            if output in expected:
                beside = partial(compare, expected=expected[output], inputs=named(inputs))
                _compare_output(cells, case, output, actual, beside)
            else:
                _without(cells, case, output, actual, reason(expected.missing[output]))
        advance(1)


def _ask(reference: Reference, case: Case, inputs: Inputs) -> Results:
    """Ask TensorFlow, and give its reasons for every output that it has not."""
    try:
        found = reference(case, inputs)
    except Unavailable as error:
        found = Results({})
        found.missing = dict.fromkeys(case.outputs, str(error))
    found.missing = {o: found.missing.get(o, NOT_THERE) for o in case.outputs if o not in found}
    return found


def _compare_output(
    cells: Cells, case: Case, output: str, actual: Results, beside: Compare
) -> None:
    """Compare all that is to be equal to an output of TensorFlow's."""
    if output not in actual:
        text = actual.missing.get(output, NOT_THERE)
        refused = Difference(1, 1, np.array([-1.0]), f"{output}: {text}; TensorFlow computes it")
        cells.cell(case, output).add(case, 1, refused)
    for way in shim.results_for(output):
        if way in actual:
            found = actual[way]
            cells.cell(case, output).add(case, found.size, beside(way, found))


def _without(cells: Cells, case: Case, output: str, actual: Results, why: str) -> None:
    """Note that TensorFlow has no such result; where it has no kernel, there is to be none here."""
    if output in actual and why.startswith(NO_KERNEL):
        size = actual[output].size
        count = max(size, 1)
        computed = Difference(count, size, np.array([-1.0]), f"{output} is computed; {why}")
        cells.cell(case, output).add(case, count, computed)
    else:
        leave_out(cells, case, (output,), why)


def record(
    reference: Reference, cases: Iterable[Case], seed: int, table: str, advance: Advance
) -> Goldens:
    """Write down TensorFlow's results for every case."""
    recorder = goldens.Recorder(dict(reference.versions), machine.describe(), seed, table)
    for case in cases:
        recorder.add(case, _ask(reference, case, draw(case, seed)))
        advance(1)
    return recorder.finish()


def replay(cells: Cells, recorded: Goldens, cases: Iterable[Case], advance: Advance) -> None:
    """Compare every case with the record."""
    for case in cases:
        inputs = draw(case, recorded.seed)
        if why := shim.why_not(case, cells.tf_version):
            leave_out(cells, case, case.outputs, why)
        else:
            actual = shim.compute(case, inputs)
            for output in case.outputs:
                _replay_output(cells, recorded, case, output, actual, named(inputs))
        advance(1)


def _replay_output(
    cells: Cells,
    recorded: Goldens,
    case: Case,
    output: str,
    actual: Results,
    inputs: dict[str, Array],
) -> None:
    why = machine.why_not_comparable(
        recorded.machine, cells.machine, cells.tf_version, case, output
    )
    if recorded.has(case, output) and why:
        leave_out(cells, case, (output,), why)
    elif recorded.has(case, output):

        def beside(_way: str, found: Array) -> Difference | None:
            return recorded.compare(case, output, found, inputs)

        _compare_output(cells, case, output, actual, beside)
    elif text := recorded.why_missing(case, output):
        _without(cells, case, output, actual, reason(text))
    else:
        why = "not recorded in this file, which is older than the table"
        leave_out(cells, case, (output,), why)


def leave_out(cells: Cells, case: Case, outputs: Iterable[str], why: str) -> None:
    """Note that outputs of a case are not compared, and why."""
    for output in outputs:
        cells.cell(case, output).left_out[why] += 1


def named(inputs: Inputs) -> dict[str, Array]:
    """Give the inputs that a report may show."""
    return {"logits": inputs.logits, "labels": inputs.labels}
