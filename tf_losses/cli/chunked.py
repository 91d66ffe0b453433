# SPDX-License-Identifier: Apache-2.0
"""How each loss is computed over files in pieces: what is checked, cut and called."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.command import InputError
from tf_losses._io.source import Source, loaded
from tf_losses.cli.chunks import flat_rows
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._losses.catalogue import Loss

    Array = npt.NDArray[Any]

_FLOATS = ("float16", "bfloat16", "float32", "float64")


@dataclass(frozen=True)
class Inputs:
    """The mapped arrays of one evaluation, with the names they are complained about under."""

    labels: Array | Source
    logits: Array | Source
    labels_name: str
    logits_name: str
    pos_weight: float | Array | Source | None = None
    pos_weight_name: str = ""
    axis: int = -1

    def __post_init__(self) -> None:
        """Refuse logits of a type without losses."""
        if self.logits.dtype.name not in _FLOATS:
            raise InputError(
                f"{self.logits_name}: logits are {self.logits.dtype}; "
                f"they must be one of {', '.join(_FLOATS)}"
            )

    def mismatch(self, problem: str) -> InputError:
        """An error about labels and logits that do not go together."""
        return InputError(
            f"{self.labels_name}: {problem}: labels are {self.labels.dtype}"
            f"{list(self.labels.shape)}, logits in {self.logits_name} are "
            f"{self.logits.dtype}{list(self.logits.shape)}"
        )


@dataclass(frozen=True)
class Plan:
    """An evaluation that can be cut: `compute(start, stop)` gives a range of the flat losses."""

    shape: tuple[int, ...]
    """Of the losses."""
    row_bytes: int
    """Of input read per loss."""
    compute: Callable[[int, int], Array]
    label: Callable[[int], str]
    """Shows the label behind a loss, given by its flat index."""
    whole: str = ""
    """Why the losses must be computed in one piece, if they must."""

    @property
    def rows(self) -> int:
        """How many losses there are."""
        return math.prod(self.shape)


def elementwise(loss: Loss, inputs: Inputs) -> Plan:
    """One loss per element."""
    _check_elementwise(inputs)
    function: Callable[..., Array] = getattr(nn, loss.function)

    def compute(start: int, stop: int) -> Array:
        return function(
            labels=flat_rows(inputs.labels, 0, start, stop),
            logits=flat_rows(inputs.logits, 0, start, stop),
        )

    row_bytes = 2 * inputs.logits.dtype.itemsize
    return Plan(inputs.logits.shape, row_bytes, compute, _number(inputs.labels))


def weighted(inputs: Inputs) -> Plan:
    """One loss per element; `pos_weight` is one number or is spread over the elements."""
    _check_elementwise(inputs)
    labels, logits, weight = inputs.labels, inputs.logits, inputs.pos_weight
    row_bytes = 2 * logits.dtype.itemsize
    spread: Array | Source | None = None
    if isinstance(weight, (np.ndarray, Source)) and weight.ndim == 0:
        # Stays without axes: TensorFlow's precision for `pos_weight - 1` depends on it.
        weight = np.array(loaded(weight))
    elif isinstance(weight, (np.ndarray, Source)):
        shape = _broadcast_shape(inputs, weight.shape)
        if shape != logits.shape:
            return _weighted_whole(inputs, shape)
        is_spread = weight.shape == shape
        spread = weight if is_spread else np.broadcast_to(loaded(weight), shape)
        row_bytes += weight.dtype.itemsize

    def compute(start: int, stop: int) -> Array:
        return nn.weighted_cross_entropy_with_logits(
            labels=flat_rows(labels, 0, start, stop),
            logits=flat_rows(logits, 0, start, stop),
            pos_weight=weight if spread is None else flat_rows(spread, 0, start, stop),
        )

    return Plan(logits.shape, row_bytes, compute, _number(labels))


def _weighted_whole(inputs: Inputs, shape: tuple[int, ...]) -> Plan:
    """A `pos_weight` that makes the losses larger than the logits.

    Each logit then serves many losses, and its place among the logits, not among the losses,
    decides how its exponential is computed: the losses cannot be cut.
    """

    def compute(_start: int, _stop: int) -> Array:
        weight = inputs.pos_weight
        return nn.weighted_cross_entropy_with_logits(
            labels=loaded(inputs.labels),
            logits=loaded(inputs.logits),
            pos_weight=loaded(weight) if isinstance(weight, Source) else weight,
        ).reshape(-1)

    label = _number(np.broadcast_to(loaded(inputs.labels), shape))
    reason = "pos_weight makes the losses larger than the logits"
    return Plan(shape, 0, compute, label, whole=reason)


def softmax(inputs: Inputs) -> Plan:
    """One loss per row; rows lie along any axis, and labels match them after flattening."""
    labels, logits = _rows_last(inputs)
    outer = logits.shape[:-1]
    label_rows, rows = math.prod(labels.shape[:-1]), math.prod(outer)
    if label_rows not in (1, rows) or not _broadcastable(labels.shape[-1], logits.shape[-1]):
        raise inputs.mismatch("labels and logits do not fit together")

    def label_range(start: int, stop: int) -> Array:
        return flat_rows(labels, 1, *((0, 1) if label_rows == 1 else (start, stop)))

    def compute(start: int, stop: int) -> Array:
        return nn.softmax_cross_entropy_with_logits(
            labels=label_range(start, stop), logits=flat_rows(logits, 1, start, stop)
        )

    def label(index: int) -> str:
        return _class(label_range(index, index + 1)[0].astype(np.float64))

    row_bytes = sum(array.shape[-1] * array.dtype.itemsize for array in (labels, logits))
    return Plan(outer, row_bytes, compute, label)


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


def sparse_softmax(inputs: Inputs) -> Plan:
    """One loss per row; labels are class numbers."""
    labels, logits = inputs.labels, inputs.logits
    if labels.dtype.name not in ("int32", "int64"):
        raise inputs.mismatch("labels must be int32 or int64")
    if not logits.ndim or labels.shape != logits.shape[:-1]:
        raise inputs.mismatch("one label per row of logits is needed")
    classes = logits.shape[-1]

    def compute(start: int, stop: int) -> Array:
        chosen = flat_rows(labels, 0, start, stop)
        outside = np.flatnonzero((chosen < 0) | (chosen >= classes))
        if outside.size:
            first = int(outside[0])
            raise InputError(
                f"{inputs.labels_name}: label {chosen[first]} at index "
                f"{place(start + first, labels.shape)} is outside [0, {classes})"
            )
        return nn.sparse_softmax_cross_entropy_with_logits(
            labels=chosen, logits=flat_rows(logits, 1, start, stop)
        )

    row_bytes = labels.dtype.itemsize + classes * logits.dtype.itemsize
    return Plan(labels.shape, row_bytes, compute, _number(labels))


def place(index: int, shape: tuple[int, ...]) -> str:
    """A flat index as a reader would write it.

    >>> place(7, (10,)), place(7, (2, 5))
    ('7', '(1, 2)')
    """
    if len(shape) <= 1:
        return str(index)
    return str(tuple(int(part) for part in np.unravel_index(index, shape)))


def _number(labels: Array | Source) -> Callable[[int], str]:
    """Labels that are one number each."""
    return lambda index: f"{float(flat_rows(labels, 0, index, index + 1)[0]):g}"


def _class(row: npt.NDArray[np.float64]) -> str:
    """A row of class probabilities: the class, and its probability unless it is one.

    >>> _class(np.array([0.0, 1.0])), _class(np.array([0.75, 0.25]))
    ('1', '0 (0.75)')
    >>> _class(np.array([]))
    '-'
    """
    if not row.size:
        return "-"
    best = int(np.argmax(row))
    return str(best) if row[best] == 1 else f"{best} ({row[best]:g})"


def _check_elementwise(inputs: Inputs) -> None:
    if inputs.labels.shape != inputs.logits.shape:
        raise inputs.mismatch("labels and logits must have the same shape")
    if inputs.labels.dtype.name != inputs.logits.dtype.name:
        raise inputs.mismatch("labels and logits must have the same dtype")


def _broadcast_shape(inputs: Inputs, weight: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(weight, inputs.logits.shape)
    except ValueError as error:
        raise InputError(
            f"{inputs.pos_weight_name}: pos_weight of shape {list(weight)} cannot be "
            f"spread over logits of shape {list(inputs.logits.shape)}"
        ) from error


def _broadcastable(one: int, other: int) -> bool:
    return one == other or 1 in (one, other)


def plan_for(loss: Loss, inputs: Inputs) -> Plan:
    """How a loss is computed in pieces."""
    if loss.has_weight:
        return weighted(inputs)
    if loss.class_labels:
        return sparse_softmax(inputs)
    return softmax(inputs) if loss.by_row else elementwise(loss, inputs)
