# SPDX-License-Identifier: Apache-2.0
"""The C extension; everything else about the package stands in pyproject.toml."""

from __future__ import annotations

import os
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

# One wheel for every CPython from 3.10 on, except free-threaded ones: they have no limited API.
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
# Folders of the sources that hold all kernels of an instruction set each.
KERNELS = ("isa", "older")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class BuildExt(build_ext):
    """Several sources at once, and what Windows needs: MinGW's compiler, the limited API's library.

    `--parallel` says how many sources; setuptools would build as many extensions at once, which is
    no more than two and not safe here: both have the object files of the tables.
    """

    jobs = 1

    def finalize_options(self) -> None:
        """Take as many jobs as there are processors, and MinGW's compiler, if none is named."""
        super().finalize_options()
        self.jobs = int(self.parallel or processors())
        self.parallel = None
        if sys.platform != "win32":
            return
        if self.compiler is None:
            self.compiler = "mingw32"
        elif self.compiler == "msvc":
            raise CompileError(
                "Microsoft's compiler cannot compile this: it has no vector extensions. "
                "Use MinGW's gcc or clang (--compiler=mingw32, CC)."
            )

    def build_extension(self, ext: Extension) -> None:
        """Compile the sources at the same time; those of the kernels first, which take longest."""
        compiler = self.compiler
        compile_one, link = compiler._compile, compiler.link_shared_object  # noqa: SLF001 (compile() calls it for each source)
        asked: list[tuple[str, ...]] = []

        def compile_and_link(*given: object, **named: object) -> None:
            asked.sort(key=lambda one: Path(one[1]).parent.name not in KERNELS)
            with ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(lambda one: compile_one(*one), asked))
            link(*given, **named)

        compiler._compile = lambda *given: asked.append(given)  # noqa: SLF001 (same)
        compiler.link_shared_object = compile_and_link
        try:
            super().build_extension(ext)
        finally:
            compiler._compile, compiler.link_shared_object = compile_one, link  # noqa: SLF001 (same)

    def get_libraries(self, ext: Extension) -> list[str]:
        """The libraries to link with: setuptools would take that of one version of Python."""
        libraries: list[str] = super().get_libraries(ext)
        if sys.platform != "win32" or not LIMITED_API:
            return libraries
        own = f"python{sys.version_info[0]}{sys.version_info[1]}"
        return ["python3" if name == own else name for name in libraries]


setup(
    cffi_modules=["csrc/build_ffi.py:ffi", "csrc/build_ffi.py:older"],
    cmdclass={"build_ext": BuildExt},
    options={"bdist_wheel": {"py_limited_api": "cp310"} if LIMITED_API else {}},
)
