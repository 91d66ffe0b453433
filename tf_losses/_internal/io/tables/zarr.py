# SPDX-License-Identifier: Apache-2.0
"""A Zarr group, in a folder or an archive, with an array for each column.

It has version 2 of the format, which has strings and which every release of zarr reads.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.tables import Regrouped, group_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout

    Array = npt.NDArray[Any]

_BLOCK_BYTES = 1 << 22


class NewTable:
    """Arrays whose blocks are written once each: an archive cannot take one back."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Make the arrays."""
        zarr = needed("zarr", "zarr", str(part))
        codecs = needed("numcodecs", "zarr", str(part))
        self._columns, self._done = layout.columns, 0
        size = max(1, min(layout.rows, group_rows(layout, _BLOCK_BYTES)))
        self._groups = Regrouped(layout, size)
        self._archive = None
        where: Any = str(part)
        if not part.is_dir():
            part.unlink()
            where = self._archive = zarr.storage.ZipStore(part, mode="w")
        root = zarr.open_group(where, mode="w", zarr_format=2)
        self._arrays = {
            column.name: root.create_array(
                column.name,
                shape=(layout.rows, *column.row_shape),
                chunks=(size, *(max(1, length) for length in column.row_shape)),
                dtype=str if column.is_text else column.stored,
                compressors=codecs.Zstd(level=1, checksum=True),
            )
            for column in layout.columns
        }

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        for group in self._groups.add(block):
            self._write(group)

    def close(self) -> None:
        """Write the rows that are left, and the end of an archive."""
        rest = self._groups.rest()
        if len(next(iter(rest.values()))):
            self._write(rest)
        self.abandon()

    def abandon(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None

    def _write(self, group: Mapping[str, Array]) -> None:
        count = len(group[self._columns[0].name])
        for column in self._columns:
            values = group[column.name]
            stored = values if column.is_text else column.binary(values)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of types that other programs may not know
                self._arrays[column.name][self._done : self._done + count] = stored
        self._done += count
