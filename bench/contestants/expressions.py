# SPDX-License-Identifier: Apache-2.0
"""NumExpr: whole expressions in blocks that fit a cache; sums over rows by its reductions."""

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

NAME = "numexpr"
_DTYPES = ("float32", "float64")
_SIGMOID = "where(x > 0, x, x * zero) - x * z + log1p(exp(-abs(x)))"
_WEIGHTED = "(one - z) * x + (one + k * z) * (log1p(exp(-abs(x))) + where(x < 0, -x, x * zero))"


class Library(base.Library):
    """Constants have the arrays' dtype, as NumExpr computes in the widest there is."""

    def __init__(self, threads: int) -> None:
        """Load and limit."""
        self._module = load("numexpr")
        self._module.set_num_threads(threads)
        self.versions = {NAME: self._module.__version__}

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:  # noqa: ARG002 (the protocol)
        """Keep the arrays."""
        return inputs

    def forms(self, case: Case) -> Forms:
        """Give the call; NumExpr computes neither float16 nor bfloat16."""
        if case.dtype not in _DTYPES:
            return {}
        kind = np.dtype(case.dtype).type
        names = {"one": kind(1), "zero": kind(0), "k": kind(POS_WEIGHT - 1)}
        evaluate = partial(self._module.evaluate, global_dict=names)
        return {NAME: partial(_FORMS[case.loss], evaluate, gradient=case.mode != FORWARD)}

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (NumPy's arrays)
        """Widen."""
        return np.asarray(result).ravel()[:count].astype(np.float64)


def _sigmoid(evaluate: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (a function; one array or two)
    loss = evaluate(_SIGMOID, {"x": x, "z": z})
    return (loss, evaluate("one / (one + exp(-x)) - z", {"x": x, "z": z})) if gradient else loss


def _weighted(evaluate: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (as above)
    loss = evaluate(_WEIGHTED, {"x": x, "z": z})
    if not gradient:
        return loss
    return loss, evaluate("(one - z) - (one + k * z) / (one + exp(x))", {"x": x, "z": z})


def _softmax(evaluate: Any, z: Array, x: Array, *, gradient: bool) -> Any:  # noqa: ANN401 (as above)
    most = x.max(axis=-1, keepdims=True)
    e = evaluate("exp(x - m)", {"x": x, "m": most})
    total = e.sum(axis=-1)
    if z.ndim == 1:
        rows = np.arange(len(z))
        loss = np.log(total) - (x[rows, z] - most[:, 0])
    else:
        dot = evaluate("sum(z * (x - m), axis=1)", {"z": z, "x": x, "m": most})
        loss = np.log(total) * z.sum(axis=-1) - dot
    if not gradient:
        return loss
    if z.ndim == 1:
        evaluate("e / s", {"e": e, "s": total[:, None]}, out=e)
        e[rows, z] -= 1
        return loss, e
    return loss, evaluate("e / s - z", {"e": e, "s": total[:, None], "z": z}, out=e)


_FORMS = {
    SIGMOID: _sigmoid,
    WEIGHTED: _weighted,
    SOFTMAX: _softmax,
    SPARSE_SOFTMAX: _softmax,
}
