# SPDX-License-Identifier: Apache-2.0
"""The frame of every page: its head, its style, its heading and its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tf_losses._internal.report.markup import Markup, element, joined, text

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nothing is loaded and no script runs, whatever a text of the user's may have brought in.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: Iterable[Markup]) -> str:
    """Give a whole page."""
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{text(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            element("title", text(title)),
            f"<style>\n{style}</style></head><body><main>",
            joined(body),
            "</main></body></html>\n",
        ]
    )


def header(over: str, title: str, *under: Markup) -> Markup:
    """Give the heading of a page, with a line above and what stands under it."""
    return element(
        "header", element("p", text(over), class_="over"), element("h1", text(title)), *under
    )


def verdict(said: str, *, good: bool | None) -> Markup:
    """Give the sentence that sums up: good, bad, or neither."""
    kind, sign = {True: ("good", "✓"), False: ("bad", "✕"), None: ("plain", "\N{EN DASH}")}[good]
    mark = element("span", text(sign), class_="sign", aria_hidden="true")
    return element("p", mark, element("span", text(said)), class_=f"verdict {kind}")


def figure(title: str, about: str, drawn: Markup) -> Markup:
    """Put a title and a sentence above what is drawn."""
    if not drawn:
        return drawn
    told = element("span", text(about)) if about else Markup("")
    return element("figure", element("figcaption", element("strong", text(title)), told), drawn)
