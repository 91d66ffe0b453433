# SPDX-License-Identifier: Apache-2.0
"""How many ulp other frameworks are from TensorFlow: the table of docs/other_frameworks.md.

    python tests/tools/other_frameworks.py [--python OTHER/bin/python ...]

What is compared are the drawn cases of `tf-losses parity --full` without special values, in float32
and float64. Frameworks are asked in the Python that runs this, and in those that --python names,
which need NumPy and one or more of torch, jax, and onnxruntime with onnx; tf_losses computes here.
The table is printed as Markdown.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from other_frameworks_asked import FRAMEWORKS  # beside this file
from tf_losses import __version__, get_tf_version
from tf_losses.parity.distances import Distances
from tf_losses.parity.shim import compute
from tf_losses.parity.table import EAGER, cases, draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Key = tuple[str, str, str, str]
    """Of a count: result, loss, dtype, framework."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", default=[], help="another one to ask")
    parser.add_argument("--table", choices=["quick", "full"], default="full")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inputs, expected = _drawn(options.table, Path(folder))
        versions: dict[str, str] = {}
        found: dict[Key, Distances] = {}
        for number, python in enumerate([sys.executable, *options.python]):
            place = Path(folder) / f"answers-{number}.npz"
            asked = Path(__file__).with_name("other_frameworks_asked.py")
            done = subprocess.run(
                [python, asked, inputs, place], check=True, stdout=subprocess.PIPE, text=True
            )
            with np.load(place) as archive:
                _count(found, archive, expected, leave_out=versions)
            versions = json.loads(done.stdout) | versions
    _print(versions, found, options.table)


def _drawn(table: str, folder: Path) -> tuple[Path, dict[str, Array]]:
    """Draw the arguments, compute what is expected of them, and write the arguments down."""
    given: dict[str, Array] = {}
    expected: dict[str, Array] = {}
    for case in cases(table):
        is_left_out = case.mode != EAGER or case.kind.specials or 0 in case.shape
        if is_left_out or case.dtype not in ("float32", "float64"):
            continue
        drawn = replace(draw(case, 0), upstream=None)  # the gradient of the losses' sum
        if case.loss == "softmax":  # other frameworks' gradients are those of probabilities
            sums = drawn.labels.sum(-1, keepdims=True)
            drawn = replace(drawn, labels=drawn.labels / sums)
        name = f"{case.loss} {case.dtype} {case.number}"
        given[f"{name} labels"], given[f"{name} logits"] = drawn.labels, drawn.logits
        if drawn.pos_weight is not None:
            given[f"{name} pos_weight"] = np.asarray(drawn.pos_weight, case.dtype)
        results = compute(case, drawn)
        expected[f"{name} loss"] = results["loss"]
        expected[f"{name} gradient"] = results["logits gradient"]
    place = folder / "inputs.npz"
    np.savez(place, **given)
    return place, expected


def _count(
    found: dict[Key, Distances],
    answers: Any,  # noqa: ANN401 (an archive of NumPy)
    expected: dict[str, Array],
    leave_out: dict[str, str],
) -> None:
    """Count, for each loss, dtype, result and framework, how many elements are how far."""
    for name in answers.files:
        framework, loss, dtype, number, result = name.split(" ")
        if framework in leave_out:  # another Python has it too
            continue
        want = expected[f"{loss} {dtype} {number} {result}"]
        got = answers[name]
        if got.dtype != want.dtype or got.shape != want.shape:
            sys.exit(f"{name}: {got.dtype}{got.shape}, not {want.dtype}{want.shape}")
        key = (result, loss, dtype, framework)
        if key not in found:
            found[key] = Distances((sys.maxsize,), want.dtype)
        found[key].add(got.reshape(-1), want.reshape(-1))


def _print(versions: dict[str, str], found: dict[Key, Distances], table: str) -> None:
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    print(f"tf_losses {__version__} with TensorFlow {get_tf_version()}'s bits; {listed}.")
    print(f"{_processor()}; cases of the {table} table without special values.\n")
    print(
        "| Result | Loss | Type | Framework | Elements | Equal | 1 ulp | 2 | 3 to 8 | more | ",
        end="",
    )
    print("Largest |\n| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: | --: |")
    order = list(FRAMEWORKS)
    for key in sorted(found, key=lambda key: (key[0] != "loss", key[1:3], order.index(key[3]))):
        counted = found[key]
        shares = [100 * number / counted.size for number in counted.counts.values()]
        cells = [*key, f"{counted.size:,}", *map(share, shares[:5]), f"{counted.largest:,.0f}"]
        if counted.counts["beside NaN"]:
            cells[-1] += f", {counted.counts['beside NaN']:,} NaN"
        print(f"| {' | '.join(cells)} |")
    for name in FRAMEWORKS:
        if not any(key[3] == name for key in found):
            print(f"\nNot asked: {name}, which is not installed.")


def share(percent: float) -> str:
    """Show a share so that a single element is not rounded away, nor to everything."""
    if percent in (0.0, 100.0):
        return f"{percent:.0f}%"
    return f"{min(max(percent, 0.01), 99.99):.2f}%"


def _processor() -> str:
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
