# SPDX-License-Identifier: Apache-2.0
"""Names, order and defaults of the arguments are TensorFlow's, in each of the three namespaces."""

from __future__ import annotations

import inspect
import json
import pickle
from typing import TYPE_CHECKING

import pytest

from behaviours import DATA, NAMESPACES, RECORDED

if TYPE_CHECKING:
    from types import ModuleType

TF1_15 = json.loads((DATA / "tf115_signatures.json").read_text())["tf.nn"]
TF2 = {
    namespace: next(
        functions
        for name, functions in RECORDED["signatures"].items()
        if name.endswith(f"namespace {namespace}")
    )
    for namespace in ("v1", "v2")
}
EXPECTED = [
    (namespace, name, text)
    for namespace, functions in {"tf1_15": TF1_15, **TF2}.items()
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


@pytest.mark.parametrize(("namespace", "name", "expected"), EXPECTED)
def test_signature(namespace: str, name: str, expected: str) -> None:
    assert _without_types(getattr(NAMESPACES[namespace], name)) == expected


@pytest.mark.parametrize("namespace", NAMESPACES.values())
def test_exactly_the_functions_of_tensorflow_are_public(namespace: ModuleType) -> None:
    public = {name for name in namespace.__all__ if not name.startswith("_")}
    assert public == {name for key, name, _ in EXPECTED if NAMESPACES[key] is namespace}


@pytest.mark.parametrize(
    ("namespace", "name"), [(namespace, name) for namespace, name, _ in EXPECTED]
)
def test_functions_can_be_sent_to_other_processes(namespace: str, name: str) -> None:
    function = getattr(NAMESPACES[namespace], name)
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("namespace", "name"),
    [(namespace, name) for namespace in ("v1", "v2") for name in TF2[namespace]],
)
def test_signature_is_what_tensorflow_says_today(namespace: str, name: str) -> None:
    tf = pytest.importorskip("tensorflow")
    theirs = {"v1": tf.compat.v1.nn, "v2": tf.nn}[namespace]
    assert str(inspect.signature(getattr(theirs, name))) == TF2[namespace][name]
