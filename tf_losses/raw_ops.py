# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's two kernels themselves: loss and gradient of the logits in one pass.

They take matrices, and keywords only. float16 and bfloat16 are rounded after every operation,
while `tf.nn` casts to float32 first (sparse softmax of bfloat16 excepted). A `GradientTape` does
not follow them; it follows the losses of `tf.nn`.

TensorFlow counterpart: `tf.raw_ops`, tensorflow/core/kernels/xent_op.cc and sparse_xent_op.cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.losses.rows import match_matrices
from tf_losses._internal.losses.softmax import SOFTMAX
from tf_losses._internal.losses.sparse_softmax import SPARSE_SOFTMAX, refuse_label
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, INDEX_CODES
from tf_losses._internal.runtime.native import Call
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.array_like import ArrayLike

__all__ = ["SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"]

_MATRIX = 2


class SoftmaxCrossEntropyWithLogitsOutput(NamedTuple):
    """One loss a row, and the gradient of the features for an upstream gradient of ones."""

    loss: NDArray[Any]
    backprop: NDArray[Any]


class SparseSoftmaxCrossEntropyWithLogitsOutput(NamedTuple):
    """One loss a row, and the gradient of the features for an upstream gradient of ones."""

    loss: NDArray[Any]
    backprop: NDArray[Any]


def SoftmaxCrossEntropyWithLogits(  # noqa: N802 (TensorFlow's name)
    *,
    features: ArrayLike,
    labels: ArrayLike,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> SoftmaxCrossEntropyWithLogitsOutput:
    """Compute the softmax loss of each row, and softmax(features) - labels.

    Args:
        features: logits, [rows, classes]; float16, bfloat16, float32 or float64.
        labels: probabilities, of the same dtype; broadcast against the features and they against
            it.
        name: not used.

    Returns:
        A named tuple: `loss`, [rows], and `backprop`, [rows, classes].

    Raises:
        tf_losses.errors.InvalidArgumentError: the shapes do not go together, or the dtype does
            not fit.

    TensorFlow counterpart: `tf.raw_ops.SoftmaxCrossEntropyWithLogits`,
    tensorflow/core/kernels/xent_op.cc.

    >>> loss, backprop = SoftmaxCrossEntropyWithLogits(features=[[1.0, 1.0]], labels=[[0.0, 1.0]])
    >>> loss.numpy(), backprop.numpy()
    (array([0.6931472], dtype=float32), array([[ 0.5, -0.5]], dtype=float32))
    """
    x, z = to_array(features, TF2), to_array(labels, TF2)
    code = FLOAT_CODES.get(x.dtype)
    if code is None:
        raise hinted(
            TF2.type_refused(operations.SOFTMAX, x.dtype), f"`features` came as {x.dtype}."
        )
    if z.dtype != x.dtype:
        raise hinted(
            TF2.types_differ("SoftmaxCrossEntropyWithLogits", x.dtype, z.dtype),
            f"`labels` came as {z.dtype}, `features` as {x.dtype}: cast one of them.",
        )
    rows, classes, layout = _match(x, z)
    loss, backprop = np.zeros(rows, x.dtype), native.empty((rows, classes), x.dtype)
    if backprop.size or not rows:  # without rows there is a dtype to refuse
        call = Call(SOFTMAX, code, code, rows, classes, z, x, None, layout)
        native.gradient(call, native.RAW_OP, None, (loss, None, backprop, None))
    followed = _lost("SoftmaxCrossEntropyWithLogits", features, labels, loss, backprop)
    return SoftmaxCrossEntropyWithLogitsOutput(*followed)


def _lost(name: str, features: object, labels: object, *outputs: NDArray[Any]) -> Any:  # noqa: ANN401 (outputs)
    """Tell the tapes, which follow the losses of `tf.nn`, that they cannot follow this."""
    return (record(f"raw_ops.{name}", (features, labels), out, None) for out in outputs)


def _match(x: NDArray[Any], z: NDArray[Any]) -> tuple[int, int, Any]:
    """Broadcast both to one matrix."""
    hint = f"`features` has shape {x.shape}, `labels` {z.shape}."
    try:
        shape = np.broadcast_shapes(x.shape, z.shape)
    except ValueError:
        raise hinted(TF2.not_broadcastable(x.shape, z.shape), hint) from None
    if len(shape) != _MATRIX:
        raise hinted(
            bad(
                "logits and labels must be either 2-dimensional, or broadcasted to be 2-dimensional"
            ),
            hint,
        )
    return match_matrices(_as_matrix(z), _as_matrix(x))


def _as_matrix(array: NDArray[Any]) -> tuple[int, int]:
    rows, classes = (1,) * (_MATRIX - array.ndim) + array.shape
    return rows, classes


def SparseSoftmaxCrossEntropyWithLogits(  # noqa: N802 (TensorFlow's name)
    *,
    features: object,
    labels: object,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> SparseSoftmaxCrossEntropyWithLogitsOutput:
    """Compute the sparse softmax loss of each row, and softmax(features) - [class is label].

    Args:
        features: logits, [rows, classes]; float16, bfloat16, float32 or float64.
        labels: class numbers from 0 to classes - 1, [rows]; int32 or int64.
        name: not used.

    Returns:
        A named tuple: `loss`, [rows], and `backprop`, [rows, classes].

    Raises:
        tf_losses.errors.InvalidArgumentError: a shape or dtype does not fit, or a label is out of
            range.

    TensorFlow counterpart: `tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits`,
    tensorflow/core/kernels/sparse_xent_op.cc.

    >>> SparseSoftmaxCrossEntropyWithLogits(features=[[1.0, 1.0]], labels=[1]).backprop.numpy()
    array([[ 0.5, -0.5]], dtype=float32)
    """
    x, z = to_array(features, TF2), to_array(labels, TF2)
    code, labels_code = FLOAT_CODES.get(x.dtype), INDEX_CODES.get(z.dtype)
    if code is None:
        raise hinted(TF2.type_refused(operations.SPARSE, x.dtype), f"`features` came as {x.dtype}.")
    if labels_code is None:
        raise hinted(
            TF2.type_refused(operations.SPARSE_LABELS, z.dtype),
            f"`labels` came as {z.dtype}; cast them to int32 or int64.",
        )
    rows, classes = _check_sparse_shapes(x, z)
    loss, backprop = np.empty(rows, x.dtype), native.empty(x.shape, x.dtype)
    call = Call(SPARSE_SOFTMAX, code, labels_code, rows, classes, z, x)
    try:
        native.gradient(call, native.RAW_OP, None, (loss, None, backprop, None))
    except native.LabelOutOfRangeError:
        refuse_label(z, classes, TF2)
    followed = _lost("SparseSoftmaxCrossEntropyWithLogits", features, labels, loss, backprop)
    return SparseSoftmaxCrossEntropyWithLogitsOutput(*followed)


def _check_sparse_shapes(x: NDArray[Any], z: NDArray[Any]) -> tuple[int, int]:
    """Give the rows and classes of features x with labels z."""
    hint = f"`features` has shape {x.shape}, `labels` {z.shape}."
    ours, theirs = brackets(x.shape), brackets(z.shape)
    if x.ndim != _MATRIX:
        raise hinted(bad(f"logits must be 2-D, but got shape {ours}"), hint)
    if z.ndim != 1:
        raise hinted(bad(f"labels must be 1-D, but got shape {theirs}"), hint)
    if x.shape[0] != z.shape[0]:
        raise hinted(
            bad(
                "logits and labels must have the same first dimension, got logits shape "
                f"{ours} and labels shape {theirs}"
            ),
            hint,
        )
    if x.shape[1] == 0:
        raise hinted(bad(f"Must have at least one class, but got logits shape {ours}"), hint)
    rows, classes = x.shape
    return rows, classes
