# SPDX-License-Identifier: Apache-2.0
"""softmax and log_softmax as TensorFlow 1.x calls them: the axis has an old name, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.operations import softmaxes

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["log_softmax", "softmax"]


def softmax(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (same)
    name: object = None,
    dim: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Compute it as `tf_losses.compat.v2.nn.softmax` does; `dim` is the old name of `axis`.

    Raises:
        ValueError: both `axis` and `dim` are given; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.nn.softmax`, tensorflow/python/ops/nn_ops.py.

    >>> softmax([[0.0, 0.0]], dim=0).numpy()
    array([[1., 1.]], dtype=float32)
    """
    return softmaxes.softmax(logits, one_of("dim", dim, "axis", axis, TF2), name)


def log_softmax(
    logits: Any,  # noqa: ANN401 (anything TensorFlow converts)
    axis: Any = None,  # noqa: ANN401 (same)
    name: object = None,
    dim: Any = None,  # noqa: ANN401 (same)
) -> Tensor:
    """Compute it as `tf_losses.compat.v2.nn.log_softmax` does; `dim` is the old name of `axis`.

    Raises:
        ValueError: both `axis` and `dim` are given; otherwise as there.

    TensorFlow counterpart: `tf.compat.v1.nn.log_softmax`, tensorflow/python/ops/nn_ops.py.

    >>> log_softmax([[0.0, 0.0]], dim=0).numpy()
    array([[0., 0.]], dtype=float32)
    """
    return softmaxes.log_softmax(logits, one_of("dim", dim, "axis", axis, TF2), name)
