# SPDX-License-Identifier: Apache-2.0
"""What type checkers are told is what is there."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import tf_losses
import write_faces
from tf_losses._internal import names as _names

FACES = Path(tf_losses.__file__).with_name("_internal") / "faces"
SPACES = [(age, space) for age in (1, 2) for space in _names.table(age) if space != "tensor"]


def test_the_faces_are_what_their_tool_writes() -> None:
    again = "python tests/tools/write_faces.py"
    for name, text in write_faces.modules().items():
        assert (FACES / name).read_text(encoding="utf-8") == text, f"write it again: {again}"
    written = {path.name for path in FACES.glob("*.py")}
    assert written == {*write_faces.modules(), "callable_gradients.py"}


@pytest.mark.parametrize(("age", "space"), SPACES)
def test_a_face_has_what_is_found_at_run_time(age: int, space: str) -> None:
    face = importlib.import_module(f"tf_losses._internal.faces.{write_faces.name_of(age, space)}")
    for name, place in _names.table(age)[space].items():
        if (name, age, space) not in write_faces.NOT_HERE:
            assert getattr(face, name) is _names.find(age, space, name), place


def test_the_module_that_can_be_called_has_all_of_its_names() -> None:
    face = importlib.import_module("tf_losses._internal.faces.callable_gradients").gradients
    module = importlib.import_module("tf_losses.gradients")
    assert [
        name for name in module.__all__ if getattr(face, name) is not getattr(module, name)
    ] == []
    assert face.__call__ is _names.find(1, "tf", "gradients")


def test_nothing_imports_them_at_run_time() -> None:
    """They are for checkers: importing them would import everything."""
    for path in FACES.parent.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if "_internal.faces" in line and "import" in line and path.parent != FACES:
                before = [above for above in lines[:number] if above and above[0] != " "]
                assert before[-1] == "if TYPE_CHECKING:", f"{path}:{number + 1}"
