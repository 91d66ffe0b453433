# SPDX-License-Identifier: Apache-2.0
"""The losses with names that give one loss for each row or element: which, and how they are cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tf_losses._internal.dask.cutting import PACKET, Rule
from tf_losses._internal.dask.pieces import (
    UNMATCHED,
    Operand,
    Piece,
    Result,
    computed,
    leading,
    read,
    try_out,
)
from tf_losses._internal.dask.units import rule_of

if TYPE_CHECKING:
    from tf_losses._internal.dask.pieces import Index
    from tf_losses._internal.dask.settings import Settings

    DaskArray = Any
    Arguments = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """What is to know of a loss with a name."""

    kind: str = ""
    """The loss of the catalogue that it may come to; empty if it comes to none."""
    labels: str = "y_true"
    """The argument with the labels."""
    leads: str = "y_pred"
    """The argument that has all the axes."""
    by_row: bool = True
    """Whether it gives one loss for each row, else one for each element."""


_KERAS = "composed.keras.crossentropies"
_REGRESSIONS = "composed.keras.regressions"
_V1 = "composed.loss_values"
ROWS: dict[str, Named] = {
    f"{_KERAS}:binary_crossentropy": Named("sigmoid"),
    f"{_KERAS}:categorical_crossentropy": Named("softmax"),
    f"{_KERAS}:sparse_categorical_crossentropy": Named("sparse_softmax"),
    **{
        f"{_REGRESSIONS}:{name}": Named()
        for name in (
            *("categorical_hinge", "huber", "kl_divergence", "log_cosh", "mean_absolute_error"),
            *("mean_absolute_percentage_error", "mean_squared_error", "poisson"),
            "mean_squared_logarithmic_error",
        )
    },
}
WEIGHTED: dict[str, Named] = {
    f"{_V1}:sigmoid_cross_entropy": Named("sigmoid", "multi_class_labels", "logits", by_row=False),
    f"{_V1}:softmax_cross_entropy": Named("softmax", "onehot_labels", "logits"),
    f"{_V1}:sparse_softmax_cross_entropy": Named("sparse_softmax", "labels", "logits"),
    f"{_V1}:log_loss": Named("", "labels", "predictions", by_row=False),
    f"{_V1}:mean_squared_error": Named("", "labels", "predictions", by_row=False),
    f"{_V1}:absolute_difference": Named("", "labels", "predictions", by_row=False),
    f"{_V1}:huber_loss": Named("", "labels", "predictions", by_row=False),
    f"{_V1}:hinge_loss": Named("", "labels", "logits", by_row=False),
}


def rows_of(
    loss: Named, task: str, arguments: Arguments, axis: int | None, settings: Settings
) -> DaskArray:
    """Give the losses of rows, or of elements.

    Args:
        loss: what is to know.
        task: the name of a function that computes them of NumPy arrays.
        arguments: its arguments; labels and what leads may be Dask arrays.
        axis: of the classes; None where there is none.
        settings: whose bits.
    """
    plain = dict(arguments)
    lead = read(plain.pop(loss.leads), loss.leads)
    labels = read(plain.pop(loss.labels), loss.labels)
    rank = lead.ndim
    place = None if axis is None or not rank or not -rank <= axis < rank else axis % rank
    rows = tuple(i for i in range(rank) if i != place)
    index = _index_of_labels(loss, labels.shape, lead.shape, rows)
    operands = [Operand(loss.leads, lead, leading(rank)), Operand(loss.labels, labels, index)]
    piece = Piece(settings, task, (loss.leads, loss.labels), tuple(plain.items()))
    sample = try_out(piece, operands, rows)
    rule = _rule(loss, lead, place)
    (found,) = computed(piece, operands, rows, rule, [Result(rows, sample.dtype)])
    return found


def _index_of_labels(
    loss: Named, shape: tuple[int, ...], lead: tuple[int, ...], rows: Index
) -> Index:
    if loss.kind != "sparse_softmax":
        return leading(len(lead)) if shape == lead else UNMATCHED
    of_rows = tuple(lead[int(i)] for i in rows)
    if shape == of_rows:
        return rows
    return (*rows, None) if shape == (*of_rows, 1) else UNMATCHED


def _rule(loss: Named, lead: DaskArray, place: int | None) -> Rule:
    """Give the rule of all of a loss's steps: of elements, of sums of rows, and of its kind."""
    if place is None:
        return Rule(PACKET, _least(loss, lead, lead.size, 1))
    classes = max(1, lead.shape[place])
    rows = lead.size // classes
    # A single row would be summed as a whole array is.
    least = max(PACKET, _least(loss, lead, rows, classes))
    return Rule(PACKET, least, together=True)


def _least(loss: Named, lead: DaskArray, rows: int, classes: int) -> int:
    if not loss.kind:
        return 0
    if loss.kind == "sigmoid":
        least = rule_of("sigmoid", lead.dtype, rows * classes, 1, gradient=False).least
        return -(-least // classes)
    return rule_of(loss.kind, lead.dtype, rows, classes, gradient=False).least
