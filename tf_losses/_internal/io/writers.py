# SPDX-License-Identifier: Apache-2.0
"""Files of results, written in pieces; complete or not there."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.io.formats import BY_NAME, FORMATS, Format
from tf_losses._internal.io.place import reserve
from tf_losses._internal.io.tables import Layout, OutColumn

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.output import Destination
    from tf_losses._internal.io.tables import Table

    Array = npt.NDArray[Any]

__all__ = ["OutColumn", "format_for", "new_array", "new_table"]


@contextmanager
def new_array(
    target: Destination, shape: tuple[int, ...], dtype: np.dtype[Any], scratch: Path
) -> Generator[Array, None, None]:
    """Map a new `.npy` file for writing; it gets its name only when the block ends well.

    Raises:
        InputError: The file cannot be made, or the disk has no room for it.
    """
    with target.part(scratch) as part:
        array = np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape)
        reserve(part)
        yield array
        array.flush()


def format_for(name: str) -> Format:
    """The format of a file to be written, by its name; `.npy` for names that say nothing.

    >>> format_for("losses.parquet").name, format_for("/dev/stdout").name
    ('parquet', 'npy')
    """
    for known in FORMATS:
        if name.lower().endswith(known.suffixes):
            return known
    return BY_NAME["npy"]


@contextmanager
def new_table(
    target: Destination, columns: Sequence[OutColumn], rows: int, scratch: Path
) -> Generator[NewTable, None, None]:
    """Write a table in the format that the target's name says; complete or not there.

    Args:
        target: the file, or the folder of a Zarr group that is not there yet.
        columns: in order; a format of one array keeps the losses alone.
        rows: how many there will be.
        scratch: a folder for what cannot go to the file at once.

    Raises:
        InputError: the file cannot be made, or its format cannot hold the columns.
    """
    chosen = format_for(target.name)
    layout = Layout(tuple(columns), rows)
    is_folder = chosen.name == "zarr" and not target.name.lower().endswith(".zip")
    where = target.part_folder() if is_folder else target.part(scratch)
    with where as part:
        made = NewTable(_begun(chosen, part, layout, scratch, target.name), layout, target.name)
        try:
            yield made
            made.finish()
        except BaseException:
            made.abandon()
            raise


def _begun(chosen: Format, part: Path, layout: Layout, scratch: Path, name: str) -> Table:
    try:
        return chosen.new_table(part, layout, scratch)
    except InputError as error:
        raise InputError(str(error).replace(str(part), name)) from None


@contextmanager
def _refusing(name: str) -> Generator[None, None, None]:
    """Let what a library says be a line; what the system says is one already."""
    try:
        yield
    except (InputError, OSError, MemoryError):
        raise
    except Exception as error:  # each library has its own
        raise InputError(f"{name}: cannot be written: {first_line(error)}") from error


class NewTable:
    """A table that gets rows from the first to the last."""

    def __init__(self, table: Table, layout: Layout, name: str) -> None:
        """Begin without rows."""
        self._table, self._layout, self._name, self._done = table, layout, name, 0

    def write(self, start: int, block: Mapping[str, Array]) -> None:
        """Add rows from the place `start` on, where the last ones ended.

        Raises:
            ValueError: they do not follow, or are no such columns.
            InputError: the library that writes refuses.
        """
        for column in self._layout.columns:
            if block[column.name].shape[1:] != column.row_shape:
                raise ValueError(f"{column.name}: {block[column.name].shape}")
        lengths = {len(block[column.name]) for column in self._layout.columns}
        if start != self._done or len(lengths) != 1:
            raise ValueError(f"rows from {start} after {self._done}: {lengths}")
        with _refusing(self._name):
            self._table.write(block)
        self._done += lengths.pop()

    def finish(self) -> None:
        """End the file.

        Raises:
            ValueError: rows are missing.
        """
        if self._done != self._layout.rows:
            raise ValueError(f"{self._done} rows of {self._layout.rows}")
        with _refusing(self._name):
            self._table.close()

    def abandon(self) -> None:
        """Let go of the file."""
        with suppress(Exception):  # what went wrong before is what is said
            self._table.abandon()
