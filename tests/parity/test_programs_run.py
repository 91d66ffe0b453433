# SPDX-License-Identifier: Apache-2.0
"""Programs of TensorFlow's two ages print the same bytes when only their import is changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from code_blocks import blocks

TESTS = Path(__file__).parents[1]
PROGRAMS = TESTS / "programs"
# What their import becomes; TensorFlow 2 runs the older ones too.
TENSORFLOW = {
    "v1": "import tensorflow.compat.v1 as tf; tf.disable_eager_execution()",
    "v2": "import tensorflow as tf",
}
FACES = {"v1": ["tf_losses", "tf_losses.compat.v1"], "v2": ["tf_losses.compat.v2"]}
TODAY = "2.21"
# The versions whose output is recorded, for the first face.
RECORDED = {"v1": "1.15", "v2": "2.13"}
# The pages whose first program is one of an age.
GUIDES = {"v1": "port_tf1.md", "v2": "port_tf2.md"}
GUIDE = "of_the_guide"
LEAST = 100  # bytes that a program prints


class Case(NamedTuple):
    age: str
    program: str
    face: str
    version: str

    def __str__(self) -> str:
        return f"{self.age}/{self.program}-{self.face}-{self.version}"


def _cases() -> list[Case]:
    found = []
    for age, faces in FACES.items():
        for program in sorted(path.stem for path in (PROGRAMS / age).glob("*.py")):
            found += [Case(age, program, face, TODAY) for face in faces]
            found.append(Case(age, program, faces[0], RECORDED[age]))
        found.append(Case(age, GUIDE, faces[0], TODAY))
    return found


def _program_of_the_guide(age: str) -> str:
    """As it was before its import was changed."""
    page = blocks(TESTS.parent / "docs" / GUIDES[age])
    program = next(block.text for block in page if block.language == "python")
    was, changes = re.subn(r"^import .*# was: (.*)$", r"\1", program, flags=re.MULTILINE)
    assert changes == 1
    return was


Printed = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Give the folder of what all programs of an age print, which share a process."""

    @cache
    def programs(age: str) -> Path:
        folder = tmp_path_factory.mktemp("programs") / age
        shutil.copytree(PROGRAMS / age, folder)
        (folder / f"{GUIDE}.py").write_text(_program_of_the_guide(age), encoding="utf-8")
        return folder

    @cache
    def run(age: str, line: str, version: str) -> Path:
        kept = tmp_path_factory.mktemp("printed")
        paths = [str(TESTS.parent), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "TF_LOSSES_TF_VERSION": version,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        tool = TESTS / "tools" / "run_programs.py"
        done = subprocess.run(
            [sys.executable, tool, line, programs(age), kept],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return kept

    return run


def test_there_are_ten_of_each_age() -> None:
    assert [len(list((PROGRAMS / age).glob("*.py"))) for age in FACES] == [10, 10]


@pytest.mark.parametrize("case", _cases(), ids=str)
def test_the_same_bytes(case: Case, printed: Printed) -> None:
    if case.version == TODAY:
        folder = printed(case.age, TENSORFLOW[case.age], TODAY)
    else:
        folder = PROGRAMS / "printed" / case.version
    name = f"{case.program}.txt"
    wanted = (folder / name).read_bytes()
    assert len(wanted) > LEAST
    assert b"Traceback" not in wanted
    ours = printed(case.age, f"import {case.face} as tf", case.version)
    assert (ours / name).read_bytes().decode() == wanted.decode()
