# SPDX-License-Identifier: Apache-2.0
"""A call of every kernel of losses and gradients: of their bits, or of what they read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tf_losses import gradients, raw_ops
from tf_losses.compat.v2 import nn
from tf_losses.errors import InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]


def calls(
    labels: Array,
    logits: Array,
    numbers: Array,
    pos_weight: Array,
    *,
    upstream: Array | None = None,
    row_upstream: Array | None = None,
) -> Iterator[Callable[[], Any]]:
    """All of them; `numbers` are the classes', upstream gradients of elements and of rows."""
    dense = {"labels": labels, "logits": logits}
    sparse = {"labels": numbers, "logits": logits}
    yield partial(nn.softmax, logits)
    yield partial(nn.log_softmax, logits)
    yield partial(nn.sigmoid_cross_entropy_with_logits, **dense)
    yield partial(nn.softmax_cross_entropy_with_logits, **dense)
    yield partial(nn.sparse_softmax_cross_entropy_with_logits, **sparse)
    for weight in (pos_weight, 1.5):
        yield partial(nn.weighted_cross_entropy_with_logits, labels, logits, weight)
    yield partial(raw_ops.SparseSoftmaxCrossEntropyWithLogits, features=logits, labels=numbers)
    for one in (labels, labels[:1], labels[:, :1]):
        yield partial(raw_ops.SoftmaxCrossEntropyWithLogits, features=logits, labels=one)
    for mode in ("eager", "function"):
        of_elements = {**dense, "mode": mode, "upstream": upstream}
        of_rows = {"mode": mode, "upstream": row_upstream}
        yield partial(gradients.sigmoid_cross_entropy_with_logits, **of_elements)
        yield partial(
            gradients.weighted_cross_entropy_with_logits, **of_elements, pos_weight=pos_weight
        )
        yield partial(gradients.softmax_cross_entropy_with_logits_v2, **dense, **of_rows)
        yield partial(gradients.sparse_softmax_cross_entropy_with_logits, **sparse, **of_rows)


def made(call: Callable[[], Any]) -> tuple[Any, ...]:
    """What a call returns; nothing where the release has no kernel of the dtype."""
    try:
        found = call()
    except (InvalidArgumentError, NotFoundError) as error:
        if "no kernel" not in str(error):
            raise
        return ()
    return found if isinstance(found, tuple) else (found,)
