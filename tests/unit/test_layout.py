# SPDX-License-Identifier: Apache-2.0
"""The rooms of the package stand on each other in one direction; there is no circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import tf_losses

PACKAGE = Path(tf_losses.__file__).parent
# From the bottom up; "_runtime" stands for `_internal.runtime`, "" for the public modules of
# losses: nn, gradients, raw_ops.
ROOMS = [
    *("errors", "_ffi", "_older", "_runtime", "libm", "versions"),
    *("_arguments", "_absent", "_names", "_autodiff", "_losses", ""),
    *("_operations", "_composed", "_graph", "keras", "compat", "_dask", "dask", "_io", "_report"),
    *("parity", "testing", "_pytest_plugin", "_evaluation", "cli", "__main__"),
]
# All but the package's own beginning, which gathers what is public, and what tells type checkers of
# the names that are found when they are asked for: no program imports it (test_types.py).
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py" and path.parent != PACKAGE / "_internal/faces"
)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in MODULES}


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports_of(path: Path, *, types: bool) -> set[str]:
    """The package's modules that one of them imports; with those that only types need, or not."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kept = [node for node in body if types or not is_for_types(node)]
    found: set[str] = set()
    for node in (inner for outer in kept for inner in ast.walk(outer)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tf_losses":
            base = (node.module or "").partition(".")[2]
            if base.startswith("_internal.faces"):
                continue
            inside = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
            found |= {inner if inner in NAMES else base for inner in inside}
    return found - {name_of(path)}


def level(name: str) -> int:
    first, *rest = name.split(".")
    if first == "_internal":
        first = f"_{rest[0].lstrip('_')}" if rest else "_ffi"
    return ROOMS.index(first if first in ROOMS else "")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    name = name_of(path)
    assert [other for other in imports_of(path, types=True) if level(other) > level(name)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {name_of(path): imports_of(path, types=False) for path in MODULES}
    list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle
