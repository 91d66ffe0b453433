# SPDX-License-Identifier: Apache-2.0
"""Pieces computed in this process: one is read while another is computed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from tf_losses._internal.evaluation.work import Work

    Computed = tuple[int, int, dict[str, npt.NDArray[Any]]]


def computed_here(work: Work, ranges: Iterable[tuple[int, int]]) -> Iterator[Computed]:
    """Compute ranges of rows in their order."""
    todo = iter(ranges)
    with ThreadPoolExecutor(1, "tf_losses-reader") as reader:
        at = next(todo, None)
        ahead = None if at is None else reader.submit(work.read, *at)
        while at is not None and ahead is not None:
            piece = ahead.result()
            following = next(todo, None)
            ahead = None if following is None else reader.submit(work.read, *following)
            yield (*at, work.computed(piece))
            at = following
