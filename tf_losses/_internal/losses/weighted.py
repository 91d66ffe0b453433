# SPDX-License-Identifier: Apache-2.0
"""weighted: sigmoid with a weight for the labels; arguments, loss and gradients."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._internal.arguments import lazy, operations, signatures, symbols
from tf_losses._internal.arguments import pos_weight as _pos_weight
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.functions import mode
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype
from tf_losses._internal.losses.common import empty_like, float_hint, refuse_pair, refuse_shapes
from tf_losses._internal.losses.plain import loss_of_plain
from tf_losses._internal.runtime import arrays, native
from tf_losses._internal.runtime import threads as _threads
from tf_losses._internal.runtime.dtypes import (
    BOOL,
    FLOAT32,
    FLOAT64,
    FLOAT_CODES,
    is_string,
    kernel_name,
)
from tf_losses._internal.runtime.native import Call, empty
from tf_losses._internal.runtime.sums import sum_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages, Shape
    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]
    Maybe = Array | None

WEIGHTED = native.code_of("weighted")
_version = native.version.get


def check(
    labels: object, logits: object, pos_weight: object, messages: Messages
) -> tuple[Call, Shape]:
    """Check the arguments of weighted; give the shape of the losses as well."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    if x.shape != z.shape:
        refuse_shapes(x, z, messages)
    k = _pos_weight.minus_one(pos_weight, z.dtype, messages)
    shape, layout = _pos_weight.spread(k, z.shape, messages)
    code = FLOAT_CODES.get(x.dtype)
    if code is None or x.dtype != z.dtype:
        _refuse_dtypes(x.dtype, z.dtype, messages)
    return Call(WEIGHTED, code, code, 1, x.size, z, x, k, layout), shape


def forward(messages: Messages) -> Callable[..., Array]:
    """Compute (1 - z)*x + (1 + (q - 1)*z) * (log1p(exp(-|x|)) + max(-x, 0)) for weights q."""

    def compute(
        labels: Any,  # noqa: ANN401
        logits: Any,  # noqa: ANN401
        pos_weight: Any,  # noqa: ANN401
        name: object = None,  # noqa: ARG001
    ) -> Array:
        weight = number(pos_weight, logits)
        if weight is not None:  # as it stands: of 16 bits a number is one step more than others
            version = native.version_chosen and _version()
            found: Array | None = arrays.loss(version, WEIGHTED, labels, logits, weight)
            if found is None:
                found = loss_of_plain(WEIGHTED, labels, logits, weight)
            if found is not None:
                return found
        if MADE and symbols.any_in(labels, logits, pos_weight):
            symbol: Array = symbols.make(
                compute, labels, logits, pos_weight, name=signatures.WEIGHTED
            )
            return symbol
        if lazy.any_in(labels, logits, pos_weight):
            arguments = {"labels": labels, "logits": logits, "pos_weight": pos_weight}
            made: Array = lazy.loss("weighted", messages, **arguments)
            return made
        call, shape = check(labels, logits, pos_weight, messages)
        out = empty(shape, call.logits.dtype, Tensor)
        call = native.compute(call, out)
        if OPEN:
            inputs = (labels, logits, pos_weight)
            now = mode()
            parts = "weighted" if now == native.EAGER else None
            now |= _constant(pos_weight)
            return record("weighted", inputs, out, _taped, (call, shape, now), parts=parts)
        return out

    return compute


def _constant(pos_weight: object) -> int:
    """Give what is added to the mode for a pos_weight that is no tensor."""
    return 0 if isinstance(pos_weight, Tensor) else native.CONSTANT


def number(pos_weight: object, logits: object) -> float | Array | None:
    """Give what C is told of a Python float, for an array of logits; None for other weights."""
    given = logits  # for `isinstance`: see _runtime/kinds.py
    if type(pos_weight) is not float or not isinstance(given, np.ndarray):
        return None
    dtype = plain_dtype(logits)
    if dtype is FLOAT32 or dtype is FLOAT64:
        return pos_weight
    return _minus_one(pos_weight, dtype) if dtype in FLOAT_CODES else None


@lru_cache(maxsize=64)
def _minus_one(pos_weight: float, dtype: Dtype) -> Array:
    """Give pos_weight - 1, which no float is refused for."""
    return _pos_weight.minus_one(pos_weight, dtype, TF2)


def backward(
    call: Call,
    shape: Shape,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    intra_op_threads: int | None = None,
    loss: Maybe = None,
    *,
    summed: bool = True,
) -> tuple[Maybe, Maybe, Maybe]:
    """Give the gradients of labels, logits and pos_weight; `shape` is that of the losses.

    CONSTANT is added to the mode where pos_weight is no tensor, as graphs then move it. What is
    not summed is what would be, to give pos_weight's: of the losses' shape, which is the logits'.
    """
    threads = intra_op_threads or _threads.intra_op()
    x = call.logits
    if math.prod(shape) != x.size:
        if loss is not None and loss.size:
            native.check(native.forward(call, loss))
        return _enlarged(call, shape, upstream, wanted, mode, threads)
    dz, dx = empty_like(call.labels, wanted[0]), empty_like(x, wanted[1])
    products = native.empty(shape, x.dtype) if wanted[2] else None
    native.gradient(call, mode, upstream, (loss, dz, dx, products))
    if products is None or not summed:
        return dz, dx, products
    return dz, dx, sum_to(products, _weight_shape(call), threads)


def _taped(
    call: Call, shape: Shape, mode: int, upstream: Maybe, wanted: tuple[bool, ...]
) -> tuple[Maybe, Maybe, Maybe]:
    return backward(call, shape, upstream, wanted, mode)


def _weight_shape(call: Call) -> Shape:
    assert call.weight is not None  # noqa: S101 (a call of weighted has one)
    return call.weight.shape


def _enlarged(
    call: Call,
    shape: Shape,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int,
    threads: int,
) -> tuple[Maybe, Maybe, Maybe]:
    """pos_weight made the result larger than the logits: sum three products on the way."""
    z, x, code = call.labels, call.logits, call.dtype
    g = np.ones(shape, x.dtype) if upstream is None else upstream
    tail, labels = native.empty(shape, x.dtype), native.empty(shape, x.dtype)
    weight = native.empty(shape, x.dtype) if wanted[2] else None
    if g.size and x.size:
        native.weighted_products(call, mode, g, (tail, labels, weight))
    sums = tuple(sum_to(products, x.shape, threads) for products in (g, tail, labels))
    dz, dx = native.empty(z.shape, z.dtype), native.empty(x.shape, x.dtype)
    native.weighted_finish(code, mode, (z, x, *sums), (dz, dx))
    return dz, dx, None if weight is None else sum_to(weight, _weight_shape(call), threads)


def _refuse_dtypes(logits: Dtype, labels: Dtype, messages: Messages) -> NoReturn:
    """Raise what the first of weighted's operations says to these dtypes."""
    if labels == BOOL or is_string(labels):
        raise float_hint(messages.scalar_refused(1, labels), "`labels`", labels)
    if kernel_name(labels) not in operations.MUL.allowed:
        raise float_hint(messages.type_refused(operations.MUL, labels), "`labels`", labels)
    if logits not in (labels, BOOL):  # bools are multiplied, and refused later
        refuse_pair("Mul", labels, logits, f"`labels` came as {kernel_name(labels)}", messages)
    first = operations.RELU if logits.kind == "c" else operations.ABS
    op = first if kernel_name(logits) not in first.allowed else operations.EXP
    raise float_hint(messages.type_refused(op, logits), "`logits`", logits)
