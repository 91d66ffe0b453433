# SPDX-License-Identifier: Apache-2.0
"""Powers, element by element, with TensorFlow's bits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.messages import bad
from tf_losses._internal.arguments.operand_dtypes import check_dtype, refuse_pair
from tf_losses._internal.autodiff.arithmetic import of_pair, operands, rounded
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations.elementwise_gradients import apply
from tf_losses._internal.operations.plain import broadcast, seen
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT_CODES
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Shape
    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["pow"]


def pow(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: A001, ANN401, ARG001 (TensorFlow's signature)
    """Compute x to the power of y, element by element; one is broadcast against the other.

    The gradient of y takes log(x) for 0 where x is not positive.

    Args:
        x: a tensor, or anything `constant` takes; numbers of any signed dtype.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Returns:
        A tensor of that dtype, which a tape follows.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is not
            taken, the shapes do not broadcast, or a power of integers is negative.
        TypeError, ValueError: one does not convert to the dtype of the other.

    TensorFlow counterpart: `tf.pow`, tensorflow/python/ops/math_ops.py.

    >>> pow([2.0, 3.0], 2.0).numpy()
    array([4., 9.], dtype=float32)
    """
    a, b = operands(operations.POW, x, y, refuse_pair)
    check_dtype(operations.POW, a.dtype)
    z = _power(a, b)
    return result(operations.POW.name, (x, y), z, _gradients, a, b, z)


def _power(a: Array, b: Array) -> Array:
    shape, repeated = _as_broadcast(a.shape, b.shape)
    a, b = (np.asarray(one, order="C") for one in broadcast(a, b))
    if a.dtype not in FLOAT_CODES:
        return _integer_power(a, b)
    out = np.empty(a.shape, a.dtype)
    native.power(FLOAT_CODES[a.dtype], shape, repeated, a, b, out)
    return out


_BOTH = 2
_MOST_AXES = 5


def _as_broadcast(x: Shape, y: Shape) -> tuple[list[int], int]:
    """Give the shape that TensorFlow's broadcasting sees, and how many operands it repeats.

    Axes of length 1 in both are none, and neighbours of which the same operand is repeated are one
    (tensorflow/core/util/bcast.h). Of two axes both operands are repeated, even if once.

    >>> _as_broadcast((2, 3, 1, 5), (3, 1, 1))
    ([2, 3, 5], 1)
    """
    lengths: list[int] = []
    kinds: list[tuple[bool, bool]] = []  # whether the first is repeated, whether the second
    rank = max(len(x), len(y))
    padded = [(1,) * (rank - len(shape)) + shape for shape in (x, y)]
    for a, b in zip(*padded, strict=True):
        kind = (a != b and a == 1, a != b and b == 1)
        if a == b == 1:
            continue
        if kinds and kinds[-1] == kind:
            lengths[-1] *= max(a, b) if a and b else 0
        else:
            lengths.append(max(a, b) if a and b else 0)
            kinds.append(kind)
    if len(lengths) > _MOST_AXES:  # for which TensorFlow has no kernel
        return [math.prod(lengths)], 0
    count = sum(map(any, zip(*kinds, strict=True)))
    return lengths, _BOTH if len(lengths) == _BOTH else count


def _integer_power(a: Array, b: Array) -> Array:
    if (b < 0).any():
        raise hinted(
            bad("Integers to negative integer powers are not allowed"),
            f"`y` holds {b.min()}; cast both to float32.",
        )
    return np.asarray(np.power(a, b))


def _gradients(a: Array, b: Array, z: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    def of_base() -> Array:
        less = _power(a, rounded(np.subtract, b, np.asarray(1, b.dtype)))
        return rounded(np.multiply, rounded(np.multiply, g, b), less)

    def of_exponent() -> Array:
        positive = seen(a) > 0
        log = apply(native.LOG, np.where(positive, a, np.asarray(1, a.dtype)))
        log = np.where(positive, log, np.asarray(0, a.dtype))
        return rounded(np.multiply, rounded(np.multiply, g, z), log)

    return of_pair(a, b, wanted, of_base, of_exponent)
