# SPDX-License-Identifier: Apache-2.0
"""The forward with the signatures and messages of TensorFlow 2.x's `tf.compat.v1.nn`.

They compute what `tf_losses.compat.v2.nn` does; formulas, shapes, dtypes and errors are
described there. TensorFlow 1.x itself had other signatures still: see `tf_losses.nn`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal import names as _names
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import (
    SOFTMAX,
    SOFTMAX_V2,
    WEIGHTED,
    dispatched,
    one_of,
    refuse_missing,
    warn_argument,
    warn_softmax,
)
from tf_losses._internal.autodiff.tensor import giving_tensors, untracked
from tf_losses._internal.losses import sigmoid as _of_sigmoid
from tf_losses._internal.losses import softmax as _of_softmax
from tf_losses._internal.losses import sparse_softmax as _of_sparse_softmax
from tf_losses._internal.losses import weighted as _of_weighted

if TYPE_CHECKING:
    from tf_losses._internal.arguments.array_like import ArrayLike
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]

_sigmoid = giving_tensors(_of_sigmoid.forward(TF2))
_softmax = giving_tensors(_of_softmax.forward(TF2))
_sparse_softmax = giving_tensors(_of_sparse_softmax.forward(TF2))
_weighted = giving_tensors(_of_weighted.forward(TF2))

# From a function of this module to the line that called it, past the wrapper of `dispatched`.
_CALLER = 3


@dispatched
def sigmoid_cross_entropy_with_logits(
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
) -> Tensor:
    """Cross entropy of independent yes-or-no outcomes, as in `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.compat.v1.nn.sigmoid_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_impl.py.

    >>> sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0], logits=[1.0, -2.0]).numpy()
    array([1.3132617, 2.126928 ], dtype=float32)
    """
    return _sigmoid(labels, logits)


@dispatched
def softmax_cross_entropy_with_logits(
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    dim: Any = -1,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    axis: Any = None,  # noqa: ANN401 (the same)
) -> Tensor:
    """Cross entropy of one outcome among classes, with no gradient for the labels.

    `dim` is the axis of the classes. As it is -1 unless given, `axis` only works beside
    `dim=None`, in TensorFlow too. The first call warns, once, with a DeprecationWarning.

    Raises:
        ValueError: labels or logits are missing, or both `dim` and `axis` are given; otherwise
            as in `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.compat.v1.nn.softmax_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_ops.py.

    >>> softmax_cross_entropy_with_logits(labels=[[0.0, 1.0]], logits=[[1.0, 1.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    warn_softmax(stacklevel=_CALLER)
    axis = one_of("dim", dim, "axis", axis, TF2)
    if labels is None or logits is None:
        refuse_missing(SOFTMAX, labels, logits, TF2)
    return _softmax(untracked(labels), logits, axis)


@dispatched
def softmax_cross_entropy_with_logits_v2(
    labels: ArrayLike,
    logits: ArrayLike,
    axis: Any = None,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    dim: Any = None,  # noqa: ANN401 (the same)
) -> Tensor:
    """Cross entropy of one outcome among classes: softmax in `tf_losses.compat.v2.nn`.

    `dim` is the old name of `axis`; it warns, once, with a DeprecationWarning.

    Raises:
        ValueError: both `axis` and `dim` are given; otherwise as in `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.compat.v1.nn.softmax_cross_entropy_with_logits_v2`,
    tensorflow/python/ops/nn_ops.py.

    >>> softmax_cross_entropy_with_logits_v2([[1.0], [0.0]], [[2.0], [2.0]], axis=0).numpy()
    array([0.6931472], dtype=float32)
    """
    if dim is not None:
        warn_argument(SOFTMAX_V2, "dim", "axis", stacklevel=_CALLER)
        axis = one_of("dim", dim, "axis", axis, TF2)
    return _softmax(labels, logits, axis)


@dispatched
def sparse_softmax_cross_entropy_with_logits(
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
) -> Tensor:
    """Cross entropy of one outcome among classes, with class numbers for labels.

    As in `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.compat.v1.nn.sparse_softmax_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_ops.py.

    >>> sparse_softmax_cross_entropy_with_logits(labels=[1], logits=[[1.0, 1.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    return _sparse_softmax(labels, logits)


@dispatched
def weighted_cross_entropy_with_logits(
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    targets: ArrayLike | None = None,
) -> Tensor:
    """Cross entropy of yes-or-no outcomes with a weight for yes, as in `tf_losses.compat.v2.nn`.

    `targets` is the old name of `labels`; it warns, once, with a DeprecationWarning.

    Raises:
        ValueError: both `labels` and `targets` are given; otherwise as in
            `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.compat.v1.nn.weighted_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_impl.py.

    >>> weighted_cross_entropy_with_logits(labels=[1.0], logits=[0.0], pos_weight=2.0).numpy()
    array([1.3862944], dtype=float32)
    """
    if targets is not None:
        warn_argument(WEIGHTED, "targets", "labels", stacklevel=_CALLER)
        labels = one_of("targets", targets, "labels", labels, TF2)
    return _weighted(labels, logits, pos_weight)


if TYPE_CHECKING:
    from tf_losses._internal.faces.v1_nn import *
else:
    __getattr__ = _names.lookup(__name__, 1, "nn")


def __dir__() -> list[str]:
    """List what is public."""
    return sorted([*__all__, *_names.names_of(1, "nn")])
