# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's functions that cast to one dtype each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses._internal.autodiff.plumbing import cast

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["to_bfloat16", "to_double", "to_float", "to_int32", "to_int64"]


def to_float(x: object, name: object = "ToFloat") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Cast to float32; see `cast`.

    TensorFlow counterpart: `tf.compat.v1.to_float`, tensorflow/python/ops/math_ops.py.

    >>> to_float([1, 2]).numpy()
    array([1., 2.], dtype=float32)
    """
    return cast(x, "float32")


def to_double(x: object, name: object = "ToDouble") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Cast to float64; see `cast`.

    TensorFlow counterpart: `tf.compat.v1.to_double`, tensorflow/python/ops/math_ops.py.

    >>> to_double([1, 2]).numpy()
    array([1., 2.])
    """
    return cast(x, "float64")


def to_int32(x: object, name: object = "ToInt32") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Cast to int32; see `cast`.

    TensorFlow counterpart: `tf.compat.v1.to_int32`, tensorflow/python/ops/math_ops.py.

    >>> to_int32([1.7, 2.0]).numpy()
    array([1, 2], dtype=int32)
    """
    return cast(x, "int32")


def to_int64(x: object, name: object = "ToInt64") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Cast to int64; see `cast`.

    TensorFlow counterpart: `tf.compat.v1.to_int64`, tensorflow/python/ops/math_ops.py.

    >>> to_int64([1.7, 2.0]).numpy()
    array([1, 2])
    """
    return cast(x, "int64")


def to_bfloat16(x: object, name: object = "ToBFloat16") -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Cast to bfloat16; see `cast`.

    TensorFlow counterpart: `tf.compat.v1.to_bfloat16`, tensorflow/python/ops/math_ops.py.

    >>> float(to_bfloat16(1.0))
    1.0
    """
    return cast(x, "bfloat16")
