# SPDX-License-Identifier: Apache-2.0
"""HDF5, by h5py: a dataset, named by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.blocks import Blocks
from tf_losses._internal.io.columns import Column, choose, kind_of, listed, singular_of
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.handle import Handle, closed_on_error
from tf_losses._internal.io.place import refusing

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy.typing as npt

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening, Source

    Array = npt.NDArray[Any]

MAGIC = b"\x89HDF\r\n\x1a\n"


def open_source(place: Place, column: str | None, role: str, opening: Opening) -> Source:
    """Open a dataset.

    Raises:
        InputError: it is not there, is damaged, or holds something else.
    """
    with refusing(place.name), closed_on_error(Handle(place, _make)) as file:
        return _Dataset(file, _chosen(file.opened, column, role, place.name), opening)


def _make(place: Place, stack: ExitStack) -> Any:  # noqa: ANN401 (h5py has no types)
    h5py = needed("h5py", "hdf5", place.name)
    file = stack.enter_context(place.open_buffered())
    # Blocks are kept by what reads them.
    return stack.enter_context(h5py.File(file, "r", rdcc_nbytes=0))


class _Dataset(Blocks):
    """A dataset, of which boxes are read."""

    def __init__(self, file: Handle, path: str, opening: Opening) -> None:
        self._held = self._handle = file
        place, self._path = file.place, path
        dataset = file.opened[path]
        if dataset.shape is None:
            raise InputError(f"{place.name}: {path} is empty")
        kind = _kind(dataset)
        if not kind:
            raise InputError(f"{place.name}: {path} is {dataset.dtype}; numbers are needed")
        super().__init__(
            place.name,
            np.dtype(object) if kind == "text" else dataset.dtype,
            dataset.shape,
            opening.scratch,
            blocks=dataset.chunks,
            kind="hdf5",
            paths=place.paths,
        )

    def _fetch(self, wanted: tuple[int | slice, ...]) -> Any:  # noqa: ANN401 (h5py has no types)
        dataset = self._handle.opened[self._path]
        box = (dataset.asstr() if self.dtype.hasobject else dataset)[wanted]
        self._handle.check()
        return box


def _kind(dataset: Any) -> str:  # noqa: ANN401 (h5py has no types)
    import h5py  # noqa: PLC0415 (optional)

    if dataset.dtype.kind in "OS":
        return "text" if h5py.check_string_dtype(dataset.dtype) is not None else ""
    return kind_of(dataset.dtype)


def _chosen(file: Any, column: str | None, role: str, name: str) -> str:  # noqa: ANN401 (h5py has no types)
    """The path of the dataset that is meant."""
    import h5py  # noqa: PLC0415 (optional)

    found: dict[str, Column] = {}

    def look(path: str, thing: Any) -> None:  # noqa: ANN401 (same)
        if isinstance(thing, h5py.Dataset):
            found[path] = Column(path, _kind(thing), len(thing.shape or ()) > 1)

    if column is not None:
        thing = file.get(column)
        if isinstance(thing, h5py.Dataset):
            return column
        file.visititems(look)
        kind = "no dataset" if thing is None else "a group, not a dataset,"
        raise InputError(
            f"{name}: {kind} {column!r} in it; it has {listed(found)} (write {name}:/PATH)"
        )
    file.visititems(look)
    return by_path(list(found.values()), role, name)


def by_path(columns: list[Column], role: str, name: str) -> str:
    """The array of a tree that is meant for a role: the only one, or the one with its name."""
    if len(columns) == 1:
        return columns[0].name
    last = [Column(c.name.rpartition("/")[2], c.kind, c.is_row) for c in columns]
    alone = [c.name in (role, singular_of(role)) for c in last]
    if sum(alone) == 1:
        return columns[alone.index(True)].name
    chosen = choose(columns, None, role, name)
    if chosen.stacked:
        raise InputError(f"{name}: which array is meant? It has {listed(c.name for c in columns)}")
    return chosen.names[0]
