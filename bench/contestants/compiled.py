# SPDX-License-Identifier: Apache-2.0
"""Numba: one loop over rows or elements, as its users write it, compiled with fast-math."""

from __future__ import annotations

from functools import partial
from math import exp, log, log1p
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SIGMOID, SOFTMAX, SPARSE_SOFTMAX, WEIGHTED
from bench.contestants import base
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

    Array = NDArray[Any]

NAME = "numba"
_DTYPES = ("float32", "float64")
_K = POS_WEIGHT - 1


class Library(base.Library):
    """Compiled once for each dtype, before the clock starts."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        numba = load("numba")
        self.versions = {NAME: numba.__version__}
        numba.set_num_threads(threads)
        compiled = numba.njit(fastmath=True, parallel=threads > 1, error_model="numpy")
        self._loops = {name: compiled(loop) for name, loop in _loops(numba.prange).items()}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:  # noqa: ARG002 (the protocol)
        """Keep the arrays."""
        return inputs

    def forms(self, case: Case) -> Forms:
        """Give the call; Numba computes neither float16 nor bfloat16 on processors."""
        if case.dtype not in _DTYPES:
            return {}
        loop = self._loops[case.loss]
        return {NAME: partial(_call, loop, case.elementwise, gradient=case.mode != FORWARD)}

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)


def _call(
    loop: Callable[..., None],
    elementwise: bool,  # noqa: FBT001 (bound once)
    z: Array,
    x: Array,
    *,
    gradient: bool,
) -> Any:  # noqa: ANN401 (one array or two)
    loss = np.empty(x.shape if elementwise else x.shape[:1], x.dtype)
    dx = np.empty(x.shape if gradient else (0, 0), x.dtype)
    loop(z, x, loss, dx, gradient)
    return (loss, dx) if gradient else loss


def _loops(prange: Callable[[int], Any]) -> dict[str, Callable[..., None]]:  # noqa: C901 (four loops)
    """Give the loops over rows; Numba takes `prange` for the one that threads share."""

    def sigmoid(z: Array, x: Array, loss: Array, dx: Array, gradient: bool) -> None:  # noqa: FBT001 (compiled)
        for i in prange(x.shape[0]):
            for j in range(x.shape[1]):
                e = exp(-abs(x[i, j]))
                loss[i, j] = max(x[i, j], 0) - x[i, j] * z[i, j] + log1p(e)
                if gradient:
                    dx[i, j] = (1 if x[i, j] >= 0 else e) / (1 + e) - z[i, j]

    def weighted(z: Array, x: Array, loss: Array, dx: Array, gradient: bool) -> None:  # noqa: FBT001 (same)
        for i in prange(x.shape[0]):
            for j in range(x.shape[1]):
                e = exp(-abs(x[i, j]))
                factor = 1 + _K * z[i, j]
                rest = 1 - z[i, j]
                loss[i, j] = rest * x[i, j] + factor * (log1p(e) + max(-x[i, j], 0))
                if gradient:
                    dx[i, j] = rest - factor * (e if x[i, j] >= 0 else 1) / (1 + e)

    def softmax(z: Array, x: Array, loss: Array, dx: Array, gradient: bool) -> None:  # noqa: FBT001 (same)
        for i in prange(x.shape[0]):
            most = x[i].max()
            total = x[i, 0] * 0
            dot = total
            labels = total
            for j in range(x.shape[1]):
                e = exp(x[i, j] - most)
                total += e
                dot += z[i, j] * (x[i, j] - most)
                labels += z[i, j]
                if gradient:
                    dx[i, j] = e
            loss[i] = log(total) * labels - dot
            if gradient:
                for j in range(x.shape[1]):
                    dx[i, j] = dx[i, j] / total - z[i, j]

    def sparse(z: Array, x: Array, loss: Array, dx: Array, gradient: bool) -> None:  # noqa: FBT001 (same)
        for i in prange(x.shape[0]):
            most = x[i].max()
            total = x[i, 0] * 0
            for j in range(x.shape[1]):
                e = exp(x[i, j] - most)
                total += e
                if gradient:
                    dx[i, j] = e
            loss[i] = log(total) - (x[i, z[i]] - most)
            if gradient:
                for j in range(x.shape[1]):
                    dx[i, j] /= total
                dx[i, z[i]] -= 1

    return {SIGMOID: sigmoid, WEIGHTED: weighted, SOFTMAX: softmax, SPARSE_SOFTMAX: sparse}
