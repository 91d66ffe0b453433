# SPDX-License-Identifier: Apache-2.0
"""The few functions of `tf` beside the losses that a program needs to differentiate them:
`constant`, `convert_to_tensor`, `reduce_sum`, `reduce_mean`."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import _native, tape
from tf_losses._backprop import default_intra_op_threads
from tf_losses._convert import to_array
from tf_losses._dtypes import FLOAT_CODES, python_name
from tf_losses._float import divide
from tf_losses._tensor import Tensor, tensor
from tf_losses._words import TF2, bad
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import DTypeLike, NDArray

    from tf_losses._words import Shape

__all__ = ["constant", "convert_to_tensor", "reduce_mean", "reduce_sum"]


def constant(
    value: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: DTypeLike | None = None,
    shape: Iterable[int] | None = None,
    name: object = "Const",  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Make a tensor: a read-only array that a `GradientTape` can watch.

    Args:
        value: an array, number or sequence; Python floats become float32, ints int32.
        dtype: a NumPy dtype or its name; that of `value` if not given.
        shape: a shape to give to the values; one value is repeated.
        name: not used.

    TensorFlow counterpart: `tf.constant`, tensorflow/python/framework/constant_op.py.

    >>> constant([1.0, 2.0]).dtype, constant(0.5, shape=(2,)).numpy()
    (dtype('float32'), array([0.5, 0.5], dtype=float32))
    """
    array = to_array(value, TF2)
    if dtype is not None:
        array = array.astype(np.dtype(dtype))
    if shape is not None:
        shape = tuple(shape)
        array = np.full(shape, array) if array.size == 1 else array.reshape(shape)
    return tensor(np.array(array, order="C"))


def convert_to_tensor(
    value: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: DTypeLike | None = None,
    dtype_hint: object = None,  # noqa: ARG001 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Make a tensor of a value that is not one yet; see `constant`.

    TensorFlow counterpart: `tf.convert_to_tensor`, tensorflow/python/framework/tensor_conversion.py.

    >>> x = constant([1.0])
    >>> convert_to_tensor(x) is x
    True
    """
    if isinstance(value, Tensor) and dtype in (None, value.dtype):
        return value
    return constant(value, dtype)


def reduce_sum(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> NDArray[Any]:
    """Sum over some axes, in TensorFlow's order of additions.

    The order of a sum over everything depends on the threads TensorFlow has, from some 50,000
    elements on: see `set_intra_op_parallelism_threads`.

    Args:
        input_tensor: floating-point values, of any shape.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the summed axes, with length 1.
        name: not used.

    Returns:
        The sums, in the dtype of the values.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range or given twice, or the
            values are not floating-point.

    TensorFlow counterpart: `tf.reduce_sum`, tensorflow/python/ops/math_ops.py.

    >>> reduce_sum([[1.0, 2.0], [3.0, 4.0]], axis=0)
    array([4., 6.], dtype=float32)
    """
    return _reduce("reduce_sum", input_tensor, axis, keepdims)


def reduce_mean(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> NDArray[Any]:
    """Average over some axes; arguments, errors and the order of additions as in `reduce_sum`.

    TensorFlow counterpart: `tf.reduce_mean`, tensorflow/python/ops/math_ops.py.

    >>> reduce_mean([[1.0, 2.0], [3.0, 4.0]])
    array(2.5, dtype=float32)
    """
    return _reduce("reduce_mean", input_tensor, axis, keepdims)


_intra_op_threads = 0


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Say how many threads the TensorFlow has whose sums are computed; 0: one a processor.

    It changes the order in which everything is added up, not how many threads work here.

    TensorFlow counterpart: `tf.config.threading.set_intra_op_parallelism_threads`.

    >>> set_intra_op_parallelism_threads(0)
    """
    global _intra_op_threads  # noqa: PLW0603 (TensorFlow's setting is global too)
    if num_threads < 0:
        raise ValueError(f"num_threads is {num_threads}; it is 0 or more.")
    _intra_op_threads = num_threads


def get_intra_op_parallelism_threads() -> int:
    """Give the number set before, 0 if none was.

    TensorFlow counterpart: `tf.config.threading.get_intra_op_parallelism_threads`.

    >>> get_intra_op_parallelism_threads()
    0
    """
    return _intra_op_threads


def intra_op_threads() -> int:
    """The threads of the TensorFlow that is reproduced."""
    return _intra_op_threads or default_intra_op_threads()


def _reduce(name: str, values: object, axis: object, keepdims: bool) -> NDArray[Any]:  # noqa: FBT001
    array = to_array(values, TF2)
    code = FLOAT_CODES.get(array.dtype)
    if code is None:
        raise hinted(
            bad(f"{name} takes floating-point values, not {python_name(array.dtype)}"),
            f"`input_tensor` came as {array.dtype}; cast it to float32.",
        )
    axes = _axes(axis, array.ndim)
    kept = tuple(1 if i in axes else length for i, length in enumerate(array.shape))
    out = np.empty(kept, array.dtype)
    count = math.prod(array.shape[i] for i in axes)
    if name == "reduce_mean" and count == 0:
        out.fill(np.nan)
    else:
        divisor = count if name == "reduce_mean" else 1
        _native.reduce_sum(code, array, axes, intra_op_threads(), divisor, out)
    shape = kept if keepdims else tuple(n for i, n in enumerate(array.shape) if i not in axes)
    backward = partial(_spread, array.shape, kept, count if name == "reduce_mean" else 1)
    return tape.record(name, (values,), out.reshape(shape), backward)


def _axes(axis: object, rank: int) -> tuple[int, ...]:
    """Axes from 0 on, in order."""
    if axis is None:
        return tuple(range(rank))
    given = [int(item) for item in np.asarray(axis).ravel().tolist()]
    for item in given:
        if not -rank <= item < rank:
            raise hinted(
                bad(f"Invalid reduction dimension ({item} for input with {rank} dimension(s)"),
                f"`axis` came as {axis!r}.",
            )
    axes = sorted(item % rank for item in given)
    for first, second in zip(axes, axes[1:], strict=False):
        if first == second:
            raise hinted(
                bad(f"Invalid reduction arguments: Axes contains duplicate dimension: {first}"),
                f"`axis` came as {axis!r}.",
            )
    return tuple(axes)


def _spread(
    shape: Shape, kept: Shape, divisor: int, upstream: NDArray[Any], wanted: tuple[bool, ...]
) -> tuple[NDArray[Any] | None]:
    """Give every summand the gradient of its sum."""
    if not wanted[0]:
        return (None,)
    each = divide(upstream, divisor) if divisor > 1 else upstream
    return (np.ascontiguousarray(np.broadcast_to(each.reshape(kept), shape)),)
