# SPDX-License-Identifier: Apache-2.0
"""The program that `bench.compare` runs in each tree: times the rows it is asked for."""
# ruff: noqa: T201 (it answers on standard output)

from __future__ import annotations

import json
import sys
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

import tf_losses
from tf_losses import gradients
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[[], object]

_TURN_NS = 3_000_000
_READINGS = 5
SMALL, LARGE, NARROW, LONG = (32, 10), (1024, 1000), (100_000, 10), (16, 100_000)


def _given(form: str, shape: tuple[int, int]) -> tuple[Any, Any, Any]:
    """Labels, class numbers and logits in one of the forms that programs have."""
    rng = np.random.default_rng(5)
    dtype = {"bfloat16": np.dtype(ml_dtypes.bfloat16)}.get(form)
    if dtype is None:
        dtype = np.dtype(form if form.startswith("float") else "float32")
    z, x = rng.uniform(size=shape).astype(dtype), rng.normal(size=shape).astype(dtype)
    n = rng.integers(0, shape[1], shape[0])
    if form == "strided":
        return np.asfortranarray(z), np.repeat(n, 2)[::2], np.asfortranarray(x)
    if form == "lists":
        return z.tolist(), n.tolist(), x.tolist()
    return z, n, x


def _losses(form: str, shape: tuple[int, int]) -> dict[str, tuple[Call, Call]]:
    """For each loss, a call of it and one with the gradient of the logits."""
    z, n, x = _given(form, shape)
    found: dict[str, tuple[Call, Call]] = {}
    for loss in ("sigmoid", "softmax", "sparse_softmax", "weighted"):
        arguments = (n if loss == "sparse_softmax" else z, x, *[2.5] * (loss == "weighted"))
        wanted = {} if loss == "sparse_softmax" else {"wrt": "logits"}
        name = f"{loss}_cross_entropy_with_logits"
        forward = getattr(v2.nn, name)
        both = getattr(gradients, name + "_v2" * (loss == "softmax"))
        found[loss] = (
            partial(forward, *arguments),
            partial(both, *arguments, with_loss=True, **wanted),
        )
    return found


def _rows() -> dict[str, Call]:
    found: dict[str, Call] = {}
    for form in ("float32", "bfloat16", "float16", "float64", "strided", "lists"):
        for loss, (forward, gradient) in _losses(form, SMALL).items():
            found[f"small {form} {loss}"] = forward
            found[f"small {form} {loss} +gradient"] = gradient
    for size, shape in (("large", LARGE), ("narrow", NARROW), ("long", LONG)):
        for form in ("float32", "float64", "float16", "bfloat16"):
            for loss, (forward, gradient) in _losses(form, shape).items():
                found[f"{size} {form} {loss}"] = forward
                found[f"{size} {form} {loss} +gradient"] = gradient
    for size, shape in (("small", SMALL), ("large", LARGE)):
        for kind in ("arrays", "tensors"):
            found |= _taped(size, kind, shape)
    return found


def _taped(size: str, kind: str, shape: tuple[int, int]) -> dict[str, Call]:
    """The forward pass under a tape that follows the logits; labels are of the kind."""
    z, n, x = _given("float32", shape)
    logits = v2.constant(x)
    z, n = (v2.constant(z), v2.constant(n)) if kind == "tensors" else (z, n)

    def run(loss: Callable[..., object], labels: object) -> None:
        with v2.GradientTape() as tape:
            tape.watch(logits)
            loss(labels, logits)

    nn = v2.nn
    named: dict[str, tuple[Callable[..., object], object]] = {
        "sigmoid": (nn.sigmoid_cross_entropy_with_logits, z),
        "softmax": (nn.softmax_cross_entropy_with_logits, z),
        "sparse_softmax": (nn.sparse_softmax_cross_entropy_with_logits, n),
    }
    return {
        f"{size} taped, labels as {kind} {name}": partial(run, loss, labels)
        for name, (loss, labels) in named.items()
    }


def _time(call: Call) -> float:
    """Give nanoseconds a call: the best of some readings."""
    start = perf_counter_ns()
    call()
    once = max(perf_counter_ns() - start, 1)
    loops = range(max(1, _TURN_NS // _READINGS // once))
    best = float("inf")
    for _ in range(_READINGS):
        start = perf_counter_ns()
        for _ in loops:
            call()
        best = min(best, (perf_counter_ns() - start) / len(loops))
    return best


def main() -> None:
    """Answer until the input ends."""
    rows = _rows()
    print(json.dumps([tf_losses.__file__, list(rows)]), flush=True)
    for line in sys.stdin:
        print(_time(rows[line.rstrip("\n")]), flush=True)


if __name__ == "__main__":
    main()
