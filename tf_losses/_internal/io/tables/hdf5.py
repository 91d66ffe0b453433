# SPDX-License-Identifier: Apache-2.0
"""An HDF5 file with a dataset for each column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.extras import needed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout

    Array = npt.NDArray[Any]


class NewTable:
    """Datasets of their full size, which are filled from the front."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Make the datasets."""
        h5py = needed("h5py", "hdf5", str(part))
        self._columns, self._done = layout.columns, 0
        self._file = h5py.File(part, "w")
        for column in layout.columns:
            dtype = h5py.string_dtype() if column.is_text else column.stored
            self._file.create_dataset(column.name, (layout.rows, *column.row_shape), dtype)

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        count = len(block[self._columns[0].name])
        for column in self._columns:
            values = block[column.name]
            stored = values if column.is_text else column.binary(values)
            self._file[column.name][self._done : self._done + count] = stored
        self._done += count

    def close(self) -> None:
        """Write what is left."""
        self._file.close()

    abandon = close
