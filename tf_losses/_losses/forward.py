# SPDX-License-Identifier: Apache-2.0
"""The four losses, forward: one path from the arguments to C and to the tapes.

Each function here makes a loss that reports mistakes in the given `Messages`. What it makes has the
signature of TensorFlow 2.x's `tf.nn`, so that `compat.v2.nn` can publish it as it is; `nn` and
`compat.v1.nn` sort out their own arguments. All of them end here, so this is also where a tape
listens.

Most calls pass plain arrays of one dtype, which are taken as they came: that is the condition each
function begins with. Everything else is converted, or refused, by `check`, and goes on from there.
What the condition does not ask is found on the way: by the buffer protocol (is the array
contiguous?) and by C (is it aligned? are the labels classes?). The functions look alike because a
call of Python's costs a small loss two percent; what is rare is in functions of its own.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._arguments import pos_weight as _pos_weight
from tf_losses._arguments.messages import TF2
from tf_losses._arguments.signatures import SIGMOID, SPARSE, refuse_missing
from tf_losses._autodiff.active_tapes import OPEN
from tf_losses._autodiff.recording import record
from tf_losses._autodiff.tensor import Tensor
from tf_losses._losses import backward, check
from tf_losses._runtime import native
from tf_losses._runtime.dtypes import FLOAT32, FLOAT_CODES, INDEX_CODES
from tf_losses._runtime.native import LARGE_SIZE, UINT16, Call, empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._arguments.messages import Messages
    from tf_losses._runtime.dtypes import Dtype

    Array = NDArray[Any]

__all__ = ["sigmoid", "softmax", "sparse_softmax", "weighted"]

# Bound once: a look into a module costs a small call as much as an argument.
_array, _small_empty = np.ndarray, np.empty
_buffer, _forward, _NULL = native.buffer, native.c_forward, native.NULL
# Asked for only where a version has ever been chosen for a block; else it is that of the process.
_version = native.version.get
_code_of, _index_code_of = FLOAT_CODES.get, INDEX_CODES.get
# The usual dtype is one object: to compare is faster than to look it up.
_float32, _F32, _BF16 = FLOAT32, native.F32, native.BF16
_NO_BUFFER = native.NO_BUFFER
_SIGMOID, _WEIGHTED = native.SIGMOID, native.WEIGHTED
_SOFTMAX, _SPARSE_SOFTMAX = native.SOFTMAX, native.SPARSE_SOFTMAX


def sigmoid(messages: Messages) -> Callable[..., Array]:
    """Compute max(x, 0) - x*z + log1p(exp(-|x|)) for logits x and labels z of one shape."""

    def compute(
        labels: Any = None,  # noqa: ANN401 (anything, as in all of these)
        logits: Any = None,  # noqa: ANN401
        name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    ) -> Array:
        z, x = labels, logits
        call: Call | None = None
        if not (
            type(z) is _array
            and type(x) is _array
            and z.dtype is (dtype := x.dtype)
            and z.shape == (shape := x.shape)
            and (code := _F32 if dtype is _float32 else _code_of(dtype)) is not None
        ):
            if labels is None or logits is None:
                refuse_missing(SIGMOID, labels, logits, messages)
            call = check.sigmoid(labels, logits, messages)
            z, x, code = call.labels, call.logits, call.dtype
            shape, dtype = x.shape, x.dtype
        stored = dtype
        if code == _BF16:  # a dtype without buffers; its bits have one
            z, x, stored = z.view(UINT16), x.view(UINT16), UINT16
        size = x.size
        out = _small_empty(shape, stored) if size < LARGE_SIZE else empty(shape, stored)
        version = native.version_chosen and _version()
        try:
            status = _forward(
                version, _SIGMOID, code, code, 1, size, _buffer(z), _buffer(x), _NULL, _NULL,
                _buffer(out),
            )  # fmt: skip
        except ValueError:
            status = _NO_BUFFER
        if status or OPEN:
            call = call or Call(_SIGMOID, code, code, 1, size, z.view(dtype), x.view(dtype))
            if status:
                call = native.finish(status, call, out)
        if stored is not dtype:
            out = out.view(dtype)
        if OPEN:
            return record("sigmoid", (labels, logits), out, backward.sigmoid, (call,))
        return out

    return compute


def weighted(messages: Messages) -> Callable[..., Array]:
    """Compute (1 - z)*x + (1 + (q - 1)*z) * (log1p(exp(-|x|)) + max(-x, 0)) for weights q."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        pos_weight: Any,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        z, x, layout = labels, logits, _NULL
        k: Array | None
        call: Call | None = None
        if (
            type(pos_weight) is float
            and type(z) is _array
            and type(x) is _array
            and z.dtype is (dtype := x.dtype)
            and z.shape == (shape := x.shape)
            and (code := _F32 if dtype is _float32 else _code_of(dtype)) is not None
        ):
            k, weight = minus_one(pos_weight, dtype)
            count = size = x.size
        else:
            call, shape = check.weighted(labels, logits, pos_weight, messages)
            z, x, code, k, layout = call.labels, call.logits, call.dtype, call.weight, call.layout
            dtype, weight = x.dtype, native.pointer(k)
            size, count = x.size, math.prod(shape)
        stored = dtype
        if code == _BF16:
            z, x, stored = z.view(UINT16), x.view(UINT16), UINT16
        out = _small_empty(shape, stored) if count < LARGE_SIZE else empty(shape, stored)
        version = native.version_chosen and _version()
        try:
            status = _forward(
                version, _WEIGHTED, code, code, 1, size, _buffer(z), _buffer(x), weight,
                layout, _buffer(out),
            )  # fmt: skip
        except ValueError:
            status = _NO_BUFFER
        if status or OPEN:
            z, x = z.view(dtype), x.view(dtype)
            call = call or Call(_WEIGHTED, code, code, 1, size, z, x, k, layout)
            if status:
                call = native.finish(status, call, out)
        if stored is not dtype:
            out = out.view(dtype)
        if OPEN:
            inputs = (labels, logits, pos_weight)
            return record("weighted", inputs, out, backward.weighted, (call, shape))
        return out

    return compute


@lru_cache(maxsize=64)
def minus_one(pos_weight: float, dtype: Dtype) -> tuple[Array, Any]:
    """Give pos_weight - 1, which no float is refused for, and its buffer."""
    k = _pos_weight.minus_one(pos_weight, dtype, TF2)
    return k, native.pointer(k)


def softmax(messages: Messages) -> Callable[..., Array]:
    """Compute sum(z * (log(sum(exp(x - max(x)))) - (x - max(x)))) along an axis."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        axis: Any = -1,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        z, x, layout, status = labels, logits, _NULL, 0
        call: Call | None = None
        if (
            type(z) is _array
            and type(x) is _array
            and z.dtype is (dtype := x.dtype)
            and z.shape == (shape := x.shape)
            and shape
            and (classes := shape[-1])
            and type(axis) is int
            and axis == -1
            and (code := _F32 if dtype is _float32 else _code_of(dtype)) is not None
        ):
            labels_code, rows, of_rows = code, x.size // classes, shape[:-1]
        else:
            axis = -1 if axis is None else axis
            call = check.softmax(labels, logits, axis, messages)
            _, code, labels_code, rows, classes, z, x, _, layout = call
            dtype, of_rows = x.dtype, x.shape[:-1]
        stored = dtype
        if code == _BF16:
            x, stored = x.view(UINT16), UINT16
            z = z.view(UINT16) if labels_code == _BF16 else z
        out = _small_empty(of_rows, stored) if rows < LARGE_SIZE else empty(of_rows, stored)
        if classes:
            version = native.version_chosen and _version()
            try:
                status = _forward(
                    version, _SOFTMAX, code, labels_code, rows, classes, _buffer(z), _buffer(x),
                    _NULL, layout, _buffer(out),
                )  # fmt: skip
            except ValueError:
                status = _NO_BUFFER
        else:
            out.fill(0)
        if status or OPEN:
            z, x = z.view(dtype) if labels_code == code else z, x.view(dtype)
            call = call or Call(_SOFTMAX, code, labels_code, rows, classes, z, x, None, layout)
            if status:
                call = native.finish(status, call, out)
        if stored is not dtype:
            out = out.view(dtype)
        if OPEN:
            kind = labels.dtype if isinstance(labels, Tensor) else FLOAT32  # else not asked for
            saved = (call, axis, kind, messages)
            return record("softmax", (labels, logits), out, backward.softmax, saved)
        return out

    return compute


def sparse_softmax(messages: Messages) -> Callable[..., Array]:
    """Compute log(sum(exp(x - max(x)))) - (x[label] - max(x)) along the last axis."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        z, x = labels, logits
        call: Call | None = None
        if not (
            type(z) is _array
            and type(x) is _array
            and (of_logits := x.shape)
            and (classes := of_logits[-1])
            and of_logits[:-1] == (shape := z.shape)
            and (labels_code := _index_code_of(z.dtype)) is not None
            and (code := _F32 if (dtype := x.dtype) is _float32 else _code_of(dtype)) is not None
        ):
            if labels is None or logits is None:
                refuse_missing(SPARSE, labels, logits, messages)
            call = check.sparse_softmax(labels, logits, messages)
            _, code, labels_code, _, classes, z, x, _, _ = call
            shape, dtype = z.shape, x.dtype
        stored = dtype
        if code == _BF16:
            x, stored = x.view(UINT16), UINT16
        rows = z.size
        out = _small_empty(shape, stored) if rows < LARGE_SIZE else empty(shape, stored)
        version = native.version_chosen and _version()
        try:
            status = _forward(
                version, _SPARSE_SOFTMAX, code, labels_code, rows, classes, _buffer(z), _buffer(x),
                _NULL, _NULL, _buffer(out),
            )  # fmt: skip
        except ValueError:
            status = _NO_BUFFER
        if status or OPEN:
            x = x.view(dtype)
            call = call or Call(_SPARSE_SOFTMAX, code, labels_code, rows, classes, z, x)
            if status:
                call = _finish_sparse(status, call, out, messages)
        if stored is not dtype:
            out = out.view(dtype)
        if OPEN:
            return record("sparse_softmax", (labels, logits), out, backward.sparse_softmax, (call,))
        return out

    return compute


def _finish_sparse(status: int, call: Call, out: Array, messages: Messages) -> Call:
    try:
        return native.finish(status, call, out)
    except native.LabelOutOfRangeError:
        check.refuse_label(call.labels, call.classes, messages)
