# SPDX-License-Identifier: Apache-2.0
"""The losses that a program has computed: added to a collection, and found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.signatures import published, symbolic
from tf_losses._internal.autodiff.arithmetic import add_n
from tf_losses._internal.autodiff.arrays import constant
from tf_losses._internal.composed.collections import GraphKeys, add_to_collection, get_collection

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = [
    "add_loss",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
]

_add_n = published(add_n)


@symbolic
def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:  # noqa: ANN401 (anything is kept)
    """Add a loss to those that `get_losses` and `get_total_loss` find.

    Args:
        loss: a tensor.
        loss_collection: the name of another collection; None for none.

    TensorFlow counterpart: `tf.losses.add_loss`, tensorflow/python/ops/losses/util.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.losses.add_loss(1.5)
    ...     tf.losses.get_losses()
    [1.5]
    """
    if loss_collection:
        add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Tensor]:
    """List the losses that were computed, in their order.

    Args:
        scope: a regular expression; only losses with a `name` that begins so are given.
        loss_collection: the name of another collection.

    TensorFlow counterpart: `tf.losses.get_losses`, tensorflow/python/ops/losses/util.py.

    >>> get_losses(loss_collection="nothing here")
    []
    """
    return get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """List what is in the collection of regularization losses; see `get_losses`.

    TensorFlow counterpart: `tf.losses.get_regularization_losses`,
    tensorflow/python/ops/losses/util.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, 0.5)
    ...     tf.losses.get_regularization_losses()
    [0.5]
    """
    return get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(
    scope: str | None = None,
    name: str = "total_regularization_loss",
) -> Tensor:
    """Add up the regularization losses; 0 if there are none.

    Args:
        scope: as in `get_losses`.
        name: not used.

    TensorFlow counterpart: `tf.losses.get_regularization_loss`,
    tensorflow/python/ops/losses/util.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     float(tf.losses.get_regularization_loss())
    0.0
    """
    losses = get_regularization_losses(scope)
    return _add_n(losses, name) if losses else constant(0.0)


def get_total_loss(
    add_regularization_losses: bool = True,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: str = "total_loss",
    scope: str | None = None,
) -> Tensor:
    """Add up the losses that were computed, and the regularization losses.

    Args:
        add_regularization_losses: whether the latter are added.
        name: not used.
        scope: as in `get_losses`.

    Raises:
        ValueError: there are none.
        tf_losses.errors.InvalidArgumentError: their shapes or dtypes differ.

    TensorFlow counterpart: `tf.losses.get_total_loss`, tensorflow/python/ops/losses/util.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.losses.add_loss(1.5)
    ...     tf.losses.add_loss(2.0)
    ...     float(tf.losses.get_total_loss())
    3.5
    """
    losses = get_losses(scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope)
    return _add_n(losses, name)
