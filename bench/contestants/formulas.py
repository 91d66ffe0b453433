# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's formulas, for compilers: what a peer has no function for, or could do better.

`m` is jax.numpy or torch; `sigmoid` its logistic function.
"""

from __future__ import annotations

from typing import Any

from bench.data import POS_WEIGHT

_K = POS_WEIGHT - 1


def sigmoid(m: Any, x: Any, z: Any) -> Any:  # noqa: ANN401 (arrays of any library)
    """Give the loss."""
    return m.maximum(x, m.zeros_like(x)) - x * z + m.log1p(m.exp(-abs(x)))


def sigmoid_gradient(logistic: Any, x: Any, z: Any) -> Any:  # noqa: ANN401 (as above)
    """Give the gradient of the logits."""
    return logistic(x) - z


def weighted(m: Any, x: Any, z: Any) -> Any:  # noqa: ANN401 (as above)
    """Give the loss."""
    tail = m.log1p(m.exp(-abs(x))) + m.maximum(-x, m.zeros_like(x))
    return (1 - z) * x + (1 + _K * z) * tail


def weighted_gradient(logistic: Any, x: Any, z: Any) -> Any:  # noqa: ANN401 (as above)
    """Give the gradient of the logits."""
    return (1 - z) - (1 + _K * z) * logistic(-x)
