# SPDX-License-Identifier: Apache-2.0
"""Which format a file has: by what it begins with, else by its name."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.formats import BY_NAME, FORMATS, Format
from tf_losses._internal.io.formats.tfrecord import is_beginning
from tf_losses._internal.io.formats.zarr import MARKS
from tf_losses._internal.io.place import refusing

if TYPE_CHECKING:
    from tf_losses._internal.io.place import Place

_MAGIC_BYTES = 64
_COMPRESSED = (".gz", ".gzip", ".zlib")


def format_of(place: Place, column: str | None) -> Format:
    """Find the format of a file, or of a folder.

    Raises:
        InputError: it has none, or another than its name says.
    """
    if place.is_folder:
        return BY_NAME["zarr"]
    with refusing(place.name), place.open() as file:
        begins = file.read(_MAGIC_BYTES)
    named = _by_suffix(place.name)
    for known in FORMATS:
        if known.magic and begins.startswith(known.magic):
            return _archive(place, named) if known.name == "npz" else _checked(place, known, column)
    if is_beginning(begins):
        return BY_NAME["tfrecord"]
    if named is None or named.magic or named.name == "zarr":
        raise InputError(f"{place.name}: {_refusal(named, column)}")
    return named


def _by_suffix(name: str) -> Format | None:
    name = name.lower()
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    for known in FORMATS:
        if name.endswith(known.suffixes):
            return known
    # The shards of one: x.tfrecord-00000-of-00010.
    return BY_NAME["tfrecord"] if ".tfrecord" in name else None


def _checked(place: Place, known: Format, column: str | None) -> Format:
    if known.name == "npy" and column is not None:
        raise InputError(f"{place.name}: {_refusal(None, column)}")
    return known


def _archive(place: Place, named: Format | None) -> Format:
    """A Zarr store, or arrays of NumPy."""
    if named is not None and named.name == "npz":
        return named
    try:
        with place.open_buffered() as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except Exception:  # noqa: BLE001 (what opens it says what is wrong)
        return named if named is not None and named.name == "zarr" else BY_NAME["npz"]
    return BY_NAME["zarr" if any(name.endswith(MARKS) for name in names) else "npz"]


def _refusal(named: Format | None, column: str | None) -> str:
    if named is not None and named.name not in ("npy", "npz"):
        return f"not a file of the format {named.name}, as its name says"
    if named is None and column is None:
        formats = ", ".join(known.name for known in FORMATS)
        return f"not a file of a known format ({formats})"
    return f"not an {'.npz' if column is not None else '.npy or .npz'} file"
