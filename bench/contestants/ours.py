# SPDX-License-Identifier: Apache-2.0
"""tf_losses by its public functions, on NumPy arrays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SIGMOID, SOFTMAX, SPARSE_SOFTMAX
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME = "tf_losses"


class Library:
    """Losses of the TensorFlow 2.x face; gradients by whichever public way is faster."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        self._package = load("tf_losses")
        self._tf = load("tf_losses.compat.v2")
        self._package.set_num_threads(threads)
        # The instruction set is told by nothing else that is public.
        native = load("tf_losses._native")
        self.versions = {NAME: f"{self._package.__version__} ({native.isa_name()})"}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Keep NumPy's arrays; a tape watches tensors only, which are NumPy's arrays too."""
        labels, logits = inputs
        if case.mode == FORWARD or not case.elementwise:
            return labels, logits
        return labels, logits, self._package.constant(logits)

    def forms(self, case: Case) -> Forms:
        """Give the calls."""
        if case.mode == FORWARD:
            return {NAME: self._forward(case)}
        if case.elementwise:
            return self._elementwise(case)
        raw_ops = self._tf.raw_ops
        names = {
            SOFTMAX: raw_ops.SoftmaxCrossEntropyWithLogits,
            SPARSE_SOFTMAX: raw_ops.SparseSoftmaxCrossEntropyWithLogits,
        }
        operation = names[case.loss]
        return {"tf_losses raw op": lambda z, x: operation(features=x, labels=z)}

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)

    def _forward(self, case: Case) -> Any:  # noqa: ANN401 (a function of the package)
        loss = getattr(self._tf.nn, f"{case.loss}_cross_entropy_with_logits")
        return loss if case.loss != "weighted" else partial(loss, pos_weight=POS_WEIGHT)

    def _elementwise(self, case: Case) -> Forms:
        forward, tape = self._forward(case), self._tf.GradientTape
        differentiate = getattr(self._package.gradients, f"{case.loss}_cross_entropy_with_logits")
        extra = {} if case.loss == SIGMOID else {"pos_weight": POS_WEIGHT}

        def by_tape(z: Any, _: Any, x: Any) -> Any:  # noqa: ANN401 (NumPy's arrays)
            with tape() as watching:
                watching.watch(x)
                loss = forward(z, x)
            return loss, watching.gradient(loss, x)

        def by_calls(z: Any, x: Any, _: Any) -> Any:  # noqa: ANN401 (as above)
            return forward(z, x), differentiate(z, x, **extra).logits

        return {"tf_losses tape": by_tape, "tf_losses gradients": by_calls}
