# SPDX-License-Identifier: Apache-2.0
"""Instructions an element, by instruction set of another processor, counted under emulation.

    python tests/native/counted.py build/native/insns.so -- qemu-aarch64 build/native/aarch64/work

Each number is the difference of two calls, one with twice the rows, so that what a call costs
whatever its size is no part of it; nor is what the program does to draw its arguments, which is
counted by itself. A processor computes several instructions at once, and some take long: these are
no times.
"""
# ruff: noqa: T201 (prints)

from __future__ import annotations

import re
import subprocess
import sys

LOSSES = ("sigmoid", "weighted", "softmax", "sparse_softmax")
DTYPES = ("float16", "bfloat16", "float32", "float64")
DIRECTIONS = ("forward", "gradient")
DRAW = 2  # what work.c does besides
# Rows and classes; one thread computes so many.
SHAPES = {"sigmoid": (16384, 1), "weighted": (16384, 1)}
BY_ROW = (16, 1000)


def main() -> int:
    """Print the table."""
    cut = sys.argv.index("--")
    (plugin,), (emulator, program) = sys.argv[1:cut], sys.argv[cut + 1 :]
    command = [emulator, "-plugin", plugin, program]
    sets = _run([emulator, program]).stdout.split()
    print(f"instructions an element, {emulator}")
    print(f"  {'loss':<16}{'dtype':<10}{'direction':<10}" + "".join(f"{s:>10}" for s in sets))
    for number, loss in enumerate(LOSSES):
        for direction, name in enumerate(DIRECTIONS):
            for dtype, dtype_name in enumerate(DTYPES):
                counts = [_count(command, s, number, dtype, direction) for s in sets]
                row = "".join(f"{count:10.1f}" for count in counts)
                print(f"  {loss:<16}{dtype_name:<10}{name:<10}{row}", flush=True)
    return 0


def _count(command: list[str], isa: str, loss: int, dtype: int, direction: int) -> float:
    rows, classes = SHAPES.get(LOSSES[loss], BY_ROW)
    executed = {}
    for what in (direction, DRAW):
        for times in (1, 2):
            numbers = [loss, dtype, what, rows * times, classes]
            said = _run([*command, isa, *map(str, numbers)]).stderr
            found = re.search(r"^instructions: (\d+)$", said, re.MULTILINE)
            if not found:
                raise SystemExit(f"the plugin counted nothing: {said}")
            executed[what, times] = int(found[1])
    more = {what: executed[what, 2] - executed[what, 1] for what in (direction, DRAW)}
    return (more[direction] - more[DRAW]) / (rows * classes)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
