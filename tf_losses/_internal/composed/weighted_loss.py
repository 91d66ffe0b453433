# SPDX-License-Identifier: Apache-2.0
"""`compute_weighted_loss` of `tf.losses`: how losses are weighted and made one number of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import multiply
from tf_losses._internal.autodiff.arrays import convert_to_tensor, reduce_sum
from tf_losses._internal.autodiff.functions import inside
from tf_losses._internal.autodiff.plumbing import cast, ones_like
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.operations.division import divide_no_nan
from tf_losses._internal.runtime.dtypes import FLOAT32
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Reduction",
    "assert_broadcastable",
    "compatible",
    "compute",
    "float32",
    "in_graph",
    "num_present",
]


class Reduction:
    """What becomes of weighted losses: the same values as TensorFlow's.

    TensorFlow counterpart: `tf.losses.Reduction`, tensorflow/python/ops/losses/losses_impl.py.

    >>> Reduction.MEAN
    'weighted_mean'
    """

    NONE = "none"
    """They stay as they are."""
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    """The sum divided by how many losses there are."""
    MEAN = "weighted_mean"
    """The sum divided by the sum of the weights."""
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    """The sum divided by how many losses have a weight other than 0."""
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Give all of them.

        >>> len(Reduction.all())
        6
        """
        return (
            cls.NONE,
            cls.SUM,
            cls.MEAN,
            cls.SUM_OVER_BATCH_SIZE,
            cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )

    @classmethod
    def validate(cls, key: object) -> None:
        """Refuse what is none of them.

        Raises:
            ValueError: `key` is none.
        """
        if key not in cls.all():
            raise hinted(
                ValueError(f"Invalid Reduction Key {key}. Key should be one of {cls.all()}."),
                f"`reduction` came as {key!r}.",
            )


def compute(
    losses: Any,  # noqa: ANN401 (anything TensorFlow converts)
    weights: Any = 1.0,  # noqa: ANN401 (same)
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Weight losses, and reduce them; in float32, whatever their dtype is.

    >>> float(compute([1.0, 2.0], [1.0, 0.0]))
    1.0
    """
    Reduction.validate(reduction)
    given = convert_to_tensor(losses)
    assert_broadcastable(weights, given)
    values, factors = float32(given), float32(weights)
    loss = multiply(values, factors)
    if reduction != Reduction.NONE:
        loss = reduce_sum(loss)
        if reduction != Reduction.SUM:
            # TensorFlow reduces the sum once more, which changes nothing.
            loss = divide_no_nan(loss, _divisor(values, factors, reduction))
    return cast(loss, given.dtype)


def _divisor(losses: Tensor, weights: Tensor, reduction: str) -> Tensor:
    if reduction == Reduction.MEAN:
        return reduce_sum(multiply(ones_like(losses), weights))
    if reduction == Reduction.SUM_OVER_BATCH_SIZE:
        return tensor(np.asarray(losses.size, FLOAT32))
    return num_present(losses, weights)


def num_present(losses: Tensor, weights: Tensor, *, per_batch: bool = False) -> Tensor:
    """Count the losses that have a weight other than 0; of each row, with its axes kept, or all.

    >>> float(num_present(float32([[1.0, 2.0]]), float32([[0.0, 2.0]])))
    1.0
    """
    assert_broadcastable(weights, losses)
    present = np.not_equal(flush(np.asarray(weights)), 0)
    # One weight other than 0 stands for all losses, those of all rows too, in an eager TensorFlow.
    if weights.ndim == 0 and bool(present) and not in_graph():
        return tensor(np.asarray(losses.size, FLOAT32))
    if per_batch:
        rows = _repeated(present, losses)
        return reduce_sum(rows, axis=list(range(1, rows.ndim)), keepdims=True)
    count = int(np.count_nonzero(present)) * (losses.size // max(weights.size, 1))
    if count <= _EXACT:
        return tensor(np.asarray(count, FLOAT32))
    return reduce_sum(_repeated(present, losses))


def in_graph() -> bool:
    """Tell whether this is computed as in a graph: in a run, in tf.function, or for 1.x.

    >>> in_graph()
    False
    """
    return inside() or versions.release().in_sessions


# Sums of ones are exact up to here, in any order.
_EXACT = 2**24


def _repeated(present: NDArray[Any], losses: Tensor) -> NDArray[Any]:
    shape = np.broadcast_shapes(present.shape, losses.shape)
    return np.broadcast_to(present, shape).astype(FLOAT32)


def float32(value: Any) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
    """Cast to float32, in which all of this is computed.

    >>> float32([1, 2]).numpy()
    array([1., 2.], dtype=float32)
    """
    return cast(value, FLOAT32)


def assert_broadcastable(weights: object, values: NDArray[Any]) -> None:
    """Refuse weights of another rank than the values, or longer than them along an axis.

    >>> assert_broadcastable([[1.0], [2.0]], np.zeros((2, 3)))
    """
    shape = to_array(weights, TF2).shape
    if not shape:
        return
    hint = (
        f"`weights` has shape {shape}, the losses {values.shape}: weights are one number, or have "
        "as many axes as the losses, each of the losses' length or of 1."
    )
    if len(shape) != values.ndim:
        message = (
            f"weights can not be broadcast to values. values.rank={values.ndim}. "
            f"weights.rank={len(shape)}. values.shape={values.shape}. weights.shape={shape}."
        )
        raise hinted(ValueError(message), hint)
    for axis, (ours, theirs) in enumerate(zip(shape, values.shape, strict=True)):
        if ours not in (1, theirs):
            message = (
                f"weights can not be broadcast to values. Mismatch at dim {axis}. values.shape="
                f"{list(values.shape)}, weights.shape={list(shape)}."
            )
            raise hinted(ValueError(message), hint)


def compatible(first: NDArray[Any], second: NDArray[Any]) -> None:
    """Refuse two tensors of different shapes.

    >>> compatible(np.zeros(2), np.ones(2))
    """
    if first.shape != second.shape:
        raise hinted(
            ValueError(f"Shapes {first.shape} and {second.shape} are incompatible"),
            "Predictions and labels have one shape here; nothing is broadcast.",
        )
