# SPDX-License-Identifier: Apache-2.0
"""PyTorch: eagerly, and by torch.compile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SIGMOID
from bench.contestants import base, formulas
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

NAME = "torch"


class Library(base.Library):
    """Gradients: eagerly by autograd; compiled as one graph with the loss."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        # Its compiling processes would otherwise stay, and take time from the others.
        os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
        cache = Path(sys.prefix) / "torchinductor"  # with the environment, not in /tmp
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache))
        self._torch = load("torch")
        self._functional = load("torch.nn.functional")
        self._torch.set_num_threads(threads)
        self.versions = {NAME: self._torch.__version__}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Make tensors over NumPy's memory."""
        labels, logits = (self._tensor(array) for array in inputs)
        if case.mode == FORWARD:
            return labels, logits
        upstream = self._torch.ones(case.shape if case.elementwise else case.shape[0])
        recorded = logits.detach().requires_grad_()
        return labels, logits, recorded, upstream.to(logits.dtype)

    def forms(self, case: Case) -> Forms:
        """Give the eager form, the compiled one, and the compiled formula."""
        # Otherwise the ninth shape is run eagerly: "recompile limit".
        self._torch.compiler.reset()
        self._torch.set_grad_enabled(case.mode != FORWARD)
        loss = self._loss(case)
        if case.mode == FORWARD:
            forms = {"torch": loss, "torch.compile": self._compile(loss)}
        else:
            forms = {
                "torch": self._by_autograd(loss),
                "torch.compile": self._compile(self._by_vjp(loss)),
            }
        if case.elementwise:
            forms["torch.compile formula"] = self._compile(self._formula(case))
        return forms

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (a tensor)
        """Widen."""
        found: NDArray[np.float64] = result.detach().ravel()[:count].double().numpy()
        return found

    def _tensor(self, array: NDArray[Any]) -> Any:  # noqa: ANN401 (a tensor)
        if array.dtype.name == "bfloat16":
            return self._torch.from_numpy(array.view(np.int16)).view(self._torch.bfloat16)
        return self._torch.from_numpy(array)

    def _loss(self, case: Case) -> Callable[..., Any]:
        functional = self._functional
        if not case.elementwise:
            return lambda z, x: functional.cross_entropy(x, z, reduction="none")
        bce = functional.binary_cross_entropy_with_logits
        if case.loss == SIGMOID:
            return lambda z, x: bce(x, z, reduction="none")
        weight = self._torch.tensor(POS_WEIGHT).to(getattr(self._torch, case.dtype))
        return lambda z, x: bce(x, z, reduction="none", pos_weight=weight)

    def _by_autograd(self, loss: Callable[..., Any]) -> Callable[..., Any]:
        differentiate = self._torch.autograd.grad

        def call(z: Any, _: Any, x: Any, upstream: Any) -> Any:  # noqa: ANN401 (tensors)
            losses = loss(z, x)
            return losses, differentiate(losses, x, upstream)[0]

        return call

    def _by_vjp(self, loss: Callable[..., Any]) -> Callable[..., Any]:
        vjp = self._torch.func.vjp

        def call(z: Any, x: Any, _: Any, upstream: Any) -> Any:  # noqa: ANN401 (tensors)
            losses, pull = vjp(lambda logits: loss(z, logits), x)
            return losses, pull(upstream)[0]

        return call

    def _formula(self, case: Case) -> Callable[..., Any]:
        torch = self._torch
        loss, gradient = (
            (formulas.sigmoid, formulas.sigmoid_gradient)
            if case.loss == SIGMOID
            else (formulas.weighted, formulas.weighted_gradient)
        )
        if case.mode == FORWARD:
            return lambda z, x: loss(torch, x, z)
        return lambda z, x, *_: (loss(torch, x, z), gradient(torch.sigmoid, x, z))

    def _compile(self, call: Callable[..., Any]) -> Any:  # noqa: ANN401 (a compiled function)
        return self._torch.compile(call, dynamic=False, fullgraph=True)
