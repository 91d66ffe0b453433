# SPDX-License-Identifier: Apache-2.0
"""softmax and log_softmax along any axis, with TensorFlow's bits; computed in C.

TensorFlow computes along the last axis; for another one it swaps the two, and swaps back. The
gradients are compositions of other operations, in the order of tensorflow/python/ops/nn_grad.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.arguments.operand_dtypes import refuse_missing
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.arrays import reduce_sum
from tf_losses._internal.autodiff.exact import softmax_of_rows
from tf_losses._internal.autodiff.functions import behind
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.elementwise_gradients import apply
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import kernel_name
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]

__all__ = ["log_softmax", "softmax"]


def softmax(logits: Any, axis: Any = None, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute e^x / sum(e^x) along an axis.

    float32 has the bits of oneDNN or of Eigen, whichever TensorFlow would use on this processor:
    see `tf_losses.set_tf_onednn`.

    Args:
        logits: a tensor, or anything `constant` takes; floating-point numbers, of rank 1 or more.
        axis: the axis of the classes, from -rank to rank - 1; the last one if not given.
        name: not used.

    Returns:
        A tensor of the same shape and dtype, which a tape follows.

    Raises:
        tf_losses.errors.InvalidArgumentError: `logits` is not floating-point or a scalar, or there
            is no such axis.

    TensorFlow counterpart: `tf.nn.softmax`, tensorflow/python/ops/nn_ops.py.

    >>> softmax([0.0, 0.0]).numpy()
    array([0.5, 0.5], dtype=float32)
    """
    made = _along_axis("softmax", operations.SOFTMAX_ONLY, logits, axis, _softmax_gradient)
    last = axis is None or axis in (-1, made.ndim - 1)
    return behind(made, "Softmax", logits) if last else made  # else TensorFlow turns the axes


def log_softmax(logits: Any, axis: Any = None, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x - log(sum(e^x)) along an axis; arguments, result and errors as in `softmax`.

    TensorFlow counterpart: `tf.nn.log_softmax`, tensorflow/python/ops/nn_ops.py.

    >>> log_softmax([0.0, 0.0]).numpy()
    array([-0.6931472, -0.6931472], dtype=float32)
    """
    return _along_axis("log_softmax", operations.LOG_SOFTMAX, logits, axis, _log_softmax_gradient)


def _along_axis(
    name: str,
    op: operations.Op,
    logits: object,
    axis: Any,  # noqa: ANN401 (anything may come)
    backward: Callable[..., tuple[Array | None]],
) -> Tensor:
    x = to_array(logits, TF2)
    place = _place(-1 if axis is None else axis, x.ndim)
    if kernel_name(x.dtype) not in op.allowed:
        raise hinted(TF2.type_refused(op, x.dtype), f"`logits` came as {x.dtype}.")
    refuse_missing(op, x.dtype)
    if x.ndim == 0:
        raise hinted(bad("logits must have >= 1 dimension, got []"), "`logits` is a scalar.")
    last = _swapped(x, place)
    y = softmax_of_rows(last, logarithm=op is operations.LOG_SOFTMAX)
    return result(name, (logits,), _swapped(y, place), backward, y, place)


def _place(axis: Any, rank: int) -> int:  # noqa: ANN401 (anything may come)
    """The axis, counted from the end: -1 for the last one."""
    if axis in (-1, rank - 1):
        return -1
    if not -rank <= axis < rank:
        raise hinted(
            InvalidArgumentError(
                None,
                None,
                f"`dim` must be in the range [{-rank}, {rank}) where {rank} is the number of "
                f"dimensions in the input. Received: dim={axis}",
            ),
            f"`axis` came as {axis!r}, for `logits` of rank {rank}.",
        )
    return int(to_array(axis, TF2)) % rank - rank


def _swapped(array: Array, place: int) -> Array:
    return np.ascontiguousarray(np.swapaxes(array, place, -1))


def _softmax_gradient(
    y: Array, place: int, upstream: Array, wanted: tuple[bool, ...]
) -> tuple[Array | None]:
    if not wanted[0]:
        return (None,)
    g = _swapped(upstream, place)
    total = np.asarray(reduce_sum(rounded(np.multiply, g, y), -1, keepdims=True))
    return (_swapped(rounded(np.multiply, rounded(np.subtract, g, total), y), place),)


def _log_softmax_gradient(
    y: Array, place: int, upstream: Array, wanted: tuple[bool, ...]
) -> tuple[Array | None]:
    if not wanted[0]:
        return (None,)
    g = _swapped(upstream, place)
    total = np.asarray(reduce_sum(g, -1, keepdims=True))
    part = rounded(np.multiply, total, apply(native.EXP, y))
    return (_swapped(rounded(np.subtract, g, part), place),)
