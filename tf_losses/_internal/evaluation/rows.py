# SPDX-License-Identifier: Apache-2.0
"""Losses of rows of classes: softmax and sparse_softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.functions import dtype_of, without_weight
from tf_losses._internal.evaluation.labels import INT64, cast_exactly
from tf_losses._internal.evaluation.pieces import flat_rows
from tf_losses._internal.evaluation.plan import Piece, Plan, place
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import Source, loaded
from tf_losses.errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy.typing as npt

    from tf_losses._internal.evaluation.functions import Function
    from tf_losses._internal.evaluation.inputs import Inputs
    from tf_losses._internal.evaluation.request import Request

    Array = npt.NDArray[Any]


def softmax(request: Request, inputs: Inputs, function: Function) -> Plan:
    """One loss per row; rows lie along any axis, and labels match them after flattening."""
    is_keras = request.from_probabilities or bool(request.label_smoothing)
    labels, logits = _rows_last(inputs, is_keras=is_keras)
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
        dtype = dtype_of(function, dtype, dtype)
    return Plan(
        outer,
        dtype,
        row_bytes,
        read,
        without_weight(function),
        by_row=True,
        classes=classes,
        has_plain_labels=False,
    )


def _rows_last(inputs: Inputs, *, is_keras: bool) -> tuple[Array | Source, Array | Source]:
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
    if is_keras and axis != logits.ndim - 1:
        raise InputError(
            f"--axis {axis} does not go with --from-probabilities or --label-smoothing: along "
            "another axis Keras computes other bits, so the classes must be on the last"
        )
    if labels.ndim != logits.ndim:
        raise inputs.mismatch(f"--axis {axis} needs labels and logits of the same rank")
    return np.moveaxis(loaded(labels), axis, -1), np.moveaxis(loaded(logits), axis, -1)


def sparse_softmax(request: Request, inputs: Inputs, function: Function) -> Plan:
    """One loss per row; labels are class numbers."""
    labels, logits = inputs.labels, inputs.logits
    cast = request.cast_labels or request.keras is not None
    if labels.dtype.name not in ("int32", "int64") and not cast:
        raise inputs.mismatch("labels must be int32 or int64 (or add --cast-labels)")
    if not logits.ndim or labels.shape != logits.shape[:-1]:
        raise inputs.mismatch("one label per row of logits is needed")
    classes = logits.shape[-1]
    if request.keras is not None and classes == 1 and labels.ndim != 1:
        raise inputs.mismatch("Keras takes an axis of one class for none")

    def read(start: int, stop: int) -> Piece:
        found = flat_rows(labels, 0, start, stop)
        if cast:
            found = cast_exactly(found, INT64, inputs.labels_name, start)
        return Piece(start, found, flat_rows(logits, 1, start, stop))

    def compute(piece: Piece) -> Array:
        try:
            return function(labels=piece.labels, logits=piece.logits)
        except InvalidArgumentError:
            _refuse_outside(piece, classes, inputs)
            raise

    row_bytes = labels.dtype.itemsize + classes * logits.dtype.itemsize
    dtype = inputs.dtype if request.keras is None else dtype_of(function, inputs.dtype, None)
    return Plan(labels.shape, dtype, row_bytes, read, compute, by_row=True, classes=classes)


def _refuse_outside(piece: Piece, classes: int, inputs: Inputs) -> None:
    """Say where a label that is no class stands in the file, if there is one."""
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
