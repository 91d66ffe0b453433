# SPDX-License-Identifier: Apache-2.0
"""Losses that are written once all are there, in the format of the output's name.

A table has a row for each entry of the losses' first axis: its id or its number, the losses, the
labels' and the predicted classes if they were asked for, and whether the loss counts if not all do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.summary import BLOCK
from tf_losses._internal.io.writers import OutColumn, format_for, new_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.evaluation.facts import Beside
    from tf_losses._internal.evaluation.store import Store
    from tf_losses._internal.evaluation.work import Work
    from tf_losses._internal.io.output import Destination

    Array = npt.NDArray[Any]
    Read = Callable[[int, int], Array]

_INDEX = np.dtype(np.int64)
# Columns of the store, by their names in a table.
_MORE = {"label": "target", "predicted": "predicted", "counts": "kept"}


def is_array(name: str) -> bool:
    """Tell whether an output of this name is an `.npy` file, which has the losses alone."""
    return format_for(name).name == "npy"


def write_table(
    target: Destination, work: Work, store: Store, beside: Beside, scratch: Path
) -> None:
    """Write the losses, with what belongs to each.

    Raises:
        InputError: the format cannot hold them, or the system refuses.
    """
    shape = work.plan.shape
    rows, row_shape = (shape[0], shape[1:]) if shape else (1, ())
    width = math.prod(row_shape)
    columns, readers = _columns(store, beside, row_shape)
    step = max(1, BLOCK // max(1, width))
    with new_table(target, columns, rows, scratch) as table:
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            table.write(
                start,
                {
                    column.name: np.asarray(read(start * width, stop * width)).reshape(
                        stop - start, *column.row_shape
                    )
                    for column, read in zip(columns, readers, strict=True)
                },
            )


def _columns(
    store: Store, beside: Beside, row_shape: tuple[int, ...]
) -> tuple[list[OutColumn], list[Read]]:
    """List the columns, and what reads a range of each, given by places among the losses."""
    losses = store["losses"]
    first: tuple[OutColumn, Read] = (OutColumn("index", _INDEX), _numbers(math.prod(row_shape)))
    if beside.ids is not None:
        ids = beside.ids
        first = (OutColumn("id", ids.dtype, row_shape), lambda a, b: ids.rows(0, a, b))
    found = [first, (OutColumn("losses", losses.dtype, row_shape), _part(losses))]
    for name, column in _MORE.items():
        values = store.get(column)
        if values is not None:
            found.append((OutColumn(name, values.dtype, row_shape), _part(values)))
    return [column for column, _ in found], [read for _, read in found]


def _numbers(width: int) -> Read:
    return lambda start, stop: np.arange(start // max(1, width), stop // max(1, width))


def _part(values: Array) -> Read:
    return lambda start, stop: values[start:stop]
