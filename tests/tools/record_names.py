# SPDX-License-Identifier: Apache-2.0
"""Record TensorFlow's public names, for tf_losses/data/tensorflow_names.txt.

Takes the Pythons of a TensorFlow 1.15 and of a TensorFlow 2.x, and runs itself in both:

    python tests/tools/record_names.py PYTHON_OF_1.15 PYTHON_OF_2.x > \
        tf_losses/data/tensorflow_names.txt

A line has a namespace ("tf" for the outermost), the ages that have the names (1 for TensorFlow
1.15, c for the `tf.compat.v1` of TensorFlow 2.x, 2 for TensorFlow 2.x itself), and the names.
Namespaces are those in the outermost one, and those in `tf.keras`. Of `tf.contrib` there are the
modules, and the names of those that have losses; the operations of `tf.raw_ops` are left out, as
every program that names one knows that it is TensorFlow's inside.
"""

from __future__ import annotations  # the older of the Pythons is 3.7

import json
import subprocess
import sys
import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of no use to programs, or recorded as names only.
CLOSED = ("compat", "contrib", "python", "pywrap_tensorflow", "raw_ops")
# Of tf.contrib, what has losses.
CONTRIB = ("legacy_seq2seq", "losses", "seq2seq")
# What `from __future__ import ...` leaves in a module.
LEFT_BEHIND = ("absolute_import", "division", "print_function", "unicode_literals")


def namespaces_of(root: types.ModuleType) -> dict[str, list[str]]:
    """Give the names of a TensorFlow's namespaces: what is in it, and one below, two in keras."""
    found = {"tf": _public(root)}
    below = [(name, root) for name in found["tf"] if name not in CLOSED]
    for path, parent in below:
        value = getattr(parent, path.rpartition(".")[2])
        if isinstance(value, types.ModuleType):
            found[path] = _public(value)
            if path == "keras":
                below += [("keras." + name, value) for name in found[path]]
    if hasattr(root, "contrib"):
        found["contrib"] = _public(root.contrib)
        found.update({"contrib." + name: _public(getattr(root.contrib, name)) for name in CONTRIB})
    return {space: names for space, names in found.items() if names}


def _public(module: types.ModuleType) -> list[str]:
    try:
        names = dir(module)
    except ImportError:  # TensorFlow 2.21's compat.v1.layers is no more than its name
        return []
    return [name for name in sorted(set(names)) if name[0] != "_" and name not in LEFT_BEHIND]


def recorded_here() -> dict[str, dict[str, list[str]]]:
    """Give each age's namespaces of the TensorFlow that is installed."""
    import tensorflow as tf  # noqa: PLC0415 (where it only starts the others, it is not needed)

    if tf.__version__.startswith("1."):
        return {"1": namespaces_of(tf)}
    return {"c": namespaces_of(tf.compat.v1), "2": namespaces_of(tf)}


def lines_of(ages: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """Give the lines of the file."""
    having: dict[str, dict[str, list[str]]] = {}
    for age, spaces in ages.items():
        for space, names in spaces.items():
            for name in names:
                having.setdefault(space, {}).setdefault(name, []).append(age)
    for space in sorted(having):
        groups: dict[str, list[str]] = {}
        for name, of in having[space].items():
            groups.setdefault("".join(of), []).append(name)
        for of in sorted(groups):
            yield " ".join([space, of, *sorted(groups[of])])


def main() -> None:
    """Record here, or in the given Pythons."""
    if len(sys.argv) == 1:
        json.dump(recorded_here(), sys.stdout)
        return
    ages: dict[str, dict[str, list[str]]] = {}
    for python in sys.argv[1:]:
        run = subprocess.run([python, __file__], stdout=subprocess.PIPE, check=True)
        ages.update(json.loads(run.stdout))
    sys.stdout.write("".join(line + "\n" for line in lines_of(ages)))


if __name__ == "__main__":
    main()
