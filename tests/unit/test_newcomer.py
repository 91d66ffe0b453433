# SPDX-License-Identifier: Apache-2.0
"""The program that does what a page says: what is a command to it, and that it sees failures."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import newcomer
from code_blocks import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """
```sh
mkdir trial   # a comment
cd trial
```

<!-- file: said.txt -->
```text
it's $HOME
```

```sh
grep -q \\
    HOME said.txt
```

<!-- fails -->
```sh
test -e said.txt
test -e ../said.txt
```

<!-- prints -->
```text
```

<!-- not run: a reason -->
```sh
exit 3
```
"""


def steps_of(text: str, folder: Path) -> list[newcomer.Step]:
    page = folder / "page.md"
    page.write_text(text)
    return list(newcomer.steps(page))


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_a_page_is_done_in_one_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = steps_of(PAGE, tmp_path)
    assert [step.code for step in found] == [0, 0, 0, 0, 0, 1]
    assert newcomer.walk(found, tmp_path)
    assert (tmp_path / "trial" / "said.txt").read_text() == "it's $HOME\n"
    assert "in all, 6 commands" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```sh\necho why; false\ntouch later\n```\n", "exit code 1, not 0:\nwhy"),
        ("<!-- fails -->\n```sh\ntrue\n```\n", "exit code 0, not 1"),
        ("```sh\nexit 4\n```\n", "exit code 4, not 0"),
    ],
)
def test_what_ends_otherwise_is_told(
    block: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not newcomer.walk(steps_of(block, tmp_path), tmp_path)
    assert said in capsys.readouterr().out
    assert not (tmp_path / "later").exists()


@pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="this is a copy of some parts of the tree")
def test_the_first_page_leads_to_a_test_that_passes_and_one_that_fails() -> None:
    found = list(newcomer.steps(ROOT / "docs" / "start.md"))
    tests = [step for step in found if step.command.startswith("pytest")]
    assert [step.code for step in tests] == [0, 1]
    assert any(step.command.startswith("pip install . pytest") for step in found)
    assert found[-1].command.startswith("python -m doctest")
