# SPDX-License-Identifier: Apache-2.0
"""Write tests/programs with tf_losses' import, and what must not pass, for type checkers.

    python tests/tools/typed_programs.py build/typed

`make lint` runs pyright and mypy on them, both strict. refused.py has calls that a checker refuses:
a line that it does not refuse is an error of its own, an ignore that is not needed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PROGRAMS = Path(__file__).parents[1] / "programs"
FACES = {"v1": "tf_losses", "v2": "tf_losses.compat.v2"}
REFUSED = '''"""What type checkers refuse: text, objects, and names that are not there."""

import tf_losses as tf1
import tf_losses.compat.v2 as tf
from tf_losses import gradients, raw_ops

GOOD = [[0.5, 1.0]]
'''
# What is called with bad arguments, and what mypy calls it.
CALLS = {
    'tf.nn.sigmoid_cross_entropy_with_logits("a", object())': "arg-type",
    "tf.nn.softmax_cross_entropy_with_logits(GOOD, object())": "arg-type",
    "tf.nn.sparse_softmax_cross_entropy_with_logits({'a': 1}, GOOD)": "arg-type",
    'tf.nn.weighted_cross_entropy_with_logits(GOOD, GOOD, "2")': "arg-type",
    'tf1.nn.sigmoid_cross_entropy_with_logits(labels=["a"], logits=GOOD)': "list-item",
    "tf1.compat.v1.nn.sigmoid_cross_entropy_with_logits(GOOD, b'a')": "arg-type",
    'gradients.sigmoid_cross_entropy_with_logits("a", object())': "arg-type",
    'raw_ops.SoftmaxCrossEntropyWithLogits(features="a", labels=GOOD)': "arg-type",
    "tf.no_such_name(GOOD)": "attr-defined",
    "tf.nn.no_such_name(GOOD)": "attr-defined",
}


def write(folder: Path) -> None:
    """Write all of it into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for age, face in FACES.items():
        for program in sorted((PROGRAMS / age).glob("*.py")):
            text = program.read_text(encoding="utf-8")
            line = "import tensorflow as tf\n"
            if text.count(line) != 1:
                raise ValueError(f"{program} has not one line of {line!r}")
            place = folder / f"{age}_{program.name}"
            place.write_text(text.replace(line, f"import {face} as tf\n"), encoding="utf-8")
    refused = [f"{call}  # type: ignore[{code}]" for call, code in CALLS.items()]
    (folder / "refused.py").write_text(REFUSED + "\n".join(refused) + "\n", encoding="utf-8")
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.12",
        "extraPaths": [str(PROGRAMS.parents[1])],
        "reportUnnecessaryTypeIgnoreComment": True,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings, indent=1) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
