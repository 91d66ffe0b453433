# SPDX-License-Identifier: Apache-2.0
"""Write docs/names.md: every name of TensorFlow, and what tf_losses has of it.

python tests/tools/list_names.py > docs/names.md
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from tf_losses._internal import absent as _absent

# Of the names that are there: those whose bits are not TensorFlow's in all cases, and how far
# they are from them. "nn.x" is that of tf.nn.
_MATRICES = "they contain a matrix product: values up to 5 ulp, gradients near zero more"
_EXTREMES = "where the result is a zero, its sign, or a subnormal number; all else is exact"
_NAN = "where NaN is among the values, their order; all else is exact"
VALUE_ONLY: dict[str, str] = {
    "nn.nce_loss": _MATRICES,
    "nn.sampled_softmax_loss": _MATRICES,
    "reduce_max": _EXTREMES,
    "reduce_min": _EXTREMES,
    "math.reduce_max": _EXTREMES,
    "math.reduce_min": _EXTREMES,
    "math.top_k": _NAN,
    "nn.top_k": _NAN,
    "sort": _NAN,
    "argsort": _NAN,
}

AGES = {"1": "1.15", "c": "compat.v1", "2": "2"}
FACES = {"1": "tf_losses", "c": "tf_losses.compat.v1", "2": "tf_losses.compat.v2"}
KINDS = ("exact bits", "value only", "not there")
HEAD = """<!-- Written by tests/tools/list_names.py; do not edit. -->
# Names

Every name of TensorFlow 1.15 ("1.15": `import tf_losses as tf`), of TensorFlow 2's `tf.compat.v1`
("compat.v1": `import tf_losses.compat.v1 as tf`) and of TensorFlow 2 itself ("2":
`import tf_losses.compat.v2 as tf`), and what there is of it here:

- **exact bits**: it is there, and what it computes has TensorFlow's bits;
- **value only**: it is there, and its last digits may differ; "How far", below, says how much;
- **not there**: asking for it says so, and what to do instead where that is short.

`tf.raw_ops` and most of what is below `tf.contrib` are not listed.
"""


def namespace(age: str, space: str) -> ModuleType | None:
    """Give the module of a namespace, or None."""
    found: object = importlib.import_module(FACES[age])
    for part in [] if space == "tf" else space.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, ModuleType) else None


def _there(age: str, space: str) -> set[str]:
    module = namespace(age, space)
    return set(dir(module)) if module else set()


def kinds_of(space: str) -> dict[tuple[str, str], list[str]]:
    """Give a namespace's names, by kind and by the ages of which that is true."""
    there = {age: _there(age, space) for age in AGES}
    found: dict[tuple[str, str], list[str]] = {}
    for name, ages in sorted(_absent.recorded()[space].items()):
        path = name if space == "tf" else f"{space}.{name}"
        kind_there = "value only" if path in VALUE_ONLY else "exact bits"
        kinds: dict[str, str] = {}
        for age in ages:
            kind = kind_there if name in there[age] else "not there"
            kinds[kind] = kinds.get(kind, "") + age
        for kind, of in kinds.items():
            found.setdefault((kind, of), []).append(name)
    return found


def _title(space: str) -> str:
    return "tf" if space == "tf" else f"tf.{space}"


def _counts(spaces: list[str]) -> list[str]:
    lines = ["", "| Namespace | exact bits | value only | not there |", "| --- | --: | --: | --: |"]
    for space in spaces:
        by_kind: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for (kind, _), names in kinds_of(space).items():
            by_kind[kind] |= set(names)
        # What one age has is there.
        by_kind["not there"] -= by_kind["exact bits"] | by_kind["value only"]
        row = " | ".join(str(len(by_kind[kind])) for kind in KINDS)
        lines.append(f"| `{_title(space)}` | {row} |")
    return lines


def _section(space: str) -> list[str]:
    lines = [
        "",
        f"## {_title(space)}",
        "",
        "| What | of TensorFlow | Names |",
        "| --- | --- | --- |",
    ]
    rows = sorted(
        kinds_of(space).items(), key=lambda row: (KINDS.index(row[0][0]), -len(row[0][1]))
    )
    for (kind, ages), names in rows:
        of = ", ".join(AGES[age] for age in ages)
        lines.append(f"| {kind} | {of} | {' '.join(f'`{name}`' for name in names)} |")
    return lines


def _absent_section(spaces: list[str]) -> list[str]:
    hints = _absent.hints()
    lines = ["", "## Namespaces that are not there", "", "| Namespace | Instead | Names |"]
    lines.append("| --- | --- | --- |")
    for space in spaces:
        names = " ".join(f"`{name}`" for name in sorted(_absent.recorded()[space]))
        lines.append(f"| `{_title(space)}` | {hints.get(space.split('.')[-1], '')} | {names} |")
    return lines


def page() -> str:
    """Give the page."""
    spaces = sorted(_absent.recorded(), key=lambda space: (space != "tf", space))
    here = [space for space in spaces if any(namespace(age, space) for age in AGES)]
    lines = [*HEAD.splitlines(), *_counts(here)]
    if VALUE_ONLY:
        lines += ["", "## How far", "", "| Name | Largest distance |", "| --- | --- |"]
        lines += [f"| `tf.{name}` | {text} |" for name, text in sorted(VALUE_ONLY.items())]
    for space in here:
        lines += _section(space)
    lines += _absent_section([space for space in spaces if space not in here])
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
