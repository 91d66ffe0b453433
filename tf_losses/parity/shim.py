# SPDX-License-Identifier: Apache-2.0
"""The same calls by tf_losses."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import errors, gradients, raw_ops
from tf_losses._internal.autodiff.exact import rounded
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime import native, onednn
from tf_losses._internal.runtime.dtypes import FLOAT_CODES
from tf_losses._internal.runtime.releases import RELEASES
from tf_losses.compat.v2 import nn
from tf_losses.parity.results import NO_KERNEL, Results
from tf_losses.parity.table import BFLOAT16, EAGER, LOSS, RAW_OP, TWICE, TWICE_IN_FUNCTION, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses.gradients import Gradients
    from tf_losses.parity.results import Array
    from tf_losses.parity.table import Case, Inputs


WITH_GRADIENTS = "loss with gradients"


def results_for(output: str) -> tuple[str, ...]:
    """Name the results that are to be equal to an output of TensorFlow's.

    >>> results_for("loss"), results_for("logits gradient")
    (('loss', 'loss with gradients'), ('logits gradient',))
    """
    return (LOSS, WITH_GRADIENTS) if output == LOSS else (output,)


def compute(case: Case, inputs: Inputs) -> Results:
    """Compute the loss, its gradients, and the loss that comes with these.

    What a version has no kernel for is named in `missing` of the results.

    >>> from tf_losses.parity.table import cases, draw
    >>> case = next(cases("quick"))
    >>> list(compute(case, draw(case, 0)))
    ['labels gradient', 'logits gradient', 'loss', 'loss with gradients']
    """
    if case.mode == RAW_OP:
        return _compute_raw_op(case.loss, inputs)
    if case.is_second:
        return _compute_twice(case.loss, inputs, in_function=case.mode == TWICE_IN_FUNCTION)
    missing: dict[str, str] = {}
    found = _gradients(case, inputs, None, missing)
    if missing and not case.traits.class_labels:
        missing.clear()
        for name in _with_gradient(case.loss, inputs, case.in_function):
            found |= _gradients(case, inputs, name, missing)
    with_gradients = found.pop(LOSS, None)
    try:
        found[LOSS] = compute_loss(case.loss, inputs)
    except _REFUSALS as error:
        missing[LOSS] = _text(error)
    results = Results(found, missing)
    if with_gradients is not None:
        results[WITH_GRADIENTS] = with_gradients
    return results


_REFUSALS = (errors.OpError, TypeError)
_RAW_OPS: dict[str, Callable[..., Any]] = {
    "softmax": raw_ops.SoftmaxCrossEntropyWithLogits,
    "sparse_softmax": raw_ops.SparseSoftmaxCrossEntropyWithLogits,
}


def _compute_raw_op(loss: str, inputs: Inputs) -> Results:
    """Compute both outputs of the op below a loss."""
    try:
        found = _RAW_OPS[loss](features=inputs.logits, labels=inputs.labels)
    except _REFUSALS as error:
        return Results({}, dict.fromkeys(("loss", "logits"), _text(error)))
    return Results({"loss": np.asarray(found.loss), "logits": np.asarray(found.backprop)})


def _compute_twice(loss: str, inputs: Inputs, *, in_function: bool) -> Results:
    """Compute what tapes give that are nested: the loss itself has no part in it."""
    zeros, h = np.zeros(inputs.logits.shape[:-1], inputs.logits.dtype), inputs.grad_grad
    assert h is not None  # noqa: S101 (such cases have it)
    if inputs.upstream is not None:
        h = rounded(np.multiply, h, inputs.upstream[..., None])
    twice = replace(inputs, upstream=zeros, grad_grad=h)
    try:
        found = compute_named(loss, twice, ["logits"], in_function=in_function)
    except LookupError as error:
        return Results({}, {"logits": NO_KERNEL + str(error)})
    except _REFUSALS as error:
        return Results({}, {"logits": _text(error)})
    return Results({"logits": found.logits})


def _text(error: Exception) -> str:
    """Say what a version has not got; any other error is a mistake."""
    if NO_KERNEL.strip(": ") not in str(error):
        raise error
    return str(error)


def _gradients(
    case: Case, inputs: Inputs, name: str | None, missing: dict[str, str]
) -> dict[str, Array | None]:
    """Compute the gradients, or the one that is named, and the loss that comes with them."""
    wanted = None if name is None else [name]
    try:
        found = compute_named(case.loss, inputs, wanted, in_function=case.in_function)._asdict()
    except _REFUSALS as error:
        missing[name or "logits"] = _text(error)
        return {}
    return {key: a for key, a in found.items() if a is not None}


def compute_loss(loss: str, inputs: Inputs) -> Array:
    """Compute a loss by name, and no gradient: there are kernels for this alone."""
    function = getattr(nn, of(loss).function)
    weight = () if inputs.pos_weight is None else (inputs.pos_weight,)
    return np.asarray(function(inputs.labels, inputs.logits, *weight))


def compute_named(
    loss: str, inputs: Inputs, wanted: list[str] | None = None, *, in_function: bool = False
) -> Gradients:
    """Compute a loss by name, with the gradients that are wanted: all unless they are named."""
    traits = of(loss)
    arguments: dict[str, Any] = {"upstream": inputs.upstream, "with_loss": True}
    if not traits.by_row or inputs.grad_grad is not None:
        arguments["mode"] = "function" if in_function else "eager"
    if inputs.grad_grad is not None:
        arguments["grad_grad"] = inputs.grad_grad
    if traits.has_weight:
        arguments["pos_weight"] = inputs.pos_weight
    if not traits.class_labels:
        arguments["wrt"] = wanted or _with_gradient(loss, inputs, in_function)
    function = getattr(gradients, traits.gradients)
    found: Gradients = function(inputs.labels, inputs.logits, **arguments)
    return found


def _with_gradient(loss: str, inputs: Inputs, in_function: bool) -> list[str]:  # noqa: FBT001 (handed down)
    if in_function and of(loss).has_weight:
        # That of the labels is one of two, by how tensors enter TensorFlow's graph.
        return ["logits"]
    names = ["labels", "logits"]
    return [*names, "pos_weight"] if isinstance(inputs.pos_weight, np.ndarray) else names


def _flushes_by_op(version: int, case: Case) -> bool:
    code = FLOAT_CODES[cast(np.empty(0), case.dtype).dtype]
    rows, classes = math.prod(case.shape[:-1]), case.shape[-1]
    return native.flushes_by_op(version, case.traits.code, code, rows, classes)


def _shares(tf_version: str, case: Case) -> bool:
    """Tell whether the product in a second derivative is cut where it depends on threads."""
    in_itself = case.dtype == BFLOAT16 and case.traits.class_labels
    return not in_itself and onednn.shares_rows(tf_version, native.F32, case.shape[-1])


_LARGE = 1 << 20


def _reads_tiny(version: int) -> bool:
    """Tell whether a version flushes by operation, if not in all calls."""
    code = of("softmax").code
    return native.flushes_by_op(version, code, native.F32, _LARGE, 1)


# From this spread on, logits have exponentials that vanish.
_WIDE = 60


def why_not(case: Case, tf_version: str) -> str:
    """Say why a case is not reproduced in a version; empty if it is.

    >>> from tf_losses.parity.table import cases
    >>> why_not(next(cases("quick")), "2.13")
    ''
    """
    release, specials = RELEASES[tf_version], case.kind.specials
    has_tiny = specials or case.kind.spread >= _WIDE
    # The op of softmax is compiled where that of sparse_softmax is.
    like = "sparse_softmax" if case.mode == RAW_OP else case.loss
    is_xla = case.dtype == BFLOAT16 and like in release.bfloat16_by_xla
    odd_kinds = specials or (has_tiny and release.xla_is_odd_below)
    if is_xla and (odd_kinds or case.mode == TWICE_IN_FUNCTION):
        return (
            f"TensorFlow {tf_version} compiled this loss of bfloat16 by XLA, whose NaN and tiny "
            "numbers are not reproduced"
        )
    if has_tiny and case.mode == EAGER and _flushes_by_op(release.code, case):
        return (
            f"TensorFlow {tf_version} flushes subnormal numbers in some operations of large eager "
            "calls, which is not reproduced"
        )
    is_alone = case.is_second and math.prod(case.shape[:-1]) == 1
    if is_alone and case.dtype != "float64" and _shares(tf_version, case):
        return f"TensorFlow {tf_version} shares a single long row among threads of oneDNN"
    if case.mode == TWICE and has_tiny and _reads_tiny(release.code):
        return f"TensorFlow {tf_version} does not flush subnormal numbers in small eager calls"
    if specials and release.forgets_to_flush and case.dtype == BFLOAT16 and case.mode != RAW_OP:
        return (
            f"TensorFlow {tf_version} reads subnormal numbers once its thread has computed "
            "bfloat16: it depends on what was computed before"
        )
    return ""
