# SPDX-License-Identifier: Apache-2.0
"""A program: every loss and gradient, on every instruction set, in a thread with little stack."""

from __future__ import annotations

import sys
import threading

import ml_dtypes
import numpy as np

import tf_losses
from tf_losses import gradients, raw_ops
from tf_losses._internal.runtime import native
from tf_losses.compat.v2 import nn

DTYPES = (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)
# Few classes, rows that are summed in parts, one row longer than a tile, nothing to fill a vector.
RANDOM = np.random.default_rng(1)  # not in a small thread: NumPy may load the module only now
SHAPES = ((64, 10), (17, 3), (40, 128), (3, 5000), (1, 1))


def everything(dtype: type, shape: tuple[int, int]) -> int:
    """Make each call; gives how many there were."""
    z, x = (RANDOM.normal(size=shape).astype(dtype) for _ in range(2))
    numbers = np.arange(shape[0]) % shape[1]
    weight = np.ones((2, *shape), dtype)
    calls = (
        lambda: nn.sigmoid_cross_entropy_with_logits(z, x),
        lambda: nn.weighted_cross_entropy_with_logits(z, x, 2.0),
        lambda: nn.softmax_cross_entropy_with_logits(z, x),
        lambda: nn.softmax_cross_entropy_with_logits(z, x, axis=0),
        lambda: nn.softmax_cross_entropy_with_logits(z[:1], x),
        lambda: nn.sparse_softmax_cross_entropy_with_logits(numbers, x),
        lambda: gradients.sigmoid_cross_entropy_with_logits(z, x, mode="function"),
        lambda: gradients.weighted_cross_entropy_with_logits(z, x, 2.0, with_loss=True),
        lambda: gradients.weighted_cross_entropy_with_logits(z, x, weight),
        lambda: gradients.softmax_cross_entropy_with_logits_v2(z, x, with_loss=True),
        lambda: gradients.sparse_softmax_cross_entropy_with_logits(numbers, x, with_loss=True),
        lambda: raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=z),
        lambda: raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=x, labels=numbers),
        lambda: tf_losses.reduce_sum(weight, axis=[0, 2]),
        lambda: tf_losses.reduce_mean(x),
    )
    for call in calls:
        call()
    return len(calls)


def main(stack: int) -> None:
    """Print how many calls were made."""
    made = []

    def work(dtype: type, shape: tuple[int, int], version: str) -> None:
        with tf_losses.tf_version(version):
            made.append(everything(dtype, shape))

    for name in (name for name, runs in native.isa_known().items() if runs):
        native.isa_select(name)
        for version in ("1.15", "2.16", "2.20", "2.21"):
            for dtype in DTYPES:
                for shape in SHAPES:
                    threading.stack_size(stack)
                    thread = threading.Thread(target=work, args=(dtype, shape, version))
                    thread.start()
                    thread.join()
                    threading.stack_size(0)
    print(sum(made))


if __name__ == "__main__":
    main(int(sys.argv[1]))
