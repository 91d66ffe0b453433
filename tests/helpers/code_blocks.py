# SPDX-License-Identifier: Apache-2.0
"""The code blocks of README and docs: what is in them, and what is to be done with each.

Examples with prompts (>>>) are run by doctest, page by page. What becomes of another block is told
by its language, or by a comment in the line above it, which no reader of the page sees:

    sh                             run as a script
    python                         run as a program
    <!-- file: NAME -->            written down for the blocks below; what a workflow (.yml) runs
                                   is run
    <!-- fails -->                 run, and ends with exit code 1
    <!-- prints -->                compared with what the block before has printed
    <!-- needs: MODULE, ... -->    left out where one is not installed; above a title it is said of
                                   the whole page
    <!-- not run: REASON -->       left out

Comments may stand above each other. Nothing is installed and nothing is made: what `pip` and `make`
are told must exist, no more.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Files elsewhere that the site shows too.
SHOWN = (
    "CHANGELOG.md",
    ".github/CONTRIBUTING.md",
    "bench/README.md",
    "csrc/README.md",
    "tests/README.md",
)
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts),
    *(ROOT / name for name in SHOWN if (ROOT / name).exists()),
]
# Directives of Sphinx, not code.
_DIRECTIVE = re.compile(r"\{[\w-]+\}")
_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|:{3,})(?P<language>.*)$")
_COMMENT = re.compile(r"<!-- (fails|file|needs|not run|prints)(?:: (.*?))? -->$")

outcomes: Counter[tuple[str, str]] = Counter()
"""What became of the blocks: how many were run, or left out for a reason."""
looked_up: Counter[str] = Counter()
"""Commands in blocks that were run, which only had to exist."""


@dataclass(frozen=True)
class Block:
    """A fenced block of code, and what the comments above it say."""

    line: int
    language: str
    text: str
    said: dict[str, str] = field(default_factory=dict)

    @property
    def has_prompts(self) -> bool:
        """Whether doctest runs it."""
        return any(line.startswith(">>> ") for line in self.text.splitlines())

    @property
    def needs(self) -> list[str]:
        """The modules that it needs."""
        return self.said["needs"].split(", ") if "needs" in self.said else []


def blocks(page: Path) -> list[Block]:
    """Give the blocks of a page, in order."""
    found: list[Block] = []
    said: dict[str, str] = {}
    lines = enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
    for at, line in lines:
        if comment := _COMMENT.match(line):
            said[comment[1]] = comment[2] or ""
        elif fence := _FENCE.match(line):
            text = []
            for _, inner in lines:
                if inner.strip() == fence["fence"]:
                    break
                text.append(inner.removeprefix(fence["indent"]))
            if not _DIRECTIVE.match(fence["language"]):
                language = fence["language"].strip()
                found.append(Block(at, language, "".join(f"{one}\n" for one in text), said))
            said = {}
        elif line.strip():
            said = {}
    return found


def needs(page: Path) -> list[str]:
    """Name the modules that the whole page needs: what a comment above its title says."""
    first = page.read_text(encoding="utf-8").split("\n", 1)[0]
    comment = _COMMENT.match(first)
    return comment[2].split(", ") if comment and comment[1] == "needs" else []
