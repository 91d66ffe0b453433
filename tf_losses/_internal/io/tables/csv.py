# SPDX-License-Identifier: Apache-2.0
"""CSV, with the names of the columns in the first line; rows of several values have a cell each."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.tables import cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout, OutColumn

    Array = npt.NDArray[Any]


class NewTable:
    """Lines."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Write the names."""
        self._columns = layout.columns
        self._file = part.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(chain.from_iterable(map(_names, layout.columns)))

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        columns: list[list[Any]] = []
        for column in self._columns:
            values = block[column.name]
            columns.append(cells(column, values.reshape(len(values), -1)))
        for row in zip(*columns, strict=True):
            # Digits of a float64, of which every parser makes the same number.
            self._writer.writerow(chain.from_iterable(row))

    def close(self) -> None:
        """End the file."""
        self._file.close()

    abandon = close


def _names(column: OutColumn) -> list[str]:
    if not column.row_shape:
        return [column.name]
    return ["_".join([column.name, *map(str, place)]) for place in np.ndindex(column.row_shape)]
