# SPDX-License-Identifier: Apache-2.0
"""JSON lines: an object for each row. JSON has no NaN and no infinities: these are strings."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, cast

from tf_losses._internal.io.tables import cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.io.tables import Layout

    Array = npt.NDArray[Any]


class NewTable:
    """Lines."""

    def __init__(self, part: Path, layout: Layout, _scratch: Path) -> None:
        """Begin the file."""
        self._columns = layout.columns
        self._file = part.open("w", encoding="utf-8", newline="\n")

    def write(self, block: Mapping[str, Array]) -> None:
        """Add rows."""
        names = [column.name for column in self._columns]
        columns = [cells(column, block[column.name]) for column in self._columns]
        for row in zip(*columns, strict=True):
            values = dict(zip(names, map(_plain, row), strict=True))
            self._file.write(json.dumps(values, allow_nan=False) + "\n")

    def close(self) -> None:
        """End the file."""
        self._file.close()

    abandon = close


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[object]", value)]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
