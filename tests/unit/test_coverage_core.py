# SPDX-License-Identifier: Apache-2.0
"""What tells the lines of C that `make coverage` has not seen reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import coverage_core

ROOT = Path(__file__).resolve().parents[2]
TEXT = ["int half(int n) {", "if (n < 0)", "return -1;", "return n / 2;", "}", "int other(void) {"]


def line(number: int, count: int, *branches: int) -> dict[str, object]:
    return {"line_number": number, "count": count, "branches": [{"count": n} for n in branches]}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Two copies of a function: one ran, with a positive number."""
    lines = [line(1, 0), line(2, 0, 0, 0), line(3, 0), line(4, 0)]
    lines += [line(1, 5), line(2, 5, 0, 5), line(3, 0), line(4, 5)]
    (tmp_path / "half.c").write_text("\n".join(TEXT))
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"files": [{"file": "half.c", "lines": lines}]}))
    return file


def test_a_line_is_reached_in_any_copy(report: Path) -> None:
    found = coverage_core.merged(report)["half.c"]
    assert [number for number, count in found.lines.items() if not count] == [3]
    assert list(found.branches.values()) == [0, 5]


def test_what_is_not_reached_has_to_be_explained(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def judged(*explained: coverage_core.Explained) -> bool:
        monkeypatch.setattr(coverage_core, "explanations", lambda: list(explained))
        return coverage_core.print_report(report, report.parent)

    why = coverage_core.Explained("half.c", "int half(int n) {", ["return -1;"], "never asked")
    assert not judged()
    assert "not reached: half.c:3: return -1;" in capsys.readouterr().out
    assert judged(why)
    assert "C lines not reached: 1, of which 1 explained" in capsys.readouterr().out
    assert not judged(why, why._replace(at="int half(void) {"))
    assert "no longer there: half.c: int half(void) {" in capsys.readouterr().out
    assert not judged(why._replace(lines=["return -2;"]))


def test_what_is_explained_is_there() -> None:
    for one in coverage_core.explanations():
        text = [line.strip() for line in (ROOT / one.file).read_text().splitlines()]
        assert coverage_core.explained_lines(one, text), one
        assert one.why
