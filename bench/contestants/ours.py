# SPDX-License-Identifier: Apache-2.0
"""tf_losses by its public functions, on NumPy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SOFTMAX, SPARSE_SOFTMAX, WEIGHTED
from bench.contestants import base
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME = "tf_losses"


class Library(base.Library):
    """Losses of the TensorFlow 2.x face; gradients with the loss in one call."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        self._package = load("tf_losses")
        self._tf = load("tf_losses.compat.v2")
        self._package.set_num_threads(threads)
        # The instruction set is told by nothing else that is public.
        native = load("tf_losses._runtime.native")
        self.versions = {NAME: f"{self._package.__version__} ({native.isa_name()})"}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:  # noqa: ARG002 (the protocol)
        """Keep NumPy's arrays."""
        return inputs

    def forms(self, case: Case) -> Forms:
        """Give the calls."""
        if case.mode == FORWARD:
            loss = getattr(self._tf.nn, f"{case.loss}_cross_entropy_with_logits")
            weighted = case.loss == WEIGHTED
            return {NAME: (lambda z, x: loss(z, x, POS_WEIGHT)) if weighted else loss}
        version = "_v2" if case.loss == SOFTMAX else ""
        both = getattr(self._package.gradients, f"{case.loss}_cross_entropy_with_logits{version}")
        calls = {
            SPARSE_SOFTMAX: lambda z, x: both(z, x, with_loss=True),
            WEIGHTED: lambda z, x: both(z, x, POS_WEIGHT, wrt="logits", with_loss=True),
        }
        usual = lambda z, x: both(z, x, wrt="logits", with_loss=True)  # noqa: E731 (as the others)
        return {"tf_losses gradients": calls.get(case.loss, usual)}

    def outputs(self, result: Any) -> Sequence[Any]:  # noqa: ANN401 (one array or a named tuple)
        """Give loss and gradient in the order of the others."""
        return (result.loss, result.logits) if hasattr(result, "logits") else (result,)

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)
