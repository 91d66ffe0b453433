# SPDX-License-Identifier: Apache-2.0
"""An `.npz` archive with an array for each column."""

from __future__ import annotations

import secrets
import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.tables.npy import write_header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout, OutColumn

    Array = npt.NDArray[Any]

_COPIED_BYTES = 1 << 22
_COPIED_ROWS = 1 << 14


class NewTable:
    """Columns go to files of their own first: an archive has one array after the other."""

    def __init__(self, part: Path, layout: Layout, scratch: Path) -> None:
        """Make a file for each column."""
        self._part, self._layout = part, layout
        self._spools = [_Spool(column, scratch) for column in layout.columns]

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        for spool in self._spools:
            spool.write(block[spool.column.name])

    def close(self) -> None:
        """Make the archive."""
        # Times of members are those of the first moment that archives know: equal results are
        # equal files.
        with zipfile.ZipFile(self._part, "w") as archive:
            for spool in self._spools:
                member = zipfile.ZipInfo(f"{spool.column.name}.npy")
                with archive.open(member, "w", force_zip64=True) as sink:
                    spool.copy(sink, self._layout.rows)
        self.abandon()

    def abandon(self) -> None:
        """Remove the files of columns."""
        for spool in self._spools:
            spool.remove()


class _Spool:
    """The values of a column, one after the other; strings with the bytes of the longest known."""

    def __init__(self, column: OutColumn, scratch: Path) -> None:
        self.column = column
        self._path = scratch / f"column-{secrets.token_hex(8)}"
        self._file = self._path.open("w+b")
        self._longest = 1

    def write(self, values: Array) -> None:
        if self.column.is_text:
            texts = [str(text) for text in values.reshape(-1).tolist()]
            self._longest = max([self._longest, *map(len, texts)])
            encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
            lengths = np.array([len(text) for text in encoded], np.int64)
            self._file.write(np.int64(len(texts)).tobytes() + lengths.tobytes())
            self._file.write(b"".join(encoded))
        else:
            self._file.write(self.column.binary(np.ascontiguousarray(values)).data)

    def copy(self, sink: IO[bytes], rows: int) -> None:
        """Write the array."""
        self._file.seek(0)
        is_text = self.column.is_text
        dtype = np.dtype(f"U{self._longest}") if is_text else self.column.stored
        write_header(sink, dtype, (rows, *self.column.row_shape))
        if not is_text:
            while content := self._file.read(_COPIED_BYTES):
                sink.write(content)
            return
        while head := self._file.read(8):
            lengths = np.frombuffer(self._file.read(8 * int.from_bytes(head, "little")), np.int64)
            for begin in range(0, len(lengths), _COPIED_ROWS):
                texts = [
                    self._file.read(length).decode("utf-8", "surrogatepass")
                    for length in lengths[begin : begin + _COPIED_ROWS].tolist()
                ]
                sink.write(np.array(texts, dtype).tobytes())

    def remove(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
