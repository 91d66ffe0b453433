# SPDX-License-Identifier: Apache-2.0
"""The four losses, forward: check the arguments, call C, give the result its shape.

No signature of TensorFlow's is here: the faces (`nn`, `compat.v1.nn`, `compat.v2.nn`) sort out
their arguments and hand down the `Words` in which mistakes are reported. All of them end here,
so this is also where a tape listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses import _backprop, _check, _native, _quick
from tf_losses._dtypes import FLOAT32, FLOAT_CODES
from tf_losses._open_tapes import OPEN
from tf_losses._recording import record
from tf_losses._tensor import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._words import Words

__all__ = ["sigmoid", "softmax", "sparse_softmax", "weighted"]


def sigmoid(labels: object, logits: object, words: Words) -> NDArray[Any]:
    """Compute max(x, 0) - x*z + log1p(exp(-|x|)) for logits x and labels z of one shape."""
    if (found := _quick.sigmoid(labels, logits)) is not None:
        return found
    z, x, code = _check.sigmoid(labels, logits, words)
    out = _native.empty(x.shape, x.dtype)
    _native.forward(_native.SIGMOID, code, code, 1, x.size, z, x, None, None, out)
    if OPEN:
        return record("sigmoid", (labels, logits), out, _backprop.sigmoid, (z, x, code))
    return out


def weighted(labels: object, logits: object, pos_weight: object, words: Words) -> NDArray[Any]:
    """Compute (1 - z)*x + (1 + (q - 1)*z) * (log1p(exp(-|x|)) + max(-x, 0)) for weights q."""
    if (found := _quick.weighted(labels, logits, pos_weight)) is not None:
        return found
    z, x, k, code, shape, layout = _check.weighted(labels, logits, pos_weight, words)
    out = _native.empty(shape, x.dtype)
    if out.size:
        _native.forward(_native.WEIGHTED, code, code, 1, x.size, z, x, k, layout, out)
    if OPEN:
        inputs = (labels, logits, pos_weight)
        return record("weighted", inputs, out, _backprop.weighted, (z, x, k, code, shape, layout))
    return out


def softmax(labels: object, logits: object, axis: Any, words: Words) -> NDArray[Any]:  # noqa: ANN401 (anything)
    """Compute sum(z * (log(sum(exp(x - max(x)))) - (x - max(x)))) along an axis."""
    if (found := _quick.softmax(labels, logits, axis)) is not None:
        return found
    z, x, code, rows, classes, layout = _check.softmax(labels, logits, axis, words)
    out = _native.empty(x.shape[:-1], x.dtype)
    if classes == 0:
        out.fill(0)
    elif rows:
        labels_code = FLOAT_CODES[z.dtype]
        _native.forward(_native.SOFTMAX, code, labels_code, rows, classes, z, x, None, layout, out)
    if OPEN:
        dtype = labels.dtype if isinstance(labels, Tensor) else FLOAT32  # else not asked for
        saved = (dtype, z, x, axis, code, rows, classes, layout, words)
        return record("softmax", (labels, logits), out, _backprop.softmax, saved)
    return out


def sparse_softmax(labels: object, logits: object, words: Words) -> NDArray[Any]:
    """Compute log(sum(exp(x - max(x)))) - (x[label] - max(x)) along the last axis."""
    if (found := _quick.sparse_softmax(labels, logits)) is not None:
        return found
    z, x, code, labels_code = _check.sparse_softmax(labels, logits, words)
    classes = x.shape[-1]
    out = _native.empty(z.shape, x.dtype)
    try:
        _native.forward(
            _native.SPARSE_SOFTMAX, code, labels_code, z.size, classes, z, x, None, None, out
        )
    except _native.LabelOutOfRangeError:
        _check.refuse_label(z, classes, words)
    if OPEN:
        saved = (z, x, code, labels_code)
        return record("sparse_softmax", (labels, logits), out, _backprop.sparse_softmax, saved)
    return out
