# SPDX-License-Identifier: Apache-2.0
"""Losses that are written once all are there: as an array, or as a table with names and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._evaluation.summary import BLOCK
from tf_losses._io.writers import new_array

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._evaluation.store import Store
    from tf_losses._evaluation.work import Work
    from tf_losses._io.output import Destination

    Array = npt.NDArray[Any]


def write_array(target: Destination, work: Work, store: Store, scratch: Path) -> None:
    """Write the losses as an `.npy` file.

    Raises:
        InputError: the system refuses.
    """
    losses = store["losses"]
    with new_array(target, work.plan.shape, losses.dtype, scratch) as array:
        flat = array.reshape(-1)
        for start in range(0, losses.size, BLOCK):
            flat[start : start + BLOCK] = losses[start : start + BLOCK]
