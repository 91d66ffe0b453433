# SPDX-License-Identifier: Apache-2.0
"""sparse_softmax: softmax of class numbers; arguments, loss and gradient."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._internal.arguments import lazy, operations, signatures, symbols
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.losses.common import empty_like, float_hint
from tf_losses._internal.losses.plain import loss_of_arrays
from tf_losses._internal.losses.rows import flat_shape
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, INDEX_CODES, kernel_name
from tf_losses._internal.runtime.native import F16, Call, empty
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages, Shape

    Array = NDArray[Any]
    Maybe = Array | None

SPARSE_SOFTMAX = native.code_of("sparse_softmax")
_MOST_LABELS = 100_000
_MATRIX = 2


def check(labels: object, logits: object, messages: Messages) -> Call:
    """Check the arguments of sparse_softmax."""
    z = to_array(labels, messages)
    x = to_array(logits, messages)
    if x.shape[:-1] != z.shape or not x.ndim:
        _refuse_shapes(x, z, messages)
    code, labels_code = FLOAT_CODES.get(x.dtype), INDEX_CODES.get(z.dtype)
    if labels_code is None:
        raise hinted(
            messages.type_refused(operations.SPARSE_LABELS, z.dtype),
            f"`labels` came as {kernel_name(z.dtype)}; they are class numbers: cast them to "
            "int32 or int64, e.g. by np.asarray(labels, np.int64).",
        )
    if code is None:
        raise float_hint(messages.type_refused(operations.SPARSE, x.dtype), "`logits`", x.dtype)
    if x.shape[-1] == 0:
        _refuse_no_classes(x.shape, z.shape, messages)
    return Call(SPARSE_SOFTMAX, code, labels_code, z.size, x.shape[-1], z, x)


def forward(messages: Messages) -> Callable[..., Array]:
    """Compute log(sum(exp(x - max(x)))) - (x[label] - max(x)) along the last axis."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        if (found := loss_of_arrays(SPARSE_SOFTMAX, labels, logits)) is not None:
            return found
        if MADE and symbols.any_in(labels, logits):
            symbol: Array = symbols.make(compute, labels, logits, name=signatures.SPARSE)
            return symbol
        if labels is None or logits is None:
            signatures.refuse_missing(signatures.SPARSE, labels, logits, messages)
        if lazy.any_in(labels, logits):
            made: Array = lazy.loss("sparse_softmax", messages, labels=labels, logits=logits)
            return made
        call = check(labels, logits, messages)
        out = empty(call.labels.shape, call.logits.dtype, Tensor)
        call = _compute(call, out, messages)
        if OPEN:
            # TensorFlow casts float16, and makes a matrix of what is none.
            steps = 1 + 2 * (call.dtype == F16) + 2 * (call.logits.ndim != _MATRIX)
            return record("sparse_softmax", (labels, logits), out, backward, (call,), steps)
        return out

    return compute


def _compute(call: Call, out: Array, messages: Messages) -> Call:
    try:
        return native.compute(call, out)
    except native.LabelOutOfRangeError:
        refuse_label(call.labels, call.classes, messages)


def backward(
    call: Call,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[None, Maybe]:
    """Give the gradient of logits; labels have none."""
    if not wanted[1] and loss is None:
        return None, None
    dx = empty_like(call.logits, wanted[1])
    native.gradient(call, mode, upstream, (loss, None, dx, None))
    return None, dx


def _refuse_shapes(logits: NDArray[Any], labels: NDArray[Any], messages: Messages) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}."
    if not logits.ndim:
        raise hinted(messages.scalar_logits(logits), f"{hint} The last axis holds the classes.")
    hint += f" Labels of shape {logits.shape[:-1]} are needed, one class number for each row."
    if labels.ndim != logits.ndim - 1:
        if labels.shape == logits.shape:
            hint += " One-hot labels are for softmax_cross_entropy_with_logits; "
            hint += "np.argmax(labels, -1) makes class numbers of them."
        elif labels.shape == (*logits.shape[:-1], 1):
            hint += " Did you mean labels[..., 0]?"
        raise hinted(messages.ranks_differ(logits.shape, labels.shape), hint)
    raise hinted(messages.rows_differ(logits.shape, labels.shape), hint)


def _refuse_no_classes(logits: Shape, labels: Shape, messages: Messages) -> NoReturn:
    hint = f"`logits` has shape {logits}: its last axis, the classes, is empty."
    rows, count = flat_shape(logits)[0] if len(logits) != 2 else logits[0], math.prod(labels)  # noqa: PLR2004
    if rows != count:
        raise hinted(messages.first_axes_differ((rows, 0), (count,)), hint)
    raise hinted(messages.no_classes(rows), hint)


def refuse_label(labels: NDArray[Any], classes: int, messages: Messages) -> NoReturn:
    """List the labels as TensorFlow does, and say where the first bad one is."""
    flat = labels.flatten()  # a copy: another thread may be writing to the labels
    bad = (flat < 0) | (flat >= classes)
    if not bad.any():
        raise InvalidArgumentError(
            None,
            None,
            f"A label was outside the valid range of [0, {classes}) during the call and is inside "
            "now: another thread writes to `labels`. Pass a copy.",
        ) from None
    low, high = int(flat.min()), int(flat.max())
    shown = " ".join(map(str, flat[:_MOST_LABELS].tolist()))
    if flat.size > _MOST_LABELS:
        shown += f" ... (the first {_MOST_LABELS} of {flat.size} labels)"
    first = int(bad.argmax())
    place = ", ".join(map(str, np.unravel_index(first, labels.shape)))
    raise hinted(
        messages.label_out_of_range(low if low < 0 else high, classes, shown),
        f"The first bad label is labels[{place or '()'}] = {flat[first]} "
        f"({int(bad.sum())} of {flat.size} are bad); classes are 0 to {classes - 1}. "
        "Leave out rows with void or padding labels before the call.",
    ) from None
