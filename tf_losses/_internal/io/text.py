# SPDX-License-Identifier: Apache-2.0
"""What the commands print: tables, and bars of progress."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence


def printable(text: str) -> str:
    r"""Escape what is no plain text: control characters, other lines, directions, lone surrogates.

    What comes from a file can then not be taken for what the command says.

    >>> print(printable("a\nb\x1b[31m"), printable("na\u00efve"))
    a\nb\x1b[31m naïve
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def table(*rows: Sequence[str], left: int = 0) -> Iterator[str]:
    """Lay out rows of cells, each column as wide as its widest cell, the first `left` to the left.

    >>> list(table(("index", "loss"), ("0", "1.25"), left=1))
    ['  index  loss', '  0      1.25']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield ("  " + "  ".join(cells)).rstrip()


@contextmanager
def progress(
    title: str, total: int, initial: int = 0
) -> Generator[Callable[[int], object], None, None]:
    """Show a bar on a terminal after a second's work, if tqdm is installed."""
    try:
        from tqdm import tqdm  # noqa: PLC0415 (optional)
    except ImportError:
        yield lambda _done: None
        return
    with tqdm(
        desc=title,
        total=total,
        initial=initial,
        delay=1,
        disable=None,
        leave=False,
        unit="",
        unit_scale=True,
    ) as bar:
        yield bar.update
