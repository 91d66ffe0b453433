# SPDX-License-Identifier: Apache-2.0
"""The classes that were wanted and predicted, for tables by class and accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.evaluation.summary import widened

if TYPE_CHECKING:
    import numpy.typing as npt

    from tf_losses._internal.evaluation.plan import Piece, Plan

    Array = npt.NDArray[Any]

NO_CLASS = -1
"""Of what has no class: a row without classes, NaN, or a mean over several labels."""


class Details(NamedTuple):
    """One of each for every loss."""

    target: npt.NDArray[np.int32]
    predicted: npt.NDArray[np.int32]
    confidence: npt.NDArray[np.float32]
    """The predicted class's probability; for people to read, not TensorFlow's bits."""


DTYPES = {"target": np.int32, "predicted": np.int32, "confidence": np.float32}


def details(piece: Piece, plan: Plan, *, from_probabilities: bool) -> Details:
    """Find the classes behind the losses of a piece.

    The larger logit wins, the first of equal ones; of a yes-or-no outcome, yes from a probability
    of one half on. NaN predicts nothing.
    """
    if plan.by_row:
        return _of_rows(piece, plan.classes, from_probabilities=from_probabilities)
    if plan.has_plain_labels and piece.labels.shape == piece.logits.shape and not plan.whole:
        return _of_elements(piece, from_probabilities=from_probabilities)
    count = len(piece.logits) if not plan.whole else plan.rows
    none = np.full(count, NO_CLASS, np.int32)
    return Details(none, none, np.full(count, np.nan, np.float32))


def _of_rows(piece: Piece, classes: int, *, from_probabilities: bool) -> Details:
    rows = len(piece.logits)
    if not classes or not piece.labels.shape[-1]:
        none = np.full(rows, NO_CLASS, np.int32)
        return Details(none, none, np.full(rows, np.nan, np.float32))
    logits = widened(piece.logits)
    predicted = logits.argmax(axis=-1)
    largest = np.take_along_axis(logits, predicted[:, None], -1)
    with np.errstate(all="ignore"):
        parts = logits if from_probabilities else np.exp(logits - largest)
        top = largest[:, 0] if from_probabilities else parts.dtype.type(1)
        confidence = top / parts.sum(axis=-1)
    labels = piece.labels
    if labels.ndim > 1:
        wide = np.broadcast_to(widened(labels), (rows, labels.shape[-1]))
        labels = _where(wide.max(axis=-1), wide.argmax(axis=-1))
    return Details(
        labels.astype(np.int32),
        _where(largest[:, 0], predicted),
        confidence.astype(np.float32),
    )


def _of_elements(piece: Piece, *, from_probabilities: bool) -> Details:
    logits, labels = widened(piece.logits), widened(piece.labels)
    with np.errstate(all="ignore"):
        yes = logits if from_probabilities else 1 / (1 + np.exp(-logits))
        predicted = yes >= 0.5  # noqa: PLR2004 (half)
        confidence = np.where(predicted, yes, 1 - yes)
    return Details(
        _where(labels, (labels >= 0.5).astype(np.int32)),  # noqa: PLR2004 (same)
        _where(logits, predicted.astype(np.int32)),
        confidence.astype(np.float32),
    )


def _where(decisive: Array, classes: Array) -> npt.NDArray[np.int32]:
    """Classes where what decided on them is no NaN; the largest of a row is one if any is."""
    return np.where(np.isnan(decisive), NO_CLASS, classes).astype(np.int32)
