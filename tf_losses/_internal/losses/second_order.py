# SPDX-License-Identifier: Apache-2.0
"""The second derivative of the two softmax losses, with TensorFlow's bits.

The gradient of the op's second output adds (h - sum(h * p)) * p to the logits' gradient, where p
is what the op Softmax gives, and the sum is a matrix product. All of it is computed in the dtype of
the op: float32 where `tf.nn` casts.

Source: _SoftmaxCrossEntropyWithLogitsGrad and its sparse sister, tensorflow/python/ops/nn_grad.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.autodiff.exact import rounded, softmax_of_rows
from tf_losses._internal.losses import softmax, sparse_softmax
from tf_losses._internal.runtime import native, onednn
from tf_losses._internal.runtime.dtypes import FLOAT32, FLOAT_CODES
from tf_losses._internal.runtime.subnormals import cast, cut_off
from tf_losses.errors import hinted
from tf_losses.versions import get_tf_version, release

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.runtime.native import Call

    Array = NDArray[Any]

_NONE_OF_SPARSE = (
    "Currently there is no way to take the second derivative of "
    "sparse_softmax_cross_entropy_with_logits due to the fused implementation's interaction with "
    "tf.gradients()"
)


def of_softmax(z: Array, x: Array, axis: int, g: Array | None, h: Array, *, dropped: bool) -> Array:
    """Give the logits' gradient of softmax with the term.

    Args:
        z: labels.
        x: logits.
        axis: of the classes.
        g: the gradient of what follows the loss; None stands for ones.
        h: that of what follows the logits' gradient.
        dropped: whether the loss's own part is left out.

    >>> of_softmax(*np.float32([[[0, 1]], [[0, 0]]]), -1, None, np.float32([[1, 0]]), dropped=True)
    array([[ 0.25, -0.25]], dtype=float32)
    """

    def first(x: Array, g: Array | None) -> Array | None:
        call = softmax.check(z, x, axis, TF2)
        return softmax.backward(call, axis, z.dtype, TF2, g, (False, True))[1]

    return _with_term(None if dropped else first, x, g, h, axis, narrow=False)


def of_sparse(call: Call, g: Array | None, h: Array, *, dropped: bool) -> Array:
    """Give that of sparse softmax, whose op takes bfloat16 as it is.

    Raises:
        LookupError: the chosen TensorFlow had no second derivative of it.

    >>> call = sparse_softmax.check([1], np.float32([[0, 0]]), TF2)
    >>> of_sparse(call, None, np.float32([[1, 0]]), dropped=False)
    array([[ 0.75, -0.75]], dtype=float32)
    """
    _refuse_sparse()

    def first(x: Array, g: Array | None) -> Array | None:
        again = sparse_softmax.check(call.labels, x, TF2)
        return sparse_softmax.backward(again, g, (False, True))[1]

    narrow = FLOAT_CODES[call.logits.dtype] == native.BF16
    return _with_term(None if dropped else first, call.logits, g, h, -1, narrow=narrow)


def _refuse_sparse() -> None:
    if not release().sparse_twice:
        raise hinted(
            LookupError(f"Gradient explicitly disabled. Reason: {_NONE_OF_SPARSE.encode()!r}"),
            f"TensorFlow {get_tf_version()} had no second derivative of this loss; it is of 2.2.",
        )


def _with_term(
    first: Callable[[Array, Array | None], Array | None] | None,
    x: Array,
    upstream: Array | None,
    h: Array,
    axis: int,
    *,
    narrow: bool,
) -> Array:
    """Add the term to what `first` computes from logits and upstream, unless that is left out.

    The op computes 16-bit types in themselves if it is narrow, else in float32.
    """
    if (h.shape, h.dtype) != (x.shape, x.dtype):
        raise hinted(
            bad(f"Incompatible shapes: {h.shape} vs. {x.shape}"),
            f"`grad_grad` came as {h.dtype} of shape {h.shape}; "
            f"`logits` are {x.dtype} of shape {x.shape}.",
        )
    dtype = x.dtype if narrow or x.itemsize >= FLOAT32.itemsize else FLOAT32
    wide = cast(x, dtype)
    h, p = _classes_last(cast(h, dtype), axis), softmax_of_rows(_classes_last(wide, axis))
    term = rounded(np.multiply, rounded(np.subtract, h, _row_products(h, p)), p)
    if first is not None:
        gradient = first(wide, None if upstream is None else cast(upstream, dtype))
        assert gradient is not None  # noqa: S101 (it was asked for)
        term = rounded(np.add, _classes_last(gradient, axis), term)
    return _moved_back(cast(term, x.dtype), axis)


def _moved_back(array: Array, axis: int) -> Array:
    return np.ascontiguousarray(np.moveaxis(array, -1, axis))


def _classes_last(array: Array, axis: int) -> Array:
    return np.ascontiguousarray(np.moveaxis(array, axis, -1))


def _row_products(h: Array, p: Array) -> Array:
    """sum(h * p) of each row; of bfloat16 in float32, by Eigen."""
    wide = h.astype(FLOAT32) if h.itemsize < FLOAT32.itemsize else h
    sums = np.empty((*h.shape[:-1], 1), wide.dtype)
    code, classes = FLOAT_CODES[wide.dtype], h.shape[-1]
    fused = onednn.product_block(get_tf_version(), FLOAT_CODES[h.dtype], classes)
    native.row_products(code, sums.size, classes, wide, p.astype(wide.dtype), sums, fused=fused)
    if h is not wide and release().cuts_products:
        sums = cut_off(sums)
    return cast(sums, h.dtype)
