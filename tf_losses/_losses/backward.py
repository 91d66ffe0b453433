# SPDX-License-Identifier: Apache-2.0
"""The gradients of the four losses from checked arguments: what a tape calls on its way back.

Each function takes the call that `check` gave, the gradient of what follows (`upstream`, of the
loss's shape and dtype) and which gradients are wanted; the others come back as None.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._runtime import native
from tf_losses._runtime import threads as _threads
from tf_losses._runtime.subnormals import cast
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._arguments.messages import Messages, Shape
    from tf_losses._runtime.native import Call

    Maybe = NDArray[Any] | None


def sigmoid(
    call: Call,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[Maybe, Maybe]:
    """Give the gradients of labels and logits."""
    dz, dx = _empty(call.labels, wanted[0]), _empty(call.logits, wanted[1])
    native.gradient(call, mode, upstream, (loss, dz, dx, None))
    return dz, dx


def weighted(
    call: Call,
    shape: Shape,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    intra_op_threads: int | None = None,
    loss: Maybe = None,
) -> tuple[Maybe, Maybe, Maybe]:
    """Give the gradients of labels, logits and pos_weight; `shape` is that of the losses."""
    threads = intra_op_threads or _threads.intra_op()
    x = call.logits
    if math.prod(shape) != x.size:
        if loss is not None and loss.size:
            native.check(native.forward(call, loss))
        return _weighted_enlarged(call, shape, upstream, mode, threads)
    dz, dx = _empty(call.labels, wanted[0]), _empty(x, wanted[1])
    products = native.empty(shape, x.dtype) if wanted[2] else None
    if x.size:
        native.gradient(call, mode, upstream, (loss, dz, dx, products))
    dq = None if products is None else _sum_to(products, _weight_shape(call), call.dtype, threads)
    return dz, dx, dq


def _weight_shape(call: Call) -> Shape:
    assert call.weight is not None  # noqa: S101 (a call of weighted has one)
    return call.weight.shape


def _weighted_enlarged(
    call: Call, shape: Shape, upstream: Maybe, mode: int, threads: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """pos_weight made the result larger than the logits: sum three products on the way."""
    z, x, code = call.labels, call.logits, call.dtype
    g = np.ones(shape, x.dtype) if upstream is None else upstream
    tail, labels, weight = (native.empty(shape, x.dtype) for _ in range(3))
    if g.size and x.size:
        native.weighted_products(call, g, (tail, labels, weight))
    sums = tuple(_sum_to(products, x.shape, code, threads) for products in (g, tail, labels))
    dz, dx = native.empty(z.shape, z.dtype), native.empty(x.shape, x.dtype)
    native.weighted_finish(code, mode, (z, x, *sums), (dz, dx))
    return dz, dx, _sum_to(weight, _weight_shape(call), code, threads)


def _sum_to(products: NDArray[Any], shape: Shape, code: int, threads: int) -> NDArray[Any]:
    """Sum over the axes along which an array of `shape` was repeated."""
    padded = (1,) * (products.ndim - len(shape)) + shape
    axes = [
        axis
        for axis, (length, kept) in enumerate(zip(products.shape, padded, strict=True))
        if kept != length
    ]
    out = np.empty(shape, products.dtype)
    native.reduce_sum(code, products, axes, threads, 1, out)
    return out


def softmax(
    call: Call,
    axis: Any,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    labels_dtype: Any,  # noqa: ANN401 (that of any library)
    messages: Messages,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[Maybe, Maybe]:
    """Give the gradients of labels, in the dtype they came in, and logits."""
    z, x, size = call.labels, call.logits, call.rows * call.classes
    for name, array, want in (("labels", z, wanted[0]), ("logits", x, wanted[1])):
        if want and array.size != size:
            raise hinted(
                messages.wrong_count(size, array.shape),
                f"`{name}` of shape {array.shape} were repeated, and TensorFlow has no gradient "
                "for them then; repeat them before the call, e.g. by np.broadcast_to.",
            )
    dz, dx = _empty(z, wanted[0]), _empty(x, wanted[1])
    if loss is not None and not call.classes:
        loss.fill(0)
    if size:
        native.gradient(call, mode, upstream, (loss, dz, dx, None))
    if dz is not None:
        dz = cast(_move_back(dz, axis), labels_dtype)
    return dz, None if dx is None else _move_back(dx, axis)


def _move_back(gradient: NDArray[Any], axis: Any) -> NDArray[Any]:  # noqa: ANN401 (as above)
    place = -1 if axis is None else int(axis)
    return np.ascontiguousarray(np.moveaxis(gradient, -1, place)) if place != -1 else gradient


def sparse_softmax(
    call: Call,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[None, Maybe]:
    """Give the gradient of logits; labels have none."""
    if not wanted[1] and loss is None:
        return None, None
    dx = _empty(call.logits, wanted[1])
    native.gradient(call, mode, upstream, (loss, None, dx, None))
    return None, dx


def _empty(like: NDArray[Any], wanted: bool) -> Maybe:  # noqa: FBT001 (a yes or no for each input)
    return native.empty(like.shape, like.dtype) if wanted else None
