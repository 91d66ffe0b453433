# SPDX-License-Identifier: Apache-2.0
"""Operations an element of each row: a process with an extension that counts.

`python -m bench.counting EXTENSION` prints a JSON object: for each row, and number of an operation,
how often it is executed for an element.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.compiling import CSRC, NATIVE, build, compile_library
from bench.operations import OPERATIONS, counting_header

if TYPE_CHECKING:
    from bench.cases import Case, Shape

_ELEMENTS = 1 << 16  # of a call, which are counted

_LIST = """#include "tf_losses.h"
extern const tfl_isa {declared};
const tfl_isa *const TFL_NAME(isas)[] = {{{listed}, NULL}};
"""


def count(isa: str) -> dict[str, dict[int, float]]:
    """Compile the counting extension for an instruction set, and give what it counts."""
    with TemporaryDirectory() as folder:
        extension = _compile(isa, Path(folder))
        command = [sys.executable, "-m", "bench.counting", str(extension)]
        environment = {**os.environ, "TF_LOSSES_ISA": isa}
        done = subprocess.run(  # noqa: S603 (this module)
            command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=CSRC.parent
        )
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return {row: {int(n): each for n, each in counts.items()} for row, counts in found.items()}


def _compile(isa: str, folder: Path) -> Path:
    """Compile the extension with the kernels of one set, and the portable ones, which all need."""
    (folder / "kernels").mkdir()
    (folder / "kernels" / "kernels.h").write_text(counting_header(), encoding="utf-8")
    names = dict.fromkeys(("portable", isa))
    of = [f"TFL_NAME(isa_{name})" for name in names]
    listed = _LIST.format(declared=", ".join(of), listed=", ".join(f"&{each}" for each in of))
    (folder / "list.c").write_text(listed, encoding="utf-8")
    module = folder / "_ffi.c"
    with contextlib.redirect_stdout(None):  # it tells what it does
        build().ffi.emit_c_code(str(module))
    others = [p for p in CSRC.glob("*/*.c") if p.parent.name not in ("isa", "older")]
    kernels = [CSRC / "isa" / f"{name}.c" for name in reversed(names)]
    options = [
        f"-I{folder}",
        f"-I{NATIVE}",
        f"-I{sysconfig.get_path('include')}",
        '-DTFL_SOURCES="counting"',
        '-DTFL_BUILD_FLAGS=""',
    ]
    sources = [*kernels, module, folder / "list.c", NATIVE / "counts.c", *others]
    return compile_library(sources, folder / "_ffi.so", options)


def main() -> None:
    """Import the counting extension in place of the usual one; count every row."""
    loader = importlib.machinery.ExtensionFileLoader("tf_losses._internal._ffi", sys.argv[1])
    spec = importlib.util.spec_from_loader("tf_losses._internal._ffi", loader)
    if spec is None:
        raise ImportError(sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.modules["tf_losses._internal._ffi"] = module

    from bench.costs import cases, title  # noqa: PLC0415 (they import the extension)

    find = ctypes.CDLL(sys.argv[1]).bench_counts
    find.restype = ctypes.POINTER(ctypes.c_int64)
    counters = find()
    print(json.dumps({title(case): _counts(case, counters) for case in cases()}))  # noqa: T201 (the answer)


def _counts(case: Case, counters: Any) -> dict[int, float]:  # noqa: ANN401 (a pointer)
    from bench import data  # noqa: PLC0415 (as above)
    from bench.parts import public_call  # noqa: PLC0415 (as above)

    small = replace(case, shape=_fewer(case.shape))
    call = public_call(small, data.draw(small, 0))
    for each in OPERATIONS:
        counters[each.number] = 0
    call()
    counts = {each.number: counters[each.number] / small.size for each in OPERATIONS}
    return {number: count for number, count in counts.items() if count}


def _fewer(shape: Shape) -> Shape:
    """Leave out rows, of which one is like the other."""
    if len(shape) == 1:
        return (min(shape[0], _ELEMENTS),)
    return min(shape[0], -(-_ELEMENTS // shape[1])), shape[1]


if __name__ == "__main__":
    main()
