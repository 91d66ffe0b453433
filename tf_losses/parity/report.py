# SPDX-License-Identifier: Apache-2.0
"""The comparison for people, on a terminal and as a page, and for programs, as JSON."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from tf_losses._io.text import printable, table
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


_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 64em; padding: 0 1em;
       color: #1b1f24; background: #fff }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em }
table { border-collapse: collapse } td, th { padding: .35em .7em; text-align: right }
th { font-weight: 600 } th[scope=row], td.left { text-align: left }
.map td { border: 2px solid #fff; min-width: 7em; text-align: center; border-radius: 6px }
.equal { background: #c9ecd3 } .none { background: #eceff2; color: #57606a }
.verdict { padding: .6em 1em; border-radius: 6px; font-weight: 600 }
.bar { display: inline-block; height: .8em; background: #c0392b; vertical-align: middle }
code { font-size: .9em; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #14171a }
  .map td { border-color: #14171a } .equal { background: #1f5132 }
  .none { background: #262b31; color: #9aa4ae } }
"""


def to_html(cells: Cells) -> str:
    """Give one page that needs nothing else: a map of the cells, and their differences."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>tf_losses parity: TensorFlow {_text(cells.reference['tensorflow'])}</title>",
        f"<style>{_STYLE}</style></head><body>",
        "<h1>tf_losses beside TensorFlow, bit for bit</h1>",
        f'<p class="verdict {"equal" if cells.equal else "none"}">{_text(verdict(cells))}</p>',
        f"<pre>{chr(10).join(map(_text, _heading(cells)))}</pre>",
        *_map(cells),
        *_differences(cells),
        *_left_out(cells),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    return html.escape(printable(text))


def _map(cells: Cells) -> Iterator[str]:
    yield '<h2>Cells</h2><table class="map"><thead><tr><th></th><th></th>'
    yield "".join(f'<th scope="col">{dtype}</th>' for dtype in DTYPES) + "</tr></thead><tbody>"
    for loss in LOSSES:
        for direction in DIRECTIONS:
            found = [cells.cells.get((loss, dtype, direction)) for dtype in DTYPES]
            if any(found):
                yield f'<tr><th scope="row">{loss}</th><th scope="row">{direction}</th>'
                yield "".join(map(_square, found)) + "</tr>"
    yield "</tbody></table>"


def _square(cell: Cell | None) -> str:
    if cell is None or not cell.elements:
        return f'<td class="none">{cell.state if cell else "-"}</td>'
    size = f"{cell.elements:,} elements"
    if not cell.differing:
        return f'<td class="equal" title="{size}">equal</td>'
    # From one element in a million to all of them.
    share = max(0.0, 1 + math.log10(max(cell.differing / cell.elements, 1e-6)) / 6)
    colour = f"hsl(8 75% {78 - 38 * share:.0f}%); color: {'#fff' if share > 0.5 else '#1b1f24'}"  # noqa: PLR2004 (half)
    return f'<td style="background: {colour}" title="{size}">{cell.differing:,}</td>'


def _differences(cells: Cells) -> Iterator[str]:
    for (loss, dtype, direction), cell in cells.ordered():
        if not cell.differing:
            continue
        yield f"<h2>{loss} {dtype}, {direction}</h2>"
        yield f"<p>{cell.differing:,} of {cell.elements:,} elements differ. The first: "
        yield f"<code>{_text(cell.first)}</code></p>"
        yield "<table><thead><tr><th>ulp</th><th>elements</th><th></th></tr></thead><tbody>"
        most = max(*cell.histogram, 1)
        for name, count in zip(BIN_NAMES, cell.histogram, strict=True):
            bar = f'<span class="bar" style="width: {20 * count / most:.2f}em"></span>'
            yield f'<tr><td>{name}</td><td>{count:,}</td><td class="left">{bar}</td></tr>'
        yield "</tbody></table>"


def _left_out(cells: Cells) -> Iterator[str]:
    reasons = cells.reasons()
    if reasons:
        yield "<h2>Not compared</h2><ul>"
        yield from (f"<li>{count:,} outputs: {_text(why)}</li>" for why, count in reasons.items())
        yield "</ul>"
