# SPDX-License-Identifier: Apache-2.0
"""What the pieces gave, on disk: columns of one value for each loss, mapped."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.journal import Journal
from tf_losses._internal.evaluation.summary import BLOCK
from tf_losses._internal.io.output import Destination, destination
from tf_losses._internal.io.writers import new_array

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.evaluation.work import Work

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Store:
    """Columns by name, flat and in the order of the losses; `journal` knows which rows are done."""

    columns: dict[str, Array]
    journal: Journal | None = None

    def put(self, start: int, stop: int, found: dict[str, Array]) -> None:
        """Keep what was computed of a range of rows."""
        for name, column in self.columns.items():
            column[start:stop] = found[name]
        if self.journal is not None:
            self.journal.add(start, stop, list(self.columns.values()))

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        """Cut the losses into ranges that are looked at together; with which of them count."""
        losses, kept = self["losses"], self.get("kept")
        for start in range(0, losses.size, BLOCK):
            part = slice(start, min(start + BLOCK, losses.size))
            counts = np.ones(part.stop - start, np.bool_) if kept is None else kept[part]
            yield part, counts

    def __getitem__(self, name: str) -> Array:
        """Give a column."""
        return self.columns[name]

    def get(self, name: str) -> Array | None:
        """Give a column, or None."""
        return self.columns.get(name)


@contextmanager
def new_store(
    work: Work, target: Destination | None, scratch: Path
) -> Generator[Store, None, None]:
    """Make room for all columns, in files that go away.

    Args:
        work: what will be computed.
        target: an .npy file which the losses are mapped in at once; it takes its name if the block
            ends well. None for losses that go away like the rest.
        scratch: the folder of the files.

    Raises:
        InputError: the disk has no room.
    """
    with ExitStack() as stack:
        columns: dict[str, Array] = {}
        for name, dtype in work.columns().items():
            place = target if name == "losses" else None
            place = place or destination(str(scratch / f"column-{name}.npy"))
            array = stack.enter_context(new_array(place, work.plan.shape, dtype, scratch))
            columns[name] = array.reshape(-1)
        yield Store(columns)


@contextmanager
def kept_store(work: Work, folder: Path, key: str) -> Generator[Store, None, None]:
    """Make or find columns in a folder that stays until the block has ended well.

    Raises:
        InputError: the folder is another evaluation's, or the disk has no room.
    """
    with Journal(folder, key).opened(work.columns(), work.plan.rows) as (journal, columns):
        yield Store(columns, journal)
