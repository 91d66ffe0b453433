# SPDX-License-Identifier: Apache-2.0
"""Pieces of HTML: text becomes markup in here and nowhere else, so that all of it is escaped."""

from __future__ import annotations

import html
import unicodedata
from typing import TYPE_CHECKING, NewType

from tf_losses._internal.io.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Markup = NewType("Markup", str)
"""What may stand in a page as it is; a type checker refuses a plain text in its place."""
EMPTY = Markup("")
# Of what a pointer shows over a text that is cut.
MOST_OF_A_TITLE = 400


def text(value: object) -> Markup:
    r"""Escape a text, and show control characters and changes of direction as such.

    >>> print(text("<b>\x07"))
    &lt;b&gt;\x07
    """
    return Markup(html.escape(printable(str(value))))


def element(tag: str, *children: Markup, **attributes: str) -> Markup:
    """Put an element around its children; `class_` is the attribute class, `aria_label` aria-label.

    >>> print(element("th", text("a & b"), scope="row", class_="left"))
    <th scope="row" class="left">a &amp; b</th>
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value)}"'
        for name, value in attributes.items()
    )
    return Markup(f"<{tag}{written}>{''.join(children)}</{tag}>")


def joined(pieces: Iterable[Markup]) -> Markup:
    """Join pieces, each on a line of its own."""
    return Markup("\n".join(piece for piece in pieces if piece))


def fitted(given: object, columns: int) -> str:
    """Cut a text in its middle to a width, in small letters; those of East Asia count twice.

    >>> fitted("a-long-identifier", 9), fitted("short", 9)
    ('a-l…ier', 'short')
    """
    shown = printable(str(given))
    if width_of(shown) <= columns:
        return shown
    half = (columns - 1.3) / 2
    return f"{_begin(shown, half)}…{_begin(shown[::-1], half)[::-1]}"


def width_of(shown: str) -> float:
    """Count columns of a text."""
    return sum(map(_columns, shown))


def _columns(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 2
    if letter in "MWmw@%":
        return 1.6
    return 1 if letter.isascii() and not letter.isupper() else 1.3


def _begin(shown: str, columns: float) -> str:
    for length in range(min(len(shown), int(columns)), 0, -1):
        if width_of(shown[:length]) <= columns:
            return shown[:length]
    return ""


def foreign(given: object, columns: int = 28) -> Markup:
    """Show a text of the user's: in its own direction, and cut if long; a pointer shows more."""
    whole, shown = printable(str(given)), fitted(given, columns)
    if shown == whole:
        return element("bdi", text(shown))
    title = whole if len(whole) <= MOST_OF_A_TITLE else f"{whole[:MOST_OF_A_TITLE]}…"
    return element("bdi", text(shown), title=title)


def table(
    caption: str,
    heading: Sequence[str],
    rows: Iterable[Sequence[Markup]],
    *,
    left: int = 1,
    class_: str = "data",
    name: str = "",
) -> Markup:
    """Lay out rows in a container that scrolls; the first `left` columns are text, then numbers.

    The first cell of a row is its heading. A page has no two tables of one name.
    """
    sides = ["left"] * left + ["right"] * (len(heading) - left)
    head = (
        element("th", text(name), scope="col", class_=side)
        for name, side in zip(heading, sides, strict=True)
    )
    inner = element(
        "table",
        element("caption", text(caption)),
        element("thead", element("tr", *head)),
        element("tbody", joined(_row(row, sides) for row in rows)),
        class_=class_,
    )
    # A container that scrolls is reached by keys if it has a place among the tabs and a name.
    return element(
        "div", inner, class_="scroll", role="region", aria_label=name or caption, tabindex="0"
    )


def _row(row: Sequence[Markup], sides: Sequence[str]) -> Markup:
    first, *others = row
    return element(
        "tr",
        element("th", first, scope="row", class_=sides[0]),
        *(element("td", cell, class_=side) for cell, side in zip(others, sides[1:], strict=True)),
    )


def definitions(pairs: Iterable[tuple[str, Markup]]) -> Markup:
    """Lay out names and what they stand for."""
    inner = (
        element("div", element("dt", text(name)), element("dd", value)) for name, value in pairs
    )
    return element("dl", *inner, class_="facts")


def section(title: str, *children: Markup, about: str = "") -> Markup:
    """Put a heading above its children, which stand beside each other where there is room."""
    if not any(children):
        return EMPTY
    heading = element("h2", text(title))
    told = element("p", text(about), class_="about") if about else EMPTY
    return element("section", heading, told, element("div", joined(children), class_="grid"))
