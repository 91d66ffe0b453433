# SPDX-License-Identifier: Apache-2.0
"""The C extension; everything else about the package stands in pyproject.toml."""

from __future__ import annotations

import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

# One wheel for every CPython from 3.10 on, except free-threaded ones: they have no limited API.
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")


class BuildExt(build_ext):
    """What Windows needs: MinGW's compiler, and the library of the limited API."""

    def finalize_options(self) -> None:
        """Take MinGW's compiler if none is named."""
        super().finalize_options()
        if sys.platform != "win32":
            return
        if self.compiler is None:
            self.compiler = "mingw32"
        elif self.compiler == "msvc":
            raise CompileError(
                "Microsoft's compiler cannot compile this: it has no vector extensions. "
                "Use MinGW's gcc or clang (--compiler=mingw32, CC)."
            )

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
