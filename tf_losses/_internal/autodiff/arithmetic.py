# SPDX-License-Identifier: Apache-2.0
"""Arithmetic on tensors, as functions and as operators: TensorFlow's dtypes, bits and gradients.

Beside a tensor, everything else takes its dtype; two tensors have one. Every element is rounded
once: 16-bit types are computed in float32, integers wrap around, and subnormal numbers are zeros.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.arguments.operand_dtypes import (
    check_dtype,
    quotient_of,
    refuse_division,
    refuse_missing,
    refuse_pair,
)
from tf_losses._internal.autodiff.arrays import read, reduction, total_of
from tf_losses._internal.autodiff.exact import added_up, negated, rounded
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import (
    FLOAT_CODES,
)
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = [
    "add",
    "add_n",
    "divide",
    "multiply",
    "negative",
    "operands",
    "rounded",
    "square",
    "subtract",
    "sum_back",
]


def add(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x + y, element by element; one is broadcast against the other.

    Args:
        x: a tensor, or anything `constant` takes; numbers of any real dtype.
        y: the same. Beside a tensor, what is none takes its dtype.
        name: not used.

    Returns:
        A tensor of that dtype, which a tape follows.

    Raises:
        tf_losses.errors.InvalidArgumentError: two tensors have different dtypes, the dtype is not
            taken, or the shapes do not broadcast.
        TypeError, ValueError: `x` does not convert to the dtype of the tensor `y`.

    TensorFlow counterpart: `tf.add`, tensorflow/python/ops/math_ops.py.

    >>> add([1.0, 2.0], 0.5).numpy()
    array([1.5, 2.5], dtype=float32)
    """
    return _binary(operations.ADD, x, y, np.add, _add_gradients)


def subtract(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x - y; arguments, result and errors as in `add`.

    TensorFlow counterpart: `tf.subtract`, tensorflow/python/ops/math_ops.py.

    >>> subtract([1.0, 2.0], 0.5).numpy()
    array([0.5, 1.5], dtype=float32)
    """
    return _binary(operations.SUB, x, y, np.subtract, _subtract_gradients)


def multiply(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x * y; arguments, result and errors as in `add`.

    TensorFlow counterpart: `tf.multiply`, tensorflow/python/ops/math_ops.py.

    >>> multiply([1.0, 2.0], 0.5).numpy()
    array([0.5, 1. ], dtype=float32)
    """
    return _binary(operations.MUL, x, y, np.multiply, _multiply_gradients)


def divide(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x / y; arguments and result as in `add`, but integers are divided as floats.

    Integers of 8 and 16 bits become float32, larger ones float64.

    Raises:
        TypeError: the dtypes differ, or are none that is divided.
        tf_losses.errors.InvalidArgumentError: the shapes do not broadcast.

    TensorFlow counterpart: `tf.divide`, tensorflow/python/ops/math_ops.py.

    >>> divide([1, 2], 4).numpy()
    array([0.25, 0.5 ])
    """
    a, b = operands(operations.REAL_DIV, x, y, refuse_division)
    target = quotient_of(a.dtype)
    refuse_missing(operations.REAL_DIV, target)
    if target != a.dtype:
        a, b = a.astype(target), b.astype(target)
    return _compute(operations.REAL_DIV, (x, y), a, b, np.divide, _divide_gradients)


def negative(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute -x.

    Args:
        x: a tensor, or anything `constant` takes; signed numbers.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is unsigned, or no number's.

    TensorFlow counterpart: `tf.negative`, tensorflow/core/kernels/cwise_op_neg_1.cc.

    >>> negative([1.0, -2.0]).numpy()
    array([-1.,  2.], dtype=float32)
    """
    a = to_array(x, TF2)
    check_dtype(operations.NEG, a.dtype)
    return record("negative", (x,), tensor(negated(a)), _negative_gradient)


def square(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x * x; the argument as in `negative`, of unsigned integers too.

    TensorFlow counterpart: `tf.square`, tensorflow/core/kernels/cwise_op_square.cc.

    >>> square([1.0, -2.0]).numpy()
    array([1., 4.], dtype=float32)
    """
    a = to_array(x, TF2)
    check_dtype(operations.SQUARE, a.dtype)
    made = tensor(rounded(np.multiply, a, a))
    return record("square", (x,), made, _square_gradient, (a,))


def add_n(inputs: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Add up tensors of one shape and dtype, from the first to the last; many by eights.

    Args:
        inputs: a list of tensors, or of anything `constant` takes.
        name: not used.

    Raises:
        ValueError: there are none.
        tf_losses.errors.InvalidArgumentError: shapes or dtypes differ.

    TensorFlow counterpart: `tf.add_n`, tensorflow/core/kernels/aggregate_ops.h.

    >>> add_n([[1.0], [2.0], [3.0]]).numpy()
    array([6.], dtype=float32)
    """
    given = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if not given:
        raise ValueError(
            "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype "
            "and shape."
        )
    first, *others = arrays = [to_array(item, TF2) for item in given]
    for i, other in enumerate(others, 1):
        if other.dtype != first.dtype:
            raise hinted(
                TF2.types_differ("AddN", first.dtype, other.dtype, i),
                f"`inputs[{i}]` came as {other.dtype}, `inputs[0]` as {first.dtype}.",
            )
        if other.shape != first.shape:
            raise bad(
                "Inputs to operation AddN of type AddN must have the same size and shape.  "
                f"Input 0: {brackets(first.shape)} != input {i}: {brackets(other.shape)}"
            )
    check_dtype(operations.ADD, first.dtype)
    made = tensor(np.array(added_up(arrays)))
    return record("add_n", tuple(given), made, _add_n_gradients, (len(given),))


# ---- operands ----


# Operations of which TensorFlow compares the dtypes before it converts.
_COMPARE_FIRST = (operations.ADD, operations.REAL_DIV, operations.DIV_NO_NAN)


def operands(
    op: operations.Op,
    x: object,
    y: object,
    refuse: Callable[[operations.Op, Dtype, Dtype], Exception],
) -> tuple[Array, Array]:
    """Give both as arrays of one dtype: that of the first that is a tensor, else that of x."""
    if isinstance(y, Tensor) and not isinstance(x, Tensor):
        b = np.asarray(y)
        return np.asarray(read(x, b.dtype)), b
    a = to_array(x, TF2)
    if not isinstance(y, Tensor):
        try:
            return a, np.asarray(read(y, a.dtype))
        except TypeError:
            if op not in _COMPARE_FIRST:
                raise
    b = to_array(y, TF2)
    if b.dtype != a.dtype:
        raise hinted(
            refuse(op, a.dtype, b.dtype),
            f"One operand is {a.dtype}, the other {b.dtype}; cast one of them: "
            "tf_losses.cast(x, dtype).",
        )
    return a, b


# ---- results ----


def _binary(
    op: operations.Op,
    x: object,
    y: object,
    function: np.ufunc,
    gradients: Callable[..., tuple[Array | None, ...]],
) -> Tensor:
    a, b = operands(op, x, y, refuse_pair)
    check_dtype(op, a.dtype)
    return _compute(op, (x, y), a, b, function, gradients)


def _compute(
    op: operations.Op,
    inputs: tuple[object, object],
    a: Array,
    b: Array,
    function: np.ufunc,
    gradients: Callable[..., tuple[Array | None, ...]],
) -> Tensor:
    made = tensor(rounded(function, a, b))
    return record(op.name, inputs, made, gradients, (a, b))


# ---- gradients: of x and y, for those that are wanted ----


def of_pair(
    a: Array, b: Array, wanted: Wanted, of_a: Callable[[], Array], of_b: Callable[[], Array]
) -> tuple[Array | None, Array | None]:
    """Sum each gradient over what was repeated; integers have none."""
    if a.dtype not in FLOAT_CODES:
        return None, None
    return (
        sum_back(of_a(), a) if wanted[0] else None,
        sum_back(of_b(), b) if wanted[1] else None,
    )


def sum_back(gradient: Array, operand: Array) -> Array:
    """Sum the gradient of what was broadcast over the axes along which it was repeated."""
    if gradient.shape == operand.shape:
        return gradient
    if math.prod(gradient.shape) == 0:
        return np.zeros(operand.shape, operand.dtype)
    padded = (1,) * (gradient.ndim - operand.ndim) + operand.shape
    axes = [axis for axis, length in enumerate(gradient.shape) if length != padded[axis]]
    total = total_of(reduction(gradient, axes, keepdims=True), is_mean=False)
    return total.reshape(operand.shape)


def _add_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return of_pair(a, b, wanted, lambda: g, lambda: g)


def _subtract_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return of_pair(a, b, wanted, lambda: g, lambda: negated(g))


def _multiply_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return of_pair(
        a, b, wanted, lambda: rounded(np.multiply, g, b), lambda: rounded(np.multiply, a, g)
    )


def _divide_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    def of_divisor() -> Array:
        slope = rounded(np.divide, rounded(np.divide, negated(a), b), b)
        return rounded(np.multiply, g, slope)

    return of_pair(a, b, wanted, lambda: rounded(np.divide, g, b), of_divisor)


def _negative_gradient(g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (negated(g) if wanted[0] else None,)


def _square_gradient(a: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    if not wanted[0] or a.dtype not in FLOAT_CODES:
        return (None,)
    twice = rounded(np.multiply, a, np.asarray(2, a.dtype))
    return (rounded(np.multiply, g, twice),)


def _add_n_gradients(count: int, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return tuple(g if wanted[i] else None for i in range(count))
