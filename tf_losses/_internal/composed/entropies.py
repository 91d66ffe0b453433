# SPDX-License-Identifier: Apache-2.0
"""The cross entropies that others are composed of, as functions of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.losses import sigmoid as _sigmoid
from tf_losses._internal.losses import softmax as _softmax
from tf_losses._internal.losses import sparse_softmax as _sparse_softmax

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["sigmoid", "softmax", "sparse_softmax"]

_of_sigmoid, _of_softmax = _sigmoid.forward(TF2), _softmax.forward(TF2)
_of_sparse_softmax = _sparse_softmax.forward(TF2)


def sigmoid(labels: Any, logits: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute what `sigmoid_cross_entropy_with_logits` does.

    >>> sigmoid([1.0], [0.0]).numpy()
    array([0.6931472], dtype=float32)
    """
    return cast("Tensor", _of_sigmoid(labels, logits))


def softmax(labels: Any, logits: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute what `softmax_cross_entropy_with_logits` does, along the last axis.

    >>> softmax([[1.0, 0.0]], [[0.0, 0.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    return cast("Tensor", _of_softmax(labels, logits, -1))


def sparse_softmax(labels: Any, logits: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Compute what `sparse_softmax_cross_entropy_with_logits` does.

    >>> sparse_softmax([0], [[0.0, 0.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    return cast("Tensor", _of_sparse_softmax(labels, logits))
