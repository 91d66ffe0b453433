# SPDX-License-Identifier: Apache-2.0
"""Packages that are there if the user has installed them, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tf_losses._internal.io.command import InputError


def needed(module: str, extra: str, name: str) -> Any:  # noqa: ANN401 (a module, maybe without types)
    """Import a module of another package.

    Args:
        module: its name.
        extra: of this package, which installs it.
        name: of the file that it is needed for.

    Raises:
        InputError: it is not there; the text says what installs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise InputError(
            f"{name}: needs {package}, which is not installed: pip install 'tf_losses[{extra}]'"
        ) from error
