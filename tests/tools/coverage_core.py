# SPDX-License-Identifier: Apache-2.0
"""Which lines and branches of the C core were reached, and why others were not.

Kernels are compiled many times from one text: for each instruction set, dtype and age. A line is
reached where it is in one of its copies, and so is a branch in copies that branch alike.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXPLAINED = Path(__file__).with_name("coverage_explained.toml")


class Found(NamedTuple):
    """Of one file: the counts of its lines, and of the branches by line, their number and place."""

    lines: dict[int, int]
    branches: dict[tuple[int, int, int], int]


def merged(report: Path) -> dict[str, Found]:
    """What gcovr has written, copies put together, by file."""
    files: dict[str, Found] = {}
    for file in json.loads(report.read_text())["files"]:
        found = files.setdefault(file["file"], Found(defaultdict(int), defaultdict(int)))
        for line in file["lines"]:
            number, branches = line["line_number"], line["branches"]
            found.lines[number] += line["count"]
            for place, branch in enumerate(branches):
                found.branches[number, len(branches), place] += branch["count"]
    return files


# So near below the text of their place.
NEAR = 30


class Explained(NamedTuple):
    """Why lines of a file are not reached, where a text is that stands once in the file."""

    file: str
    at: str
    lines: list[str]
    why: str


def explanations() -> list[Explained]:
    """What coverage_explained.toml says."""
    with EXPLAINED.open("rb") as file:
        return [Explained(**entry) for entry in tomllib.load(file)["unreached"]]


def explained_lines(one: Explained, text: list[str]) -> set[int]:
    """The numbers of the lines that an explanation means; none if they are gone."""
    if text.count(one.at) != 1:
        return set()
    first = text.index(one.at)
    near = text[first : first + NEAR]
    if not set(one.lines) <= set(near):
        return set()
    return {first + 1 + i for i, line in enumerate(near) if line in one.lines}


def share(reached: int, of: int) -> str:
    """How many, and in percent."""
    return f"{reached:,} of {of:,} reached, {100 * reached / max(of, 1):.1f} %"


def print_report(report: Path, tree: Path) -> bool:
    """Print what was not reached; tell whether it is explained, and what explains it is there."""
    files = merged(report)
    explained, unexplained, gone = 0, list[str](), list[Explained]()
    print("\nC, by file, copies of kernels put together: lines reached, branches reached")
    for name, found in sorted(files.items()):
        lines, branches = (sum(map(bool, counts.values())) for counts in found)
        print(f"{name:44} {lines:4}/{len(found.lines):<4} {branches:5}/{len(found.branches)}")
    for name in sorted({*files, *(one.file for one in explanations())}):
        text = [line.strip() for line in (tree / name).read_text().splitlines()]
        ours = [(one, explained_lines(one, text)) for one in explanations() if one.file == name]
        gone += [one for one, numbers in ours if not numbers]
        counts = files[name].lines if name in files else {}
        missed = {number for number, count in counts.items() if not count}
        known = set[int]().union(*(numbers for _, numbers in ours)) & missed
        explained += len(known)
        unexplained += [f"{name}:{number}: {text[number - 1]}" for number in sorted(missed - known)]
    print_totals(files, explained, unexplained)
    for one in gone:
        print(f"explained, but no longer there: {one.file}: {one.at}")
    return not unexplained and not gone


def print_totals(files: dict[str, Found], explained: int, unexplained: list[str]) -> None:
    """Print the sums, and every line that has neither been reached nor explained."""
    for kind in ("lines", "branches"):
        counts = [count for found in files.values() for count in getattr(found, kind).values()]
        print(f"C {kind}: {share(sum(map(bool, counts)), len(counts))}")
    print(f"C lines not reached: {explained + len(unexplained)}, of which {explained} explained")
    for line in unexplained:
        print(f"not reached: {line}")
