# SPDX-License-Identifier: Apache-2.0
"""A comparison from beginning to end, with a record: what the command and the fixture share."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from tf_losses import versions
from tf_losses._internal.io.text import progress
from tf_losses._internal.runtime import native
from tf_losses.parity import check, machine
from tf_losses.parity.cells import Cells
from tf_losses.parity.table import BFLOAT16, cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tf_losses.parity import goldens
    from tf_losses.parity.table import Case


def replay(
    recorded: goldens.Goldens,
    version: str,
    notes: Sequence[str] = (),
    library: str | None = None,
) -> Cells:
    """Compare the bits of a version with a record, with the C library it was recorded with."""
    settings = {"table": recorded.table, "seed": recorded.seed, "isa": native.isa_name()}
    notes = [*notes, *machine.other_platform(recorded.tensorflow)]
    notes += [f"recorded on {recorded.machine['processor']}"]
    if count := recorded.unknown():
        notes.append(f"{count:,} recorded cases are not in this table, and not compared")
    with machine.computing_like(recorded.machine, library) as here:
        notes += machine.differences(recorded.machine, here)
        cells = Cells(version, recorded.tensorflow, here, settings, notes)
        listed = listed_cases(recorded.table, cells)
        with versions.tf_version(version), progress("cases", len(listed)) as advance:
            check.replay(cells, recorded, listed, advance)
    return cells


def choose_version(wanted: str | None, reference: str) -> tuple[str, list[str]]:
    """Find the version to compute in, and what is to be said about the choice."""
    if wanted is not None:
        chosen = versions.find_version(wanted)
        if not reference.startswith(chosen + "."):
            return chosen, [f"bits of TensorFlow {chosen}, beside TensorFlow {reference}"]
        return chosen, []
    try:
        return versions.find_version(reference), []
    except ValueError:
        if not versions.is_newer(reference):
            raise
    note = (
        f"TensorFlow {reference} is newer than the newest known version, {versions.NEWEST}, "
        "which is what it is compared with"
    )
    return versions.NEWEST, [note]


def listed_cases(table: str, cells: Cells) -> list[Case]:
    """List the cases that can be computed here; the others are noted in the cells."""
    listed = list(cases(table))
    if has_bfloat16():
        return listed
    for case in listed:
        if case.dtype == BFLOAT16:
            check.leave_out(cells, case, case.outputs, "bfloat16 needs the package ml_dtypes")
    return [case for case in listed if case.dtype != BFLOAT16]


def has_bfloat16() -> bool:
    """Tell whether bfloat16 can be computed here."""
    return importlib.util.find_spec("ml_dtypes") is not None
