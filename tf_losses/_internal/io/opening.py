# SPDX-License-Identifier: Apache-2.0
"""What a user names on the command line: a file, a part of one, or many files, as one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.joined import Joined
from tf_losses._internal.io.place import refusing
from tf_losses._internal.io.recognition import format_of
from tf_losses._internal.io.source import Opening, Source
from tf_losses._internal.io.trees import place_of, places, split

if TYPE_CHECKING:
    from tf_losses._internal.io.place import Place

__all__ = ["Opening", "bfloat16_dtype", "open_source", "split"]

# What the np.save of a bfloat16 array leaves in the header: NumPy has no name for the type.
_UNNAMED_16_BITS = np.dtype("V2")


def open_source(spec: str, role: str, opening: Opening) -> Source:
    """Open what is named for reading.

    Args:
        spec: `FILE`, `FILE:COLUMN`, a pattern of names such as `logits-*.npy`, or a folder of
            shards; shards are read in the order of the numbers in their names. A file may be a URL.
        role: what the array is for; also the name that is looked for in a file of several.
        opening: how it is opened.

    Raises:
        InputError: it is missing, damaged, or holds something else.
    """
    name, key = split(spec)
    column = key or opening.column
    with refusing(spec):
        shards = places(name, spec)
        if shards is None:
            return _open_one(place_of(name), spec, column, role, opening)
        suffix = f":{key}" if key else ""
        return Joined(
            spec,
            (_open_one(each, f"{each.name}{suffix}", column, role, opening) for each in shards),
            opening.scratch,
        )


def _open_one(place: Place, spec: str, column: str | None, role: str, opening: Opening) -> Source:
    chosen = format_of(place, column)
    with refusing(spec):
        source = chosen.open_source(place, column, role, opening)
    source.name = spec
    try:
        return _as_bfloat16(source, wanted=opening.bfloat16)
    except InputError:
        source.close()
        raise


def _as_bfloat16(source: Source, *, wanted: bool) -> Source:
    """Name the type of unnamed 16-bit elements."""
    if source.dtype != _UNNAMED_16_BITS:
        return source
    if not wanted:
        raise InputError(
            f"{source.name}: 16-bit elements without a type; for bfloat16 add --dtype bfloat16"
        )
    return source.view(bfloat16_dtype())


def bfloat16_dtype() -> np.dtype[Any]:
    """ml_dtypes' bfloat16.

    Raises:
        InputError: ml_dtypes is not installed.
    """
    try:
        import ml_dtypes  # noqa: PLC0415 (optional, and only for this type)
    except ImportError as error:
        raise InputError("--dtype bfloat16 needs the package ml_dtypes") from error
    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype
