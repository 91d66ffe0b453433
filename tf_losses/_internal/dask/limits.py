# SPDX-License-Identifier: Apache-2.0
"""How large a piece may be that a graph has to bring together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.runtime.settings import INT64_MAX, whole_number
from tf_losses.errors import ResourceExhaustedError, hinted

if TYPE_CHECKING:
    from typing import SupportsIndex

# 1 GiB: what a worker of a few GiB can hold beside its other pieces.
_most = 1 << 30


def get_gather_limit() -> int:
    """Give the most bytes that one task may bring together.

    >>> get_gather_limit()
    1073741824
    """
    return _most


def set_gather_limit(size: SupportsIndex) -> None:
    """Bound the bytes that one task brings together, in graphs that are built from now on.

    It matters where TensorFlow's order of a reduction lets nothing be computed piece by piece
    (docs/dask.md says where): the whole array, or columns of it, are then one task's input.

    Args:
        size: bytes, 1,073,741,824 (1 GiB) at first.

    Raises:
        ValueError: the size is negative.
        TypeError: it is no whole number.

    >>> set_gather_limit(1 << 30)
    """
    global _most  # noqa: PLW0603 (one for the process)
    _most = whole_number(size, "size", 0, INT64_MAX)


def check_pieces(array: Any, chunks: Any, what: str) -> None:  # noqa: ANN401 (a Dask array, chunks)
    """Refuse chunks that are larger than the limit, where many of an array's make one.

    Raises:
        tf_losses.errors.ResourceExhaustedError: one is.
    """
    came, wanted = (math.prod(max(n, default=0) for n in all_) for all_ in (array.chunks, chunks))
    if wanted > _FEW * came:
        check_size(wanted * array.dtype.itemsize, what)


# Moving borders joins no more.
_FEW = 16


def check_size(size: int, what: str) -> None:
    """Refuse so many bytes in one task, if they are too many.

    Raises:
        tf_losses.errors.ResourceExhaustedError: they are.
    """
    if size > _most:
        raise hinted(
            ResourceExhaustedError(
                None,
                None,
                f"{what}: TensorFlow's order of additions needs {size} bytes in one task; "
                f"the limit is {_most}.",
            ),
            "Where a worker has the memory, tf_losses.dask.set_gather_limit(...) allows it. Else "
            "reduce pieces of it and combine them yourself: that is another order, and may have "
            "other bits.",
        )
