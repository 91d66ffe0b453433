# SPDX-License-Identifier: Apache-2.0
"""NumPy's `.npz`: an archive of arrays, of which one is unpacked beside."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

from tf_losses._internal.io.columns import singular_of
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.formats.npy import array_at
from tf_losses._internal.io.place import Unpacked, refusing

if TYPE_CHECKING:
    from pathlib import Path

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening, Source

_SUFFIX = ".npy"


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open one member of an archive; it is checked against its sum when it is unpacked.

    Raises:
        InputError: it is not there, or the archive is damaged.
    """
    with refusing(place.name), place.open_buffered() as file, zipfile.ZipFile(file) as archive:
        member = _member(archive.namelist(), column, role, place)

    def unpack(target: Path) -> None:
        """Write the member without holding it in memory."""
        with (
            refusing(place.name),
            place.open_buffered() as file,
            zipfile.ZipFile(file) as archive,
            archive.open(member) as source,
            target.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink, 1 << 20)

    return array_at(Unpacked(place, opening.scratch, unpack), opening, "npz")


def _member(names: list[str], column: str | None, role: str, place: Place) -> str:
    """The archive's member for a key, else the only one, else the one named like its role."""
    keys = {name.removesuffix(_SUFFIX): name for name in names if name.endswith(_SUFFIX)}
    key = column
    if key is None:
        is_short = role not in keys and singular_of(role) in keys
        key = next(iter(keys)) if len(keys) == 1 else singular_of(role) if is_short else role
    if key not in keys:
        held = ", ".join(sorted(keys)) or "no arrays"
        raise InputError(
            f"{place.name}: no array {key!r} in it; it holds {held} (write {place.name}:KEY)"
        )
    return keys[key]
