# SPDX-License-Identifier: Apache-2.0
"""What several operations do to plain arrays before they compute, and afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import bad, brackets
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT_CODES
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["broadcast", "seen"]

_TWO_BYTES = 2


def seen(a: Array) -> Array:
    """Give the values as TensorFlow's arithmetic sees them: subnormal numbers are zeros.

    Those of 16 bits become float32, as NumPy knows no bfloat16. Integers and bools stay as they
    are.

    >>> seen(np.array([1e-40, -1e-40, 1.0], np.float32))
    array([ 0., -0.,  1.], dtype=float32)
    """
    if a.dtype not in FLOAT_CODES:
        return a
    flushed = flush(a)
    return flushed.astype(FLOAT32) if a.dtype.itemsize == _TWO_BYTES else flushed


def broadcast(*arrays: Array) -> tuple[Array, ...]:
    """Repeat arrays to one shape, or refuse in TensorFlow's words.

    >>> broadcast(np.ones(2), np.ones((3, 1)))[0].shape
    (3, 2)
    """
    shapes = [array.shape for array in arrays]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise hinted(
            bad(f"Incompatible shapes: {' vs. '.join(map(brackets, shapes))}"),
            f"Shapes {', '.join(map(str, shapes))} do not broadcast.",
        ) from None
    return tuple(np.broadcast_to(array, shape) for array in arrays)
