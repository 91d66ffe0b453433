# SPDX-License-Identifier: Apache-2.0
"""Write what type checkers see of namespaces that find their names when they are asked.

python tests/tools/write_faces.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from tf_losses._internal import names as _names

FOLDER = Path(_names.__file__).with_name("faces")
HEAD = '''# SPDX-License-Identifier: Apache-2.0
"""The names of {what}, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

'''
# `tf_losses.gradients` is a module, and a function as well.
NOT_HERE = {("gradients", 1, "tf")}


def modules() -> dict[str, str]:
    """Give the text of every module, by its file's name."""
    found = {
        "__init__.py": "# SPDX-License-Identifier: Apache-2.0\n"
        '"""What type checkers see of the namespaces; nothing else imports it."""\n'
    }
    for age in (1, 2):
        for space in sorted(_names.table(age)):
            if space != "tensor":
                found[f"{name_of(age, space)}.py"] = _text(age, space)
    return found


def name_of(age: int, space: str) -> str:
    """Name the module of a namespace.

    >>> name_of(2, "keras.losses")
    'v2_keras_losses'
    """
    return f"v{age}_{space.replace('.', '_')}"


def _text(age: int, space: str) -> str:
    where = "" if space == "tf" else f".{space}"
    lines = [
        f"from tf_losses._internal.{module} import {inner} as {public}"
        for public, place in sorted(_names.table(age)[space].items())
        for module, inner in [place.split(":")]
        if (public, age, space) not in NOT_HERE
    ]
    if space == "tf":
        made = sorted(set(_names.table(age)) & _names.MADE_HERE)
        faces = "tf_losses._internal.faces"
        lines += [f"from {faces} import {name_of(age, one)} as {one}" for one in made]
    names = sorted(line.rpartition(" as ")[2] for line in lines)
    lines += ["", "__all__ = [", *(f'    "{name}",' for name in names), "]"]
    return HEAD.format(what=f"TensorFlow {age}.x's `tf{where}`") + "\n".join(lines) + "\n"


def main() -> int:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in modules().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
