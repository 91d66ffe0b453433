# SPDX-License-Identifier: Apache-2.0
"""The losses with the signatures and messages of TensorFlow 2.x's `tf.nn`.

In all of them x stands for the logits and z for the labels. Arguments may be anything
`tf.convert_to_tensor` takes from NumPy users: arrays of any layout, lists, numbers, objects with
`__array__` or `__dlpack__`. Results are tensors (NumPy arrays) with TensorFlow's bits, and the
arguments are never written to. `name` is accepted and not used.

What is computed stands in `_losses`; here is what is promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal import names as _names
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import SOFTMAX, SOFTMAX_V2, computing
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
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]


@computing(_of_sigmoid.SIGMOID, _of_sigmoid.forward(TF2))
def sigmoid_cross_entropy_with_logits(
    labels: ArrayLike | None = None,
    logits: ArrayLike | None = None,
    name: object = None,
) -> Tensor:
    """Cross entropy of independent yes-or-no outcomes, one loss per element.

        loss = -z * log(sigmoid(x)) - (1 - z) * log(1 - sigmoid(x))
             = max(x, 0) - x * z + log(1 + exp(-|x|))

    Args:
        labels: probabilities of yes, usually from 0 to 1, of the logits' shape and dtype.
        logits: any real numbers before the sigmoid; float16, bfloat16, float32 or float64.
        name: not used.

    Returns:
        The losses, from 0 up for labels from 0 to 1, in the shape and dtype of `logits`.

    Raises:
        ValueError: an argument is missing or has no conversion, or the shapes differ (nothing
            is broadcast).
        tf_losses.errors.InvalidArgumentError: the dtypes differ or are not floating-point.

    TensorFlow counterpart: `tf.nn.sigmoid_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_impl.py.

    >>> sigmoid_cross_entropy_with_logits([0.0, 1.0, 0.5], [1.0, -2.0, 0.0]).numpy()
    array([1.3132617, 2.126928 , 0.6931472], dtype=float32)
    """
    raise NotImplementedError


@computing(_of_softmax.SOFTMAX, _of_softmax.forward(TF2))
def softmax_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    axis: Any = -1,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    name: object = None,
) -> Tensor:
    """Cross entropy of one outcome among classes that exclude each other, one loss per row.

        loss = -sum(z * log(softmax(x)))
             = sum(z * (log(sum(exp(x - max(x)))) - (x - max(x))))

    The sums and the maximum run over the classes.

    Args:
        labels: a probability for each class. They are cast to the dtype of the computation
            (ints, bools and complex numbers too) and may repeat, as TensorFlow broadcasts after
            flattening to rows: shapes (C,), (1, C) and (B, 1) go with logits (B, C).
        logits: any real numbers before the softmax; float16, bfloat16 (both computed in
            float32), float32 or float64.
        axis: the axis of the classes; -1 or None, or 0 to rank - 1. Like TensorFlow, this takes
            no other negative axis.
        name: not used.

    Returns:
        The losses in the dtype of `logits` and its shape without the classes.

    Raises:
        TypeError: a required argument is missing.
        ValueError: an argument has no conversion.
        tf_losses.errors.InvalidArgumentError: wrong dtype, axis or shape.
        tf_losses.errors.UnimplementedError: the labels are strings.
        AssertionError: the axis is of a type that does not count, such as a bool.

    TensorFlow counterpart: `tf.nn.softmax_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_ops.py, core/kernels/xent_op.cc.

    >>> labels, logits = [[1, 0, 0], [0, 0.8, 0.2]], [[4.0, 2, 1], [0, 5, 1]]
    >>> softmax_cross_entropy_with_logits(labels, logits).numpy()
    array([0.16984604, 0.82474494], dtype=float32)
    """
    raise NotImplementedError


@computing(_of_sparse_softmax.SPARSE_SOFTMAX, _of_sparse_softmax.forward(TF2))
def sparse_softmax_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    name: object = None,
) -> Tensor:
    """Cross entropy of one outcome among classes, with class numbers for labels.

        loss = -log(softmax(x)[label])
             = log(sum(exp(x - max(x)))) - (x[label] - max(x))

    Args:
        labels: class numbers from 0 to C - 1, int32 or int64, of the logits' shape without its
            last axis.
        logits: any real numbers before the softmax, with C classes on the last axis; float16
            (computed in float32), bfloat16, float32 or float64.
        name: not used.

    Returns:
        The losses, from 0 up, in the shape of `labels` and the dtype of `logits`.

    Raises:
        TypeError: a required argument is missing.
        ValueError: an argument is None or has no conversion, or the shapes do not match.
        tf_losses.errors.InvalidArgumentError: a label is no class, or a dtype is wrong.

    TensorFlow counterpart: `tf.nn.sparse_softmax_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_ops.py, core/kernels/sparse_xent_op.cc.

    >>> sparse_softmax_cross_entropy_with_logits([0, 2], [[4.0, 2.0, 1.0], [0.0, 5.0, 1.0]]).numpy()
    array([0.16984604, 4.024745  ], dtype=float32)
    """
    raise NotImplementedError


@computing(_of_weighted.WEIGHTED, _of_weighted.forward(TF2))
def weighted_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    pos_weight: ArrayLike,
    name: object = None,
) -> Tensor:
    """Cross entropy of yes-or-no outcomes in which a missed yes weighs more, or less.

        loss = -q * z * log(sigmoid(x)) - (1 - z) * log(1 - sigmoid(x))
             = (1 - z) * x + (1 + (q - 1) * z) * (log(1 + exp(-|x|)) + max(-x, 0))

    Args:
        labels: probabilities of yes, usually from 0 to 1, of the logits' shape and dtype.
        logits: any real numbers before the sigmoid; float16, bfloat16, float32 or float64.
        pos_weight: the weight q of a yes, from 0 up: a number, or an array that broadcasts
            with the logits (a list does not, in TensorFlow either). q - 1 is computed in the
            weight's own precision before it is converted, so 1.1 and np.float32(1.1) differ.
        name: not used.

    Returns:
        The losses in the dtype of `logits` and its shape, or the larger one that `pos_weight`
        broadcasts it to.

    Raises:
        TypeError: a required argument is missing, or the weight is no number or array.
        ValueError: an argument has no conversion, or the shapes differ.
        tf_losses.errors.InvalidArgumentError: wrong dtypes, or a weight that does not broadcast.
        OverflowError: the weight is an array of Python numbers (dtype object) that are too large.

    TensorFlow counterpart: `tf.nn.weighted_cross_entropy_with_logits`,
    tensorflow/python/ops/nn_impl.py.

    >>> weighted_cross_entropy_with_logits([1.0, 0.5, 0.0], [1.5, -0.1, -10.0], 1.5).numpy()
    array([3.0211994e-01, 8.8049585e-01, 4.5776367e-05], dtype=float32)
    """
    raise NotImplementedError


_look_up = _names.lookup(__name__, 2, "nn")


def _look_up_but_softmax(name: str) -> Any:  # noqa: ANN401 (functions)
    """Answer for softmax_v2 in TensorFlow's words: its `tf.nn` has no such function either."""
    if name == SOFTMAX_V2:
        raise hinted(
            AttributeError(f"module {__name__!r} has no attribute {name!r}"),
            f"TensorFlow 2's tf.nn has none either: {SOFTMAX} is what {SOFTMAX_V2} was. "
            "tf_losses.nn and tf_losses.compat.v1.nn have both.",
        )
    return _look_up(name)


if TYPE_CHECKING:
    from tf_losses._internal.faces.v2_nn import *
else:
    __getattr__ = _look_up_but_softmax


def __dir__() -> list[str]:
    """List what is public."""
    return sorted([*__all__, *_names.names_of(2, "nn")])
