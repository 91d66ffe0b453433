# SPDX-License-Identifier: Apache-2.0
"""The forward with the signatures and messages of TensorFlow 1.x's `tf.nn` (those of 1.15).

They compute what `tf_losses.compat.v2.nn` does; formulas, shapes, dtypes and errors are described
there. The bits are those of the version that `tf_losses.versions` chooses, which can be 1.15's too.
Three of them guard against positional calls with an argument in front, `_sentinel`: before
TensorFlow 1.0 the logits came first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tf_losses._internal import names as _names
from tf_losses._internal.arguments import messages_tf1
from tf_losses._internal.arguments.signatures import (
    SIGMOID,
    SOFTMAX,
    SPARSE,
    WEIGHTED,
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
from tf_losses.errors import hinted

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

_sigmoid = giving_tensors(_of_sigmoid.forward(messages_tf1.SIGMOID))
_softmax = giving_tensors(_of_softmax.forward(messages_tf1.SOFTMAX))
_softmax_v2 = giving_tensors(_of_softmax.forward(messages_tf1.SOFTMAX_V2))
_sparse_softmax = giving_tensors(_of_sparse_softmax.forward(messages_tf1.SPARSE))
_weighted = giving_tensors(_of_weighted.forward(messages_tf1.WEIGHTED))

# From a function of this module to the line that called it.
_CALLER = 2


def _refuse_positional(function: str, messages: messages_tf1.Messages1) -> NoReturn:
    raise hinted(
        messages.named_only(function),
        f"The call was positional: write {function}(labels=..., logits=...). "
        f"tf_losses.compat.v2.nn and tf_losses.compat.v1.nn take {function}(labels, logits), in "
        "this order; programs older than TensorFlow 1.0 passed the logits first.",
    )


def sigmoid_cross_entropy_with_logits(
    _sentinel: object = None,
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
) -> Tensor:
    """Cross entropy of independent yes-or-no outcomes, as in `tf_losses.compat.v2.nn`.

    Raises:
        ValueError: the call is positional, or labels or logits are missing; otherwise as in
            `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.nn.sigmoid_cross_entropy_with_logits` of TensorFlow 1.15,
    tensorflow_core/python/ops/nn_impl.py.

    >>> sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0], logits=[1.0, -2.0]).numpy()
    array([1.3132617, 2.126928 ], dtype=float32)
    """
    if _sentinel is not None:
        _refuse_positional(SIGMOID, messages_tf1.SIGMOID)
    return _sigmoid(labels, logits)


def softmax_cross_entropy_with_logits(
    _sentinel: object = None,
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
        ValueError: the call is positional, labels or logits are missing, or both `dim` and
            `axis` are given; otherwise as in `tf_losses.compat.v2.nn`.
        IndexError: labels or logits have no axis.

    TensorFlow counterpart: `tf.nn.softmax_cross_entropy_with_logits` of TensorFlow 1.15,
    tensorflow_core/python/ops/nn_ops.py.

    >>> softmax_cross_entropy_with_logits(labels=[[0.0, 1.0]], logits=[[1.0, 1.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    warn_softmax(stacklevel=_CALLER)
    axis = one_of("dim", dim, "axis", axis, messages_tf1.SOFTMAX)
    if _sentinel is not None:
        _refuse_positional(SOFTMAX, messages_tf1.SOFTMAX)
    if labels is None or logits is None:
        refuse_missing(SOFTMAX, labels, logits, messages_tf1.SOFTMAX)
    return _softmax(untracked(labels), logits, axis)


def softmax_cross_entropy_with_logits_v2_helper(
    labels: ArrayLike,
    logits: ArrayLike,
    axis: Any = None,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    dim: Any = None,  # noqa: ANN401 (the same)
) -> Tensor:
    """Cross entropy of one outcome among classes: softmax in `tf_losses.compat.v2.nn`.

    Its public name is `softmax_cross_entropy_with_logits_v2`. `dim` is the old name of `axis`;
    it warns, once, with a DeprecationWarning.

    Raises:
        ValueError: both `axis` and `dim` are given; otherwise as in `tf_losses.compat.v2.nn`.
        IndexError: labels or logits have no axis.

    TensorFlow counterpart: `tf.nn.softmax_cross_entropy_with_logits_v2` of TensorFlow 1.15,
    tensorflow_core/python/ops/nn_ops.py.

    >>> softmax_cross_entropy_with_logits_v2([[1.0], [0.0]], [[2.0], [2.0]], axis=0).numpy()
    array([0.6931472], dtype=float32)
    """
    if dim is not None:
        helper = softmax_cross_entropy_with_logits_v2_helper.__name__
        warn_argument(helper, "dim", "axis", stacklevel=_CALLER)
        axis = one_of("dim", dim, "axis", axis, messages_tf1.SOFTMAX_V2)
    return _softmax_v2(labels, logits, axis)


# TensorFlow 1.15 defines it under the longer name too, which Python's own messages show.
softmax_cross_entropy_with_logits_v2 = softmax_cross_entropy_with_logits_v2_helper


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: object = None,
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
) -> Tensor:
    """Cross entropy of one outcome among classes, with class numbers for labels.

    As in `tf_losses.compat.v2.nn`.

    Raises:
        ValueError: the call is positional, or labels or logits are missing; otherwise as in
            `tf_losses.compat.v2.nn`.

    TensorFlow counterpart: `tf.nn.sparse_softmax_cross_entropy_with_logits` of TensorFlow 1.15,
    tensorflow_core/python/ops/nn_ops.py.

    >>> sparse_softmax_cross_entropy_with_logits(labels=[1], logits=[[1.0, 1.0]]).numpy()
    array([0.6931472], dtype=float32)
    """
    if _sentinel is not None:
        _refuse_positional(SPARSE, messages_tf1.SPARSE)
    return _sparse_softmax(labels, logits)


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

    TensorFlow counterpart: `tf.nn.weighted_cross_entropy_with_logits` of TensorFlow 1.15,
    tensorflow_core/python/ops/nn_impl.py.

    >>> weighted_cross_entropy_with_logits(labels=[1.0], logits=[0.0], pos_weight=2.0).numpy()
    array([1.3862944], dtype=float32)
    """
    if targets is not None:
        warn_argument(WEIGHTED, "targets", "labels", stacklevel=_CALLER)
        labels = one_of("targets", targets, "labels", labels, messages_tf1.WEIGHTED)
    return _weighted(labels, logits, pos_weight)


if TYPE_CHECKING:
    from tf_losses._internal.faces.v1_nn import *
else:
    __getattr__ = _names.lookup(__name__, 1, "nn")


def __dir__() -> list[str]:
    """List what is public."""
    return sorted([*__all__, *_names.names_of(1, "nn")])
