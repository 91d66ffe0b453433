# SPDX-License-Identifier: Apache-2.0
"""Tensors made of a shape or of numbers: fill, range, linspace, eye, sequence_mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets, plain
from tf_losses._internal.autodiff.arithmetic import add, divide, multiply, rounded, subtract
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.plumbing import cast, reshape
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.shapes import expand_dims
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.operations.indexing import slice as part
from tf_losses._internal.operations.joining import concat
from tf_losses._internal.operations.moving import broadcast_to, summed
from tf_losses._internal.operations.several import integers
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT32, FLOAT_CODES, enum_name
from tf_losses.errors import NotFoundError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["eye", "fill", "linspace", "range", "sequence_mask"]

_range = range  # Python's own


def fill(dims: object, value: object, name: object = None, layout: object = None) -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Give a tensor of one value.

    Args:
        dims: the lengths of its axes.
        value: a tensor without axes, or anything `constant` takes.
        name: not used.
        layout: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: a length is negative, or the value has axes.

    TensorFlow counterpart: `tf.fill`, tensorflow/core/kernels/constant_op.cc.

    >>> fill([2], 7.0).numpy()
    array([7., 7.], dtype=float32)
    """
    lengths, one = integers(dims, "dims", "index_type"), to_array(value, TF2)
    if lengths.ndim > 1:
        raise bad(f"dims must represent a vector, got shape {brackets(lengths.shape)}")
    lengths = lengths.ravel()
    if one.shape not in ((), (1,)):
        raise hinted(
            bad(f"value must represent a scalar, got shape {brackets(one.shape)}"),
            "`value` has no axes.",
        )
    for length in lengths.tolist():
        if length < 0:
            raise bad(f"Dimension {length} must be >= 0")
    values = np.full(lengths.tolist(), one.reshape(()), one.dtype)
    return result("fill", (value,), values, _all_added, one.shape)


def _all_added(shape: tuple[int, ...], g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None]:
    return (summed(g, (1,) * g.ndim).reshape(shape) if wanted[0] else None,)


_RANGE_ORDER = ("int32", "int64", "float16", "bfloat16", "float32", "float64")


def range(  # noqa: A001 (TensorFlow's name)
    start: object,
    limit: object = None,
    delta: object = 1,
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = "range",  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give numbers in equal steps: from `start`, or from 0 to it, up to `limit`, which is left out.

    Args:
        start: the first number, or the limit where that is not given.
        limit: where to stop.
        delta: the step.
        dtype: of the result; that of the three that goes furthest, if not given.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the step is 0, or leads away from the limit.

    TensorFlow counterpart: `tf.range`, tensorflow/core/kernels/sequence_ops.cc.

    >>> range(3).numpy(), range(1.0, 2.0, 0.5).numpy()
    (array([0, 1, 2], dtype=int32), array([1. , 1.5], dtype=float32))
    """
    first, last = (0, start) if limit is None else (start, limit)
    asked = None if dtype is None else as_dtype(dtype)
    given = [_end(one, asked) for one in (first, last, delta)]
    target = asked or max((one.dtype for one in given), key=lambda d: _RANGE_ORDER.index(d.name))
    for one, name_ in zip(given, ("start", "limit", "delta"), strict=True):
        if one.shape not in ((), (1,)):
            raise bad(f"{name_} must be a scalar, not shape {brackets(one.shape)}")
    if target.name not in _RANGE_ORDER:
        raise hinted(
            NotFoundError(
                None,
                None,
                f"Could not find device for node: {{{{node Range}}}} = Range[Tidx="
                f"{enum_name(target)}]",
            ),
            f"`dtype` came as {target}; cast the numbers to it.",
        )
    begin, end, step = (np.asarray(cast(one.reshape(()), target)) for one in given)
    return tensor(_steps(begin, end, step))


def _end(value: object, dtype: np.dtype[Any] | None) -> Array:
    if isinstance(value, Tensor) or dtype is None:
        found = to_array(value, TF2)
    else:
        found = np.asarray(read(value, dtype))
    if dtype is None and found.dtype.name not in _RANGE_ORDER:
        raise AssertionError
    return found


def _steps(begin: Array, end: Array, step: Array) -> Array:
    first, last, by = begin.item(), end.item(), step.item()
    if by == 0:
        raise bad(f"Requires delta != 0: {plain(by)}")
    if by > 0 and first > last:
        raise bad(f"Requires start <= limit when delta > 0: {plain(first)}/{plain(last)}")
    if by < 0 and first < last:
        raise bad(f"Requires start >= limit when delta < 0: {plain(first)}/{plain(last)}")
    if begin.dtype not in FLOAT_CODES:
        return np.asarray(np.arange(first, last, by, dtype=begin.dtype.name))
    count = _count(begin, end, step)
    numbers = np.arange(count).astype(begin.dtype)
    return rounded(np.add, np.asarray(begin), rounded(np.multiply, numbers, np.asarray(step)))


def _count(begin: Array, end: Array, step: Array) -> int:
    steps = rounded(np.divide, rounded(np.subtract, end, begin), step)
    return int(np.ceil(np.abs(steps)))


def linspace(
    start: object,
    stop: object,
    num: object,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    axis: int = 0,
) -> Tensor:
    """Give numbers in equal steps from one to another, both included.

    Args:
        start: the first, or a tensor of first ones.
        stop: the last.
        num: how many.
        name: not used.
        axis: along which axis, if there are several.

    TensorFlow counterpart: `tf.linspace`, tensorflow/python/ops/math_ops.py.

    >>> linspace(0.0, 1.0, 3).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    first: Any = start if isinstance(start, Tensor) else tensor(np.array(to_array(start, TF2)))
    plain_first = np.asarray(first)
    last: Any = stop if isinstance(stop, Tensor) else tensor(read(stop, plain_first.dtype))
    count = int(integers(num, "num"))
    if count < 0:
        raise bad(f"Requires start <= limit when delta > 0: 1/{count}")
    full = np.broadcast_shapes(plain_first.shape, np.asarray(last).shape)
    first, last = (expand_dims(broadcast_to(one, list(full)), axis) for one in (first, last))
    spread = divide(subtract(last, first), np.asarray(max(count - 1, 1)))
    first, last = (cast(one, np.asarray(spread).dtype) for one in (first, last))
    rank = len(full) + 1
    at = axis if axis >= 0 else rank + axis
    between = np.arange(1, max(count - 1, 1))
    steps = reshape(cast(between, np.asarray(spread).dtype), _only(rank, at, len(between)))
    joined = concat([first, add(first, multiply(spread, steps)), last], at)
    lengths = list(np.asarray(joined).shape)
    lengths[at] = count
    return part(joined, [0] * rank, lengths)


def _only(rank: int, axis: int, length: int) -> list[int]:
    return [length if i == axis else 1 for i in _range(rank)]


def eye(
    num_rows: Any,  # noqa: ANN401 (a number, or a tensor of one)
    num_columns: Any = None,  # noqa: ANN401 (same)
    batch_shape: Any = None,  # noqa: ANN401 (numbers)
    dtype: Any = FLOAT32,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give ones on the diagonal of a matrix, and zeros elsewhere.

    Args:
        num_rows: how many rows.
        num_columns: how many columns; as many as rows, if not given.
        batch_shape: axes in front.
        dtype: of the result.
        name: not used.

    TensorFlow counterpart: `tf.eye`, tensorflow/python/ops/linalg_ops_impl.py.

    >>> eye(2).numpy()
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    target = as_dtype(dtype)
    for one in (num_rows, num_rows if num_columns is None else num_columns):
        if not isinstance(one, (int, np.integer, Tensor)):
            raise TypeError(
                "Arguments `num_rows` and `num_columns` must be positive integer values. Received: "
                f"num_rows={num_rows}, num_columns={num_columns}"
            )
    rows = int(num_rows)
    columns = rows if num_columns is None else int(num_columns)
    front: list[int] = [] if batch_shape is None else integers(batch_shape, "batch_shape").tolist()
    for length in (rows, columns, *front):
        if length < 0:
            raise bad(f"Dimension {length} must be >= 0")
    one = np.eye(rows, columns, dtype=BOOL).astype(target)
    return tensor(np.array(np.broadcast_to(one, [*front, rows, columns])))


def sequence_mask(
    lengths: object,
    maxlen: object = None,
    dtype: Any = BOOL,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give, for each length, that many times True, and then False.

    Args:
        lengths: whole numbers.
        maxlen: the length of the new axis; the largest of `lengths` if not given.
        dtype: of the result.
        name: not used.

    Raises:
        ValueError: `maxlen` has axes.

    TensorFlow counterpart: `tf.sequence_mask`, tensorflow/python/ops/array_ops.py.

    >>> sequence_mask([1, 2]).numpy()
    array([[ True, False],
           [ True,  True]])
    """
    given = to_array(lengths, TF2)
    if maxlen is None:
        limit = np.asarray(max(0, given.max()) if given.size else 0).astype(given.dtype)
    else:
        limit = to_array(maxlen, TF2)
    if limit.ndim:
        raise hinted(
            ValueError(
                "Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = "
                f"{maxlen} with shape '{limit.shape}' instead"
            ),
            "`maxlen` is one number.",
        )
    zero, one = (np.asarray(number, limit.dtype) for number in (0, 1))
    row = _steps(zero, limit, one)
    mask = row < np.asarray(cast(given[..., None], limit.dtype))
    return tensor(mask) if dtype is None else cast(tensor(mask), dtype)
