# SPDX-License-Identifier: Apache-2.0
"""The C extension; everything else about the package stands in pyproject.toml."""

from __future__ import annotations

import sysconfig

from setuptools import setup

# One wheel for every CPython from 3.10 on, except free-threaded ones: they have no limited API.
TAG = {} if sysconfig.get_config_var("Py_GIL_DISABLED") else {"py_limited_api": "cp310"}

setup(
    cffi_modules=["csrc/build_ffi.py:ffi", "csrc/build_ffi.py:older"],
    options={"bdist_wheel": TAG},
)
