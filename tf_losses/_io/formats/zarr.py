# SPDX-License-Identifier: Apache-2.0
"""Zarr, version 2 or 3 of the format, in a folder or an archive of one.

A block that is not there has the array's fill value, as Zarr says: one that was lost cannot be told
from one that was never written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.blocks import Blocks
from tf_losses._io.columns import Column, kind_of, listed
from tf_losses._io.command import InputError
from tf_losses._io.extras import needed
from tf_losses._io.formats.hdf5 import by_path
from tf_losses._io.handle import Handle, closed_on_error
from tf_losses._io.place import CHANGED, refusing

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._io.place import Place
    from tf_losses._io.source import Opening, Source

    Array = npt.NDArray[Any]

MARKS = ("zarr.json", ".zarray", ".zgroup")  # files, of which a store has one


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open an array.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    if not place.is_folder:
        place = place.on_this_machine(opening.scratch)
    with refusing(place.name), closed_on_error(Handle(place, _make)) as store:
        return _Stored(store, _chosen(store.opened, column, role, place.name), opening)


def _make(place: Place, stack: ExitStack) -> Any:  # noqa: ANN401 (as zarr gives it)
    zarr = needed("zarr", "zarr", place.name)
    if place.is_folder:
        return zarr.open(place.store(), mode="r")
    archive = zarr.storage.ZipStore(place.path, mode="r")
    stack.callback(archive.close)
    return zarr.open(archive, mode="r")


class _Stored(Blocks):
    """An array, of which boxes are read."""

    def __init__(self, store: Handle, path: str, opening: Opening) -> None:
        place, self._store, self._path = store.place, store, path
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

    def release(self) -> None:
        """Hold nothing open; what is read later opens it again."""
        super().release()
        self._store.close()

    def _array(self) -> Any:  # noqa: ANN401 (as zarr gives it)
        root = self._store.opened
        return root[self._path] if self._path else root

    def _load(self, before: tuple[int, ...], start: int, stop: int) -> Array:
        with refusing(self.name):
            array = self._array()
            if (array.shape, array.dtype) != self._first:
                raise InputError(f"{self.name}: {CHANGED}")
            wanted = (*before, slice(start, stop)) if self.shape else ()
            box = array[wanted]
            self._store.check()
        return np.asarray(box, self.dtype if self.dtype.hasobject else None).reshape(
            (stop - start, *self.shape[len(before) + 1 :])
        )


def _chosen(root: Any, column: str | None, role: str, name: str) -> str:  # noqa: ANN401 (as zarr gives it)
    """The path of the array that is meant; empty for the root."""
    zarr = needed("zarr", "zarr", name)
    path = None if column is None else column.strip("/")
    if isinstance(root, zarr.Array):
        if path:
            raise InputError(f"{name}: one array; there is no {column!r} in it")
        return ""
    found = {
        path: Column(path, kind_of(member.dtype), len(member.shape) > 1)
        for path, member in root.members(max_depth=None)
        if isinstance(member, zarr.Array)
    }
    if path is None:
        return by_path([found[each] for each in sorted(found)], role, name)
    if path not in found:
        raise InputError(f"{name}: no array {column!r} in it; it has {listed(sorted(found))}")
    return path
