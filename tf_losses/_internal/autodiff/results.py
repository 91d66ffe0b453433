# SPDX-License-Identifier: Apache-2.0
"""What every operation does at its end: make a tensor, and tell the tapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype, tensor
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["no_gradient", "noted", "result"]


def result(
    name: str,
    inputs: tuple[object, ...],
    values: NDArray[Any],
    backward: Callable[..., Any] | None,
    *saved: Any,  # noqa: ANN401 (what the gradient needs)
) -> Tensor:
    """Make a tensor of what was computed, and let the tapes write it down.

    Args:
        name: what an error calls the operation.
        inputs: the arguments that may carry gradients, as they came.
        values: what was computed; it may be a view of an argument.
        backward: takes `saved`, the upstream gradient and a tuple that says of each input whether
            its gradient is wanted; gives a gradient (or None) for each. None where the tape
            cannot follow.
        *saved: arrays as the call saw them, and numbers.

    >>> result("copy", ([1.0],), np.ones(1, np.float32), no_gradient, 1).numpy()
    array([1.], dtype=float32)
    """
    made = tensor(np.array(values, order="C"))
    return noted(name, inputs, made, backward, saved)


def noted(
    name: str,
    inputs: tuple[object, ...],
    made: Tensor,
    backward: Callable[..., Any] | None,
    saved: tuple[Any, ...],
) -> Tensor:
    """Record an operation of any dtype.

    What is neither floating nor complex carries no gradient, but it is an operation of TensorFlow's
    tape, whose turn the others wait for. No tape here follows complex numbers.
    """
    kind = plain_dtype(made)
    if kind in FLOAT_CODES:
        return record(name, inputs, made, backward, saved)
    if kind.kind == "c":
        return record(name, inputs, made, None)
    return record(name, inputs, made, no_gradient)


def no_gradient(*arguments: Any) -> tuple[None, ...]:  # noqa: ANN401 (saved, upstream and wanted)
    """Give no gradient to any input, as TensorFlow registers none."""
    return (None,) * len(arguments[-1])
