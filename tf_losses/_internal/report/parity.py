# SPDX-License-Identifier: Apache-2.0
"""The page of a comparison with TensorFlow: a map of the cells, and their differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.markup import (
    EMPTY,
    definitions,
    element,
    joined,
    section,
    table,
    text,
)
from tf_losses._internal.report.page import header, page, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tf_losses._internal.report.markup import Markup

    Cell = Mapping[str, Any]
# The widest bar, and the strongest colour of a cell that differs: text on it can still be read.
BAR, STRONGEST = 7, 45


def parity_page(
    facts: Mapping[str, Any], said: str, orders: Sequence[Sequence[str]], reasons: Mapping[str, int]
) -> str:
    """Give the page as HTML.

    Args:
        facts: what `tf-losses parity --json` writes.
        said: the sentence that sums up.
        orders: of the losses, the dtypes and the directions.
        reasons: how many outputs were not compared, by reason.
    """
    reference = facts["reference"]
    good = facts["equal"] if any(cell["elements"] for cell in facts["cells"]) else None
    return page(
        f"tf_losses parity: TensorFlow {reference['tensorflow']}",
        [
            header(
                f"Parity · TensorFlow {reference['tensorflow']}",
                "tf_losses beside TensorFlow, bit for bit",
                verdict(said, good=good),
                definitions(_made_from(facts)),
                _list(facts["notes"]),
            ),
            section("Cells", _map(facts["cells"], orders)),
            section(
                "What differs",
                *(_difference(cell, facts["ulp_bins"]) for cell in facts["cells"]),
            ),
            _left_out(reasons),
        ],
    )


def _made_from(facts: Mapping[str, Any]) -> Iterator[tuple[str, Markup]]:
    reference, machine, settings = (facts[key] for key in ("reference", "machine", "settings"))
    yield "Reference", text(f"TensorFlow {reference['tensorflow']} (NumPy {reference['numpy']})")
    yield "tf_losses has the bits of", text(f"TensorFlow {facts['tf_version']}")
    yield "Computed with", text(settings["isa"])
    yield "Processor", text(machine["processor"])
    yield "C library", text(f"{machine['libc']}, {machine['libm_set'] or 'its own functions'}")
    yield "Table", text(f"{settings['table']}, seed {settings['seed']}")


def _list(notes: Sequence[str]) -> Markup:
    if not notes:
        return EMPTY
    return element("ul", *(element("li", text(note)) for note in notes), class_="notes")


def _map(cells: Sequence[Cell], orders: Sequence[Sequence[str]]) -> Markup:
    found = {(cell["loss"], cell["dtype"], cell["direction"]): cell for cell in cells}
    losses, dtypes, directions = orders
    rows: list[Markup] = []
    for loss in losses:
        for direction in directions:
            row = [found.get((loss, dtype, direction)) for dtype in dtypes]
            if any(row):
                name = element("th", text(f"{loss}, {direction}"), scope="row", class_="left")
                rows.append(element("tr", name, *map(_square, row)))
    heading = ("loss and direction", *dtypes)
    inner = element(
        "table",
        element("caption", text("Elements that differ, of each loss, direction and dtype")),
        element(
            "thead", element("tr", *(element("th", text(name), scope="col") for name in heading))
        ),
        element("tbody", joined(rows)),
        class_="map",
    )
    return element(
        "div", inner, class_="scroll full", role="region", aria_label="Cells", tabindex="0"
    )


def _square(cell: Cell | None) -> Markup:
    if cell is None or not cell["elements"]:
        return element("td", text(cell["state"] if cell else "-"), class_="none")
    size = f"{cell['elements']:,} elements"
    if not cell["differing"]:
        return element("td", text("equal"), class_="equal", title=size)
    # From one element in a million to all of them.
    share = max(0.0, 1 + math.log10(max(cell["differing"] / cell["elements"], 1e-6)) / 6)
    strength = f"--strength: {10 + (STRONGEST - 10) * share:.0f}%"
    return element(
        "td", text(f"{cell['differing']:,}"), class_="differs", style=strength, title=size
    )


def _difference(cell: Cell, bins: Sequence[str]) -> Markup:
    """Show one cell that differs: how much, how far, and where first."""
    if not cell["differing"]:
        return EMPTY
    # Of recorded results, none of those whose values were kept may differ.
    most = max(cell["ulp_histogram"])
    rows = (
        (
            text(name),
            text(f"{count:,}"),
            element("span", class_="bar", style=f"width: {BAR * count / most:.2f}em"),
        )
        for name, count in zip(bins, cell["ulp_histogram"], strict=True)
    )
    title = f"{cell['loss']} {cell['dtype']}, {cell['direction']}"
    name = f"Distances in ulp: {title}"
    return element(
        "article",
        element("h3", text(title)),
        element("p", text(f"{cell['differing']:,} of {cell['elements']:,} elements. The first:")),
        element("p", element("code", text(cell["first"])), class_="first"),
        table("Distances in ulp", ("ulp", "elements", "share"), rows, class_="bars", name=name)
        if most
        else element("p", text("How far they are apart was not recorded."), class_="about"),
    )


def _left_out(reasons: Mapping[str, int]) -> Markup:
    listed = _list([f"{count:,} outputs: {why}" for why, count in reasons.items()])
    return section("Not compared", element("div", listed, class_="full") if listed else EMPTY)
