# SPDX-License-Identifier: Apache-2.0
"""Calls that need no conversion, checked and made with as few steps as Python allows.

Plain arrays of one dtype that C can read as they are, which is what most calls pass. The losses
have the signatures of TensorFlow 2.x, so that its face can hand its arguments down as they came.
Each function gives None where there is anything more to do or to say; the caller then takes the
long way, which does it or says it. So nothing here raises but for want of memory, and nothing here
has words of its own.

What is not asked here is found by the buffer protocol (is the array contiguous?) and by C (is it
aligned? are the labels classes?).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import _native, _weights
from tf_losses._dtypes import FLOAT32, FLOAT_CODES, INDEX_CODES
from tf_losses._native import LARGE_SIZE, empty
from tf_losses._open_tapes import OPEN
from tf_losses._words import TF2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._dtypes import Dtype

    Array = NDArray[Any]
    # The gradients of labels, logits and pos_weight, and the loss; None for those not asked for.
    Found = tuple[Array | None, Array | None, None, Array | None]

_array, _small_empty = np.ndarray, np.empty
_buffer, _forward, _gradient = _native.buffer, _native.c_forward, _native.c_gradient
_NULL = _native.NULL
# Asked for only where a version has ever been chosen for a block; else it is that of the process.
_version = _native.version.get
# Without bfloat16, which joins the table later: its arrays export no buffer.
_code = dict(FLOAT_CODES).get
# The usual dtype is one object: to compare is faster than to look it up.
_float32, _F32 = FLOAT32, _native.F32
_index_code = INDEX_CODES.get

_SIGMOID, _WEIGHTED = _native.SIGMOID, _native.WEIGHTED
_SOFTMAX, _SPARSE_SOFTMAX = _native.SOFTMAX, _native.SPARSE_SOFTMAX


def sigmoid(labels: object = None, logits: object = None, name: object = None) -> Array | None:  # noqa: ARG001
    """Compute the loss of `tf.nn.sigmoid_cross_entropy_with_logits`."""
    if type(labels) is not _array or type(logits) is not _array or OPEN:
        return None
    shape, dtype = logits.shape, logits.dtype
    code = _F32 if dtype is _float32 else _code(dtype)
    if code is None or labels.dtype is not dtype or labels.shape != shape:
        return None
    size = logits.size
    out = _small_empty(shape, dtype) if size < LARGE_SIZE else empty(shape, dtype)
    version = _native.version_chosen and _version()
    try:
        status = _forward(
            version, _SIGMOID, code, code, 1, size, _buffer(labels), _buffer(logits), _NULL, _NULL,
            _buffer(out),
        )  # fmt: skip
    except ValueError:  # not contiguous
        return None
    return None if status else out


def weighted(
    labels: object,
    logits: object,
    pos_weight: object,
    name: object = None,  # noqa: ARG001
) -> Array | None:
    """Compute the loss of `tf.nn.weighted_cross_entropy_with_logits` for a Python float."""
    if type(labels) is not _array or type(logits) is not _array or OPEN:
        return None
    shape, dtype = logits.shape, logits.dtype
    code = _F32 if dtype is _float32 else _code(dtype)
    if code is None or labels.dtype is not dtype or labels.shape != shape:
        return None
    if type(pos_weight) is not float:
        return None
    k, size = _minus_one(pos_weight, dtype), logits.size
    out = _small_empty(shape, dtype) if size < LARGE_SIZE else empty(shape, dtype)
    version = _native.version_chosen and _version()
    try:
        status = _forward(
            version, _WEIGHTED, code, code, 1, size,
            _buffer(labels), _buffer(logits), k, _NULL, _buffer(out),
        )  # fmt: skip
    except ValueError:
        return None
    return None if status else out


@lru_cache(maxsize=64)
def _minus_one(pos_weight: float, dtype: Dtype) -> Any:  # noqa: ANN401 (cffi's buffers have no type)
    """Give a buffer with pos_weight - 1."""
    return _buffer(_weights.minus_one(pos_weight, dtype, TF2))


def softmax(
    labels: object,
    logits: object,
    axis: object = -1,
    name: object = None,  # noqa: ARG001
) -> Array | None:
    """Compute the loss of `tf.nn.softmax_cross_entropy_with_logits` along the last axis."""
    if type(labels) is not _array or type(logits) is not _array or OPEN:
        return None
    shape, dtype = logits.shape, logits.dtype
    code = _F32 if dtype is _float32 else _code(dtype)
    if code is None or labels.dtype is not dtype or labels.shape != shape or not shape:
        return None
    classes = shape[-1]
    if not classes or type(axis) is not int or axis != -1:
        return None
    rows = logits.size // classes
    of_rows = shape[:-1]
    out = _small_empty(of_rows, dtype) if rows < LARGE_SIZE else empty(of_rows, dtype)
    version = _native.version_chosen and _version()
    try:
        status = _forward(
            version, _SOFTMAX, code, code, rows, classes, _buffer(labels), _buffer(logits), _NULL,
            _NULL, _buffer(out),
        )  # fmt: skip
    except ValueError:
        return None
    return None if status else out


def sparse_softmax(
    labels: object = None,
    logits: object = None,
    name: object = None,  # noqa: ARG001
) -> Array | None:
    """Compute the loss of `tf.nn.sparse_softmax_cross_entropy_with_logits`."""
    if type(labels) is not _array or type(logits) is not _array or OPEN:
        return None
    shape, dtype = labels.shape, logits.dtype
    code = _F32 if dtype is _float32 else _code(dtype)
    labels_code = _index_code(labels.dtype)
    of_logits = logits.shape
    if code is None or labels_code is None or of_logits[:-1] != shape:
        return None
    if not (of_logits and of_logits[-1]):
        return None
    rows = labels.size
    out = _small_empty(shape, dtype) if rows < LARGE_SIZE else empty(shape, dtype)
    version = _native.version_chosen and _version()
    try:
        status = _forward(
            version, _SPARSE_SOFTMAX, code, labels_code, rows, of_logits[-1], _buffer(labels),
            _buffer(logits), _NULL, _NULL, _buffer(out),
        )  # fmt: skip
    except ValueError:
        return None
    return None if status else out


def gradients(  # noqa: PLR0911 (each is a reason for the long way)
    loss: int,
    z: object,
    x: object,
    upstream: object,
    wanted: tuple[bool, ...],
    with_loss: bool,  # noqa: FBT001 (handed down)
    mode: int = _native.EAGER,
    pos_weight: object = None,
) -> Found | None:
    """Compute what is wanted of the loss and the gradients of labels and logits."""
    if type(z) is not _array or type(x) is not _array or OPEN:
        return None
    shape, dtype = x.shape, x.dtype
    code = _F32 if dtype is _float32 else _code(dtype)
    if code is None:
        return None
    k = _NULL
    if loss < _SOFTMAX:  # as it stands: a call would cost 0.1 us
        if z.dtype is not dtype or z.shape != shape:
            return None
        labels_code, rows, classes, of_loss = code, 1, x.size, shape
        if loss == _WEIGHTED:
            if type(pos_weight) is not float:
                return None
            k = _minus_one(pos_weight, dtype)
    elif (sizes := _sizes_of_rows(loss, code, z, x)) is None:
        return None
    else:
        labels_code, rows, classes, of_loss = sizes
    if upstream is not None and (
        type(upstream) is not _array or upstream.dtype is not dtype or upstream.shape != of_loss
    ):
        return None
    make = _small_empty if x.size < LARGE_SIZE else empty
    out = make(of_loss, dtype) if with_loss else None
    dz = make(shape, dtype) if wanted[0] else None
    dx = make(shape, dtype) if wanted[1] else None
    version = _native.version_chosen and _version()
    try:
        g = _NULL if upstream is None else _buffer(upstream)
        to_loss = _NULL if out is None else _buffer(out)
        to_dz = _NULL if dz is None else _buffer(dz)
        to_dx = _NULL if dx is None else _buffer(dx)
        # Spelled out: unpacking a tuple into the call costs as much as two arguments.
        status = _gradient(
            version, loss, code, labels_code, mode, rows, classes, _buffer(z), _buffer(x), k, _NULL,
            g, to_loss, to_dz, to_dx, _NULL,
        )  # fmt: skip
    except ValueError:
        return None
    return None if status else (dz, dx, None, out)


def _sizes_of_rows(
    loss: int, code: int, z: Array, x: Array
) -> tuple[int, int, int, tuple[int, ...]] | None:
    """Give the labels' code, rows, classes and the loss's shape; None if they do not fit."""
    shape = x.shape
    if not (shape and shape[-1]):
        return None
    classes, of_loss = shape[-1], shape[:-1]
    labels_code: int | None = code
    of_labels = shape
    if loss == _SPARSE_SOFTMAX:
        labels_code, of_labels = _index_code(z.dtype), of_loss
    elif z.dtype is not x.dtype:
        return None
    if labels_code is None or z.shape != of_labels:
        return None
    return labels_code, x.size // classes, classes, of_loss
