# SPDX-License-Identifier: Apache-2.0
"""The axis of softmax: which ones TensorFlow takes, and what it says to the others.

TensorFlow moves the axis to the end by listing the axes before it, `range(0, axis)`, and after
it, `range(axis + 1, rank)`. All its refusals come from these two lists, so negative axes other
than -1 fail, and so do axes of types that do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.runtime.dtypes import INT32, INT64, python_name
from tf_losses._internal.runtime.kinds import is_numpy
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages

# The types for which TensorFlow's `range` has code.
_COUNTING = ("int32", "int64", "float16", "bfloat16", "float32", "float64")


def is_last(axis: Any) -> bool:  # noqa: ANN401 (anything may come)
    """Tell whether an axis is -1, whatever type it has.

    >>> is_last(-1), is_last(np.int64(-1)), is_last(np.array(["a"]))
    (True, True, False)
    """
    if type(axis) is int:
        return axis == -1
    # Not every NumPy compares strings with a number without a warning.
    if is_numpy(axis) and axis.dtype.kind not in "biufc":
        return False
    is_other: bool = axis != -1
    return not is_other


def check(axis: Any, rank: int, messages: Messages) -> int:  # noqa: ANN401 (anything may come)
    """Convert an axis other than -1 of logits of some rank, or raise what TensorFlow does.

    >>> from tf_losses._internal.arguments.messages import TF2
    >>> check(np.int64(0), 3, TF2)
    0
    """
    number = to_array(axis, messages)
    hint = _hint(axis, rank)
    if python_name(number.dtype) not in _COUNTING:
        raise hinted(AssertionError(), hint)  # TensorFlow's own assert, without a text
    if number.size != 1 or number.ndim > 1:
        raise hinted(messages.range_not_scalar(number.shape), hint)
    value = number.reshape(())[()]
    _check_range(0, value, messages, hint)
    if number.ndim:
        _ = axis + 1
        raise hinted(messages.axis_rank(number.shape), hint)
    _check_range(value + 1, rank, messages, hint)
    if number.dtype not in (INT32, INT64):
        raise hinted(messages.type_refused(operations.TRANSPOSE_PERM, number.dtype), hint)
    return int(value)


def _check_range(start: Any, limit: Any, messages: Messages, hint: str) -> None:  # noqa: ANN401 (numbers)
    if not start <= limit:  # this way round, NaN is refused too
        raise hinted(messages.range_reversed(start, limit), hint)


def _hint(axis: object, rank: int) -> str:
    choice = " or ".join([", ".join(map(str, range(rank))), "-1"]) if rank else "-1"
    return (
        f"`axis` came as {axis!r}; for logits of rank {rank} it can be {choice}. "
        "TensorFlow takes no negative axis but -1, here as there."
    )


def move_to_end(
    labels: NDArray[Any],
    logits: NDArray[Any],
    axis: Any,  # noqa: ANN401 (anything may come)
    messages: Messages,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Move an axis other than -1 of both arrays to the end, into new arrays if need be."""
    place = check(axis, logits.ndim, messages)
    if labels.ndim != logits.ndim:
        raise hinted(
            messages.transpose_rank(labels.shape, logits.shape),
            f"`labels` has shape {labels.shape}, `logits` {logits.shape}; "
            f"with axis={place} they need equally many axes.",
        )
    return (
        np.ascontiguousarray(np.moveaxis(labels, place, -1)),
        np.ascontiguousarray(np.moveaxis(logits, place, -1)),
    )
