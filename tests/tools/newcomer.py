# SPDX-License-Identifier: Apache-2.0
"""Do what docs/start.md says, on a fresh clone, and tell how long each command takes.

    python tests/tools/newcomer.py [PAGE, as the clone has it]

The commands are the page's own, in its order and in one shell: from an environment that does not
exist yet to a test that passes, one that fails, and what a job runs. A command that ends otherwise
than the page says ends this program with 1. Needs git, a C compiler, and a network for pip.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

from code_blocks import Block, blocks  # noqa: E402 (which the path leads to)

# What ends the output of a command: no program prints it.
END = "-- newcomer: "
# Of the shell that starts this one: they would lead to other packages than the page's reader has.
LEFT_OUT = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")


class Step(NamedTuple):
    """One command, and the exit code that the page promises."""

    command: str
    code: int = 0


def steps(page: Path) -> Iterator[Step]:
    """Give what a reader of a page types, in order; examples with prompts are one command."""
    found = blocks(page)
    for block in found:
        if "not run" in block.said or "prints" in block.said or block.has_prompts:
            continue
        if name := block.said.get("file"):
            yield Step(f"cat > {shlex.quote(name)} <<'END_OF_FILE'\n{block.text}END_OF_FILE")
        elif block.language == "sh":
            yield from commands(block)
    if any(block.has_prompts for block in found):
        yield Step(f"python -m doctest -o NORMALIZE_WHITESPACE {shlex.quote(str(page))}")


def commands(block: Block) -> Iterator[Step]:
    """Give the commands of a block, of which the last may have to fail."""
    lines = [line for line in block.text.replace("\\\n", " ").splitlines() if line.strip()]
    for line in lines:
        fails = "fails" in block.said and line is lines[-1]
        yield Step(line, 1 if fails else 0)


class Shell:
    """A shell that stays: what is activated and entered holds for the commands that follow."""

    def __init__(self, folder: Path) -> None:
        env = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        self._process = subprocess.Popen(
            ["bash"],  # noqa: S607 (the reader's own)
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; its exit code and what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        # Its standard input is not the shell's own, of which it would read the next commands.
        self._process.stdin.write(f"{{ {command}\n}} </dev/null; printf '\\n{END}%d\\n' $?\n")
        self._process.stdin.flush()
        printed: list[str] = []
        for line in self._process.stdout:
            if line.startswith(END):
                return int(line.removeprefix(END)), "".join(printed)
            printed.append(line)
        return self._process.wait(), "".join(printed)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def walk(found: list[Step], folder: Path) -> bool:
    """Do all steps in a folder; whether each ended as it should."""
    shell, total = Shell(folder), 0.0
    try:
        for step in found:
            begin = time.perf_counter()
            code, printed = shell.run(step.command)
            seconds = time.perf_counter() - begin
            total += seconds
            promised = f"   (exit code {step.code}, as it should)" if step.code else ""
            print(f"{seconds:7.1f} s  {step.command.splitlines()[0]}{promised}", flush=True)
            if code != step.code:
                print(f"exit code {code}, not {step.code}:\n{printed}")
                return False
    finally:
        shell.close()
    print(f"{total:7.1f} s  in all, {len(found)} commands")
    return True


def main() -> int:
    """Clone what is committed, and begin there."""
    page = sys.argv[1] if sys.argv[1:] else "docs/start.md"
    with tempfile.TemporaryDirectory(prefix="newcomer-") as made:
        clone = Path(made) / "tf_losses"
        begin = time.perf_counter()
        command = ["git", "clone", "--quiet", str(ROOT), str(clone)]
        subprocess.run(command, check=True)
        print(f"{time.perf_counter() - begin:7.1f} s  git clone (of this folder)", flush=True)
        return 0 if walk(list(steps(clone / page)), clone) else 1


if __name__ == "__main__":
    sys.exit(main())
