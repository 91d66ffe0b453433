# SPDX-License-Identifier: Apache-2.0
"""For Sphinx: the formulas of docstrings, which are plain text there, as MathML.

Browsers draw MathML themselves: a page needs no script and no font for it, and nothing from a
network. A formula is an indented block in front of the sections (Args, Raises ...).
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

INDENT = "    "
_SECTION = re.compile(r"(Args|Attributes|Example|Examples|Note|Raises|Returns|Yields):$")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|.))")
# Words of a sentence between formulas: these, and any three in a row.
_PROSE = re.compile(r"\b(?:with|where)\b|\b[a-z]+(?: [a-z]+){2,}\b")
_SIGNS = {"-": "\N{MINUS SIGN}", "*": "\N{DOT OPERATOR}", "<=": "\N{LESS-THAN OR EQUAL TO}"}


def is_formula(line: str) -> bool:
    """Tell whether a line of a docstring, unless it is empty, belongs to a formula."""
    return line.startswith(INDENT)


def _element(token: re.Match[str], *, follows_value: bool = True) -> str:
    """Give one token's element; a minus that follows no value is a sign."""
    number, name, sign = token.groups()
    if number:
        return f"<mn>{number}</mn>"
    if name:
        return f"<mi>{escape(name)}</mi>"
    form = ""
    if sign in "()[]|":
        form = ' stretchy="false" lspace="0" rspace="0"'
    elif sign == "-" and not follows_value:
        form = ' form="prefix"'
    return f"<mo{form}>{escape(_SIGNS.get(sign, sign))}</mo>"


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text.rstrip())


def _row(text: str) -> list[str]:
    """Give the elements of a formula without words; x[i] has an index, x^a a power."""
    found: list[str] = []
    tokens = list(_tokens(text))
    at = 0
    while at < len(tokens):
        sign = tokens[at][3]
        is_value = at > 0 and (tokens[at - 1][3] is None or tokens[at - 1][3] in ")]|")
        if sign == "^":
            found[-1] = f"<msup>{found[-1]}{_element(tokens[at + 1])}</msup>"
            at += 2
        elif sign == "[" and is_value:
            found[-1] = f"<msub>{found[-1]}{_element(tokens[at + 1])}</msub>"
            at += 3  # its closing bracket too
        else:
            found.append(_element(tokens[at], follows_value=is_value))
            at += 1
    return found


def mathml(text: str) -> str:
    """Give the elements of one line.

    >>> mathml("x^2 where x[i] <= 1")
    '<msup><mi>x</mi><mn>2</mn></msup><mtext>&#160;where&#160;</mtext><msub><mi>x</mi><mi>i</mi></msub><mo>≤</mo><mn>1</mn>'
    """
    found, begin = [], 0
    for prose in _PROSE.finditer(text):
        found += _row(text[begin : prose.start()])
        around = ["&#160;" if 0 < end < len(text) else "" for end in prose.span()]
        found.append(f"<mtext>{around[0]}{escape(prose[0])}{around[1]}</mtext>")
        begin = prose.end()
    return "".join([*found, *_row(text[begin:])])


def _cells(line: str) -> tuple[str, str]:
    """Split "loss = x", "= x" or "logits:  x" into what it is of, and the formula."""
    label, colon, rest = line.strip().partition(":  ")
    if colon:
        return f"<mtext>{escape(label)}:</mtext>", mathml(re.sub(r"\s{2,}", " ", rest.strip()))
    left, equals, right = line.strip().partition("=")
    if equals and " " not in left.strip() and not right.startswith("="):
        return mathml(left), f"<mo>=</mo>{mathml(right)}"
    return "", mathml(line.strip())


def table(lines: list[str]) -> str:
    """Give the MathML of a formula of some lines, aligned where the lines are."""
    rows = "".join(
        "<mtr>"
        f'<mtd style="text-align: right">{left}</mtd><mtd style="text-align: left">{right}</mtd>'
        "</mtr>"
        for left, right in map(_cells, lines)
    )
    return f'<math display="block"><mtable>{rows}</mtable></math>'


def escape_bars(line: str) -> str:
    r"""Let |x| in a sentence be what it says, not the name of a replacement; `code` stays.

    >>> escape_bars("the mean of |x|, or `|x|`")
    'the mean of \\|x\\|, or `|x|`'
    """
    parts = line.split("`")
    return "`".join(part if at % 2 else part.replace("|", r"\|") for at, part in enumerate(parts))


def replace(lines: list[str]) -> list[str]:
    """Put MathML in the place of a docstring's formulas."""
    found: list[str] = []
    at, in_head, in_example = 0, True, False
    while at < len(lines):
        in_head = in_head and not _SECTION.match(lines[at])
        in_example = bool(lines[at]) and (in_example or lines[at].lstrip().startswith(">>>"))
        if not (in_head and is_formula(lines[at])) or (at and lines[at - 1]):
            found.append(lines[at] if in_example else escape_bars(lines[at]))
            at += 1
            continue
        end = at
        while end < len(lines) and is_formula(lines[end]):
            end += 1
        html = f'<div class="formula">{table(lines[at:end])}</div>'
        found += [".. raw:: html", "", f"   {html}", ""]
        at = end
    return found


def _on_docstring(
    _app: object, _what: str, _name: str, _of: object, _o: object, lines: list[str]
) -> None:
    if lines and lines[0].startswith("Alias for field number"):  # Python's, of a named tuple
        lines.clear()
    lines[:] = replace(lines)


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401 (Sphinx need not be installed to lint this)
    """Let Sphinx know."""
    app.connect("autodoc-process-docstring", _on_docstring, priority=100)  # before napoleon
    return {"parallel_read_safe": True}
