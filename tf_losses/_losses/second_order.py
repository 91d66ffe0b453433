# SPDX-License-Identifier: Apache-2.0
"""The second derivative of the two softmax losses, as TensorFlow defines it.

Source: _SoftmaxCrossEntropyWithLogitsGrad, tensorflow/python/ops/nn_grad.py. TensorFlow forms
sum(h * p) as a matrix product, whose order of additions is not reproduced: the values are
TensorFlow's, the last bits may not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._arguments.convert import to_array
from tf_losses._arguments.messages import TF2, bad
from tf_losses._losses import softmax
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray


def softmax_term(logits: object, grad_grad: object, axis: int) -> NDArray[Any]:
    """Compute (h - sum(h * p)) * p for h = grad_grad and p = softmax(logits).

    >>> softmax_term([[0.0, 0.0]], [[1.0, 0.0]], -1)
    array([[ 0.25, -0.25]], dtype=float32)
    """
    x = to_array(logits, TF2)
    h = to_array(grad_grad, TF2)
    if (h.shape, h.dtype) != (x.shape, x.dtype):
        raise hinted(
            bad(f"Incompatible shapes: {h.shape} vs. {x.shape}"),
            f"`grad_grad` came as {h.dtype} of shape {h.shape}; "
            f"`logits` are {x.dtype} of shape {x.shape}.",
        )
    p = _probabilities(x, axis)
    with np.errstate(all="ignore"):
        mean = np.sum(h * p, axis=axis, keepdims=True, dtype=p.dtype)
        return np.asarray((h - mean) * p, x.dtype)


def _probabilities(x: NDArray[Any], axis: int) -> NDArray[Any]:
    """softmax(x): the gradient of the loss for labels of zero."""
    zeros = np.zeros_like(x)
    call = softmax.check(zeros, x, axis, TF2)
    _, p = softmax.backward(call, axis, zeros.dtype, TF2, None, (False, True))
    return np.asarray(p)
