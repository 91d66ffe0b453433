# SPDX-License-Identifier: Apache-2.0
"""Losses of elements: one for each, or the mean of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.functions import dtype_of, without_weight
from tf_losses._internal.evaluation.labels import cast_exactly
from tf_losses._internal.evaluation.pieces import flat_rows
from tf_losses._internal.evaluation.plan import Piece, Plan
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import Source, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._internal.evaluation.functions import Function
    from tf_losses._internal.evaluation.inputs import Inputs
    from tf_losses._internal.evaluation.request import Request

    Array = npt.NDArray[Any]


def elementwise(request: Request, inputs: Inputs, function: Function) -> Plan:
    labels_of = _same_dtype(request, inputs)

    def read(start: int, stop: int) -> Piece:
        return Piece(start, labels_of(0, start, stop), flat_rows(inputs.logits, 0, start, stop))

    row_bytes = inputs.labels.dtype.itemsize + inputs.logits.dtype.itemsize
    return Plan(inputs.logits.shape, inputs.dtype, row_bytes, read, without_weight(function))


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


def mean_of_elements(request: Request, inputs: Inputs, function: Function) -> Plan:
    """Keras's BinaryCrossentropy: the mean over the last axis."""
    labels_of = _same_dtype(request, inputs)
    if not inputs.logits.ndim:
        raise inputs.mismatch("scalars have no axis to average over")

    def read(start: int, stop: int) -> Piece:
        return Piece(start, labels_of(1, start, stop), flat_rows(inputs.logits, 1, start, stop))

    width = inputs.logits.shape[-1]
    row_bytes = width * (inputs.labels.dtype.itemsize + inputs.logits.dtype.itemsize)
    dtype = dtype_of(function, inputs.dtype, inputs.dtype)
    compute = without_weight(function)
    shape = inputs.logits.shape[:-1]
    return Plan(shape, dtype, row_bytes, read, compute, has_plain_labels=False)


def weighted(request: Request, inputs: Inputs, function: Function) -> Plan:
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
