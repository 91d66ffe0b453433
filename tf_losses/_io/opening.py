# SPDX-License-Identifier: Apache-2.0
"""What a user names on the command line: a file, a part of one, or many files, as one source."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from tf_losses._io.command import InputError
from tf_losses._io.formats import FORMATS, Format
from tf_losses._io.joined import Joined
from tf_losses._io.place import Place, refuse_special, refusing
from tf_losses._io.source import Opening, Source

__all__ = ["Opening", "bfloat16_dtype", "open_source", "split"]

# What the np.save of a bfloat16 array leaves in the header: NumPy has no name for the type.
_UNNAMED_16_BITS = np.dtype("V2")
_MAGIC_BYTES = 16
_HIDDEN = (".", "_")  # what writers of shards leave beside them: _SUCCESS, .crc


def open_source(spec: str, role: str, opening: Opening) -> Source:
    """Open what is named for reading.

    Args:
        spec: `FILE`, `FILE:COLUMN`, a pattern of names such as `logits-*.npy`, or a folder of
            shards; shards are read in the order of the numbers in their names.
        role: what the array is for; also the name that is looked for in a file of several.
        opening: how it is opened.

    Raises:
        InputError: it is missing, damaged, or holds something else.
    """
    name, key = split(spec)
    files = _shards(name, spec)
    column = key or opening.column
    if files is None:
        return _open_one(Place(Path(name), name), spec, column, role, opening)
    suffix = f":{key}" if key else ""
    shards = (
        _open_one(Place(Path(file), file), f"{file}{suffix}", column, role, opening)
        for file in files
    )
    return Joined(spec, shards, opening.scratch)


def split(spec: str) -> tuple[str, str]:
    """Part `file.npz:key`; a file of exactly that name goes first.

    >>> split("a.npz:logits"), split("a.npz")
    (('a.npz', 'logits'), ('a.npz', ''))
    """
    name, colon, key = spec.rpartition(":")
    if not colon or not name or os.path.exists(spec):  # noqa: PTH110 (which raises nothing)
        return spec, ""
    return name, key


def natural(name: str) -> list[tuple[int, int | str]]:
    """A key that sorts 2 before 10.

    >>> sorted(["part-10", "part-2", "part-1a"], key=natural)
    ['part-1a', 'part-2', 'part-10']
    """
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(part)) if place % 2 else (1, part) for place, part in enumerate(parts)]


def _shards(name: str, spec: str) -> list[str] | None:
    """The files of a pattern or a folder, in order; None if it is one file."""
    if os.path.isdir(name):  # noqa: PTH112 (which raises nothing)
        with refusing(spec):
            listed = [entry for entry in os.listdir(name) if not entry.startswith(_HIDDEN)]  # noqa: PTH208 (names, as they are given)
        if not listed:
            raise InputError(f"{spec}: a folder without files")
        return [os.path.join(name, entry) for entry in sorted(listed, key=natural)]  # noqa: PTH118 (same)
    if not glob.has_magic(name) or os.path.exists(name):  # noqa: PTH110 (which raises nothing)
        return None
    found = glob.glob(name, recursive=True)  # noqa: PTH207 (absolute or not, as it is given)
    if not found:
        raise InputError(f"{spec}: no file has such a name")
    return sorted(found, key=natural)


def _open_one(place: Place, spec: str, column: str | None, role: str, opening: Opening) -> Source:
    with refusing(spec):
        refuse_special(place.path, spec)
        with place.open() as file:
            begins = file.read(_MAGIC_BYTES)
    chosen = _format_of(place, begins, column)
    with refusing(spec):
        source = chosen.open_source(place, column, role, opening)
    source.name = spec
    try:
        return _as_bfloat16(source, wanted=opening.bfloat16)
    except InputError:
        source.close()
        raise


def _format_of(place: Place, begins: bytes, column: str | None) -> Format:
    """The format by what a file begins with, else an error by its name."""
    for known in FORMATS:
        if known.magic and begins.startswith(known.magic):
            if known.name == "npy" and column is not None:
                break
            return known
    kind = ".npz" if column is not None else ".npy or .npz"
    raise InputError(f"{place.name}: not an {kind} file")


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
