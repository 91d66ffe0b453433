# SPDX-License-Identifier: Apache-2.0
"""An `.npy` file, which keeps one column: the losses."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout

    Array = npt.NDArray[Any]


class NewTable:
    """A header, and the elements after it."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Write the header."""
        self._column = layout.main
        self._file = part.open("wb")
        write_header(self._file, self._column.stored, (layout.rows, *self._column.row_shape))

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        self._file.write(self._column.binary(np.ascontiguousarray(block[self._column.name])).data)

    def close(self) -> None:
        """End the file."""
        self._file.close()

    abandon = close


def write_header(file: IO[bytes], dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """Begin an array of a known shape."""
    header = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    np.lib.format.write_array_header_1_0(file, header)
