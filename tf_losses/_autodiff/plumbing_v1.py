# SPDX-License-Identifier: Apache-2.0
"""`ones_like` and `zeros_like` with the signatures of TensorFlow 1.x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._autodiff import plumbing

if TYPE_CHECKING:
    from tf_losses._autodiff.tensor import Tensor

__all__ = ["ones_like", "zeros_like"]


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
