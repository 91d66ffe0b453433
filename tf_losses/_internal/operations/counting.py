# SPDX-License-Identifier: Apache-2.0
"""How often what comes: confusion_matrix, bincount, unique; and checks of a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.arrays import convert_to_tensor, read
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.scattered import sum_by_row
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.operations import asserting
from tf_losses._internal.operations.gathering import scatter_nd
from tf_losses._internal.operations.several import results
from tf_losses._internal.runtime.dtypes import INT32
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["bincount", "confusion_matrix", "unique", "unique_with_counts"]


def confusion_matrix(
    labels: object,
    predictions: object,
    num_classes: object = None,
    weights: object = None,
    dtype: Any = INT32,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Count, for each pair of classes, how often the first was the label and the second predicted.

    Args:
        labels: class numbers.
        predictions: as many.
        num_classes: how many classes there are; up to the largest number, if not given.
        weights: what each pair counts; 1 if not given.
        dtype: of the result.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: a number is none of a class.

    TensorFlow counterpart: `tf.math.confusion_matrix`, tensorflow/python/ops/confusion_matrix.py.

    >>> confusion_matrix([1, 2, 1], [1, 1, 1]).numpy()
    array([[0, 0, 0],
           [0, 2, 0],
           [0, 1, 0]], dtype=int32)
    """
    known, found = _same_rank(to_array(labels, TF2), to_array(predictions, TF2))
    known, found = (np.asarray(cast(one, "int64")) for one in (known, found))
    asserting.assert_non_negative(known, "`labels` contains negative values")
    asserting.assert_non_negative(found, "`predictions` contains negative values")
    if num_classes is None:
        count = int(max(known.max(), found.max())) + 1
    else:
        count = int(np.asarray(cast(num_classes, "int64")))
        limit = np.asarray(count, np.int64)
        asserting.assert_less(known, limit, "`labels` out of bound")
        asserting.assert_less(found, limit, "`predictions` out of bound")
    target = as_dtype(dtype)
    given: Any = np.ones(found.shape, target)
    if weights is not None:
        given = to_array(weights, TF2)
        if given.shape != found.shape:
            raise ValueError(f"Shapes {found.shape} and {given.shape} are incompatible")
        given = cast(weights, target)
    places = np.stack([known, found], 1)
    return scatter_nd(places, given, np.array([count, count], np.int64))


def _same_rank(labels: Array, predictions: Array) -> tuple[Array, Array]:
    """Take the last axis of one away that has one axis more, if it has length 1."""
    more = predictions.ndim - labels.ndim
    if more == 1 and predictions.shape[-1] == 1:
        return labels, predictions[..., 0]
    if more == -1 and labels.shape[-1] == 1:
        return labels[..., 0], predictions
    return labels, predictions


def bincount(
    arr: object,
    weights: object = None,
    minlength: object = None,
    maxlength: object = None,
    dtype: Any = INT32,  # noqa: ANN401 (what TensorFlow takes for one)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    axis: int | None = None,
    binary_output: bool = False,  # noqa: FBT001, FBT002 (same)
) -> Tensor:
    """Count how often each number from 0 on comes.

    Args:
        arr: whole numbers from 0 up.
        weights: what each counts; the result has their dtype.
        minlength: how many numbers are counted at least.
        maxlength: how many at most.
        dtype: of the result, if there are no weights.
        name: not used.
        axis: 0, or -1 to count in each row of a matrix.
        binary_output: whether to tell only if a number comes.

    Raises:
        ValueError: `axis` is another one, or there are weights and a binary output.
        tf_losses.errors.InvalidArgumentError: a number is negative.

    TensorFlow counterpart: `tf.math.bincount`, tensorflow/core/kernels/bincount_op.cc.

    >>> bincount([0, 2, 2]).numpy()
    array([1, 0, 2], dtype=int32)
    """
    if weights is not None and binary_output:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only "
            "one."
        )
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    numbers = to_array(arr, TF2)
    if numbers.dtype.kind not in "iu":
        numbers = np.asarray(cast(numbers, INT32))
    each = None if weights is None else to_array(weights, TF2)
    count = int(numbers.max()) + 1 if numbers.size else 0
    if minlength is not None:
        count = max(int(np.asarray(read(minlength, numbers.dtype))), count)
    if maxlength is not None:
        count = min(int(np.asarray(read(maxlength, numbers.dtype))), count)
    if (numbers < 0).any():
        raise hinted(bad("Input arr must be non-negative!"), "`arr` has a negative number.")
    if axis != -1:
        numbers = numbers.ravel()
        each = None if each is None else each.ravel()
    if each is not None and each.shape != numbers.shape:
        raise bad(
            f"`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it "
            f"acts as all weights equal to 1. Received {brackets(each.shape)}"
        )
    rows = numbers.reshape(-1, numbers.shape[-1]) if axis == -1 else numbers[None]
    target = as_dtype(dtype) if each is None else each.dtype
    made = np.stack([_counted(rows, i, each, count, target) for i in range(len(rows))])
    made = np.minimum(made, np.asarray(1, target)) if binary_output else made
    return tensor(made if axis == -1 and numbers.ndim > 1 else made[0])


def _counted(rows: Array, i: int, each: Array | None, count: int, target: np.dtype[Any]) -> Array:
    row = rows[i].astype(np.int64)
    worth = np.ones(row.shape, target) if each is None else each.reshape(rows.shape)[i]
    seen = row < count
    return sum_by_row(worth[seen], row[seen], count)


class Unique(NamedTuple):
    """Each value once, and for each place which it was: what `unique` gives."""

    y: Tensor
    idx: Tensor


# A tuple has a method of the last name, which the syntax of classes does not let it hide.
UniqueWithCounts = NamedTuple(  # noqa: UP014
    "UniqueWithCounts", [("y", Tensor), ("idx", Tensor), ("count", Tensor)]
)
UniqueWithCounts.__doc__ = "What `unique_with_counts` gives: also how often each value came."


def unique(x: object, out_idx: Any = INT32, name: object = None) -> Unique:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give each value once, in the order in which they come first.

    Args:
        x: a row of values.
        out_idx: the dtype of the places: int32 or int64.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: there is not one axis.

    TensorFlow counterpart: `tf.unique`, tensorflow/core/kernels/unique_op.cc.

    >>> found = unique([4, 1, 4])
    >>> found.y.numpy(), found.idx.numpy()
    (array([4, 1], dtype=int32), array([0, 1, 0], dtype=int32))
    """
    found = unique_with_counts(x, out_idx)
    return Unique(found.y, found.idx)


def unique_with_counts(x: object, out_idx: Any = INT32, name: object = None) -> UniqueWithCounts:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give each value once, and how often it came; arguments and errors as in `unique`.

    TensorFlow counterpart: `tf.unique_with_counts`, tensorflow/core/kernels/unique_op.cc.

    >>> unique_with_counts([4, 1, 4]).count.numpy()
    array([2, 1], dtype=int32)
    """
    array, target = to_array(x, TF2), as_dtype(out_idx)
    if array.ndim != 1:
        raise hinted(bad("unique expects a 1D vector."), f"`x` has the shape {array.shape}.")
    _, first, which, counts = np.unique(
        array, return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    order = np.argsort(first)
    place = np.argsort(order)
    values = (array[first[order]], place[which].astype(target), counts[order].astype(target))
    return UniqueWithCounts(*results("unique", (x,), values, _not_followed))


def _not_followed(_g: object, _wanted: object) -> tuple[None]:
    return (None,)


def ensure_shape(x: object, shape: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give a tensor, or an error if it has another shape.

    Args:
        x: a tensor, or anything `constant` takes.
        shape: lengths, of which None may be any; None for any shape.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the shape is another one.

    TensorFlow counterpart: `tf.ensure_shape`, tensorflow/python/ops/check_ops.py.

    >>> ensure_shape([1.0], [None]).numpy()
    array([1.], dtype=float32)
    """
    found = to_array(x, TF2).shape
    if shape is None:
        return convert_to_tensor(x)
    wanted = list(shape.as_list() if hasattr(shape, "as_list") else shape)
    fits = len(wanted) == len(found) and all(
        one in (None, -1, length) for one, length in zip(wanted, found, strict=True)
    )
    if not fits:
        text = ",".join(["?" if one in (None, -1) else str(one) for one in wanted])
        raise hinted(
            bad(
                f"Shape of tensor input {brackets(found)} is not compatible with expected shape "
                f"[{text}]."
            ),
            f"The tensor has the shape {found}.",
        )
    return convert_to_tensor(x)
