# SPDX-License-Identifier: Apache-2.0
"""`make prove-libm`: glibc's functions, computed here in vectors, against the libraries themselves.

Each library is compared on each instruction set of this processor: the host's, and those of the
folders that are given (one that holds a dynamic linker, `ld-linux-*.so.2` or `ld-musl-*.so.1`, and
libm beside it, as an unpacked package does); glibc's once more told to leave FMA alone. Nothing is
fetched. The exit code is 1 if any argument differs, or if one of glibc's is none of the known sets.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tf_losses._internal.runtime import native

ROOT = Path(__file__).resolve().parents[2]
ISA_FLAGS = {
    "portable": ["-DISA_IS_PORTABLE"],  # and baseline, which has the same kernels
    "neon": [],
    "avx2": ["-mavx2", "-mfma", "-mf16c"],
    "avx512": [
        "-mavx512f",
        "-mavx512bw",
        "-mavx512dq",
        "-mavx512vl",
        "-mavx2",
        "-mfma",
        "-mf16c",
        "-mprfchw",
    ],
}
FUNCTIONS = ("expf", "logf", "log1pf", "exp", "log", "log1p")
WITHOUT_FMA = "glibc.cpu.hwcaps=" + ",".join(
    f"-{name}{end}" for name in ("FMA", "FMA4", "AVX2") for end in ("", "_Usable")
)
# By the forms of the functions above.
SETS = {
    "fma glibc glibc fma fma glibc": "glibc-2.28",
    "fma glibc glibc fma fma fma": "glibc-2.34",
    "fma glibc rounded fma fma fma": "glibc-2.41",
    "glibc glibc glibc glibc glibc glibc": "glibc-2.28-nofma, glibc-2.34-nofma",
    "glibc glibc rounded glibc glibc glibc": "glibc-2.41-nofma",
}


@dataclass(frozen=True)
class Library:
    """A C library, and how a program is run with it."""

    name: str
    command: tuple[str, ...] = ()
    """What stands before the program's name."""
    tunables: str = ""

    @property
    def is_glibc(self) -> bool:
        """Whether it has to be one of the known sets."""
        return "musl" not in self.name

    def run(self, program: Path, words: list[str]) -> str:
        """Run a program; what it prints is returned."""
        environment = {**os.environ, "GLIBC_TUNABLES": self.tunables}
        command = [*self.command, str(program), *words]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env=environment
        ).stdout


@dataclass
class Result:
    """What was found of a library on an instruction set."""

    forms: dict[str, str]
    compared: Counter[str]
    different: Counter[str]
    remarks: list[str]

    @property
    def set_name(self) -> str:
        """Name the set; empty if it is none that is known."""
        return SETS.get(" ".join(self.forms.get(name, "?") for name in FUNCTIONS), "")


def libraries(folders: list[Path]) -> list[Library]:
    """List the host's library and those of some folders, each also without FMA."""
    found = [Library(f"host ({' '.join(platform.libc_ver())})")]
    for folder in folders:
        linkers = [*folder.rglob("ld-linux*.so*"), *folder.rglob("ld-musl*.so.1")]
        whole = (path for path in sorted(linkers) if _has_libm(path))
        linker = next(whole, None)
        if linker is None:
            raise SystemExit(f"{folder}: there is no dynamic linker with a libm beside it")
        found.append(Library(_name_of(linker), (str(linker), "--library-path", str(linker.parent))))
    plain = [Library(f"{x.name}, no FMA", x.command, WITHOUT_FMA) for x in found if x.is_glibc]
    return [*found, *plain]


def _has_libm(linker: Path) -> bool:
    """Tell whether a library's functions are beside its dynamic linker; all of musl is one file."""
    return "musl" in linker.name or any(linker.parent.glob("libm[.-]*so*"))


def _name_of(linker: Path) -> str:
    if "musl" in linker.name:
        told = subprocess.run([str(linker)], check=False, capture_output=True, text=True).stderr
        return "musl " + (re.search(r"Version (\S+)", told) or ["", "?"])[1]
    libc = next(linker.parent.glob("libc.so.6"), linker)
    version = re.search(rb"GNU C Library [^\n]*version (\d+\.\d+)", libc.read_bytes())
    return f"glibc {version[1].decode() if version else '?'}"


def build(isa: str, folder: Path, *flags: str, compiler: str | None = None) -> Path:
    """Compile the program for an instruction set."""
    program = folder / f"prove_{isa}"
    own_start = platform.machine() == "x86_64" and sys.platform == "linux"
    command = [compiler or os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-ffp-contract=off"]
    command += ["-fno-math-errno", "-fno-builtin", "-fno-stack-protector", *ISA_FLAGS[isa], *flags]
    command += ["-DNO_START_FILES", "-nostartfiles"] if own_start else []
    command += ["-Icsrc", "-Itests/helpers", f'-DISA_FILE="{ROOT / "csrc" / "isa" / isa}.c"']
    command += ["-o", str(program), "tests/helpers/prove_libm.c", "csrc/functions/glibc.c"]
    command += [f"csrc/host/{name}.c" for name in ("libm_tables", "rcpps", "x86")]
    command += ["-lm"]
    subprocess.run(command, cwd=ROOT, check=True)
    return program


def prove(library: Library, program: Path, step: int, drawn: int, parts: int) -> Result:
    """Run a program with a library, in as many parts as there are processors."""

    def run(part: int) -> str:
        return library.run(program, [str(n) for n in (step, part, parts, drawn // parts)])

    result = Result({}, Counter(), Counter(), [])
    with ThreadPoolExecutor(parts) as pool:
        for line in "".join(pool.map(run, range(parts))).splitlines():
            if line.startswith("#"):
                result.remarks.append(line)
                continue
            function, form, what, compared, different = line.split()
            if form != "-":
                result.forms[function] = form
            result.compared[f"{function} {what}"] += int(compared)
            result.different[f"{function} {what}"] += int(different)
    return result


def _cell(result: Result, function: str) -> str:
    names = [name for name in result.compared if name.split()[0] == function]
    form, total = result.forms[function], sum(result.compared[name] for name in names)
    if form == "another":
        return "another"
    return f"{form} {total:,} {sum(result.different[name] for name in names)}"


def main() -> int:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="of other libraries")
    parser.add_argument("--step", type=int, default=1, help="compare every STEP-th float only")
    parser.add_argument(
        "--drawn",
        type=int,
        default=2_000_000_000,
        help="float64 arguments of a function; a twentieth on all but the fastest instruction set",
    )
    parser.add_argument("--isas", nargs="+", metavar="ISA", help="default: all that run here")
    options = parser.parse_args()
    runs = [isa for isa, known in native.isa_known().items() if known and isa in ISA_FLAGS]
    parts, failed, fastest = os.cpu_count() or 1, False, runs[-1]
    print("library, instruction set: function's form, arguments compared, different; ...")
    with tempfile.TemporaryDirectory() as scratch:
        programs = {isa: build(isa, Path(scratch)) for isa in options.isas or runs}
        for library in libraries(options.folders):
            for isa, program in programs.items():
                drawn = options.drawn if isa == fastest else options.drawn // 20
                result = prove(library, program, options.step, drawn, parts)
                failed |= any(result.different.values())
                failed |= library.is_glibc and not result.set_name
                cells = "; ".join(f"{name} {_cell(result, name)}" for name in FUNCTIONS)
                print(f"{library.name}, {isa}: {cells}: {result.set_name or 'no known set'}")
                print(*result.remarks, sep="\n", end="\n" if result.remarks else "", flush=True)
    print("DIFFERENT" if failed else "equal")
    return failed


if __name__ == "__main__":
    sys.exit(main())
