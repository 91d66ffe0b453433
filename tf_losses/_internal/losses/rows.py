# SPDX-License-Identifier: Apache-2.0
"""Rows of classes: how softmax sees labels and logits, and repeats one for the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

from tf_losses._internal.runtime import native
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages, Shape


def match_rows(
    labels: NDArray[Any], logits: NDArray[Any], messages: Messages
) -> tuple[int, int, Any]:
    """Flatten both to rows of classes and broadcast one against the other, as TensorFlow."""
    if labels.shape == logits.shape and logits.size:
        classes = logits.shape[-1]
        return logits.size // classes, classes, native.NULL
    ours, theirs = flat_shape(logits.shape), flat_shape(labels.shape)
    if any(a != b and 1 not in (a, b) for a, b in zip(ours, theirs, strict=True)):
        _refuse_rows(labels, logits, ours, theirs, messages)
    rows, classes, layout = match_matrices(theirs, ours)
    if math.prod(logits.shape[:-1]) != rows:
        raise hinted(
            messages.wrong_count(rows, logits.shape[:-1]),
            f"`labels` of shape {labels.shape} repeat the logits of shape {logits.shape}; "
            "TensorFlow repeats labels only.",
        )
    return rows, classes, layout


def match_matrices(labels: tuple[int, int], logits: tuple[int, int]) -> tuple[int, int, Any]:
    """Give the rows and classes of two matrices that broadcast, and the layout if they differ.

    >>> match_matrices((2, 3), (2, 3))
    (2, 3, <cdata 'void *' NULL>)
    """
    rows, classes = (b if a == 1 else a for a, b in zip(logits, labels, strict=True))
    if labels == logits:
        return rows, classes, native.NULL
    labels_strides, logits_strides = _row_strides(labels), _row_strides(logits)
    layout = native.layout((rows, classes), labels=labels_strides, logits=logits_strides)
    return rows, classes, layout


def flat_shape(shape: Shape) -> tuple[int, int]:
    """Give the rows and classes that TensorFlow's Reshape to (-1, classes) finds.

    Without classes it counts the axes that are not empty.

    >>> flat_shape((2, 3, 4)), flat_shape((2, 0)), flat_shape((0, 0))
    ((6, 4), (2, 0), (1, 0))
    """
    classes = shape[-1]
    outer = shape[:-1] if classes else [length for length in shape if length]
    return math.prod(outer), classes


def _row_strides(shape: tuple[int, int]) -> tuple[int, int]:
    rows, classes = shape
    return 0 if rows == 1 else classes, 0 if classes == 1 else 1


def _refuse_rows(
    labels: NDArray[Any],
    logits: NDArray[Any],
    ours: tuple[int, int],
    theirs: tuple[int, int],
    messages: Messages,
) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}."
    if labels.shape == logits.shape[:-1]:
        hint += (
            " One label a row is what sparse_softmax_cross_entropy_with_logits takes; "
            "softmax takes a probability for each class."
        )
    raise hinted(messages.not_broadcastable(ours, theirs), hint)
