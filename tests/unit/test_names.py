# SPDX-License-Identifier: Apache-2.0
"""A name that is not there says what it is, and what to do instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import list_names
import record_names
import tf_losses
from tf_losses._internal import absent as _absent
from tf_losses._internal import names as _names
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from types import ModuleType

FACES = {"1": tf_losses, "c": v1, "2": v2}


def said(module: ModuleType, name: str) -> str:
    with pytest.raises(AttributeError) as caught:
        getattr(module, name)
    assert not hasattr(module, name)
    return str(caught.value)


def test_the_three_ages_have_their_outermost_namespaces() -> None:
    assert len(NAMESPACES) > 6
    assert [list_names.namespace(age, "tf") for age in FACES] == list(FACES.values())


def module_of(age: str, space: str) -> ModuleType:
    found = list_names.namespace(age, space)
    assert found
    return found


# All that are there and answer in these words; errors stands below what does, contrib has its own.
NAMESPACES = [
    pytest.param(age, space, id=f"{list_names.FACES[age]}-{space}")
    for age in FACES
    for space in _absent.recorded()
    if space != "contrib" and hasattr(list_names.namespace(age, space), "__getattr__")
]


def test_a_name_of_models_says_so_and_what_to_do_with_numpy() -> None:
    assert said(tf_losses, "matmul") == (
        "tf_losses has no 'matmul': it computes losses and what follows the logits, not models; "
        "with NumPy: np.matmul(a, b)"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Variable", "keep weights in NumPy arrays"),
        ("get_variable", "keep weights in NumPy arrays"),
        ("layers", "take the logits of a trained model"),
        ("train", "weights -= rate * gradient"),
        ("data", "iterate over NumPy arrays"),
        ("summary", "log with Python"),
        ("random_normal", "np.random.default_rng(seed).normal"),
        ("estimator", "call the loss on its predictions"),
    ],
)
def test_frequent_names_come_with_a_hint(name: str, hint: str) -> None:
    assert hint in said(tf_losses, name)


@pytest.mark.parametrize(("age", "space"), NAMESPACES)
def test_every_name_of_tensorflow_is_there_or_says_that_it_is_not(age: str, space: str) -> None:
    module = module_of(age, space)
    if space.startswith("keras"):
        age = "2"  # there is one, that of today, for all faces
    names = [name for name, ages in _absent.recorded()[space].items() if age in ages]
    assert len(names) > 10
    for name in names:
        if name not in dir(module):
            assert said(module, name).startswith(
                f"{module.__name__} has no {name!r}: {_absent.SCOPE}"
            )


@pytest.mark.parametrize(("age", "space"), NAMESPACES)
def test_what_is_listed_is_there(age: str, space: str) -> None:
    module = module_of(age, space)
    assert len(dir(module)) > 0
    assert [name for name in dir(module) if not hasattr(module, name)] == []
    assert [name for name in dir(module) if name.startswith("_") and name != "__version__"] == []


@pytest.mark.parametrize("age", [1, 2])
def test_the_table_has_only_names_of_tensorflow(age: int) -> None:
    # Of 1.x, the two faces have one table; a name of either TensorFlow may stand there.
    ages = set("1c" if age == 1 else "2")
    for space, names in _names.table(age).items():
        # tf.keras has the names of Keras 2 and of Keras 3, of which each TensorFlow has one.
        if space in _absent.recorded() and not space.startswith("keras"):
            recorded = _absent.recorded()[space]
            assert [name for name in names if not ages & set(recorded.get(name, ""))] == []


def test_a_name_of_the_other_age_says_whose_it_is() -> None:
    assert said(v2, "div") == (
        "tf_losses.compat.v2 has no 'div', nor has TensorFlow 2: TensorFlow 1.15 and the "
        "compat.v1 of TensorFlow 2 have it, and here tf_losses and tf_losses.compat.v1"
    )
    assert said(v2, "get_variable").endswith(
        "have it, which is not here either: it computes losses and what follows the logits, not "
        "models; keep weights in NumPy arrays; a tape watches tf.constant(weights)"
    )
    assert "nor has the compat.v1 of TensorFlow 2: TensorFlow 1.15 has it" in said(v1, "estimator")


def test_a_name_of_another_namespace_says_where_it_is() -> None:
    name = "sparse_softmax_cross_entropy_with_logits"
    assert said(v2, name).endswith(f"nor has TensorFlow 2: it is tf.nn.{name}")
    assert said(tf_losses.nn, "add_n").endswith("nor has TensorFlow 1.15: it is tf.add_n")
    assert "it is tf.keras.optimizers, which is not here either" in said(tf_losses, "optimizers")


def test_a_misspelt_name_says_what_is_near() -> None:
    assert said(v2, "reduce_men").endswith("nor has TensorFlow 2: did you mean 'reduce_mean'?")
    near = "did you mean 'sigmoid_cross_entropy_with_logits'?"
    assert said(v1.nn, "sigmoid_crossentropy_with_logits").endswith(near)
    assert said(tf_losses, "nonsense") == "tf_losses has no 'nonsense', nor has TensorFlow 1.15"


def test_hints_are_for_names_of_tensorflow() -> None:
    known = {name for names in _absent.recorded().values() for name in names}
    assert set(_absent.hints()) - known == set()
    lines = _absent._HINTS.strip().splitlines()  # noqa: SLF001 (no name has two hints)
    named = [name for line in lines for name in line.partition(": ")[0].split()]
    assert len(named) == len(set(named))


def test_names_of_python_itself_are_not_looked_for() -> None:
    assert said(tf_losses, "__wrapped__") == "module 'tf_losses' has no attribute '__wrapped__'"


def test_the_recorded_names_are_read_when_one_is_missing() -> None:
    program = """
import sys, traceback, tf_losses
assert "tf_losses._internal.absent" not in sys.modules
assert "difflib" not in sys.modules
tf_losses.reduce_mean([1.0])
assert "tf_losses._internal.absent" not in sys.modules
tf_losses.sessions
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    # Python itself would guess here, "Did you mean", among all names.
    assert run.stderr.endswith(
        "tf_losses has no 'sessions', nor has TensorFlow 1.15: did you mean 'Session'?\n"
    )


@pytest.mark.tensorflow
def test_the_names_are_those_of_tensorflow_today() -> None:
    pytest.importorskip("tensorflow")
    found = record_names.recorded_here()
    for age, spaces in found.items():
        for space, names in spaces.items():
            recorded = _absent.recorded()[space]
            assert {name for name in recorded if age in recorded[name]} == set(names), (age, space)


def test_the_page_of_names_is_what_its_tool_writes() -> None:
    written = Path(__file__).parents[2] / "docs" / "names.md"
    again = "python tests/tools/list_names.py > docs/names.md"
    assert written.read_text(encoding="utf-8") == list_names.page(), f"write it again: {again}"


def test_value_only_names_are_there() -> None:
    kinds = [kind for space in _absent.recorded() for kind, _ in list_names.kinds_of(space)]
    assert set(kinds) == set(list_names.KINDS if list_names.VALUE_ONLY else list_names.KINDS[::2])
    for path in list_names.VALUE_ONLY:
        space, _, name = path.rpartition(".")
        listed = [
            name
            for (kind, _), names in list_names.kinds_of(space or "tf").items()
            if kind == "value only"
            for name in names
        ]
        assert name in listed
