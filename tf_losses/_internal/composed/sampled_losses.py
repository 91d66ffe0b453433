# SPDX-License-Identifier: Apache-2.0
"""`tf.nn.sampled_softmax_loss` and `tf.nn.nce_loss`, for samples that are given.

Values are TensorFlow's up to the last bits: they contain a product of matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.autodiff.tape import stop_gradient
from tf_losses._internal.composed import entropies
from tf_losses._internal.composed.sampled_logits import Sampled, sampled_logits, sum_rows

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
    name: object = "nce_loss",  # noqa: ARG001 (same)
) -> Tensor:
    """Compute the noise-contrastive loss: true classes against samples, each yes or no.

    Args:
        weights: (classes, width), or a list of such tables that hold the classes one after the
            other.
        biases: (classes,).
        labels: true class numbers: (rows, num_true).
        inputs: (rows, width).
        num_sampled: not used; the samples say it.
        num_classes: not used; the weights say it.
        num_true: how many true classes a row has.
        sampled_values: the samples, the expected counts of the true classes and those of the
            samples; none are drawn here.
        remove_accidental_hits: whether a sample that is one of the true classes is left out.
        name: not used.

    Returns:
        A loss for each row. Its last bits may differ from TensorFlow's.

    Raises:
        NotImplementedError: there are no `sampled_values`.
        tf_losses.errors.InvalidArgumentError: a label or sample is no class.

    TensorFlow counterpart: `tf.nn.nce_loss`, tensorflow/python/ops/nn_impl.py.

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
            "div",
        )
    )


def nce_of(call: Sampled) -> Tensor:
    """Compute what `nce_loss` does."""
    logits, right = sampled_logits(call)
    return sum_rows(entropies.sigmoid(right, logits))


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
    seed: object = None,  # noqa: ARG001 (same)
    name: object = "sampled_softmax_loss",  # noqa: ARG001 (same)
) -> Tensor:
    """Compute softmax cross entropies over the true classes and samples instead of all classes.

    Args:
        weights: as in `nce_loss`.
        biases: as in `nce_loss`.
        labels: as in `nce_loss`.
        inputs: as in `nce_loss`.
        num_sampled: not used.
        num_classes: not used.
        num_true: as in `nce_loss`.
        sampled_values: as in `nce_loss`.
        remove_accidental_hits: as in `nce_loss`.
        seed: not used.
        name: not used.

    Returns:
        A loss for each row. Its last bits may differ from TensorFlow's.

    Raises:
        NotImplementedError: there are no `sampled_values`.

    TensorFlow counterpart: `tf.nn.sampled_softmax_loss`, tensorflow/python/ops/nn_impl.py.

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
            "div",
        )
    )


def softmax_of(call: Sampled) -> Tensor:
    """Compute what `sampled_softmax_loss` does."""
    logits, right = sampled_logits(call)
    return entropies.softmax(stop_gradient(right), logits)
