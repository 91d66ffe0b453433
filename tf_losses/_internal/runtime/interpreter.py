# SPDX-License-Identifier: Apache-2.0
"""Imports NumPy before anything else does, and says why where it cannot be had."""

from __future__ import annotations

import importlib


def is_main() -> bool:
    """Tell whether this is the process's main interpreter.

    >>> is_main()
    True
    """
    for name in ("_interpreters", "_xxsubinterpreters"):  # from CPython 3.13 on; before
        try:
            interpreters = importlib.import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() == interpreters.get_main())
    return True


try:
    importlib.import_module("numpy")
except ImportError as error:
    if is_main():
        raise
    raise ImportError(
        "tf_losses needs NumPy, which does not load in this subinterpreter: at most one "
        "interpreter of a process can have it, and none that is isolated. Import tf_losses in the "
        "main interpreter, or use processes (multiprocessing)."
    ) from error
