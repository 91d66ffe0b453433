# SPDX-License-Identifier: Apache-2.0
"""Files of results, written in pieces; complete or not there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.place import reserve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._io.output import Destination


@contextmanager
def new_array(
    target: Destination, shape: tuple[int, ...], dtype: np.dtype[Any], scratch: Path
) -> Iterator[npt.NDArray[Any]]:
    """Map a new `.npy` file for writing; it gets its name only when the block ends well.

    Raises:
        InputError: The file cannot be made, or the disk has no room for it.
    """
    with target.part(scratch) as part:
        array = np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape)
        reserve(part)
        yield array
        array.flush()
