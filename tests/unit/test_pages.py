# SPDX-License-Identifier: Apache-2.0
"""README and docs: every code block runs, or says why not; links hold, and so do names.

Examples with prompts are doctest's (pyproject.toml names the pages); what else is in a page is run
here, block after block, in a folder with some files of every format.
"""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import list_errors
import tf_losses
from code_blocks import PAGES, ROOT, Block, blocks, looked_up, needs, outcomes
from sample_files import write_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

if not (ROOT / "docs").is_dir():
    pytest.skip("this is a copy of some parts of the tree", allow_module_level=True)

MOST_LINES = 150
PACKAGE = Path(tf_losses.__file__).parents[1]
# What a shell finds here, and what it only seems to do.
COMMANDS = {
    "python": "",
    "python3": "",
    "pytest": "-m pytest -p no:cacheprovider",
    "tf-losses": "-m tf_losses",
}
NOT_DONE = "set -eu\npip() { :; }\nmake() { :; }\n"
IS_NOT_DONE = re.compile(r"^\s*(make|pip|\.venv-bench/bin/python)\b", re.MULTILINE)
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
KEPT_AS_FILES = ("python", "json", "toml", "yaml", "sh", "text", "c", "ini")
RUNS = ("sh", "python")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def missing(modules: list[str]) -> list[str]:
    return [name for name in modules if importlib.util.find_spec(name) is None]


class Reader:
    """Somebody who does what a page says, from its first block to its last."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.printed: str | None = None
        self.done: set[str] = set()
        commands = folder / ".commands"
        commands.mkdir()
        for name, arguments in COMMANDS.items():
            program = commands / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
            program.chmod(0o755)
        for part in ("tf_losses/data", "tests/golden"):  # what pages copy out of a checkout
            (folder / part).parent.mkdir(exist_ok=True)
            (folder / part).symlink_to(ROOT / part)
        of_bench = folder / ".venv-bench" / "bin"
        of_bench.mkdir(parents=True)
        (of_bench / "python").write_text("#!/bin/sh\n")
        (of_bench / "python").chmod(0o755)
        path = f"{commands}{os.pathsep}{os.environ['PATH']}"
        self.env = {**os.environ, "PATH": path, "PYTHONPATH": str(PACKAGE), "COLUMNS": "100"}

    def read(self, block: Block) -> str:
        """Do it; what became of it is returned."""
        if block.has_prompts:
            return "run by doctest"
        if "not run" in block.said:
            self.printed = None
            return f"not run: {block.said['not run']}"
        if absent := missing(block.needs):
            self.printed = None
            return f"not run: not installed: {', '.join(absent)}"
        if "prints" in block.said:
            return self.compare(block)
        if name := block.said.get("file"):
            return self.write(name, block)
        assert block.language in RUNS, f"{self.where(block)}: nothing says what becomes of it"
        self.run(block, block.text)
        return "run"

    def write(self, name: str, block: Block) -> str:
        assert block.language in KEPT_AS_FILES, self.where(block)
        file = self.folder / name
        assert file.resolve().is_relative_to(self.folder.resolve())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
        if file.suffix != ".yml":
            return "written, for others to run"
        if missing(["yaml"]):
            return "not run: not installed: yaml"
        import yaml  # noqa: PLC0415 (where it is installed)

        commands = list(commands_of(yaml.safe_load(block.text)))
        assert commands, f"{self.where(block)}: runs nothing"
        for line in (line for command in commands for line in command.splitlines()):
            if line not in self.done:  # a job's steps are those that the page has shown before
                self.run(Block(block.line, "sh", line), line)
        return "run, but for steps that the page has run before"

    def run(self, block: Block, text: str) -> None:
        looked_up.update(IS_NOT_DONE.findall(text))
        argv = ["bash", "-c", NOT_DONE + text]
        if block.language == "python":
            argv = [sys.executable, "-c", text]
        done = subprocess.run(
            argv,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        said = f"{self.where(block)}:\n{text}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        assert done.returncode == ("fails" in block.said), said
        self.printed = done.stdout
        self.done |= set(text.splitlines())

    def compare(self, block: Block) -> str:
        if self.printed is None:
            return "not run: what it shows is of a block that was not run"
        if "np.float32(" in block.text and np.lib.NumpyVersion(np.__version__) < "2.0.0":
            return "not run: NumPy 1 writes scalars otherwise"
        same = doctest.OutputChecker().check_output(block.text, self.printed, ALIKE)
        assert same, f"{self.where(block)}: what is printed is\n{self.printed}"
        return "compared with what is printed"

    def where(self, block: Block) -> str:
        return f"{name_of(self.page)}, line {block.line}"


def commands_of(workflow: Any) -> Iterator[str]:  # noqa: ANN401 (YAML)
    """What a workflow of GitHub (run: ...) or GitLab (script: [...]) runs, in order."""
    if isinstance(workflow, list):
        for part in workflow:
            yield from commands_of(part)
    elif isinstance(workflow, dict):
        for key, value in workflow.items():
            if key == "run":
                yield value
            elif key == "script":
                yield "\n".join(value)
            else:
                yield from commands_of(value)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=name_of)
def test_every_block_runs_or_says_why_not(page: Path, samples: Path, tmp_path: Path) -> None:
    absent = missing(needs(page))
    folder = tmp_path / "reader"
    shutil.copytree(samples, folder)
    reader = Reader(page, folder)
    for block in blocks(page):
        left_out = f"not run: not installed: {', '.join(absent)}"
        outcome = left_out if absent else reader.read(block)
        outcomes[name_of(page), outcome] += 1


# ---- what tools write ----


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the page has notes as Python 3.11 has them")
def test_the_page_of_errors_is_what_its_tool_writes() -> None:
    written = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    again = "python tests/tools/list_errors.py > docs/errors.md"
    assert written == list_errors.page(), f"write it again: {again}"


def test_the_maps_are_what_their_tool_draws() -> None:
    """On any machine: it is the bits of machines that are drawn."""
    pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed, which has bfloat16")
    import draw_versions  # noqa: PLC0415 (it needs ml_dtypes)

    for name, dtypes in draw_versions.FILES.items():
        drawn = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert drawn == draw_versions.picture(dtypes), "python tests/tools/draw_versions.py"


# ---- names ----

TARGET = re.compile(r"^\s*make ([a-z][a-z-]*)", re.MULTILINE)
EXTRAS = re.compile(r"(?:tf_losses|'\.)\[([a-z0-9_,]+)\]")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_is_made_and_installed_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shell = "".join(block.text for block in blocks(page) if block.language == "sh")
    for target in TARGET.findall(shell) + re.findall(r"`make ([a-z][a-z-]*)", text):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), f"make {target}"
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in (name for names in EXTRAS.findall(text) for name in names.split(",")):
        assert re.search(rf"^{re.escape(extra)} = \[", project, re.MULTILINE), extra


# ---- links ----

LINK = re.compile(r'\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"')


def prose_of(page: Path) -> str:
    """A page without its code."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^( *)```.*?^\1```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names that a page's headings have, as GitHub makes them."""
    found: dict[str, int] = {}
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        if found[slug]:
            found[f"{slug}-{found[slug]}"] = 0
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_hold(page: Path) -> None:
    targets = ["".join(groups) for groups in LINK.findall(prose_of(page))]
    for target in targets:
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), target


def test_the_readme_is_short() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < MOST_LINES
    pages = [page for page in PAGES if page.parent == ROOT / "docs"]
    assert len(pages) > len([page for page in pages if f"docs/{page.name}" in readme]) > 0
