# SPDX-License-Identifier: Apache-2.0
"""Functions of one tensor, element by element, with TensorFlow's bits: exp, log, sigmoid, ...

TensorFlow computes an array in packets of 8 elements (float64: 4), by polynomials of its own; what
is left at the end, by the C library. So does this, in C (csrc/functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import negative
from tf_losses._internal.autodiff.functions import behind
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations import elementwise_gradients as gradients
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import kernel_name
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]

__all__ = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "log_sigmoid",
    "rsqrt",
    "sigmoid",
    "softplus",
    "sqrt",
    "tanh",
]


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


def expm1(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute e^x - 1, exactly for small x; the argument as in `exp`.

    TensorFlow counterpart: `tf.math.expm1`, tensorflow/python/ops/gen_math_ops.py.

    >>> expm1([0.0, 1e-8]).numpy()
    array([0.e+00, 1.e-08], dtype=float32)
    """
    return _unary(operations.EXPM1, native.EXPM1, x, gradients.of_expm1)


def log(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the natural logarithm; the argument as in `exp`. Of 0 it is -inf.

    TensorFlow counterpart: `tf.math.log`, tensorflow/python/ops/gen_math_ops.py.

    >>> log([0.5, 1.0]).numpy()
    array([-0.6931472,  0.       ], dtype=float32)
    """
    return _unary(operations.LOG, native.LOG, x, gradients.of_log)


def log1p(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute log(1 + x), exactly for small x; the argument as in `exp`.

    TensorFlow counterpart: `tf.math.log1p`, tensorflow/python/ops/gen_math_ops.py.

    >>> log1p([0.0, 1e-8]).numpy()
    array([0.e+00, 1.e-08], dtype=float32)
    """
    return _unary(operations.LOG1P, native.LOG1P, x, gradients.of_log1p)


def sqrt(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the square root; the argument as in `exp`.

    TensorFlow counterpart: `tf.sqrt`, tensorflow/python/ops/math_ops.py.

    >>> sqrt([4.0, 2.0]).numpy()
    array([2.       , 1.4142135], dtype=float32)
    """
    return _unary(operations.SQRT, native.SQRT, x, gradients.of_sqrt)


def rsqrt(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute 1 / sqrt(x); the argument as in `exp`.

    TensorFlow counterpart: `tf.math.rsqrt`, tensorflow/python/ops/math_ops.py.

    >>> rsqrt([1.0, 4.0]).numpy()
    array([1. , 0.5], dtype=float32)
    """
    return _unary(operations.RSQRT, native.RSQRT, x, gradients.of_rsqrt)


def sigmoid(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute 1 / (1 + e^-x); the argument as in `exp`.

    TensorFlow counterpart: `tf.sigmoid`, tensorflow/python/ops/math_ops.py.

    >>> sigmoid([0.0, 1.0]).numpy()
    array([0.5      , 0.7310586], dtype=float32)
    """
    made = _unary(operations.SIGMOID, native.LOGISTIC, x, gradients.of_sigmoid)
    return behind(made, "Sigmoid", x)


def softplus(features: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute log(1 + e^x); the argument as in `exp`, but called `features`.

    TensorFlow counterpart: `tf.nn.softplus`, tensorflow/python/ops/nn_ops.py.

    >>> softplus([0.0, 1.0]).numpy()
    array([0.6931472, 1.3132616], dtype=float32)
    """
    return _unary(operations.SOFTPLUS, native.SOFTPLUS, features, gradients.of_softplus)


def tanh(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute the hyperbolic tangent; the argument as in `exp`.

    TensorFlow counterpart: `tf.tanh`, tensorflow/python/ops/gen_math_ops.py.

    >>> tanh([0.0, 1.0]).numpy()
    array([0.       , 0.7615942], dtype=float32)
    """
    return _unary(operations.TANH, native.TANH, x, gradients.of_tanh)


def log_sigmoid(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute log(sigmoid(x)) as -softplus(-x); the argument as in `exp`.

    TensorFlow counterpart: `tf.math.log_sigmoid`, tensorflow/python/ops/math_ops.py.

    >>> log_sigmoid([0.0, 1.0]).numpy()
    array([-0.6931472, -0.3132617], dtype=float32)
    """
    return negative(softplus(negative(x)))


def _unary(
    op: operations.Op,
    function: int,
    x: object,
    backward: Callable[..., tuple[Array | None]],
) -> Tensor:
    a = to_array(x, TF2)
    check(op, a)
    y = gradients.apply(function, a)
    return result(op.name, (x,), y, backward, a, y)


def check(op: operations.Op, a: Array) -> None:
    """Refuse what TensorFlow does, and complex numbers."""
    if kernel_name(a.dtype) not in op.allowed:
        raise hinted(
            TF2.type_refused(op, a.dtype),
            f"`{op.argument}` came as {a.dtype}; cast it to a floating-point dtype.",
        )
    if a.dtype.kind == "c":
        raise hinted(
            UnimplementedError(None, None, f"{op.name} of complex numbers"),
            "tf_losses computes with real numbers only; NumPy does with complex ones.",
        )
