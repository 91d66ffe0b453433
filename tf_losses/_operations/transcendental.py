# SPDX-License-Identifier: Apache-2.0
"""Functions of one tensor, element by element, with TensorFlow's bits: exp, log, sigmoid, ...

TensorFlow computes an array in packets of 8 elements (float64: 4), by polynomials of its own; what
is left at the end, by the C library. So does this, in C (csrc/functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._arguments import operations
from tf_losses._arguments.convert import to_array
from tf_losses._arguments.messages import TF2
from tf_losses._operations import elementwise_gradients as gradients
from tf_losses._operations.results import result
from tf_losses._runtime import native
from tf_losses._runtime.dtypes import FLOAT_CODES, kernel_name
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._autodiff.tensor import Tensor

    Array = NDArray[Any]

__all__ = ["exp", "log", "sigmoid", "sqrt"]


def exp(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute e^x.

    Args:
        x: a tensor, or anything `constant` takes; floating-point numbers.
        name: not used.

    Returns:
        A tensor of the same shape and dtype, which a tape follows.

    Raises:
        tf_losses.errors.InvalidArgumentError: `x` is not floating-point.

    TensorFlow counterpart: `tf.exp`, tensorflow/python/ops/math_ops.py.

    >>> exp([0.0, 1.0]).numpy()
    array([1.       , 2.7182817], dtype=float32)
    """
    return _unary(operations.EXP, native.EXP, x, gradients.of_exp)


def log(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the natural logarithm; the argument as in `exp`. Of 0 it is -inf.

    TensorFlow counterpart: `tf.math.log`, tensorflow/python/ops/gen_math_ops.py.

    >>> log([0.5, 1.0]).numpy()
    array([-0.6931472,  0.       ], dtype=float32)
    """
    return _unary(operations.LOG, native.LOG, x, gradients.of_log)


def sqrt(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the square root; the argument as in `exp`.

    TensorFlow counterpart: `tf.sqrt`, tensorflow/python/ops/math_ops.py.

    >>> sqrt([4.0, 2.0]).numpy()
    array([2.       , 1.4142135], dtype=float32)
    """
    return _unary(operations.SQRT, native.SQRT, x, gradients.of_sqrt)


def sigmoid(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute 1 / (1 + e^-x); the argument as in `exp`.

    TensorFlow counterpart: `tf.sigmoid`, tensorflow/python/ops/math_ops.py.

    >>> sigmoid([0.0, 1.0]).numpy()
    array([0.5      , 0.7310586], dtype=float32)
    """
    return _unary(operations.SIGMOID, native.LOGISTIC, x, gradients.of_sigmoid)


def _unary(
    op: operations.Op,
    function: int,
    x: object,
    backward: Callable[..., tuple[Array | None]],
) -> Tensor:
    a = to_array(x, TF2)
    if kernel_name(a.dtype) not in op.allowed:
        raise hinted(
            TF2.type_refused(op, a.dtype),
            f"`x` came as {a.dtype}; cast it to a floating-point one.",
        )
    if a.dtype not in FLOAT_CODES:
        raise hinted(
            UnimplementedError(None, None, f"{op.name} of complex numbers"),
            "tf_losses computes with real numbers only; NumPy does with complex ones.",
        )
    y = apply(function, a)
    return result(op.name, (x,), y, backward, a, y)


def apply(function: int, x: Array) -> Array:
    """Compute a function of C's (native.EXP, ...) of every element."""
    out = np.empty(x.shape, x.dtype)
    native.unary(function, FLOAT_CODES[x.dtype], x, out)
    return out
