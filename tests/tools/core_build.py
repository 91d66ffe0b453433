# SPDX-License-Identifier: Apache-2.0
"""Builds both extensions in a copy of the tree, object by object, with flags of one's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    ".github", "bench", "csrc", "docs", "tests", "tf_losses", "setup.py", "pyproject.toml",
    "README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "MANIFEST.in", "Makefile",
)  # fmt: skip


class Object(NamedTuple):
    """A source, absolute or of the tree, and how it is compiled but for a folder and `-o`."""

    source: str
    flags: list[str]
    target: Path


class Extension(NamedTuple):
    """An extension of Python's, and what it is made of."""

    name: str
    objects: list[Object]
    link: list[str]


def copy_tree(tree: Path) -> None:
    """What the suite needs, without anything built."""
    skip = shutil.ignore_patterns("*.so", "__pycache__", "_build")
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tree / part, ignore=skip)
        elif (ROOT / part).exists():
            shutil.copy(ROOT / part, tree / part)


def extensions(build: Path) -> Iterator[Extension]:
    """Both, as build_ffi.py describes them."""
    sys.path.insert(0, str(ROOT / "csrc"))
    import build_ffi  # noqa: PLC0415 (it is no module of the package's)

    for described, name in ((build_ffi.ffi, "_ffi"), (build_ffi.older, "_older")):
        options = described._assigned_source[3]  # noqa: SLF001 (cffi tells it nowhere else)
        glue = build / f"{name}.c"
        described.emit_c_code(str(glue))
        macros = [f"-D{key}={value}" for key, value in options["define_macros"]]
        flags = [*build_ffi.FLAGS, "-fPIC", "-DNDEBUG", "-w", *macros]
        flags.append(f"-I{sysconfig.get_paths()['include']}")
        objects = [
            Object(source, flags, build / "objects" / name / (source.replace("/", "_") + ".o"))
            for source in (str(glue), *options["sources"])
        ]
        yield Extension(name, objects, build_ffi.LINK_FLAGS)


def compiler(made: Object, folder: Path, flags: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run the compiler on the source of a folder."""
    command = ["gcc", f"-I{folder / 'csrc'}", *made.flags, *flags, str(folder / made.source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def compile_object(made: Object, folder: Path, flags: Iterable[str]) -> None:
    """Compile with the sources of a folder; end with the compiler's words if it refuses."""
    made.target.parent.mkdir(parents=True, exist_ok=True)
    done = compiler(made, folder, [*flags, "-c", "-o", str(made.target)])
    if done.returncode:
        raise RuntimeError(done.stderr[:3000])


def link(extension: Extension, tree: Path, flags: Iterable[str] = ()) -> None:
    """Put the extension into a tree's package."""
    names = [str(made.target) for made in extension.objects]
    library = tree / "tf_losses" / "_internal" / f"{extension.name}.abi3.so"
    command = ["gcc", "-shared", *names, *extension.link, *flags, "-lm", "-o", str(library)]
    subprocess.run(command, check=True)
