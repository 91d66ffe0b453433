# SPDX-License-Identifier: Apache-2.0
"""C that is compiled while a program runs, with the compiler and the flags of the extension."""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CSRC = Path(__file__).resolve().parent.parent / "csrc"
NATIVE = Path(__file__).resolve().parent / "native"


@cache
def build() -> Any:  # noqa: ANN401 (a script without a package)
    """Give csrc/build_ffi.py, which knows flags and interface."""
    spec = importlib.util.spec_from_file_location("build_ffi", CSRC / "build_ffi.py")
    if spec is None or spec.loader is None:
        raise ImportError("csrc/build_ffi.py is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_library(sources: Iterable[Path], target: Path, options: Sequence[str] = ()) -> Path:
    """Compile each source and link them; include folders are among the options."""
    objects = target.with_suffix(".parts")
    objects.mkdir()
    macros = [f"-D{name}={value}" for name, value in build().LIMITED_MACROS]
    flags = [*build().FLAGS, *macros, "-fPIC", *options, f"-I{CSRC}"]
    jobs = [(source, objects / f"{n}.o") for n, source in enumerate(sources)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: _run([*flags, "-c", str(job[0]), "-o", str(job[1])]), jobs))
    _run(["-shared", "-pthread", *(str(made) for _, made in jobs), "-lm", "-o", str(target)])
    return target


def _run(arguments: list[str]) -> None:
    configured = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    done = subprocess.run(  # noqa: S603 (the user's compiler)
        [*shlex.split(configured), *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the compiler failed: {done.stderr[-2000:]}")
