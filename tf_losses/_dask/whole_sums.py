# SPDX-License-Identifier: Apache-2.0
"""Sums and means over a whole Dask array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_losses._dask.pieces import Piece

    DaskArray = Any


def summed(piece: Piece, array: DaskArray, size: int) -> DaskArray | None:  # noqa: ARG001
    return None
