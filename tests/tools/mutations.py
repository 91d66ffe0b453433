# SPDX-License-Identifier: Apache-2.0
"""Finds mutants of C sources, and puts many into one build: a number chooses one while it runs.

Text is a token stream here, not a program. What that gets wrong does not compile, and is left out.
Operators are told from pointers by the spaces that clang-format leaves around them.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
    |(?P<directive>(?m:^)[ \t]*\#(?:[^\n\\]|\\\n|\\.)*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>0[xX][0-9a-fA-F.]+(?:[pP][+-]?\d+)?\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<operator><<=|>>=|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
OPERATORS = {
    "+": "-", "-": "+", "*": "+", "/": "*", "<": "<=", "<=": "<", ">": ">=", ">=": ">",
    "==": "!=", "!=": "==", "&&": "||", "||": "&&",
}  # fmt: skip
CALLS = {
    "add": "sub", "sub": "add", "mul": "add", "max": "min", "min": "max", "lt": "ge", "ge": "lt",
}  # fmt: skip
VECTOR_CALL = re.compile(r"((?:v|f32v|f64v|f16v|bf16v)_)(" + "|".join(CALLS) + r")$")
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "<<=", ">>="}
BEGINNINGS = {"(", "[", "{", ",", ";", "return", "}", *ASSIGNMENTS}
OPEN, CLOSE = {"(", "[", "{"}, {")", "]", "}"}
NO_STATEMENT = {"typedef", "static", "const", "enum", "struct", "extern", "case", "default", "goto"}
KEYWORDS = {"else", "do", "int", "V", "S", "M", "void", "TFL_UNROLL"}
HEADS = {"if", "for", "while", "switch"}


class Token(NamedTuple):
    """A token, where it stands, and what it is of TOKEN's groups."""

    kind: str
    text: str
    start: int
    end: int


class Mutant(NamedTuple):
    """A change of [start, end) of a text, and the expression or statement around it."""

    start: int
    end: int
    new: str
    what: str
    around: tuple[int, int]
    is_statement: bool = False

    def line(self, text: str) -> int:
        """Where it stands, counted from 1."""
        return text.count("\n", 0, self.start) + 1

    def alternative(self, text: str) -> str:
        """What stands in place of what is around it; on one line, so that lines stay."""
        first, last = self.around
        changed = text[first : self.start] + self.new + text[self.end : last]
        return re.sub(r"/\*.*?\*/|\n", " ", changed, flags=re.DOTALL)


def tokens(text: str) -> list[Token]:
    """Tokens without comments and white space."""
    found = (Token(m.lastgroup or "", m.group(), m.start(), m.end()) for m in TOKEN.finditer(text))
    return [t for t in found if t.kind != "comment" and not t.text.isspace()]


def find(text: str) -> list[Mutant]:
    """Every mutant of a source, in its order."""
    stream = tokens(text)
    bodies = _in_functions(stream)
    found = []
    skipped = 0  # what a builtin function is given is often to be a constant
    for i, token in enumerate(stream):
        if token.text.startswith("__builtin_"):
            skipped = _closing(stream, i + 1)
        if not bodies[i] or i < skipped:
            continue
        for start, end, new, what in _changes(text, stream, i):
            around = _expression(stream, i)
            if around and _is_whole(stream, *around):
                found.append(Mutant(start, end, new, what, around))
        if token.text == "if" and stream[i + 1].text == "(":
            last = _closing(stream, i + 1)
            inner = (stream[i + 1].end, stream[last].start)
            if _is_whole(stream, *inner):
                new = f"!({text[inner[0] : inner[1]]})"
                found.append(Mutant(*inner, new, "condition negated", inner))
        found += _removal(text, stream, i)
    return found


def _in_functions(stream: Sequence[Token]) -> list[bool]:
    """Tell which tokens are in the body of a function: a brace behind a closing parenthesis."""
    inside, depth, result = 0, 0, []
    for i, token in enumerate(stream):
        if token.text == "{":
            depth += 1
            if not inside and stream[i - 1].text == ")":
                inside = depth
        result.append(bool(inside))
        if token.text == "}":
            if depth == inside:
                inside = 0
            depth -= 1
    return result


def _changes(text: str, stream: Sequence[Token], i: int) -> Iterator[tuple[int, int, str, str]]:
    token = stream[i]
    spaced = text[token.start - 1].isspace() and text[token.end : token.end + 1].isspace()
    if token.text in OPERATORS and spaced:
        new = OPERATORS[token.text]
        yield token.start, token.end, new, f"{token.text} to {new}"
    if token.text in ("+=", "-="):
        last = _end(stream, i + 1)
        if last:
            value = text[token.end : stream[last].start]
            yield token.end, stream[last].start, f" -({value.strip()})", f"{token.text} negated"
    call = VECTOR_CALL.match(token.text)
    if call and stream[i + 1].text == "(":
        new = call[1] + CALLS[call[2]]
        yield token.start, token.end, new, f"{token.text} to {new}"
    if token.kind == "number":
        for new in _numbers(token.text):
            yield token.start, token.end, new, f"{token.text} to {new}"


def _numbers(number: str) -> Iterator[str]:
    """Another number each: the next one, of floats also the negative one."""
    if re.fullmatch(r"\d+", number):
        yield str(int(number) + 1)
        return
    suffix = "f" if number[-1] in "fF" and ("." in number or "p" in number.lower()) else ""
    digits = number.removesuffix("f").removesuffix("F") if suffix else number
    try:
        value = float.fromhex(digits) if digits[:2] in ("0x", "0X") else float(digits)
    except ValueError:
        return
    if not re.search(r"[.pP]", digits):
        return
    kinds = "<i<f" if suffix else "<q<d"
    bits = struct.unpack(kinds[:2], struct.pack(kinds[2:], value))[0] + 1
    yield struct.unpack(kinds[2:], struct.pack(kinds[:2], bits))[0].hex() + suffix
    if value:
        yield "(-" + number + ")"


def _closing(stream: Sequence[Token], i: int) -> int:
    depth = 0
    for j in range(i, len(stream)):
        depth += (stream[j].text in OPEN) - (stream[j].text in CLOSE)
        if not depth:
            return j
    raise ValueError("a parenthesis is not closed")


def _end(stream: Sequence[Token], i: int) -> int:
    """The token that ends the expression which token i is in; 0 if there is none."""
    depth = 0
    for j in range(i, len(stream)):
        text = stream[j].text
        if not depth and (text in CLOSE or text in (",", ";")):
            return j
        depth += (text in OPEN) - (text in CLOSE)
    return 0


def _expression(stream: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The expression around a token, as far as parentheses, commas and assignments."""
    first = i + 1 if stream[i].text in ASSIGNMENTS else i
    depth, j = 0, first - 1
    while depth or stream[j].text not in BEGINNINGS:
        depth += (stream[j].text in CLOSE) - (stream[j].text in OPEN)
        j -= 1
        if j < 0 or stream[j].kind == "directive":
            return None
        if stream[j].text in NO_STATEMENT:
            return None
    last = _end(stream, first)
    names = {t.text for t in stream[j:last]}
    if not last or names & HEADS or "sizeof" in names or stream[last - 1].text == "{":
        return None
    return stream[j].end, stream[last].start


def _is_whole(stream: Sequence[Token], first: int, last: int) -> bool:
    """No directive is in it."""
    return not any(t.kind == "directive" and first <= t.start < last for t in stream)


def _removal(text: str, stream: Sequence[Token], i: int) -> list[Mutant]:
    """The statement that begins with this token, left out: a call, an assignment or a jump."""
    last = _end(stream, i) if _begins_statement(stream, i) else 0
    if not last or stream[last].text != ";" or not _is_removable(stream, i, last):
        return []
    around = (stream[i].start, stream[last].end)
    if not _is_whole(stream, *around):
        return []
    what = f"removed: {' '.join(text[around[0] : around[1]].split())}"
    return [Mutant(*around, ";", what, around, is_statement=True)]


def _begins_statement(stream: Sequence[Token], i: int) -> bool:
    """Whether a statement begins here that is not a loop, a choice or surely a declaration."""
    before = stream[i - 1].text
    if stream[i].kind != "name" or before not in ("{", "}", ";", "else", ")"):
        return False
    if before == ")" and not _ends_head(stream, i - 1):
        return False
    in_head = _parent(stream, i) == "("
    return not in_head and stream[i].text not in NO_STATEMENT | HEADS | KEYWORDS


def _is_removable(stream: Sequence[Token], i: int, last: int) -> bool:
    """Whether it is a jump under a condition, or does something and declares nothing."""
    words = [t.text for t in stream[i:last]]
    if "{" in words:
        return False
    if words[0] in ("return", "break", "continue"):
        return words[0] != "return" or stream[i - 1].text == ")"  # not a function's last word
    if not {"(", "++", "--", *ASSIGNMENTS}.intersection(words):
        return False
    if stream[i + 1].kind == "name" or words[1] == "*":
        return False
    # NAME(type) variable, or a macro's loop
    return words[1] != "(" or stream[_closing(stream, i + 1) + 1].kind != "name"


def _parent(stream: Sequence[Token], i: int) -> str:
    """The parenthesis or brace that a token is in."""
    depth = 0
    for j in range(i - 1, -1, -1):
        depth += (stream[j].text in CLOSE) - (stream[j].text in OPEN)
        if depth < 0:
            return stream[j].text
    return ""


def _ends_head(stream: Sequence[Token], i: int) -> bool:
    depth = 0
    for j in range(i, 0, -1):
        depth += (stream[j].text == ")") - (stream[j].text == "(")
        if not depth:
            return stream[j - 1].text in HEADS | {"TFL_EACH"}
    return False


def instrument(text: str, chosen: Mapping[int, Mutant]) -> str:
    """The source with all of the mutants in it, each behind `tfl_mutant == number`."""
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for number, mutant in chosen.items():
        groups.setdefault((*mutant.around, mutant.is_statement), []).append(number)
    order = sorted(groups, key=lambda g: (g[0], -g[1], not g[2]))
    return _instrumented(text, 0, len(text), order, groups, chosen)


def _instrumented(
    text: str,
    first: int,
    last: int,
    order: list[tuple[int, int, bool]],
    groups: Mapping[tuple[int, int, bool], list[int]],
    chosen: Mapping[int, Mutant],
) -> str:
    parts, at = [], first
    while order and order[0][0] < last:
        group = order.pop(0)
        start, end, is_statement = group
        inner = [g for g in order if g[0] < end]
        del order[: len(inner)]
        original = _instrumented(text, start, end, inner, groups, chosen)
        parts.append(text[at:start])
        at = end
        if is_statement:
            tests = " || ".join(f"tfl_mutant == {n}" for n in groups[group])
            parts.append(f"if ({tests}) ; else {original}")
        else:
            tests = "".join(
                f"tfl_mutant == {n} ? ({chosen[n].alternative(text)}) : " for n in groups[group]
            )
            parts.append(f"({tests}({original}))")
    parts.append(text[at:last])
    return "".join(parts)
