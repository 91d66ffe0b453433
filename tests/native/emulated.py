# SPDX-License-Identifier: Apache-2.0
"""Recorded results of TensorFlow against the C core of another processor, run under emulation.

    python tests/native/emulated.py FILE.npz ... [--json FILE] -- qemu-aarch64 build/.../serve neon

The package's Python runs here; its C library is replaced by one that passes every call to the
program named behind `--` (serve.c). It calls with another rounding mode for each file.
"""
# ruff: noqa: ANN401, PLC0415, T201 (cffi's values have no type; the package is imported late; prints)

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import tiny

ROOT = Path(__file__).parents[2]
# Each function's number in serve.c, and how many of its last pointers are outputs.
FUNCTIONS = {
    "tfl_forward": (0, 1),
    "tfl_gradient_positional": (1, 4),
    "tfl_weighted_products": (2, 4),
    "tfl_weighted_finish": (3, 2),
    "tfl_sum": (4, 1),
    "tfl_set_version": (5, 0),
    "tfl_set_num_threads": (6, 0),
    "tfl_set_thread_elements": (7, 0),
    "tfl_set_vendor": (8, 0),
    "tfl_arithmetic": (10, 1),
    "tfl_softmax": (11, 1),
    "tfl_onednn_softmax": (12, 1),
    "tfl_row_products": (13, 1),
}
SET_ROUNDING = 9
ROUNDINGS = ("to nearest", "down", "up", "to zero")
WORD = np.dtype("<i8")


class EmulatedLibrary:
    """The C library, except that what computes is done by another program."""

    def __init__(self, ffi: Any, lib: Any, command: list[str]) -> None:
        self.ffi, self.own = ffi, lib
        self._widths = {
            **dict.fromkeys((lib.TFL_F16, lib.TFL_BF16), 2),
            **dict.fromkeys((lib.TFL_F32, lib.TFL_I32), 4),
            **dict.fromkeys((lib.TFL_F64, lib.TFL_I64), 8),
        }
        self._isa = ffi.new("char[]", command[-1].encode())
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __getattr__(self, name: str) -> Any:
        """A function that is passed on, or what the real library has."""
        if name == "tfl_isa_name":
            return lambda: self._isa
        real = getattr(self.own, name)
        if name not in FUNCTIONS:
            return real
        kinds = [argument.kind for argument in self.ffi.typeof(real).args]

        def call(*arguments: Any) -> int:
            return self._call(name, kinds, arguments)

        return call

    def set_rounding(self, number: int) -> str:
        """Let the caller of the C core round in one of four ways; its name."""
        assert self._exchange([SET_ROUNDING, 1, 0, number % len(ROUNDINGS)], [], []) == 0
        return ROUNDINGS[number % len(ROUNDINGS)]

    def _call(self, name: str, kinds: list[str], arguments: tuple[Any, ...]) -> int:
        number, outputs = FUNCTIONS[name]
        scalars = [int(a) for a, kind in zip(arguments, kinds, strict=True) if kind != "pointer"]
        pointers = [a for a, kind in zip(arguments, kinds, strict=True) if kind == "pointer"]
        first_output = len(pointers) - outputs
        buffers = [None if p == self.ffi.NULL else self.ffi.buffer(p) for p in pointers]
        widths = self._element_widths(name, scalars, len(pointers))
        described = [
            (width, -1 if buffer is None else len(buffer), place >= first_output)
            for place, (width, buffer) in enumerate(zip(widths, buffers, strict=True))
        ]
        words = [number, len(scalars), len(pointers), *scalars, *sum(described, ())]
        return self._exchange(words, buffers, buffers[first_output:])

    def _exchange(self, words: list[int], buffers: list[Any], outputs: list[Any]) -> int:
        stdin = self._program.stdin
        assert stdin
        stdin.write(np.array([w if w < 2**63 else w - 2**64 for w in words], WORD).tobytes())
        for buffer in buffers:
            stdin.write(b"" if buffer is None else buffer[:])
        stdin.flush()
        status = int(np.frombuffer(self._read(WORD.itemsize), WORD)[0])
        for buffer in outputs:
            if buffer is not None:
                buffer[:] = self._read(len(buffer))
        return status

    def _read(self, count: int) -> bytes:
        assert self._program.stdout
        data = self._program.stdout.read(count)
        if len(data) != count:
            raise RuntimeError(f"the emulated core ended: exit code {self._program.wait()}")
        return data

    def _element_widths(self, name: str, scalars: list[int], count: int) -> list[int]:
        """Bytes of an element of each buffer: what a processor of other byte order swaps."""
        if not count:
            return []
        if name in ("tfl_forward", "tfl_gradient_positional"):
            labels, other = self._widths[scalars[3]], self._widths[scalars[2]]
            widths = [labels, other, other, 8, *[other] * (count - 4)]
            if name == "tfl_gradient_positional":
                widths[6] = labels
            return widths
        dtype = scalars[2 if name == "tfl_onednn_softmax" else 1]
        widths = [self._widths[dtype]] * count
        if name == "tfl_weighted_products":
            widths[3] = 8
        if name == "tfl_sum":
            widths[0] = 8
        return widths


def install(command: list[str]) -> EmulatedLibrary:
    """Let the package, not yet imported, compute by another program."""
    (path,) = (ROOT / "tf_losses" / "_internal").glob("_ffi*.so")
    spec = importlib.util.spec_from_file_location("tf_losses._internal._ffi", path)
    assert spec
    assert spec.loader
    real = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(real)
    emulated = EmulatedLibrary(real.ffi, real.lib, command)
    sys.modules["tf_losses._internal._ffi"] = SimpleNamespace(ffi=real.ffi, lib=emulated)  # type: ignore[assignment]
    return emulated


def main() -> int:
    """Replay the files; 0 if every cell is equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--all-roundings", action="store_true", help="each file with every rounding mode"
    )
    parser.add_argument("--json", type=Path, help="write what was compared there")
    before, command = sys.argv[1:], []
    if "--" in before:
        cut = before.index("--")
        before, command = before[:cut], before[cut + 1 :]
    options = parser.parse_args(before)
    library = install(command)
    from tf_losses.parity import goldens, report, runs  # after install

    print(f"C core: {' '.join(command)}")
    equal = tiny.equal(library.ffi, library, library.own)
    written = []
    for number, path in enumerate(options.files):
        recorded = goldens.load(path)
        version, notes = runs.choose_version(None, recorded.tensorflow["tensorflow"])
        for mode in range(len(ROUNDINGS)) if options.all_roundings else (number,):
            rounding = library.set_rounding(mode)
            start = time.monotonic()
            cells = runs.replay(recorded, version, notes)
            print(f"== {path.name} ({time.monotonic() - start:.0f} s; caller rounds {rounding})")
            print(*report.lines(cells), sep="\n", flush=True)
            equal = equal and cells.equal
            written.append({"file": path.name, **report.to_json(cells)})
    if options.json:
        options.json.write_text(json.dumps(written), encoding="utf-8")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
