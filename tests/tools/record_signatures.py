# SPDX-License-Identifier: Apache-2.0
"""Record the signatures of TensorFlow's losses, of every release that changed any of them.

    python tests/tools/record_signatures.py .venv-parity/*/bin/python > tests/data/signatures.json

The Pythons have a TensorFlow each (`make parity-matrix` makes them); this file runs in all of them,
the oldest of which is 3.6.
"""
# ruff: noqa: UP006, UP035 (Python 3.6)

import inspect
import json
import subprocess
import sys
from typing import Any, Dict

NAMES = (
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
)
Signatures = Dict[str, Dict[str, str]]


def main() -> None:
    """Record the TensorFlow here, or those of other Pythons."""
    pythons = sys.argv[1:]
    found = _changes([_ask(python) for python in pythons]) if pythons else _here()
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


def _here() -> Dict[str, Any]:
    import tensorflow as tf  # noqa: PLC0415 (not where others are asked)

    compat = {f"compat.{age}": getattr(tf.compat, age, None) for age in ("v1", "v2")}
    found = {}
    for namespace, module in {"tf": tf, **compat}.items():
        nn = getattr(module, "nn", None)
        functions = {name: getattr(nn, name, None) for name in NAMES}
        found[namespace] = {
            name: str(inspect.signature(function))
            for name, function in functions.items()
            if function
        }
    return {"tensorflow": tf.__version__, "signatures": {k: v for k, v in found.items() if v}}


def _ask(python: str) -> Dict[str, Any]:
    done = subprocess.run(
        [python, __file__], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    found: Dict[str, Any] = json.loads(done.stdout.decode())
    return found


def _changes(found: "list[Dict[str, Any]]") -> Dict[str, Signatures]:
    """Those that differ from the release before, by its number."""
    found.sort(key=lambda one: [int(part) for part in one["tensorflow"].split(".")[:2]])
    kept: Dict[str, Signatures] = {}
    for one in found:
        if not kept or one["signatures"] != list(kept.values())[-1]:
            kept[one["tensorflow"]] = one["signatures"]
    return kept


if __name__ == "__main__":
    main()
