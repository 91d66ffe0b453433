# SPDX-License-Identifier: Apache-2.0
"""The comparison for people, on a terminal and as a page, and for programs, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.text import table
from tf_losses.parity.cells import BIN_NAMES
from tf_losses.parity.table import DIRECTIONS, DTYPES, LOSSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tf_losses.parity.cells import Cell, Cells


def lines(cells: Cells) -> Iterator[str]:
    """Lay out what was compared, a line a loss, dtype and direction."""
    yield from _heading(cells)
    rows = [
        (
            *key,
            f"{cell.outputs:,}",
            f"{cell.elements:,}",
            cell.state,
            _far(cell),
        )
        for key, cell in cells.ordered()
    ]
    heading = ("loss", "dtype", "direction", "arrays", "elements", "result", "largest ulp")
    yield from table(heading, *rows, left=3)
    for (loss, dtype, direction), cell in cells.ordered():
        if cell.first:
            yield f"first difference, {loss} {dtype} {direction}:"
            yield f"  {cell.first}"
    for reason, count in cells.reasons().items():
        yield f"not compared, {count:,} outputs: {reason}"
    yield verdict(cells)


def _heading(cells: Cells) -> Iterator[str]:
    reference = cells.reference
    yield f"reference:  TensorFlow {reference['tensorflow']} (NumPy {reference['numpy']})"
    yield f"tf_losses:  bits of TensorFlow {cells.tf_version}, {cells.settings['isa']}"
    library = cells.machine["libm_set"] or "its C library"
    yield f"machine:    {cells.machine['processor']}, {cells.machine['libc']}, {library}"
    yield f"table:      {cells.settings['table']}, seed {cells.settings['seed']}"
    for note in cells.notes:
        yield f"note:       {note}"


def _far(cell: Cell) -> str:
    if not cell.differing:
        return ""
    if not sum(cell.histogram):
        return "?"  # of a record, none of whose values differ
    return "NaN" if cell.largest < 0 else f"{cell.largest:,.0f}"


def verdict(cells: Cells) -> str:
    """Sum it up in a line."""
    elements = sum(cell.elements for cell in cells.cells.values())
    different = sum(1 for cell in cells.cells.values() if cell.differing)
    if not cells.compared:
        return "nothing was compared"
    if not different:
        return f"equal: {elements:,} elements in {cells.compared} cells"
    count = sum(cell.differing for cell in cells.cells.values())
    return (
        f"DIFFERENT: {count:,} of {elements:,} elements, in {different} of {cells.compared} cells"
    )


def to_json(cells: Cells) -> dict[str, Any]:
    """Give all of it as what JSON can hold."""
    return {
        "equal": cells.equal,
        "tf_version": cells.tf_version,
        "family": cells.family,
        "reference": cells.reference,
        "machine": cells.machine,
        "settings": cells.settings,
        "notes": cells.notes,
        "ulp_bins": BIN_NAMES,
        "cells": [
            {
                "loss": loss,
                "dtype": dtype,
                "direction": direction,
                "state": cell.state,
                "arrays": cell.outputs,
                "elements": cell.elements,
                "differing": cell.differing,
                "largest_ulp": cell.largest,
                "first": cell.first,
                "ulp_histogram": cell.histogram,
                "not_compared": dict(cell.left_out),
            }
            for (loss, dtype, direction), cell in cells.ordered()
        ],
    }


def to_html(cells: Cells) -> str:
    """Give one page that needs nothing else: a map of the cells, and their differences."""
    from tf_losses._internal.report import parity_page  # noqa: PLC0415 (for --html only)

    orders = (LOSSES, DTYPES, DIRECTIONS)
    return parity_page(to_json(cells), verdict(cells), orders, cells.reasons())
