# SPDX-License-Identifier: Apache-2.0
"""Work through the table: compare with a running TensorFlow, record it, or replay a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses.parity import goldens, machine, shim
from tf_losses.parity.results import Unavailable, compare
from tf_losses.parity.table import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tf_losses.parity.cells import Cells
    from tf_losses.parity.goldens import Goldens
    from tf_losses.parity.reference import Reference
    from tf_losses.parity.results import Array
    from tf_losses.parity.table import Case, Inputs

    Advance = Callable[[int], object]


def compare_live(
    cells: Cells, reference: Reference, cases: Iterable[Case], seed: int, advance: Advance
) -> None:
    """Compare every case with TensorFlow's results."""
    for case in cases:
        inputs = draw(case, seed)
        if why := shim.why_not(case, inputs, cells.tf_version):
            leave_out(cells, case, case.outputs, why)
            advance(1)
            continue
        try:
            expected = reference(case, inputs)
        except Unavailable as error:
            leave_out(cells, case, case.outputs, f"TensorFlow refuses: {error}")
        else:
            actual = shim.compute(case, inputs)
            for output in case.outputs:
                for way in shim.results_for(output):
                    difference = compare(way, actual[way], expected[output], named(inputs))
                    cells.cell(case, output).add(case, expected[output].size, difference)
        advance(1)


def record(
    reference: Reference, cases: Iterable[Case], seed: int, table: str, advance: Advance
) -> Goldens:
    """Write down TensorFlow's results for every case."""
    recorder = goldens.Recorder(dict(reference.versions), machine.describe(), seed, table)
    for case in cases:
        try:
            results = reference(case, draw(case, seed))
        except Unavailable as error:
            recorder.refused(case, str(error))
        else:
            recorder.add(case, results)
        advance(1)
    return recorder.finish()


def replay(cells: Cells, recorded: Goldens, cases: Iterable[Case], advance: Advance) -> None:
    """Compare every case with the record."""
    for case in cases:
        inputs = draw(case, recorded.seed)
        if case.name in recorded.refused:
            reason = f"TensorFlow refuses: {recorded.refused[case.name]}"
            leave_out(cells, case, case.outputs, reason)
        elif why := shim.why_not(case, inputs, cells.tf_version):
            leave_out(cells, case, case.outputs, why)
        else:
            actual = shim.compute(case, inputs)
            for output in case.outputs:
                for way in shim.results_for(output):
                    _replay_output(cells, recorded, case, output, actual[way], named(inputs))
        advance(1)


def _replay_output(
    cells: Cells,
    recorded: Goldens,
    case: Case,
    output: str,
    actual: Array,
    inputs: dict[str, Array],
) -> None:
    why = machine.why_not_comparable(
        recorded.machine, cells.machine, cells.tf_version, case, output
    )
    if not recorded.has(case, output):
        why = "not recorded in this file, which is older than the table"
    if why:
        leave_out(cells, case, (output,), why)
        return
    difference = recorded.compare(case, output, actual, inputs)
    cells.cell(case, output).add(case, actual.size, difference)


def leave_out(cells: Cells, case: Case, outputs: Iterable[str], reason: str) -> None:
    """Note that outputs of a case are not compared, and why."""
    for output in outputs:
        cells.cell(case, output).left_out[reason] += 1


def named(inputs: Inputs) -> dict[str, Array]:
    """Give the inputs that a report may show."""
    return {"logits": inputs.logits, "labels": inputs.labels}
