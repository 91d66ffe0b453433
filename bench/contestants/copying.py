# SPDX-License-Identifier: Apache-2.0
"""What memory alone takes: copies, and a call that does nothing.

"same bytes" copies half as many bytes as the loss reads and writes, since a copy does both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bench.contestants import base

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME = "copy"
COPY, SAME_BYTES, EMPTY = "copy", "same bytes", "empty call"
FORMS = (COPY, SAME_BYTES, EMPTY)


class Library(base.Library):
    """np.copyto into memory that is there already, on one thread."""

    def __init__(self, threads: int) -> None:  # noqa: ARG002 (nothing to limit)
        """Nothing to load."""
        self.versions: dict[str, str] = {}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Lay out the two pairs of source and target."""
        logits = inputs[1]
        source = np.ones(max(case.moved_bytes // 2, 1), np.uint8)
        return logits, np.zeros_like(logits), source, np.zeros_like(source)

    def forms(self, case: Case) -> Forms:  # noqa: ARG002 (the same for all)
        """Give the calls."""
        return {COPY: _copy, SAME_BYTES: _same_bytes, EMPTY: _empty}

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401, ARG002 (no result)
        """Nothing is computed here."""
        return np.zeros(0)


def _copy(logits: Any, target: Any, *_: Any) -> None:  # noqa: ANN401 (NumPy's arrays)
    np.copyto(target, logits)


def _same_bytes(_: Any, __: Any, source: Any, target: Any) -> None:  # noqa: ANN401 (as above)
    np.copyto(target, source)


def _empty(*_: Any) -> None:  # noqa: ANN401 (as above)
    pass
