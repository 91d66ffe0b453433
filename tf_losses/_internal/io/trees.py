# SPDX-License-Identifier: Apache-2.0
"""Names that stand for several files: patterns and folders, here or behind a URL."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path

from tf_losses._internal.io import remote
from tf_losses._internal.io.columns import natural
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.formats.zarr import MARKS
from tf_losses._internal.io.place import Place, last_part, refuse_special, refusing

_HIDDEN = (".", "_")  # what writers of shards leave beside them: _SUCCESS, .crc
# Names of files with parts that have names.
_PARTED = re.compile(r"(.*\.(?:npz|h5|hdf5|hdf|zarr|zarr\.zip|parquet))/?:(.*)", re.DOTALL)


def split(spec: str) -> tuple[str, str]:
    """Part `file.npz:key`; a file of exactly that name goes first.

    >>> split("a.npz:logits"), split("a.npz"), split("s3://a/b.h5:/x/y")
    (('a.npz', 'logits'), ('a.npz', ''), ('s3://a/b.h5', '/x/y'))
    """
    if os.path.exists(spec):  # noqa: PTH110 (which raises nothing)
        return spec, ""
    known = _PARTED.fullmatch(spec)
    if known is not None:
        return remote.local_name(known[1]), known[2]
    name, colon, key = spec.rpartition(":")
    if not colon or not name or remote.is_url(spec):
        return remote.local_name(spec), ""
    return name, key


def place_of(name: str) -> Place:
    """One file or folder, which is there.

    Raises:
        InputError: it is not, or is something else.
    """
    if remote.is_url(name):
        return remote.Remote(name)
    with refusing(name):
        if not os.path.isdir(name):  # noqa: PTH112 (which raises nothing)
            refuse_special(Path(name), name)
        return Place(Path(name), name)


def places(name: str, spec: str) -> list[Place] | None:
    """The shards that a pattern or folder stands for, in order; None if it is one file or store.

    Raises:
        InputError: there is nothing.
    """
    if not _is_pattern(name):
        place = place_of(name)
        if not place.is_folder or is_store(place):
            return None
        names = [each for each in place.entries() if not last_part(each).startswith(_HIDDEN)]
        if not names:
            raise InputError(f"{spec}: a folder without files")
    else:
        with refusing(spec):
            is_url = remote.is_url(name)
            names = remote.found(name) if is_url else glob.glob(name, recursive=True)  # noqa: PTH207 (absolute or not, as it is given)
        if not names:
            raise InputError(f"{spec}: no file has such a name")
    return [place_of(each) for each in sorted(names, key=natural)]


def _is_pattern(name: str) -> bool:
    if remote.is_url(name):
        return glob.has_magic(name.partition("?")[0] if name.startswith("http") else name)
    return glob.has_magic(name) and not os.path.exists(name)  # noqa: PTH110 (which raises nothing)


def is_store(place: Place) -> bool:
    """Tell a folder that is a Zarr array or group."""
    return place.is_folder and any(last_part(each) in MARKS for each in place.entries())
