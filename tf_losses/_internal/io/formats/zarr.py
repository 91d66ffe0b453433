# SPDX-License-Identifier: Apache-2.0
"""Zarr, version 2 or 3 of the format, in a folder or an archive of one.

A block that is not there has the array's fill value, as Zarr says: one that was lost cannot be told
from one that was never written.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.blocks import Blocks
from tf_losses._internal.io.columns import Column, kind_of, listed
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.formats.hdf5 import by_path
from tf_losses._internal.io.handle import Handle, closed_on_error
from tf_losses._internal.io.place import CHANGED, last_part, refusing
from tf_losses._internal.io.zarr_store import checked, look_at_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening, Source

    Array = npt.NDArray[Any]

_NODE, _ARRAY = "zarr.json", ".zarray"
MARKS = (_NODE, _ARRAY, ".zgroup")  # files, of which a store has one


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open an array.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    if not place.is_folder:
        place = place.on_this_machine(opening.scratch)
    with refusing(place.name), closed_on_error(Handle(place, _make)) as store:
        return _Stored(store, _chosen(store, column, role), opening)


def _make(place: Place, stack: ExitStack) -> Any:  # noqa: ANN401 (as zarr gives it)
    zarr = needed("zarr", "zarr", place.name)
    if place.is_folder:
        return zarr.open(checked(place.store(), place.name), mode="r")
    zipfile.ZipFile(place.path).close()  # zarr's error about what is none is another one
    archive = zarr.storage.ZipStore(place.path, mode="r")
    stack.callback(archive.close)
    return zarr.open(checked(archive, place.name), mode="r")


class _Stored(Blocks):
    """An array, of which boxes are read."""

    def __init__(self, store: Handle, path: str, opening: Opening) -> None:
        self._held = self._handle = store
        place, self._path = store.place, path
        array = self._array()
        self._first = (array.shape, array.dtype)
        kind = kind_of(array.dtype)
        if not kind:
            raise InputError(f"{place.name}: the array is {array.dtype}; numbers are needed")
        super().__init__(
            place.name,
            np.dtype(object) if kind == "text" else array.dtype,
            array.shape,
            opening.scratch,
            blocks=array.chunks,
            kind="zarr",
            paths=place.paths,
        )

    def _array(self) -> Any:  # noqa: ANN401 (as zarr gives it)
        root = self._handle.opened
        array = root[self._path] if self._path else root
        look_at_blocks(root, array)
        return array

    def _fetch(self, wanted: tuple[int | slice, ...]) -> Any:  # noqa: ANN401 (as zarr gives it)
        array = self._array()
        if (array.shape, array.dtype) != self._first:
            raise InputError(f"{self.name}: {CHANGED}")
        box = array[wanted]
        self._handle.check()
        return box


def _chosen(store: Handle, column: str | None, role: str) -> str:
    """The path of the array that is meant; empty for the root."""
    name, root = store.place.name, store.opened
    zarr = needed("zarr", "zarr", name)
    path = None if column is None else column.strip("/")
    if isinstance(root, zarr.Array):
        if path:
            raise InputError(f"{name}: one array; there is no {column!r} in it")
        return ""
    paths = sorted(_paths(store.place))
    if path is None:
        arrays = [(each, root[each]) for each in paths]
        columns = [Column(each, kind_of(a.dtype), len(a.shape) > 1) for each, a in arrays]
        return by_path(columns, role, name)
    if path not in paths:
        raise InputError(
            f"{name}: no array {column!r} in it; it has {listed(paths)} (write {name}:/PATH)"
        )
    return path


def _paths(place: Place) -> Iterator[str]:
    """The paths of the arrays in a group.

    Asked for its members, zarr writes to the log what it finds damaged among those not asked for.
    """
    if place.is_folder:
        yield from _paths_in_folder(place, "")
        return
    with zipfile.ZipFile(place.path) as archive:
        for name in archive.namelist():
            before, _, last = name.rpartition("/")
            if last == _ARRAY or (last == _NODE and _is_array(archive.read(name))):
                yield before


def _paths_in_folder(folder: Place, before: str) -> Iterator[str]:
    inside = {last_part(each): each for each in folder.entries()}
    if _NODE in inside:
        with folder.inside(inside[_NODE]).open_buffered() as file:
            is_array = _is_array(file.read())
    else:
        is_array = _ARRAY in inside
    if is_array:
        yield before
    elif not inside.keys().isdisjoint(MARKS):
        for name, each in inside.items():
            member = folder.inside(each)
            if member.is_folder:
                yield from _paths_in_folder(member, f"{before}/{name}" if before else name)


def _is_array(about: bytes) -> bool:
    return bool(json.loads(about)["node_type"] == "array")
