# SPDX-License-Identifier: Apache-2.0
"""Which values are largest: argmax, top_k, in_top_k, sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.arithmetic import negative, rounded, subtract
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.operations.moving import transpose
from tf_losses._internal.operations.several import integers, results
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT_CODES, INT32, INT64, kernel_name
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import InvalidDtypeError, hinted
from tf_losses.versions import get_tf_version

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["argmax", "argmin", "argsort", "in_top_k", "sort", "top_k"]


def argmax(
    input: object,  # noqa: A002 (TensorFlow's signature)
    axis: object = None,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give the place of the largest value along an axis; the first, where several are.

    Args:
        input: a tensor, or anything `constant` takes.
        axis: 0 if not given.
        output_type: int64, int32, uint16 or int16.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the axis is out of range, or has no values.

    TensorFlow counterpart: `tf.argmax`, tensorflow/core/kernels/argmax_op.cc.

    >>> argmax([[1.0, 3.0, 2.0]], axis=1).numpy()
    array([1])
    """
    return _place_of(np.argmax, input, axis, output_type)


def argmin(
    input: object,  # noqa: A002 (TensorFlow's signature)
    axis: object = None,
    output_type: Any = INT64,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give the place of the smallest value along an axis; arguments as in `argmax`.

    TensorFlow counterpart: `tf.argmin`, tensorflow/core/kernels/argmax_op.cc.

    >>> argmin([[1.0, 3.0, 2.0]], axis=1).numpy()
    array([0])
    """
    return _place_of(np.argmin, input, axis, output_type)


def _place_of(find: Any, values: object, axis: object, output_type: object) -> Tensor:  # noqa: ANN401 (NumPy's function)
    array, target = to_array(values, TF2), as_dtype(output_type)
    place, rank = _whole_axis(axis), array.ndim
    if array.dtype.kind == "c" or array.dtype.kind in "OSU":
        raise hinted(_dtype_refused("T", array.dtype), f"`input` came as {array.dtype}.")
    if not -rank <= place < rank:
        raise hinted(
            bad(f"Expected dimension in the range [{-rank}, {rank}), but got {place}"),
            f"`axis` came as {place} for a tensor of {rank} axes.",
        )
    if target.name not in ("int16", "uint16", "int32", "int64"):
        raise hinted(_dtype_refused("output_type", target), f"`output_type` came as {target}.")
    if array.shape[place] == 0:
        raise bad(f"Reduction axis {place % rank} is empty in shape {brackets(array.shape)}")
    return tensor(np.asarray(find(_compared(array, find), place)).astype(target))


def _whole_axis(axis: object) -> int:
    if axis is None or isinstance(axis, int):
        return int(axis or 0)
    if not isinstance(axis, Tensor) and get_tf_version() == "2.21":
        raise hinted(
            TypeError("axis must be int or Tensor with integer datatype"),
            f"`axis` came as {axis!r}.",
        )
    given = integers(axis, "axis")
    if given.ndim:
        raise bad(f"dim must be a scalar, but received tensor of shape: {brackets(given.shape)}")
    return int(given)


def _compared(array: Array, find: Any) -> Array:  # noqa: ANN401 (NumPy's function)
    """Give what TensorFlow compares with the worst finite number: only what is better counts."""
    if array.dtype not in FLOAT_CODES:
        return array
    wide = flush(array).astype(np.float64)
    limit = _largest(array.dtype)
    with np.errstate(invalid="ignore"):
        if find is np.argmax:
            return np.where(wide > -limit, wide, -limit)
        return np.where(wide < limit, wide, limit)


def _largest(dtype: np.dtype[Any]) -> float:
    return 2.0**128 - 2.0**120 if dtype.name == "bfloat16" else float(np.finfo(dtype).max)


def _dtype_refused(attr: str, dtype: np.dtype[Any]) -> InvalidDtypeError:
    return InvalidDtypeError(
        None,
        None,
        f"Value for attr '{attr}' of {kernel_name(dtype)} is not in the list of allowed values",
    )


class TopK(NamedTuple):
    """The largest values, and their places: what `top_k` gives."""

    values: Tensor
    indices: Tensor


TopK.__name__ = TopK.__qualname__ = "TopKV2"


def top_k(
    input: object,  # noqa: A002 (TensorFlow's signature)
    k: object = 1,
    sorted: bool = True,  # noqa: A002, ARG001, FBT001, FBT002 (same; the largest come first here)
    index_type: Any = INT32,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> TopK:
    """Give the largest values along the last axis, the largest first, and their places.

    Args:
        input: a tensor of at least one axis, or anything `constant` takes.
        k: how many.
        sorted: not used: they are sorted.
        index_type: of the places: int32, int16 or int64.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: there are fewer values, or `k` is negative.

    TensorFlow counterpart: `tf.nn.top_k`, tensorflow/core/kernels/topk_op.cc. Of equal values the
    first comes first. Where a row has a NaN, TensorFlow's
    order is whatever its sorting makes of numbers that do not compare; here NaN is the largest.

    >>> top = top_k([1.0, 3.0, 2.0], 2)
    >>> top.values.numpy(), top.indices.numpy()
    (array([3., 2.], dtype=float32), array([1, 2], dtype=int32))
    """
    array = to_array(input, TF2)
    if array.dtype.kind in "bcOSU":
        raise hinted(_dtype_refused("T", array.dtype), f"`input` came as {array.dtype}.")
    count = integers(k, "k", "Tk")
    if count.ndim:
        raise bad(f"k must be scalar, got shape {brackets(count.shape)}")
    many = int(count)
    if many < 0:
        raise bad(f"Need k >= 0, got {many}")
    if array.ndim < 1:
        raise bad(f"input must be >= 1-D, got shape {brackets(array.shape)}")
    if array.shape[-1] < many:
        raise hinted(
            bad(f"input must have at least k columns. Had {array.shape[-1]}, needed {many}"),
            f"`k` came as {many}.",
        )
    places = _largest_first(array)[..., :many]
    values = np.take_along_axis(array, places, -1)
    both = (values, places.astype(as_dtype(index_type)))
    made = results("top_k", (input,), both, _placed, array.shape, places)
    return TopK(*made)


def _largest_first(array: Array) -> Array:
    """Sort stably: of equal values the first comes first; subnormal numbers are equal to zero."""
    turned = flush(array)[..., ::-1]
    order = np.argsort(turned, axis=-1, kind="stable")[..., ::-1]
    return np.asarray(array.shape[-1] - 1 - order)


def _placed(
    shape: tuple[int, ...], places: Array, g: tuple[Array, ...], wanted: tuple[bool, ...]
) -> tuple[Array | None]:
    if not wanted[0]:
        return (None,)
    made = np.zeros(shape, g[0].dtype)
    # Added to zero, as values that are scattered are.
    np.put_along_axis(made, places, rounded(np.add, np.zeros_like(g[0]), g[0]), -1)
    return (made,)


def in_top_k(targets: object, predictions: object, k: object, name: object = None) -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Tell for each row whether the prediction for its class is among the largest.

    Args:
        targets: class numbers: int32 or int64.
        predictions: a row of float32 for each.
        k: how many are looked at; what is equal to the last of them counts too.
        name: not used.

    Returns:
        Truth values. A row with a value that is not finite, or whose class is none, is False.

    TensorFlow counterpart: `tf.nn.in_top_k`, tensorflow/core/kernels/in_topk_op.h.

    >>> in_top_k([1, 0], [[0.1, 0.9], [0.2, 0.8]], 1).numpy()
    array([ True, False])
    """
    rows = (
        np.asarray(predictions) if isinstance(predictions, Tensor) else read(predictions, FLOAT32)
    )
    if rows.dtype != FLOAT32:
        raise hinted(
            TF2.types_differ("InTopKV2", FLOAT32, rows.dtype, 0), "`predictions` are float32."
        )
    classes, many = integers(targets, "targets", "T"), int(integers(k, "k", "T"))
    if rows.ndim != 2:  # noqa: PLR2004 (rows and classes)
        raise bad("predictions must be 2-dimensional")
    if classes.ndim != 1:
        raise bad("targets must be 1-dimensional")
    if len(rows) != len(classes):
        raise hinted(
            bad(
                f"First dimension of predictions {len(rows)} must match length of targets "
                f"{len(classes)}"
            ),
            f"Shapes are {rows.shape} and {classes.shape}.",
        )
    known = (classes >= 0) & (classes < rows.shape[1])
    own = np.zeros((len(rows), 1), np.float32)
    own[known, 0] = rows[known, classes[known]]
    larger = (rows > own).sum(1)
    # TensorFlow stops looking at a row where it has seen more than k that are larger.
    finite = np.isfinite(rows).all(1)
    return tensor(known & finite & (larger < many))


def sort(
    values: object,
    axis: object = -1,
    direction: str = "ASCENDING",
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Sort along an axis.

    Args:
        values: numbers.
        axis: the last if not given.
        direction: "ASCENDING" or "DESCENDING".
        name: not used.

    Raises:
        ValueError: the direction is another one.

    TensorFlow counterpart: `tf.sort`, tensorflow/python/ops/sort_ops.py.

    >>> sort([3.0, 1.0, 2.0]).numpy()
    array([1., 2., 3.], dtype=float32)
    """
    return _sorted(values, axis, direction, places=False)


def argsort(
    values: object,
    axis: object = -1,
    direction: str = "ASCENDING",
    stable: bool = False,  # noqa: ARG001, FBT001, FBT002 (TensorFlow's signature; it is)
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Give the places that sort values; arguments as in `sort`.

    TensorFlow counterpart: `tf.argsort`, tensorflow/python/ops/sort_ops.py.

    >>> argsort([3.0, 1.0, 2.0]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return _sorted(values, axis, direction, places=True)


def _sorted(values: object, axis: object, direction: str, *, places: bool) -> Tensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            "Argument `direction` should be one of ASCENDING, DESCENDING. Received: "
            f"direction={direction}"
        )
    at = to_array(axis, TF2)
    if at.ndim:
        raise ValueError(f"Argument `axis` must be a constant scalar. Received: axis={axis}.")
    if direction == "DESCENDING":
        return _descending(values, int(at), places=places)
    array = to_array(values, TF2)
    given = values if isinstance(values, Tensor) else tensor(np.array(array))
    if array.dtype.kind == "u":
        top = tensor(np.asarray(np.iinfo(array.dtype).max, array.dtype))
        found = _descending(subtract(top, given), int(at), places=places)
        return found if places else subtract(top, found)
    if array.dtype.kind == "i":
        one = tensor(np.asarray(1, array.dtype))
        found = _descending(subtract(negative(given), one), int(at), places=places)
        return found if places else subtract(negative(found), one)
    found = _descending(negative(given), int(at), places=places)
    return found if places else negative(found)


def _descending(values: object, axis: int, *, places: bool) -> Tensor:
    array = to_array(values, TF2)
    rank = array.ndim
    if not -rank <= axis < rank:
        raise bad(f"slice index {axis} of dimension 0 out of bounds.")
    swapped = list(range(rank))
    at = axis % rank
    swapped[at], swapped[-1] = swapped[-1], swapped[at]
    last = at == rank - 1
    top = top_k(values if last else transpose(values, swapped), array.shape[at])
    found = top.indices if places else top.values
    return found if last else transpose(found, swapped)
