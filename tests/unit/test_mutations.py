# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

import mutations

SOURCE = """
#define ONE (1 + 1)
static const int table[] = {1 + 2};
static double half(const double *x, int n) {
    /* a comment + one more */
    double sum = 0.5;
#if N + 1
    use(1 + n);
#endif
    for (int i = 0; i < n; i++)
        sum += x[i];
    if (n == 2 && sum >= 0)
        return v_add(sum, v_max(sum, 2));
    clear(sum);
    return sum - n;
}
"""


def found() -> set[str]:
    return {m.what for m in mutations.find(SOURCE)}


@pytest.mark.parametrize(
    "mutation",
    [
        "< to <=", "+= negated", "== to !=", "&& to ||", ">= to >", "- to +", "v_add to v_sub",
        "v_max to v_min", "2 to 3", "condition negated", "removed: clear(sum);",
        "removed: return v_add(sum, v_max(sum, 2));", "0.5 to (-0.5)",
    ],
)  # fmt: skip
def test_kinds_of_mutants(mutation: str) -> None:
    assert mutation in found()


def test_the_next_float() -> None:
    assert "0.5 to 0x1.0000000000001p-1" in found()
    assert [m.what for m in mutations.find("int f(void) { return g(1.0f); }")] == [
        "1.0f to 0x1.0000020000000p+0f",
        "1.0f to (-1.0f)",
    ]


def test_no_comment_directive_table_or_pointer_is_changed() -> None:
    lines = [m.line(SOURCE) for m in mutations.find(SOURCE)]
    assert not {2, 3, 4, 5, 7} & set(lines)


def test_what_a_builtin_is_given_stays() -> None:
    text = "void f(int a) { g(1); __builtin_prefetch(p, 0, 2 + 1); }"
    assert {m.what for m in mutations.find(text)} == {"1 to 2", "removed: g(1);"}


def test_every_mutant_is_a_choice_and_lines_stay() -> None:
    all_of_them = dict(enumerate(mutations.find(SOURCE), 1))
    text = mutations.instrument(SOURCE, all_of_them)
    chosen = [int(n) for n in re.findall(r"tfl_mutant == (\d+)", text)]
    assert sorted(chosen) == sorted(all_of_them)
    assert text.count("\n") == SOURCE.count("\n")


CC = shutil.which("cc") or "cc"
PROGRAM = """
#include <stdio.h>
int tfl_mutant;
static int twice(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += 2;
    return sum + 1;
}
int main(void) {
    for (tfl_mutant = 0; tfl_mutant < COUNT; tfl_mutant++)
        printf("%d\\n", twice(3));
    return 0;
}
"""
CHANGED = {
    "0 to 1": {8, 5}, "< to <=": {9}, "+= negated": {-5}, "2 to 3": {10}, "+ to -": {5},
    "1 to 2": {8}, "removed: sum += 2;": {1},
}  # fmt: skip


def test_each_number_runs_its_mutant(tmp_path: Path) -> None:
    start = PROGRAM.index("int main")
    listed = [m for m in mutations.find(PROGRAM) if m.end < start]
    chosen = dict(enumerate(listed, 1))
    source = tmp_path / "program.c"
    source.write_text(mutations.instrument(PROGRAM, chosen))
    count = len(chosen) + 1
    program = tmp_path / "program"
    subprocess.run([CC, f"-DCOUNT={count}", str(source), "-o", str(program)], check=True)
    told = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout.split()
    assert told[0] == "7"
    assert {m.what for m in listed} == set(CHANGED)
    for number, mutant in chosen.items():
        assert int(told[number]) in CHANGED[mutant.what], mutant
