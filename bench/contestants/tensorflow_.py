# SPDX-License-Identifier: Apache-2.0
"""TensorFlow: eagerly, as a tf.function, and as a tf.function compiled by XLA."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SOFTMAX, SPARSE_SOFTMAX
from bench.contestants import base
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs
    from bench.stopwatch import Call

NAME = "tensorflow"


class Library(base.Library):
    """Softmax losses with gradients are the raw ops, which are TensorFlow's fastest way."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        self._tf = load("tensorflow")
        threading = self._tf.config.threading
        threading.set_intra_op_parallelism_threads(threads)
        threading.set_inter_op_parallelism_threads(threads)
        self.versions = {NAME: self._tf.__version__}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Make tensors; int32 class numbers, TensorFlow's usual ones."""
        labels, logits = inputs
        if case.loss == SPARSE_SOFTMAX:
            labels = labels.astype(np.int32)
        return self._tf.constant(labels), self._tf.constant(logits)

    def forms(self, case: Case) -> Forms:
        """Give the three forms of one Python function."""
        call = self._call(case)
        return {
            "TF eager": call,
            "TF function": self._tf.function(call),
            "TF XLA": self._tf.function(call, jit_compile=True),
        }

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (a tensor)
        """Widen."""
        found: NDArray[np.float64] = result.numpy().ravel()[:count].astype(np.float64)
        return found

    def _call(self, case: Case) -> Call:
        tf = self._tf
        loss = getattr(tf.nn, f"{case.loss}_cross_entropy_with_logits")
        weight = (tf.constant(POS_WEIGHT, case.dtype),) if case.loss == "weighted" else ()
        raw = {
            SOFTMAX: tf.raw_ops.SoftmaxCrossEntropyWithLogits,
            SPARSE_SOFTMAX: tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits,
        }.get(case.loss)

        def forward(z: Any, x: Any) -> Any:  # noqa: ANN401 (tensors)
            return loss(z, x, *weight)

        def by_raw_op(z: Any, x: Any) -> Any:  # noqa: ANN401 (as above)
            return tuple(raw(features=x, labels=z)) if raw else ()

        def by_tape(z: Any, x: Any) -> Any:  # noqa: ANN401 (as above)
            with tf.GradientTape() as tape:
                tape.watch(x)
                losses = forward(z, x)
            return losses, tape.gradient(losses, x)

        if case.mode == FORWARD:
            return forward
        return by_raw_op if raw else by_tape
