# SPDX-License-Identifier: Apache-2.0
"""NumPy, with few temporaries, and SciPy's functions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.cases import FORWARD, SIGMOID, SOFTMAX, SPARSE_SOFTMAX, WEIGHTED
from bench.contestants import base
from bench.contestants.base import load
from bench.data import POS_WEIGHT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.contestants.base import Forms
    from bench.data import Inputs

    Array = NDArray[Any]

NAME = "numpy"


class Library(base.Library):
    """Both compute on one thread, whatever the limit."""

    def __init__(self, threads: int) -> None:  # noqa: ARG002 (nothing to limit)
        """Look for SciPy, which need not be there."""
        self.versions = {NAME: np.__version__}
        try:
            self._special = load("scipy.special")
        except ImportError:
            self._special = None
        else:
            self.versions["scipy"] = load("scipy").__version__

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:  # noqa: ARG002 (the protocol)
        """Keep the arrays."""
        return inputs

    def forms(self, case: Case) -> Forms:
        """Give the calls."""
        gradient = case.mode != FORWARD
        forms: Forms = {"numpy": partial(_NUMPY[case.loss], gradient=gradient)}
        # SciPy has no loops for bfloat16.
        if self._special is not None and case.dtype != "bfloat16":
            forms["scipy"] = partial(_SCIPY[case.loss], self._special, gradient=gradient)
        return forms

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)


def _softmax(z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (one array or two)
    y = x - x.max(axis=-1, keepdims=True)
    e = np.exp(y)
    total = e.sum(axis=-1, keepdims=True)
    if z.ndim == 1:
        loss = np.log(total[:, 0]) - y[np.arange(len(z)), z]
    else:
        loss = np.log(total[:, 0]) * z.sum(axis=-1) - _dot(z, y)
    if not gradient:
        return loss
    e /= total
    return loss, _minus_labels(e, z)


def _dot(z: Array, y: Array) -> Array:
    """Row by row; einsum makes no temporary, but does not know bfloat16."""
    found: Array = (z * y).sum(axis=-1) if z.dtype.kind == "V" else np.einsum("ij,ij->i", z, y)
    return found


def _minus_labels(p: Array, z: Array) -> Array:
    if z.ndim == 1:
        p[np.arange(len(z)), z] -= 1
    else:
        p -= z
    return p


def _sigmoid(z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (one array or two)
    e = np.abs(x)
    np.negative(e, out=e)
    np.exp(e, out=e)
    loss = np.log1p(e)
    loss += np.maximum(x, 0)
    loss -= x * z
    return (loss, _logistic(e, x) - z) if gradient else loss


def _weighted(z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (one array or two)
    e = np.exp(-np.abs(x))
    loss = np.log1p(e)
    loss += np.maximum(-x, 0)
    factor = 1 + (POS_WEIGHT - 1) * z
    loss *= factor
    rest = 1 - z
    loss += rest * x
    return (loss, rest - factor * (1 - _logistic(e, x))) if gradient else loss


def _logistic(e: Array, x: Array) -> Array:
    """1 / (1 + exp(-x)) from e = exp(-|x|)."""
    found: Array = np.where(x >= 0, 1, e)
    found /= 1 + e
    return found


def _scipy_softmax(special: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (module)
    log_p = special.log_softmax(x, axis=-1)
    loss = -log_p[np.arange(len(z)), z] if z.ndim == 1 else -_dot(z, log_p)
    return (loss, _minus_labels(np.exp(log_p, out=log_p), z)) if gradient else loss


def _scipy_sigmoid(special: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (module)
    loss = (1 - z) * x
    loss -= special.log_expit(x)
    return (loss, special.expit(x) - z) if gradient else loss


def _scipy_weighted(special: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (module)
    loss = (1 - z) * x
    factor = 1 + (POS_WEIGHT - 1) * z
    loss -= factor * special.log_expit(x)
    return (loss, (1 - z) - factor * special.expit(-x)) if gradient else loss


_NUMPY = {
    SOFTMAX: _softmax,
    SPARSE_SOFTMAX: _softmax,
    SIGMOID: _sigmoid,
    WEIGHTED: _weighted,
}
_SCIPY = {
    SOFTMAX: _scipy_softmax,
    SPARSE_SOFTMAX: _scipy_softmax,
    SIGMOID: _scipy_sigmoid,
    WEIGHTED: _scipy_weighted,
}
