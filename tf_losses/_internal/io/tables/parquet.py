# SPDX-License-Identifier: Apache-2.0
"""A Parquet file; a column whose rows have several values is one of lists of that size."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.tables import Regrouped, group_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout, OutColumn

    Array = npt.NDArray[Any]

_GROUP_BYTES = 1 << 24
_MOST_ROWS = 1 << 20  # of a group


class NewTable:
    """A writer of row groups."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Begin the file."""
        pa = needed("pyarrow", "parquet", str(part))
        module = needed("pyarrow.parquet", "parquet", str(part))
        self._columns = layout.columns
        self._schema = pa.schema([(column.name, _type(column)) for column in layout.columns])
        self._groups = Regrouped(layout, min(_MOST_ROWS, group_rows(layout, _GROUP_BYTES)))
        self._file = part.open("wb")
        self._writer = module.ParquetWriter(self._file, self._schema, write_page_checksum=True)

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        for group in self._groups.add(block):
            self._write(group)

    def close(self) -> None:
        """Write the rows that are left, and the end of the file."""
        rest = self._groups.rest()
        if len(next(iter(rest.values()))):
            self._write(rest)
        self._writer.close()
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file."""
        with suppress(Exception):
            self._writer.close()
        self._writer.is_open = False  # else it tries again when it goes, and prints that it failed
        self._file.close()

    def _write(self, group: Mapping[str, Array]) -> None:
        import pyarrow as pa  # noqa: PLC0415 (optional)

        arrays = [_array(column, group[column.name]) for column in self._columns]
        batch = pa.record_batch(arrays, schema=self._schema)
        self._writer.write_batch(batch, row_group_size=batch.num_rows)


def _type(column: OutColumn) -> Any:  # noqa: ANN401 (pyarrow has no types)
    import pyarrow as pa  # noqa: PLC0415 (optional)

    if column.is_text:
        found = pa.string()
    else:
        found = pa.binary(2) if column.is_bfloat16 else pa.from_numpy_dtype(column.stored)
    for length in reversed(column.row_shape):
        found = pa.list_(found, length)
    return found


def _array(column: OutColumn, values: Array) -> Any:  # noqa: ANN401 (pyarrow has no types)
    import pyarrow as pa  # noqa: PLC0415 (optional)

    flat = np.ascontiguousarray(values).reshape(-1)
    if column.is_bfloat16:
        found = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(2), flat.size, [None, pa.py_buffer(flat.view(np.uint8).data)]
        )
    else:
        found = pa.array(flat if column.is_text else column.binary(flat))
    for length in reversed(column.row_shape):
        found = pa.FixedSizeListArray.from_arrays(found, length)
    return found
