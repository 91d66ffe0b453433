# SPDX-License-Identifier: Apache-2.0
"""JAX with Optax, under jit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SIGMOID, SOFTMAX, SPARSE_SOFTMAX, WEIGHTED
from bench.contestants import base, formulas
from bench.contestants.base import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME = "jax"


class Library(base.Library):
    """Optax has no weighted loss: there, and beside its sigmoid loss, TensorFlow's formula."""

    def __init__(self, threads: int) -> None:
        """Load and limit.

        XLA takes as many threads as the process has processors, or NPROC says. Its flag
        xla_cpu_multi_thread_eigen=false does not limit them: two of two stay busy.
        """
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        os.environ["NPROC"] = str(threads)
        self._jax = load("jax")
        self._jax.config.update("jax_enable_x64", True)  # noqa: FBT003 (JAX's signature)
        self._optax = load("optax")
        self.versions = {NAME: self._jax.__version__, "optax": self._optax.__version__}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Make device arrays; int32 class numbers, JAX's usual ones."""
        labels, logits = inputs
        if case.loss == SPARSE_SOFTMAX:
            labels = labels.astype(np.int32)
        put = self._jax.device_put
        return tuple(self._jax.block_until_ready((put(labels), put(logits))))

    def forms(self, case: Case) -> Forms:
        """Give the compiled functions, each waiting for its result."""
        forms: Forms = {}
        if case.loss != WEIGHTED:
            forms["jax"] = self._wait_for(self._whole(case, self._loss(case)))
        if case.elementwise:
            forms["jax formula"] = self._wait_for(self._formula(case))
        return forms

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (an array)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)

    def _loss(self, case: Case) -> Callable[..., Any]:
        losses = {
            SOFTMAX: self._optax.softmax_cross_entropy,
            SPARSE_SOFTMAX: self._optax.softmax_cross_entropy_with_integer_labels,
            SIGMOID: self._optax.sigmoid_binary_cross_entropy,
        }
        loss = losses[case.loss]
        return lambda z, x: loss(x, z)

    def _whole(self, case: Case, loss: Callable[..., Any]) -> Callable[..., Any]:
        if case.mode == FORWARD:
            return loss

        def summed(x: Any, z: Any) -> Any:  # noqa: ANN401 (arrays)
            losses = loss(z, x)
            return losses.sum(), losses

        both = self._jax.value_and_grad(summed, has_aux=True)

        def call(z: Any, x: Any) -> Any:  # noqa: ANN401 (as above)
            (_, losses), gradient = both(x, z)
            return losses, gradient

        return call

    def _formula(self, case: Case) -> Callable[..., Any]:
        numpy, logistic = self._jax.numpy, self._jax.nn.sigmoid
        loss, gradient = (
            (formulas.sigmoid, formulas.sigmoid_gradient)
            if case.loss == SIGMOID
            else (formulas.weighted, formulas.weighted_gradient)
        )
        if case.mode == FORWARD:
            return lambda z, x: loss(numpy, x, z)
        return lambda z, x: (loss(numpy, x, z), gradient(logistic, x, z))

    def _wait_for(self, call: Callable[..., Any]) -> Callable[..., Any]:
        compiled, wait = self._jax.jit(call), self._jax.block_until_ready
        return lambda z, x: wait(compiled(z, x))
