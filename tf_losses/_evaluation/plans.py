# SPDX-License-Identifier: Apache-2.0
"""How each loss is computed over files in pieces: what is checked, cut, read and called."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._evaluation.functions import function_for
from tf_losses._evaluation.labels import INT64, cast_exactly, without
from tf_losses._evaluation.pieces import flat_rows
from tf_losses._io.command import InputError
from tf_losses._io.source import Source, loaded
from tf_losses._losses.catalogue import of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._evaluation.functions import Function
    from tf_losses._evaluation.inputs import Inputs
    from tf_losses._evaluation.request import Request

    Array = npt.NDArray[Any]


class Piece(NamedTuple):
    """What was read of a range of rows."""

    start: int
    labels: Array
    logits: Array
    pos_weight: Array | float | None = None
    kept: Array | None = None
    """Which losses count; None if all do."""


@dataclass(frozen=True)
class Plan:
    """An evaluation that can be cut: `compute(read(start, stop))` gives a range of the losses."""

    shape: tuple[int, ...]
    """Of the losses."""
    dtype: np.dtype[Any]
    """Of the losses."""
    row_bytes: int
    """Of input read per loss."""
    read: Callable[[int, int], Piece]
    compute: Callable[[Piece], Array]
    by_row: bool = False
    """Whether a loss is one of a row of classes."""
    classes: int = 0
    """How many classes there are; 0 where each element is one."""
    whole: str = ""
    """Why the losses must be computed in one piece, if they must."""
    has_plain_labels: bool = True
    """Whether there is a label for each loss, and not several."""

    @property
    def rows(self) -> int:
        """How many losses there are."""
        return math.prod(self.shape)


def plan_for(request: Request, inputs: Inputs) -> Plan:
    """Say how a loss is computed in pieces.

    Raises:
        InputError: the inputs do not go together.
    """
    loss, function = of(request.loss), function_for(request)
    if loss.class_labels:
        made = _sparse_softmax(request, inputs, function)
    elif loss.has_weight:
        made = _weighted(request, inputs, function)
    elif loss.by_row:
        made = _softmax(request, inputs, function)
    elif request.keras is not None:
        made = _mean_of_elements(request, inputs, function)
    else:
        made = _elementwise(request, inputs, function)
    if request.ignore_index and not made.has_plain_labels:
        raise InputError("--ignore-index goes with labels that are one number for each loss")
    if made.whole and request.may_ignore:
        raise InputError(f"--mask and --ignore-index do not go here: {made.whole}")
    return _with_mask(_with_ignored(made, request.ignore_index), inputs)


def place(index: int, shape: tuple[int, ...]) -> str:
    """A flat index as a reader would write it.

    >>> place(7, (10,)), place(7, (2, 5))
    ('7', '(1, 2)')
    """
    if len(shape) <= 1:
        return str(index)
    return str(tuple(int(part) for part in np.unravel_index(index, shape)))


# ---- a loss for each element ----


def _elementwise(request: Request, inputs: Inputs, function: Function) -> Plan:
    labels_of = _same_dtype(request, inputs)

    def read(start: int, stop: int) -> Piece:
        return Piece(start, labels_of(0, start, stop), flat_rows(inputs.logits, 0, start, stop))

    row_bytes = inputs.labels.dtype.itemsize + inputs.logits.dtype.itemsize
    return Plan(inputs.logits.shape, inputs.dtype, row_bytes, read, _without_weight(function))


def _without_weight(function: Function) -> Callable[[Piece], Array]:
    return lambda piece: function(labels=piece.labels, logits=piece.logits)


def _same_dtype(request: Request, inputs: Inputs) -> Callable[[int, int, int], Array]:
    """Check labels that are like the logits; gives what reads them."""
    labels, dtype = inputs.labels, inputs.dtype
    if labels.shape != inputs.logits.shape:
        raise inputs.mismatch("labels and logits must have the same shape")
    cast = request.cast_labels or request.keras is not None
    if labels.dtype.name != dtype.name and not cast:
        raise inputs.mismatch("labels and logits must have the same dtype (or add --cast-labels)")

    def read(row_rank: int, start: int, stop: int) -> Array:
        found = flat_rows(labels, row_rank, start, stop)
        return cast_exactly(found, dtype, inputs.labels_name, start) if cast else found

    return read


def _mean_of_elements(request: Request, inputs: Inputs, function: Function) -> Plan:
    """Keras's BinaryCrossentropy: the mean over the last axis."""
    labels_of = _same_dtype(request, inputs)
    if not inputs.logits.ndim:
        raise inputs.mismatch("scalars have no axis to average over")

    def read(start: int, stop: int) -> Piece:
        return Piece(start, labels_of(1, start, stop), flat_rows(inputs.logits, 1, start, stop))

    width = inputs.logits.shape[-1]
    row_bytes = width * (inputs.labels.dtype.itemsize + inputs.logits.dtype.itemsize)
    dtype = _dtype_of(function, inputs.dtype, inputs.dtype)
    compute = _without_weight(function)
    shape = inputs.logits.shape[:-1]
    return Plan(shape, dtype, row_bytes, read, compute, has_plain_labels=False)


def _dtype_of(function: Function, logits: np.dtype[Any], labels: np.dtype[Any] | None) -> Any:  # noqa: ANN401 (NumPy's dtypes)
    """Find out the dtype of the losses, by computing one."""
    wanted = np.zeros((1, 2), labels) if labels is not None else np.zeros(1, INT64)
    return function(labels=wanted, logits=np.ones((1, 2), logits)).dtype


def _weighted(request: Request, inputs: Inputs, function: Function) -> Plan:
    """One loss per element; `pos_weight` is one number or is spread over the elements."""
    labels_of = _same_dtype(request, inputs)
    logits, weight = inputs.logits, inputs.pos_weight
    row_bytes = inputs.labels.dtype.itemsize + logits.dtype.itemsize
    spread: Array | Source | None = None
    number: Array | float | None = None
    if isinstance(weight, Source) and weight.ndim == 0:
        # Stays without axes: TensorFlow's precision for `pos_weight - 1` depends on it.
        number = np.array(loaded(weight))
    elif isinstance(weight, Source):
        shape = _broadcast_shape(inputs, weight.shape)
        if shape != logits.shape:
            return _weighted_whole(inputs, shape, labels_of, function)
        is_spread = weight.shape == shape
        spread = weight if is_spread else np.broadcast_to(loaded(weight), shape)
        row_bytes += weight.dtype.itemsize
    else:
        number = weight

    def read(start: int, stop: int) -> Piece:
        return Piece(
            start,
            labels_of(0, start, stop),
            flat_rows(logits, 0, start, stop),
            number if spread is None else flat_rows(spread, 0, start, stop),
        )

    return Plan(logits.shape, inputs.dtype, row_bytes, read, _with_weight(function))


def _with_weight(function: Function) -> Callable[[Piece], Array]:
    return lambda piece: function(
        labels=piece.labels, logits=piece.logits, pos_weight=piece.pos_weight
    )


def _weighted_whole(
    inputs: Inputs,
    shape: tuple[int, ...],
    labels_of: Callable[[int, int, int], Array],
    function: Function,
) -> Plan:
    """A `pos_weight` that makes the losses larger than the logits.

    Each logit then serves many losses, and its place among the logits, not among the losses,
    decides how its exponential is computed: the losses cannot be cut.
    """
    form, size = inputs.logits.shape, inputs.logits.size
    weight = inputs.pos_weight

    def read(start: int, _stop: int) -> Piece:
        whole = loaded(weight) if isinstance(weight, Source) else weight
        return Piece(start, labels_of(0, 0, size).reshape(form), loaded(inputs.logits), whole)

    compute = _with_weight(function)
    reason = "pos_weight makes the losses larger than the logits"
    return Plan(
        shape, inputs.dtype, 0, read, lambda piece: compute(piece).reshape(-1), whole=reason
    )


def _broadcast_shape(inputs: Inputs, weight: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(weight, inputs.logits.shape)
    except ValueError as error:
        raise InputError(
            f"{inputs.pos_weight_name}: pos_weight of shape {list(weight)} cannot be "
            f"spread over logits of shape {list(inputs.logits.shape)}"
        ) from error


# ---- a loss for each row ----


def _softmax(request: Request, inputs: Inputs, function: Function) -> Plan:
    """One loss per row; rows lie along any axis, and labels match them after flattening."""
    labels, logits = _rows_last(inputs)
    outer, classes = logits.shape[:-1], logits.shape[-1]
    label_rows, rows = math.prod(labels.shape[:-1]), math.prod(outer)
    if label_rows not in (1, rows) or not _broadcastable(labels.shape[-1], classes):
        raise inputs.mismatch("labels and logits do not fit together")
    cast = request.cast_labels or request.keras is not None or request.from_probabilities

    def read(start: int, stop: int) -> Piece:
        found = flat_rows(labels, 1, *((0, 1) if label_rows == 1 else (start, stop)))
        if cast:
            found = cast_exactly(found, inputs.dtype, inputs.labels_name, start)
        return Piece(start, found, flat_rows(logits, 1, start, stop))

    row_bytes = sum(array.shape[-1] * array.dtype.itemsize for array in (labels, logits))
    dtype = inputs.dtype
    if request.keras is not None:
        dtype = _dtype_of(function, dtype, dtype)
    return Plan(
        outer,
        dtype,
        row_bytes,
        read,
        _without_weight(function),
        by_row=True,
        classes=classes,
        has_plain_labels=False,
    )


def _rows_last(inputs: Inputs) -> tuple[Array | Source, Array | Source]:
    """Labels and logits with the classes on the last axis."""
    labels, logits, axis = inputs.labels, inputs.logits, inputs.axis
    if not labels.ndim or not logits.ndim:
        raise inputs.mismatch("scalars have no classes")
    if not -1 <= axis < logits.ndim:
        raise InputError(
            f"{inputs.logits_name}: --axis {axis} of logits with {logits.ndim} axes; "
            f"TensorFlow takes 0 to {logits.ndim - 1}, and -1 for the last"
        )
    if axis == -1:
        return labels, logits
    if labels.ndim != logits.ndim:
        raise inputs.mismatch(f"--axis {axis} needs labels and logits of the same rank")
    return np.moveaxis(loaded(labels), axis, -1), np.moveaxis(loaded(logits), axis, -1)


def _sparse_softmax(request: Request, inputs: Inputs, function: Function) -> Plan:
    """One loss per row; labels are class numbers."""
    labels, logits = inputs.labels, inputs.logits
    cast = request.cast_labels or request.keras is not None
    if labels.dtype.name not in ("int32", "int64") and not cast:
        raise inputs.mismatch("labels must be int32 or int64 (or add --cast-labels)")
    if not logits.ndim or labels.shape != logits.shape[:-1]:
        raise inputs.mismatch("one label per row of logits is needed")
    classes = logits.shape[-1]

    def read(start: int, stop: int) -> Piece:
        found = flat_rows(labels, 0, start, stop)
        if cast:
            found = cast_exactly(found, INT64, inputs.labels_name, start)
        return Piece(start, found, flat_rows(logits, 1, start, stop))

    def compute(piece: Piece) -> Array:
        _refuse_outside(piece, classes, inputs)
        return function(labels=piece.labels, logits=piece.logits)

    row_bytes = labels.dtype.itemsize + classes * logits.dtype.itemsize
    dtype = inputs.dtype if request.keras is None else _dtype_of(function, inputs.dtype, None)
    return Plan(labels.shape, dtype, row_bytes, read, compute, by_row=True, classes=classes)


def _refuse_outside(piece: Piece, classes: int, inputs: Inputs) -> None:
    labels = piece.labels
    outside = np.flatnonzero((labels < 0) | (labels >= classes))
    if outside.size:
        first = int(outside[0])
        raise InputError(
            f"{inputs.labels_name}: label {labels[first]} at index "
            f"{place(piece.start + first, inputs.labels.shape)} is outside [0, {classes})"
        )


def _broadcastable(one: int, other: int) -> bool:
    return one == other or 1 in (one, other)


# ---- losses that do not count ----


def _with_ignored(plan: Plan, ignored: tuple[int, ...]) -> Plan:
    """Leave out the losses of some labels."""
    if not ignored:
        return plan

    def read(start: int, stop: int) -> Piece:
        piece = plan.read(start, stop)
        labels, kept = without(piece.labels, ignored)
        return piece._replace(labels=labels, kept=kept)

    return replace(plan, read=read, compute=_zero_where_ignored(plan.compute))


def _with_mask(plan: Plan, inputs: Inputs) -> Plan:
    """Leave out the losses that a mask says."""
    mask = inputs.mask
    if mask is None:
        return plan
    if mask.shape != plan.shape or mask.dtype.kind not in "bui":
        raise InputError(
            f"{inputs.mask_name}: a mask is a bool (or 0 and 1) for each loss; it is {mask.dtype}"
            f"{list(mask.shape)}, the losses are {list(plan.shape)}"
        )

    def read(start: int, stop: int) -> Piece:
        piece = plan.read(start, stop)
        kept = flat_rows(mask, 0, start, stop) != 0
        labels = piece.labels
        if labels.shape == kept.shape:  # what stands there for nothing may be no class
            labels = np.where(kept, labels, labels.dtype.type(0))
        kept = kept if piece.kept is None else kept & piece.kept
        return piece._replace(labels=labels, kept=kept)

    return replace(plan, read=read, compute=_zero_where_ignored(plan.compute))


def _zero_where_ignored(compute: Callable[[Piece], Array]) -> Callable[[Piece], Array]:
    def zeroed(piece: Piece) -> Array:
        losses = np.asarray(compute(piece))
        return losses if piece.kept is None else np.where(piece.kept, losses, losses.dtype.type(0))

    return zeroed
