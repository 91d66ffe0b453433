# SPDX-License-Identifier: Apache-2.0
"""tf_losses by its public functions, on NumPy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD
from bench.contestants import base
from bench.contestants.base import load
from bench.data import POS_WEIGHT
from tf_losses._internal.losses.catalogue import of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME, GRADIENTS = "tf_losses", "tf_losses gradients"


class Library(base.Library):
    """Losses of the TensorFlow 2.x namespace; gradients with the loss in one call."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        self._package = load("tf_losses")
        self._tf = load("tf_losses.compat.v2")
        self._package.set_num_threads(threads)
        # The instruction set is told by nothing else that is public.
        native = load("tf_losses._internal.runtime.native")
        self.versions = {NAME: f"{self._package.__version__} ({native.isa_name()})"}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:  # noqa: ARG002 (the protocol)
        """Keep NumPy's arrays."""
        return inputs

    def forms(self, case: Case) -> Forms:
        """Give the calls."""
        traits = of(case.loss)
        if case.mode == FORWARD:
            loss = getattr(self._tf.nn, traits.function)
            return {NAME: (lambda z, x: loss(z, x, POS_WEIGHT)) if traits.has_weight else loss}
        both = getattr(self._package.gradients, traits.gradients)
        wanted: dict[str, Any] = {"with_loss": True}
        if not traits.class_labels:
            wanted["wrt"] = "logits"
        if traits.has_weight:
            return {GRADIENTS: lambda z, x: both(z, x, POS_WEIGHT, **wanted)}
        return {GRADIENTS: lambda z, x: both(z, x, **wanted)}

    def outputs(self, result: Any) -> Sequence[Any]:  # noqa: ANN401 (one array or a named tuple)
        """Give loss and gradient in the order of the others."""
        return (result.loss, result.logits) if hasattr(result, "logits") else (result,)

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)
