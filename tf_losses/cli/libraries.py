# SPDX-License-Identifier: Apache-2.0
"""The option --libm: whose C library stands for this machine's."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from typing import TYPE_CHECKING

from tf_losses import libm

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def library(text: str) -> str:
    """Read a name for argparse."""
    try:
        return libm.find_libm(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def chosen_library(name: str | None) -> AbstractContextManager[str | None]:
    """Compute with this library inside the block; None leaves the choice as it is."""
    return nullcontext() if name is None else libm.tf_libm(name)
