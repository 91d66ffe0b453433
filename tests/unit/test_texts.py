# SPDX-License-Identifier: Apache-2.0
"""No text names what is not there; what helps to find what is."""

from __future__ import annotations

import ast
import importlib
import inspect
import pydoc
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tf_losses
from tf_losses import raw_ops
from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION
from tf_losses.compat import v1, v2

PACKAGE = Path(tf_losses.__file__).parent
FACES = {"tf_losses": (tf_losses, 1), "v1": (v1, 1), "v2": (v2, 2)}

# ---- what stands in the sources ----

DOTTED = re.compile(r"(?<![\w./*'-])(?:tf|tensorflow|tf_losses|keras)(?:\.\w+)+")
# Of Google's own: the format of a file.
NO_NAMES = {"tf.train.Example"}
# Names of the package's own, which it imports or makes by them.
OWN = re.compile(r"tf_losses\..*\b_")
# Text that is no message: of the program that runs in TensorFlow's Python, and lists of names.
NO_MESSAGES = ("parity/worker.py", "_internal/names.py", "_internal/absent.py")


def messages(path: Path) -> list[str]:
    """Constants that are text and no docstrings; what is put into them is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        if not (node.value.startswith("\n") or "TensorFlow counterpart" in node.value)
    ]


def exists(dotted: str) -> bool:
    """Whether a face has the name; `tf` is any of them."""
    root, *rest = dotted.split(".")
    roots = {"tf": ["tf_losses", "tf_losses.compat.v1", "tf_losses.compat.v2"]}
    roots |= {"keras": ["tf_losses.keras"], "tf_losses": ["tf_losses"]}
    return any(_resolves(importlib.import_module(face), rest) for face in roots.get(root, ()))


def _resolves(value: Any, rest: list[str]) -> bool:  # noqa: ANN401 (whatever there is)
    for name in rest:
        if not hasattr(value, name):
            try:
                importlib.import_module(f"{value.__name__}.{name}")
            except (AttributeError, ImportError):
                return False
        value = getattr(value, name)
    return True


def test_texts_in_the_sources_name_what_is_there() -> None:
    unknown = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if not path.as_posix().endswith(NO_MESSAGES)
        for text in messages(path)
        for name in DOTTED.findall(text)
        if name not in NO_NAMES and not OWN.match(name) and not exists(name)
    }
    assert unknown == set()


def test_hints_name_what_is_there() -> None:
    from tf_losses._internal import absent as _absent  # noqa: PLC0415 (imported where a name is missing)

    named = {name for text in _absent.hints().values() for name in DOTTED.findall(text)}
    assert named
    assert {name for name in named if not exists(name)} == set()


# ---- what functions say ----

# They change settings, print, or wait.
LEFT_OUT = re.compile("set_|enable|disable|[pP]rint|log|Session|reset|info|warn|error|fatal|debug")
BAD: list[Any] = [
    *(
        object(),
        None,
        "a",
        b"x",
        1j,
        True,
        7,
        {},
        [1, [2]],
        np.array([None]),
        np.zeros((2, 3), bool),
    ),
    *(
        np.zeros((2, 3), np.uint8),
        np.zeros((0, 3)),
        np.longdouble([1]),
        np.datetime64("2020-01-01"),
    ),
]
GOOD = np.ones((2, 3), np.float32)
# A module of TensorFlow's, its files, a place that was left empty, a name of nothing.
WRONG = re.compile(
    r"\btensorflow[./]|_api\b|NodeDef: ;|node \}|\{\{node\}\}|\(\)\(|\bNone\.\w|of type \s"
    r"|(?<!\w)'' |`` "
)


def functions() -> dict[str, Any]:
    """The functions of all namespaces of the faces, and the raw operations."""
    found: dict[str, Any] = {}
    for face, (_, age) in FACES.items():
        for space in _names.table(age):
            if space in ("tensor", "logging") or face == "v1":
                continue
            for name in _names.names_of(age, space):
                value = None if LEFT_OUT.search(name) else _found(age, space, name)
                if inspect.isfunction(value):
                    found[f"{face} {space}.{name}"] = value
    for face, (module, _) in FACES.items():
        found |= {f"{face} nn.{n}": getattr(module.nn, n) for n in dir(module.nn) if "entropy" in n}
    return found | {name: getattr(raw_ops, name) for name in raw_ops.__all__}


def _found(age: int, space: str, name: str) -> Any:  # noqa: ANN401 (functions and classes)
    return None if name in _names.MADE_HERE else _names.find(age, space, name)


def test_what_functions_say_names_what_is_there() -> None:
    said: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, function in functions().items():
            for bad in BAD:
                for arguments in ((bad,), (bad, bad), (GOOD, bad)):
                    try:
                        _call(function, arguments)
                    except Exception as error:  # noqa: BLE001, PERF203 (whatever it says)
                        said[f"{type(error).__name__}: {error}"] = name
    assert len(said) > 500
    assert any("NodeDef: {{node " in text for text in said)
    assert {text: name for text, name in said.items() if WRONG.search(text)} == {}


def _call(function: Any, arguments: tuple[Any, ...]) -> None:  # noqa: ANN401 (any)
    names = ("labels", "logits") if "entropy" in function.__name__ else ()
    if function.__name__ in raw_ops.__all__:
        names = ("features", "labels")
    if not names:
        function(*arguments)
    elif len(arguments) > 1:
        function(**dict(zip(names, arguments, strict=True)))


@pytest.mark.parametrize("face", [*FACES, "v1.nn", "v2.nn", "v2.keras", "v2.keras.losses"])
def test_a_missing_name_is_that_of_a_face(face: str) -> None:
    module: Any = tf_losses if face == "tf_losses" else tf_losses.compat
    for part in [] if face == "tf_losses" else face.split("."):
        module = getattr(module, part)
    with pytest.raises(AttributeError) as caught:
        _ = module.no_such_name
    assert str(caught.value).startswith(f"{module.__name__} has no 'no_such_name', nor has ")


# ---- what helps ----


@pytest.mark.parametrize(
    "name",
    [
        *("tf_losses", "tf_losses.compat.v1", "tf_losses.compat.v2", "tf_losses.keras"),
        *("tf_losses.compat.v1.keras", "tf_losses.compat.v2.keras"),
    ],
)
def test_the_version_stands_where_tensorflow_has_its_own(name: str) -> None:
    face = importlib.import_module(name)
    assert face.__version__ == VERSION
    assert "__version__" in dir(face)


def test_help_begins_with_what_to_use() -> None:
    """pydoc's page: how to begin, then what there is, before any list of modules or classes."""
    text = pydoc.plain(pydoc.render_doc(tf_losses))
    page = text[: text.index("\nPACKAGE CONTENTS")]
    for begin in (
        "import tf_losses as tf",
        "import tf_losses.compat.v1 as tf",
        "import tf_losses.compat.v2 as tf",
    ):
        assert begin in page
    own = {
        name
        for name in tf_losses.__all__
        if name not in _names.names_of(1, "tf") and name[0] != "_"
    }
    left_out = {"compat", "contrib", "libm", "math", "versions", "register_threadpoolctl"}
    assert {name for name in own - left_out if not re.search(rf"\b{name}\b", page)} == {
        name for name in own if name.startswith("get_")
    }
    assert not re.search(r"\b_[a-z]", page)
    assert f"VERSION\n    {VERSION}" in text


def test_help_lists_no_private_module_but_the_package_of_all() -> None:
    """pydoc's PACKAGE CONTENTS are all files of a package's folder, whatever `__all__` says."""
    text = pydoc.plain(pydoc.render_doc(tf_losses))
    sections = dict(re.findall(r"(?ms)^([A-Z][A-Z ]+)\n(.*?)(?=^[A-Z]|\Z)", text))
    contents = sections.pop("PACKAGE CONTENTS").split("\n")
    listed = {line.split()[0] for line in contents if line.strip()}
    assert {"nn", "losses", "compat"} < listed
    assert {name for name in listed if name.startswith("_")} == {"__main__", "_internal"}
    for section, body in sections.items():
        assert not re.search(r"(?m)^    _internal\b", body), section
    assert not any(name.startswith("_") and name[:2] != "__" for name in dir(tf_losses))


def test_every_name_in_the_help_is_there() -> None:
    for line in re.findall(r"(?m)^    ((?:\w+, )*\w+)  +\S", tf_losses.__doc__ or ""):
        for name in line.split(", "):
            module = (
                importlib.import_module("tf_losses.testing") if name == "testing" else tf_losses
            )
            if name not in ("testing", "dask"):
                assert hasattr(module, name), name
