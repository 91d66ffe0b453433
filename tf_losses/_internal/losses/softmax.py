# SPDX-License-Identifier: Apache-2.0
"""softmax: arguments, loss and gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import axis as _axis
from tf_losses._internal.arguments import lazy, operations, signatures, symbols
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype
from tf_losses._internal.losses.common import empty_like, float_hint
from tf_losses._internal.losses.plain import loss_of_arrays
from tf_losses._internal.losses.rows import match_rows
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT_CODES, castable
from tf_losses._internal.runtime.native import BF16, F16, Call, empty
from tf_losses._internal.runtime.subnormals import cast
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]
    Maybe = Array | None

SOFTMAX = native.code_of("softmax")
_LAST = -1  # the one object that CPython has for it


def check(
    labels: object,
    logits: object,
    axis: Any,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    messages: Messages,
) -> Call:
    """Check the arguments of softmax; what comes back has the classes last."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    code = FLOAT_CODES.get(x.dtype)
    if z.dtype != x.dtype:
        z = _cast_labels(z, x.dtype, code, messages)
    if not _axis.is_last(axis):
        z, x = _axis.move_to_end(z, x, axis, messages)
    if not (x.ndim and z.ndim):
        raise hinted(
            messages.no_axes(), f"`labels` has shape {z.shape}, `logits` {x.shape}: no classes."
        )
    if code is None:
        raise float_hint(messages.type_refused(operations.SOFTMAX, x.dtype), "`logits`", x.dtype)
    rows, classes, layout = match_rows(z, x, messages)
    return Call(SOFTMAX, code, FLOAT_CODES[z.dtype], rows, classes, z, x, None, layout)


def forward(messages: Messages) -> Callable[..., Array]:
    """Compute sum(z * (log(sum(exp(x - max(x)))) - (x - max(x)))) along an axis."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        axis: Any = _LAST,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        if axis is _LAST and (found := loss_of_arrays(SOFTMAX, labels, logits)) is not None:
            return found
        if MADE and symbols.any_in(labels, logits, axis):
            symbol: Array = symbols.make(compute, labels, logits, axis, name=signatures.SOFTMAX)
            return symbol
        if lazy.any_in(labels, logits):
            made: Array = lazy.loss("softmax", messages, labels=labels, logits=logits, axis=axis)
            return made
        axis = -1 if axis is None else axis
        call = check(labels, logits, axis, messages)
        out = empty(call.logits.shape[:-1], call.logits.dtype, Tensor)
        if call.classes:
            call = native.compute(call, out)
        else:
            out.fill(0)
        if OPEN:
            kind = plain_dtype(labels) if isinstance(labels, Tensor) else FLOAT32  # else not asked
            saved = (call, axis, kind, messages)
            # TensorFlow casts if it has to, moves the axis, makes a matrix, and goes back.
            steps = 3 + 2 * (call.dtype in (F16, BF16)) + (axis != -1)
            return record("softmax", (logits, labels), out, _logits_first, saved, steps)
        return out

    return compute


def backward(
    call: Call,
    axis: Any,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    labels_dtype: Any,  # noqa: ANN401 (that of any library)
    messages: Messages,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[Maybe, Maybe]:
    """Give the gradients of labels, in the dtype they came in, and logits."""
    z, x, size = call.labels, call.logits, call.rows * call.classes
    for name, array, want in (("labels", z, wanted[0]), ("logits", x, wanted[1])):
        if want and array.size != size:
            raise hinted(
                messages.wrong_count(size, array.shape),
                f"`{name}` of shape {array.shape} were repeated, and TensorFlow has no gradient "
                "for them then; repeat them before the call, e.g. by np.broadcast_to.",
            )
    dz, dx = empty_like(z, wanted[0]), empty_like(x, wanted[1])
    if loss is not None and not call.classes:
        loss.fill(0)
    if size or not call.rows:  # without rows there is nothing to compute, but a dtype to refuse
        native.gradient(call, mode, upstream, (loss, dz, dx, None))
    if dz is not None:
        dz = cast(_move_back(dz, axis), labels_dtype)
    return dz, None if dx is None else _move_back(dx, axis)


def _logits_first(
    call: Call,
    axis: Any,  # noqa: ANN401 (as above)
    labels_dtype: Any,  # noqa: ANN401 (same)
    messages: Messages,
    upstream: Maybe,
    wanted: tuple[bool, ...],
) -> tuple[Maybe, Maybe]:
    """Go back in the order of TensorFlow's arguments, in which gradients add up."""
    dz, dx = backward(call, axis, labels_dtype, messages, upstream, wanted[::-1])
    return dx, dz


def _move_back(gradient: NDArray[Any], axis: Any) -> NDArray[Any]:  # noqa: ANN401 (as above)
    place = -1 if axis is None else int(axis)
    return np.ascontiguousarray(np.moveaxis(gradient, -1, place)) if place != -1 else gradient


def _cast_labels(
    labels: NDArray[Any], dtype: Dtype, code: int | None, messages: Messages
) -> NDArray[Any]:
    """Cast labels to the dtype softmax computes in: that of the logits, at least float32."""
    target = FLOAT32 if code in (native.F16, native.BF16) else dtype
    source = labels.dtype
    if not castable(source, target):
        raise float_hint(messages.no_cast(source, target), "`labels`", source)
    if code is None or source == target:
        return labels  # the logits will be refused
    real = np.real(labels) if source.kind == "c" else labels
    return np.ascontiguousarray(cast(real, target)).reshape(labels.shape)
