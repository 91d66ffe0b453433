# SPDX-License-Identifier: Apache-2.0
"""Gradients of plain arrays of one dtype, checked and computed with as few steps as Python allows.

`fast_gradients` gives None where there is anything to convert, to record or to say; `gradients`
then does it or says it. Only a label that is no class is refused here, as C has looked at them all.
What is not asked here is found by the buffer protocol (is the array contiguous?) and by C (is it
aligned? are the labels classes? is there a pos_weight where one is needed?).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._arguments.messages import TF2
from tf_losses._autodiff.active_tapes import OPEN
from tf_losses._losses.catalogue import LOSSES
from tf_losses._losses.sparse_softmax import refuse_label
from tf_losses._losses.weighted import minus_one
from tf_losses._runtime import native
from tf_losses._runtime.dtypes import FLOAT32, FLOAT_CODES, INDEX_CODES
from tf_losses._runtime.native import LARGE_SIZE, UINT16, empty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    # The gradients of labels, logits and pos_weight, and the loss; None for those not asked for.
    Found = tuple[Array | None, Array | None, None, Array | None]

# As in sigmoid.py.
_array, _small_empty = np.ndarray, np.empty
_buffer, _gradient, _NULL = native.buffer, native.c_gradient, native.NULL
_version = native.version.get
_code_of, _index_code_of = FLOAT_CODES.get, INDEX_CODES.get
_float32, _F32, _BF16 = FLOAT32, native.F32, native.BF16
_LABEL_OUT_OF_RANGE = native.LABEL_OUT_OF_RANGE
_ELEMENTWISE = frozenset(loss.code for loss in LOSSES if not loss.by_row)
_CLASS_LABELS = frozenset(loss.code for loss in LOSSES if loss.class_labels)


def fast_gradients(  # noqa: C901, PLR0911, PLR0912 (one function: a call costs a small loss 2 %)
    loss: int,
    z: Any,  # noqa: ANN401 (anything)
    x: Any,  # noqa: ANN401 (anything)
    upstream: Any,  # noqa: ANN401 (anything)
    wanted: tuple[bool, ...],
    with_loss: bool,  # noqa: FBT001 (handed down)
    mode: int = native.EAGER,
    pos_weight: object = None,
) -> Found | None:
    """Compute what is wanted of the loss and the gradients of labels and logits."""
    if type(z) is not _array or type(x) is not _array or OPEN:
        return None
    shape, dtype = x.shape, x.dtype
    code = _F32 if dtype is _float32 else _code_of(dtype)
    if code is None:
        return None
    k = _NULL
    if loss in _ELEMENTWISE:  # as it stands: a call would cost 0.1 us
        if z.dtype is not dtype or z.shape != shape:
            return None
        labels_code, rows, classes, of_loss = code, 1, x.size, shape
        if pos_weight is not None:
            if type(pos_weight) is not float:
                return None
            k = minus_one(pos_weight, dtype)[1]
            mode |= native.CONSTANT
    elif (sizes := _sizes_of_rows(loss, code, z, x)) is None:
        return None
    else:
        labels_code, rows, classes, of_loss = sizes
    if upstream is not None and (
        type(upstream) is not _array or upstream.dtype is not dtype or upstream.shape != of_loss
    ):
        return None
    stored = dtype
    if code == _BF16:  # a dtype without buffers; its bits have one
        x, stored = x.view(UINT16), UINT16
        z = z.view(UINT16) if labels_code == _BF16 else z
        upstream = None if upstream is None else upstream.view(UINT16)
    make = _small_empty if x.size < LARGE_SIZE else empty
    out = dz = dx = None
    to_loss = to_dz = to_dx = _NULL
    if with_loss:
        to_loss = _buffer(out := make(of_loss, stored))
    if wanted[0]:
        to_dz = _buffer(dz := make(shape, stored))
    if wanted[1]:
        to_dx = _buffer(dx := make(shape, stored))
    version = native.version_chosen and _version()
    try:
        labels, logits = _buffer(z), _buffer(x)
        g = _NULL if upstream is None else _buffer(upstream)
    except ValueError:
        labels, logits = _buffer(np.array(z, order="C")), _buffer(np.array(x, order="C"))
        g = _NULL if upstream is None else _buffer(np.array(upstream, order="C"))
    # Spelled out: unpacking a tuple into the call costs as much as two arguments.
    status = _gradient(
        version, loss, code, labels_code, mode, rows, classes, labels, logits, k, _NULL, g, to_loss,
        to_dz, to_dx, _NULL,
    )  # fmt: skip
    if status:  # an array is not aligned, or a label is none
        if status == _LABEL_OUT_OF_RANGE:
            refuse_label(z, classes, TF2)
        return None
    if stored is not dtype:
        return _as_dtype(dz, dtype), _as_dtype(dx, dtype), None, _as_dtype(out, dtype)
    return dz, dx, None, out


def _as_dtype(bits: Array | None, dtype: np.dtype[Any]) -> Array | None:
    return None if bits is None else bits.view(dtype)


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
    if loss in _CLASS_LABELS:
        labels_code, of_labels = _index_code_of(z.dtype), of_loss
    elif z.dtype is not x.dtype:
        return None
    if labels_code is None or z.shape != of_labels:
        return None
    return labels_code, x.size // classes, classes, of_loss
