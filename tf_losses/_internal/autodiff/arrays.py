# SPDX-License-Identifier: Apache-2.0
"""The few functions of `tf` beside the losses that a program needs to differentiate them.

`constant` and `convert_to_tensor` make what a tape can follow; `reduce_sum` and `reduce_mean`
make one number of many losses, in TensorFlow's order of additions.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments import operations, sequences
from tf_losses._internal.arguments.conversions import as_dtype, as_shape
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.arguments.operand_dtypes import check_dtype
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime import native, threads
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, kernel_name, python_name
from tf_losses._internal.runtime.subnormals import cast as to_bfloat16
from tf_losses._internal.runtime.subnormals import divide
from tf_losses.errors import InvalidDtypeError, hinted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import DTypeLike, NDArray

    from tf_losses._internal.arguments.messages import Shape

__all__ = ["constant", "convert_to_tensor", "reduce_mean", "reduce_sum"]


def constant(
    value: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: DTypeLike | None = None,
    shape: int | Iterable[int] | None = None,
    name: object = "Const",  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Make a tensor: a read-only array that a `GradientTape` can watch.

    Args:
        value: an array, number or sequence; Python floats become float32, ints int32. A tensor
            comes back as it is.
        dtype: a NumPy dtype, or TensorFlow's name of one ("float" is float32); that of `value` if
            not given.
        shape: a shape, or one length, to give to the values; one value is repeated.
        name: not used.

    Returns:
        A tensor of the shape and dtype asked for; it shares no memory with `value`.

    Raises:
        TypeError: `dtype` is none, Python's numbers do not convert to it (arrays are cast whatever
            it costs, as in TensorFlow), a tensor has another dtype, a length of `shape` is no whole
            number, or the values do not fill it.
        ValueError: `value` has no conversion, or `shape` a negative length.

    TensorFlow counterpart: `tf.constant`, tensorflow/python/framework/constant_op.py.

    >>> constant([1.0, 2.0]).dtype, constant(0.5, shape=(2,)).numpy()
    (tf.float32, array([0.5, 0.5], dtype=float32))
    """
    asked = None if dtype is None else as_dtype(dtype)
    if isinstance(value, Tensor) and asked is not None and asked != value.dtype:
        raise hinted(
            TypeError(
                f"Expected tensor {value} with dtype {dtype!r}, but got dtype "
                f"tf.{python_name(value.dtype)}."
            ),
            "Make a tensor of its plain values to cast them: tf_losses.constant(x.numpy(), dtype).",
        )
    if isinstance(value, Tensor) and shape is None:
        return value
    array = read(value, asked)
    if array.dtype.kind in "OSU":
        array = _as_bytes(array)
    if shape is not None:
        lengths = as_shape(shape)
        if array.size not in (1, math.prod(lengths)):
            raise TypeError(
                f"Eager execution of tf.constant with unsupported shape. Tensor {array} (converted "
                f"from {value}) has {array.size} elements, but got `shape` {lengths} with "
                f"{math.prod(lengths)} elements)."
            )
        array = array.reshape(lengths) if array.size != 1 else np.full(lengths, array)
    made = tensor(np.array(array, order="C"))
    record("constant", (value,), made, None)
    return made


def _as_bytes(texts: NDArray[Any]) -> NDArray[Any]:
    """Encode texts, of which TensorFlow keeps the bytes."""
    encoded = np.empty(texts.size, object)
    encoded[:] = [one.encode() if isinstance(one, str) else one for one in texts.ravel().tolist()]
    return encoded.reshape(texts.shape)


def read(value: object, dtype: np.dtype[Any] | None) -> NDArray[Any]:
    """Convert a value; Python's numbers are rounded to `dtype` once, to 16 bits through float32."""
    array_like = any(hasattr(type(value), name) for name in ("__array__", "__dlpack__"))
    if dtype is None or array_like:
        array = to_array(value, TF2)
        if dtype is not None and dtype.kind == "O" and array.size and array.dtype.kind not in "OSU":
            raise TF2.unsupported_object(array.flat[0].item())
        return array if dtype is None else _cast(array, dtype)
    array = sequences.to_array(value, TF2, wide=True)
    if array.size and array.dtype.kind not in _may_become(dtype):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {kernel_name(dtype)}")
    if array.dtype == np.float64 and dtype.itemsize == 2:  # noqa: PLR2004 (bytes of 16 bits)
        array = _cast(array, np.dtype(np.float32))
    return to_bfloat16(array, dtype) if dtype.name == "bfloat16" else _cast(array, dtype)


# Kinds of Python numbers that become numbers of each kind; all others: ints and floats.
_MAY_BECOME = {"b": "b", "i": "i", "u": "i", "c": "ifc", "O": "OSU"}
# What bools become.
_OF_BOOLS = ("bool", "int32", "int64", "uint64", "float16", "float32", "float64")


def _may_become(dtype: np.dtype[Any]) -> str:
    integers = dtype.name in ("int4", "uint4", "int2", "uint2")  # of a kind of their own
    kinds = _MAY_BECOME.get("i" if integers else dtype.kind, "if")
    return kinds + "b" * (dtype.name in _OF_BOOLS)


def _cast(array: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    with np.errstate(all="ignore"):
        return array.astype(dtype)


def convert_to_tensor(
    value: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: DTypeLike | None = None,
    dtype_hint: object = None,  # noqa: ARG001 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Make a tensor of a value that is not one yet; see `constant`.

    Args:
        value: as for `constant`.
        dtype: as for `constant`.
        dtype_hint: not used.
        name: not used.

    Returns:
        `value` itself if it is a tensor, else what `constant` makes of it.

    Raises:
        ValueError: a tensor has another dtype than the one asked for; otherwise as `constant`.

    TensorFlow counterpart: `tf.convert_to_tensor`,
    tensorflow/python/framework/tensor_conversion.py.

    >>> x = constant([1.0])
    >>> convert_to_tensor(x) is x
    True
    """
    asked = None if dtype is None else as_dtype(dtype)
    if isinstance(value, Tensor) and asked is not None and asked != value.dtype:
        raise hinted(
            ValueError(
                f"Tensor conversion requested dtype {python_name(asked)} for Tensor with "
                f"dtype {python_name(value.dtype)}: {value!r}"
            ),
            "Make a tensor of its plain values to cast them: tf_losses.constant(x.numpy(), dtype).",
        )
    return constant(value, dtype)


def reduce_sum(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Sum over some axes, in TensorFlow's order of additions.

    The order of a sum over everything depends on the threads TensorFlow has, from some 50,000
    elements on: see `set_intra_op_parallelism_threads`.

    Args:
        input_tensor: numbers, of any shape; integers wrap around.
        axis: an axis or several, from -rank to rank - 1; all if not given.
        keepdims: whether to keep the summed axes, with length 1.
        name: not used.

    Returns:
        The sums, in the dtype of the values.

    Raises:
        tf_losses.errors.InvalidArgumentError: an axis is out of range, given twice or no whole
            number, or the values are no numbers.

    TensorFlow counterpart: `tf.reduce_sum`, tensorflow/python/ops/math_ops.py.

    >>> reduce_sum([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([4., 6.], dtype=float32)
    """
    return _reduce(operations.SUM, input_tensor, axis, keepdims)


def reduce_mean(
    input_tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (a number or a sequence of them)
    keepdims: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Average over some axes; arguments, errors and the order of additions as in `reduce_sum`.

    The mean of integers is one, and loses what stands behind the point.

    TensorFlow counterpart: `tf.reduce_mean`, tensorflow/python/ops/math_ops.py.

    >>> float(reduce_mean([[1.0, 2.0], [3.0, 4.0]]))
    2.5
    """
    return _reduce(operations.MEAN, input_tensor, axis, keepdims)


class Reduction(NamedTuple):
    """What a reduction is about to do."""

    array: NDArray[Any]
    axes: tuple[int, ...]  # from 0 on, in order
    kept: Shape  # of the result, with the reduced axes of length 1
    shape: Shape  # of the result
    size: int  # how many elements make one of the result


def reduction(array: NDArray[Any], axis: object, keepdims: object) -> Reduction:
    """Find out which axes are reduced, and to which shape.

    >>> reduction(np.ones((2, 3)), -1, None).shape, reduction(np.ones((2, 3)), [0, 1], True).shape
    ((2,), (1, 1))
    """
    axes = _axes(axis, array.ndim)
    kept = tuple(1 if i in axes else length for i, length in enumerate(array.shape))
    shape = kept if keepdims else tuple(n for i, n in enumerate(array.shape) if i not in axes)
    return Reduction(array, axes, kept, shape, math.prod(array.shape[i] for i in axes))


def _reduce(op: operations.Op, values: object, axis: object, keepdims: object) -> Tensor:
    array = to_array(values, TF2)
    check_dtype(op, array.dtype)
    plan = reduction(array, axis, keepdims)
    is_mean = op is operations.MEAN
    saved = (array.shape, plan.kept, plan.size if is_mean else None)
    made = total_of(plan, is_mean=is_mean).reshape(plan.shape)
    return record(op.name, (values,), tensor(made), _spread, saved)


def total_of(plan: Reduction, *, is_mean: bool) -> NDArray[Any]:
    """Sum or average in TensorFlow's order; integers wrap around."""
    array = plan.array
    code = FLOAT_CODES.get(array.dtype)
    if code is None:
        return _integer_total(plan, is_mean=is_mean)
    if is_mean and plan.size == 0:
        return np.full(plan.kept, _mean_of_nothing(array.dtype), array.dtype)
    out = np.empty(plan.kept, array.dtype)
    divisor = plan.size if is_mean else 1
    native.reduce_sum(code, array, plan.axes, threads.intra_op(), divisor, out)
    return out


def _mean_of_nothing(dtype: np.dtype[Any]) -> float:
    is_zero = versions.release().empty_bfloat16_mean_is_zero
    return 0 if dtype.name == "bfloat16" and is_zero else math.nan


def _integer_total(plan: Reduction, *, is_mean: bool) -> NDArray[Any]:
    dtype = plan.array.dtype
    if not is_mean:
        return np.asarray(np.add.reduce(plan.array, plan.axes, dtype=dtype, keepdims=True))
    wide = np.dtype(np.int64 if dtype.kind == "i" else np.uint64)
    if versions.release().operations.narrow_counts:
        wide = dtype
    total = np.asarray(np.add.reduce(plan.array, plan.axes, dtype=wide, keepdims=True))
    divisor = np.asarray(plan.size).astype(wide)
    if total.size and not divisor:
        raise hinted(
            bad(f"The mean of {plan.size} elements of {dtype} divides by 0."),
            "TensorFlow's process ends here. Cast them to floats first.",
        )
    if total.size == 0:
        return total.astype(dtype)
    with np.errstate(all="ignore"):
        quotient, rest = np.divmod(total, divisor)
    # Towards zero, as C++ divides.
    short = (rest != 0) & ((total < 0) != (divisor < 0))
    return np.asarray(quotient + short.astype(wide)).astype(dtype)


def _axes(axis: object, rank: int) -> tuple[int, ...]:
    """Axes from 0 on, in order."""
    if axis is None:
        return tuple(range(rank))
    numbers = to_array(axis, TF2)
    if numbers.size and numbers.dtype.kind not in "biu":
        raise hinted(
            InvalidDtypeError(
                None,
                None,
                f"Value for attr 'Tidx' of {kernel_name(numbers.dtype)} is not in the list of "
                "allowed values: int32, int64",
            ),
            f"`axis` came as {axis!r}; it is a whole number or several.",
        )
    given = [int(item) for item in numbers.ravel().tolist()]
    for item in given:
        if not -rank <= item < rank:
            raise hinted(
                bad(f"Invalid reduction dimension ({item} for input with {rank} dimension(s)"),
                f"`axis` came as {axis!r}.",
            )
    axes = sorted(item % rank for item in given)
    for first, second in itertools.pairwise(axes):
        if first == second:
            raise hinted(
                bad(f"Invalid reduction arguments: Axes contains duplicate dimension: {first}"),
                f"`axis` came as {axis!r}.",
            )
    return tuple(axes)


def _spread(
    shape: Shape,
    kept: Shape,
    divisor: int | None,
    upstream: NDArray[Any],
    wanted: tuple[bool, ...],
) -> tuple[NDArray[Any] | None]:
    """Give every summand the gradient of its sum."""
    if not wanted[0]:
        return (None,)
    # A mean divides also by 1, which flushes subnormal numbers; NumPy's own zeros stay as they are.
    each = upstream if divisor is None else divide(upstream, max(divisor, 1))
    return (np.array(np.broadcast_to(each.reshape(kept), shape), order="C"),)
