# SPDX-License-Identifier: Apache-2.0
"""Functions to which TensorFlow 1.x gives other arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.autodiff import plumbing, shapes

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["expand_dims", "ones_like", "squeeze", "zeros_like"]


def ones_like(
    tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,
    optimize: bool = True,  # noqa: ARG001, FBT001, FBT002 (TensorFlow's signature)
) -> Tensor:
    """Give ones, as `tf_losses.compat.v2.ones_like` does; `optimize` is not used.

    TensorFlow counterpart: `tf.compat.v1.ones_like`, tensorflow/python/ops/array_ops.py.

    >>> ones_like(tensor=[1.0]).numpy()
    array([1.], dtype=float32)
    """
    return plumbing.ones_like(tensor, dtype, name)


def zeros_like(
    tensor: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,
    optimize: bool = True,  # noqa: ARG001, FBT001, FBT002 (TensorFlow's signature)
) -> Tensor:
    """Give zeros, as `tf_losses.compat.v2.zeros_like` does; `optimize` is not used.

    TensorFlow counterpart: `tf.compat.v1.zeros_like`, tensorflow/python/ops/array_ops.py.

    >>> zeros_like(tensor=[1.0]).numpy()
    array([0.], dtype=float32)
    """
    return plumbing.zeros_like(tensor, dtype, name)


def squeeze(
    input: Any,  # noqa: A002, ANN401 (TensorFlow's signature)
    axis: Any = None,  # noqa: ANN401 (same)
    name: object = None,
    squeeze_dims: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Take axes away, as `tf_losses.compat.v2.squeeze` does; `squeeze_dims` is the old name.

    TensorFlow counterpart: `tf.compat.v1.squeeze`, tensorflow/python/ops/array_ops.py.

    >>> squeeze([[1.0]], squeeze_dims=0).shape
    TensorShape([1])
    """
    return shapes.squeeze(input, one_of("squeeze_dims", squeeze_dims, "axis", axis, TF2), name)


def expand_dims(
    input: Any,  # noqa: A002, ANN401 (TensorFlow's signature)
    axis: Any = None,  # noqa: ANN401 (same)
    name: object = None,
    dim: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Add an axis, as `tf_losses.compat.v2.expand_dims` does; `dim` is the old name.

    Raises:
        ValueError: neither is given, or both.

    TensorFlow counterpart: `tf.compat.v1.expand_dims`, tensorflow/python/ops/array_ops.py.

    >>> expand_dims([1.0], dim=0).shape
    TensorShape([1, 1])
    """
    place = one_of("dim", dim, "axis", axis, TF2)
    if place is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return shapes.expand_dims(input, place, name)
