# SPDX-License-Identifier: Apache-2.0
"""`tf-losses demo`: sigmoid cross entropy by its formula, and as TensorFlow computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import tf_losses as tf
from tf_losses._internal.io.command import say

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

EXAMPLES = {
    "single-label": (
        [[11.0, 8.0, 7.0], [10.0, 14.0, 3.0], [1.0, 2.0, 4.0]],
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    "multi-label": (
        [[1.0, 8.0, 7.0], [10.0, 14.0, 3.0], [1.0, 2.0, 4.0]],
        [[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    "large logits, where the formula overflows": (
        [[800.0, -800.0, 800.0]],
        [[0.0, 1.0, 1.0]],
    ),
}


def naive(labels: Array, logits: Array) -> Array:
    """The formula as a textbook has it; it overflows where the loss itself does not.

    >>> float(naive(np.float64(1), np.float64(0)).round(6))
    0.693147
    """
    with np.errstate(all="ignore"):  # the overflow is what is shown
        probability = 1 / (1 + np.exp(-logits))
        loss: Array = -labels * np.log(probability) - (1 - labels) * np.log(1 - probability)
    return loss


def main() -> None:
    """Print every example: the formula's loss on the left, TensorFlow's on the right."""
    lines = ["sigmoid_cross_entropy_with_logits, float64"]
    for title, (logits, labels) in EXAMPLES.items():
        x, z = np.array(logits), np.array(labels)
        with tf.Session() as session:
            losses = session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x))
        lines += ["", title, f"{'logit':>8} {'label':>5} {'naive formula':>24} {'tf_losses':>24}"]
        for row in zip(x.flat, z.flat, naive(z, x).flat, losses.flat, strict=True):
            lines.append("{:8g} {:5g} {:24.17g} {:24.17g}".format(*row))
    say(*lines)
