# SPDX-License-Identifier: Apache-2.0
"""Which plan an evaluation has, and which of its losses count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.elements import elementwise, mean_of_elements, weighted
from tf_losses._internal.evaluation.functions import function_for
from tf_losses._internal.evaluation.labels import without
from tf_losses._internal.evaluation.pieces import flat_rows
from tf_losses._internal.evaluation.rows import softmax, sparse_softmax
from tf_losses._internal.io.command import InputError
from tf_losses._internal.losses.catalogue import of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._internal.evaluation.inputs import Inputs
    from tf_losses._internal.evaluation.plan import Piece, Plan
    from tf_losses._internal.evaluation.request import Request

    Array = npt.NDArray[Any]


def plan_for(request: Request, inputs: Inputs) -> Plan:
    """Say how a loss is computed in pieces.

    Raises:
        InputError: the inputs do not go together.
    """
    loss, function = of(request.loss), function_for(request)
    if loss.class_labels:
        made = sparse_softmax(request, inputs, function)
    elif loss.has_weight:
        made = weighted(request, inputs, function)
    elif loss.by_row:
        made = softmax(request, inputs, function)
    elif request.keras is not None:
        made = mean_of_elements(request, inputs, function)
    else:
        made = elementwise(request, inputs, function)
    if request.ignore_index and not made.has_plain_labels:
        raise InputError("--ignore-index goes with labels that are one number for each loss")
    if request.by_class and not made.by_row and (made.whole or not made.has_plain_labels):
        raise InputError("--by-class does not go here: a loss is not that of one label and logit")
    if made.whole and request.may_ignore:
        raise InputError(f"--mask and --ignore-index do not go here: {made.whole}")
    if not request.may_ignore:
        return made
    counted = replace(made, compute=_zero_where_ignored(made.compute))
    return _with_mask(_with_ignored(counted, request.ignore_index), inputs)


def _with_ignored(plan: Plan, ignored: tuple[int, ...]) -> Plan:
    """Leave out the losses of some labels."""
    if not ignored:
        return plan

    def read(start: int, stop: int) -> Piece:
        piece = plan.read(start, stop)
        labels, kept = without(piece.labels, ignored)
        return piece._replace(labels=labels, kept=kept)

    return replace(plan, read=read)


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

    return replace(plan, read=read)


def _zero_where_ignored(compute: Callable[[Piece], Array]) -> Callable[[Piece], Array]:
    def zeroed(piece: Piece) -> Array:
        losses = np.asarray(compute(piece))
        return losses if piece.kept is None else np.where(piece.kept, losses, losses.dtype.type(0))

    return zeroed
