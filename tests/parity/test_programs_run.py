# SPDX-License-Identifier: Apache-2.0
"""Programs of TensorFlow's two ages print the same bytes when only their import is changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from run_programs import source_of

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

# What a program still lacks: for all its runs, or for the one of this name.
NOT_YET = {
    "v1/masked_language_model": "no log_softmax",
    "v1/multilabel-tf_losses-1.15": "sigmoid is that of today",
    "v2/distillation": "no keras.losses, softmax, log_softmax",
    "v2/focal_loss": "no pow",
    "v2/keras_losses": "no keras.losses",
    "v2/masked_sequence": "no keras.losses",
    "v2/metrics": "no keras.metrics, softmax",
    "v2/multilabel": "no keras.losses",
    "v2/segmentation": "no keras.losses",
    "v2/triplet": "no pow",
}


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
    return found


def _marked(case: Case) -> object:
    reason = NOT_YET.get(str(case)) or NOT_YET.get(f"{case.age}/{case.program}")
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(case, marks=marks, id=str(case))


@pytest.fixture(scope="module")
def printed_by_tensorflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what TensorFlow prints, v1 and v2; programs of an age share a process."""
    kept = tmp_path_factory.mktemp("printed")
    for age, line in TENSORFLOW.items():
        tool = TESTS / "tools" / "run_programs.py"
        subprocess.run(
            [sys.executable, tool, line, PROGRAMS / age, kept / age],
            check=True,
            capture_output=True,
        )
    return kept


def _printed_here(case: Case, folder: Path) -> bytes:
    program = folder / f"{case.program}.py"
    source = source_of(PROGRAMS / case.age / program.name, f"import {case.face} as tf")
    program.write_text(source, encoding="utf-8")
    paths = [str(TESTS.parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        "TF_LOSSES_TF_VERSION": case.version,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    run = subprocess.run(
        [sys.executable, program], env=environment, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def test_there_are_ten_of_each_age() -> None:
    assert [len(list((PROGRAMS / age).glob("*.py"))) for age in FACES] == [10, 10]


@pytest.mark.parametrize("case", [_marked(case) for case in _cases()])
def test_the_same_bytes(case: Case, printed_by_tensorflow: Path, tmp_path: Path) -> None:
    recorded = {TODAY: printed_by_tensorflow / case.age}
    folder = recorded.get(case.version, PROGRAMS / "printed" / case.version)
    wanted = (folder / f"{case.program}.txt").read_bytes()
    assert len(wanted) > 200
    assert _printed_here(case, tmp_path).decode() == wanted.decode()
