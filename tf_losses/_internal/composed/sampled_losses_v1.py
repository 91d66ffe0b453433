# SPDX-License-Identifier: Apache-2.0
"""The sampled losses with TensorFlow 1.x's arguments: with a `partition_strategy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.composed.sampled_logits import Sampled
from tf_losses._internal.composed.sampled_losses import nce_of, softmax_of

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["nce_loss", "sampled_softmax_loss"]


def nce_loss(
    weights: Any,  # noqa: ANN401 (anything TensorFlow converts)
    biases: Any,  # noqa: ANN401 (same)
    labels: Any,  # noqa: ANN401 (same)
    inputs: Any,  # noqa: ANN401 (same)
    num_sampled: int,  # noqa: ARG001 (TensorFlow's signature; the samples say it)
    num_classes: int,  # noqa: ARG001 (same)
    num_true: int = 1,
    sampled_values: Any = None,  # noqa: ANN401 (a tuple of three tensors)
    remove_accidental_hits: bool = False,  # noqa: FBT001, FBT002 (same)
    partition_strategy: str = "mod",
    name: object = "nce_loss",  # noqa: ARG001 (same)
) -> Tensor:
    """Compute what `tf_losses.compat.v2.nn.nce_loss` does.

    `partition_strategy` says how a list of tables holds the classes: "mod" deals them out in turn,
    "div" puts them one after the other.

    TensorFlow counterpart: `tf.compat.v1.nn.nce_loss`, tensorflow/python/ops/nn_impl.py.

    >>> import numpy as np
    >>> values = ([1], [[1.0]], [1.0])
    >>> table = np.zeros((2, 1), np.float32)
    >>> loss = nce_loss(table, table[:, 0], [[0]], [[1.0]], 1, 2, sampled_values=values)
    >>> loss.numpy().round(4)
    array([1.3863], dtype=float32)
    """
    return nce_of(
        Sampled(
            weights,
            biases,
            labels,
            inputs,
            num_true,
            sampled_values,
            remove_accidental_hits,
            partition_strategy,
        )
    )


def sampled_softmax_loss(
    weights: Any,  # noqa: ANN401 (anything TensorFlow converts)
    biases: Any,  # noqa: ANN401 (same)
    labels: Any,  # noqa: ANN401 (same)
    inputs: Any,  # noqa: ANN401 (same)
    num_sampled: int,  # noqa: ARG001 (TensorFlow's signature; the samples say it)
    num_classes: int,  # noqa: ARG001 (same)
    num_true: int = 1,
    sampled_values: Any = None,  # noqa: ANN401 (a tuple of three tensors)
    remove_accidental_hits: bool = True,  # noqa: FBT001, FBT002 (same)
    partition_strategy: str = "mod",
    name: object = "sampled_softmax_loss",  # noqa: ARG001 (same)
    seed: object = None,  # noqa: ARG001 (same)
) -> Tensor:
    """Compute what `tf_losses.compat.v2.nn.sampled_softmax_loss` does.

    `partition_strategy` is that of `nce_loss`.

    TensorFlow counterpart: `tf.compat.v1.nn.sampled_softmax_loss`,
    tensorflow/python/ops/nn_impl.py.

    >>> import numpy as np
    >>> values = ([1], [[1.0]], [1.0])
    >>> table = np.zeros((2, 1), np.float32)
    >>> loss = sampled_softmax_loss(
    ...     table, table[:, 0], [[0]], [[1.0]], 1, 2, sampled_values=values
    ... )
    >>> loss.numpy().round(4)
    array([0.6931], dtype=float32)
    """
    return softmax_of(
        Sampled(
            weights,
            biases,
            labels,
            inputs,
            num_true,
            sampled_values,
            remove_accidental_hits,
            partition_strategy,
        )
    )
