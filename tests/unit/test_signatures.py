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

# Of the releases that changed any, by namespace.
RELEASES: dict[str, dict[str, dict[str, str]]] = json.loads((DATA / "signatures.json").read_text())
TF1_15 = RELEASES["1.14.0"]["tf"]
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


def face_of(release: str, namespace: str) -> str:
    """Which of the three a program of an age needs, as docs/port_tf1.md says."""
    if namespace == "compat.v2" or (namespace == "tf" and release.startswith("2.")):
        return "v2"
    return "v1" if release == "2.12.1" else "tf1_15"


AGES = [
    (release, namespace, name, text)
    for release, namespaces in RELEASES.items()
    for namespace, functions in namespaces.items()
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


def test_the_releases_that_changed_a_signature() -> None:
    assert list(RELEASES) == ["1.5.1", "1.13.2", "1.14.0", "2.0.4", "2.12.1"]


@pytest.mark.parametrize(("release", "namespace", "name", "text"), AGES)
def test_programs_of_every_age(release: str, namespace: str, name: str, text: str) -> None:
    """Those since 1.14 find their signatures, older ones all their arguments by name."""
    function = getattr(NAMESPACES[face_of(release, namespace)], name)
    if release not in ("1.5.1", "1.13.2"):
        assert _without_types(function) == text
        return
    listed = {part.partition("=")[0] for part in text.strip("()").split(", ")}
    unknown = listed - set(inspect.signature(function).parameters)
    assert unknown == ({"_sentinel"} if (release, name[-3:]) == ("1.5.1", "_v2") else set())


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
