# SPDX-License-Identifier: Apache-2.0
"""Names, order and defaults of the arguments are TensorFlow's, in each of the three faces."""

from __future__ import annotations

import inspect
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from behaviours import DATA, FACES, RECORDED

if TYPE_CHECKING:
    from types import ModuleType

TF1_15 = json.loads((DATA / "tf115_signatures.json").read_text())["tf.nn"]
TF2 = {
    face: next(
        functions
        for name, functions in RECORDED["signatures"].items()
        if name.endswith(f"namespace {face}")
    )
    for face in ("v1", "v2")
}
EXPECTED = [
    (face, name, text)
    for face, functions in {"tf1_15": TF1_15, **TF2}.items()
    for name, text in functions.items()
]


def _without_types(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]
    parameters = [
        parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(parameters))


def test_there_are_fourteen_signatures() -> None:
    assert len(EXPECTED) == 5 + 5 + 4


@pytest.mark.parametrize(("face", "name", "expected"), EXPECTED)
def test_signature(face: str, name: str, expected: str) -> None:
    assert _without_types(getattr(FACES[face], name)) == expected


@pytest.mark.parametrize("face", FACES.values())
def test_exactly_the_functions_of_tensorflow_are_public(face: ModuleType) -> None:
    public = {name for name in face.__all__ if not name.startswith("_")}
    assert public == {name for key, name, _ in EXPECTED if FACES[key] is face}


@pytest.mark.parametrize(("face", "name"), [(face, name) for face, name, _ in EXPECTED])
def test_functions_can_be_sent_to_other_processes(face: str, name: str) -> None:
    function = getattr(FACES[face], name)
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("face", "name"), [(face, name) for face in ("v1", "v2") for name in TF2[face]]
)
def test_signature_is_what_tensorflow_says_today(face: str, name: str) -> None:
    tf = pytest.importorskip("tensorflow")
    theirs = {"v1": tf.compat.v1.nn, "v2": tf.nn}[face]
    assert str(inspect.signature(getattr(theirs, name))) == TF2[face][name]
