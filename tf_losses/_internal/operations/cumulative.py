# SPDX-License-Identifier: Apache-2.0
"""Sums of all that came before. Source of the kernel: tensorflow/core/kernels/scan_ops.cc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.arguments.operand_dtypes import check_dtype
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.runtime.dtypes import kernel_name
from tf_losses.errors import InvalidDtypeError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["cumsum"]


def cumsum(
    x: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = 0,  # noqa: ANN401 (a whole number)
    exclusive: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    reverse: bool = False,  # noqa: FBT001, FBT002 (same)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Add up along an axis: y[i] = x[0] + ... + x[i].

    Args:
        x: a tensor, or anything `constant` takes; numbers.
        axis: from -rank to rank - 1.
        exclusive: whether to leave x[i] out.
        reverse: whether to begin at the end.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the axis is out of range or no whole number, or the
            dtype is not taken.

    TensorFlow counterpart: `tf.cumsum`, tensorflow/python/ops/math_ops.py.

    >>> cumsum([1.0, 2.0, 3.0]).numpy(), cumsum([1, 2, 3], exclusive=True, reverse=True).numpy()
    (array([1., 3., 6.], dtype=float32), array([5, 3, 0], dtype=int32))
    """
    a = to_array(x, TF2)
    place = _axis(axis, a.ndim)
    check_dtype(operations.CUMSUM, a.dtype)
    values = running(np.add, a, place, exclusive=bool(exclusive), reverse=bool(reverse))
    return result("cumsum", (x,), values, _cumsum_gradient, place, bool(exclusive), bool(reverse))


def _axis(axis: object, rank: int) -> int:
    number = to_array(axis, TF2)
    if number.dtype.kind not in "iu":
        raise hinted(
            InvalidDtypeError(
                None,
                None,
                f"Value for attr 'Tidx' of {kernel_name(number.dtype)} is not in the list of "
                "allowed values: int32, int64",
            )
            if isinstance(axis, Tensor)
            else TypeError(f"Cannot convert {axis!r} to EagerTensor of dtype int32"),
            f"`axis` came as {axis!r}; it is a whole number.",
        )
    if number.ndim:
        raise bad(f"ScanOp: axis must be a scalar, not {list(number.shape)}")
    place = int(number)
    if not -rank <= place < rank:
        raise bad(f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {place}")
    return place % rank


def running(function: np.ufunc, a: Array, axis: int, *, exclusive: bool, reverse: bool) -> Array:
    """Fold along an axis with np.add or np.multiply, and keep every step.

    >>> running(np.multiply, np.array([2, 3, 4]), 0, exclusive=True, reverse=False)
    array([1, 2, 6])
    """
    lines = np.moveaxis(a, axis, 0)
    lines = np.ascontiguousarray(lines[::-1] if reverse else lines)
    out = np.empty_like(lines)
    total = np.full(lines.shape[1:], 1 if function is np.multiply else 0, a.dtype)
    for i, line in enumerate(lines):
        grown = rounded(function, total, line)
        out[i] = total if exclusive else grown
        total = grown
    return np.ascontiguousarray(np.moveaxis(out[::-1] if reverse else out, 0, axis))


def _cumsum_gradient(
    axis: int,
    exclusive: bool,  # noqa: FBT001 (TensorFlow's attribute)
    reverse: bool,  # noqa: FBT001 (same)
    g: Array,
    wanted: Wanted,
) -> tuple[Array | None, ...]:
    if not wanted[0]:
        return (None,)
    return (running(np.add, g, axis, exclusive=exclusive, reverse=not reverse),)
