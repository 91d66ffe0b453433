# SPDX-License-Identifier: Apache-2.0
"""Gradients of arrays of one dtype, with as few steps as Python allows.

`fast_gradients` gives None where there is anything to convert, to record or to say; `gradients`
then does it or says it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ParamSpec

from tf_losses._internal.losses.plain import plain
from tf_losses._internal.losses.weighted import number
from tf_losses._internal.runtime import arrays, native

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.losses.results import Gradients

    Wanted = tuple[bool, ...]

_version = native.version.get
_gradients: Callable[..., Gradients | None] = arrays.gradients
_differentiate: Callable[..., Gradients | None] = arrays.differentiate
_P = ParamSpec("_P")


def straight(
    loss: int, *, has_labels: bool = True
) -> Callable[[Callable[_P, Gradients]], Callable[_P, Gradients]]:
    """Let plain arrays, in the usual calls of a function for gradients, go to C as they come."""

    def decorate(function: Callable[_P, Gradients]) -> Callable[_P, Gradients]:
        @functools.wraps(function)
        def gradients_of(*args: _P.args, **kwargs: _P.kwargs) -> Gradients:
            version = native.version_chosen and _version()
            found = _differentiate(version, loss, has_labels, args, kwargs)
            return function(*args, **kwargs) if found is None else found

        return gradients_of

    return decorate


def fast_gradients(
    loss: int,
    labels: Any,  # noqa: ANN401 (anything)
    logits: Any,  # noqa: ANN401 (anything)
    upstream: Any,  # noqa: ANN401 (anything)
    wanted: Wanted,
    with_loss: bool,  # noqa: FBT001 (handed down)
    mode: int = native.EAGER,
    weight: float | NDArray[Any] = 0,
) -> Gradients | None:
    """Compute what is wanted of the loss and the gradients of labels and logits."""
    version = native.version_chosen and _version()
    found = _gradients(version, loss, labels, logits, weight, mode, upstream, wanted, with_loss)
    return found or _of_plain(
        version, loss, labels, logits, weight, mode, upstream, wanted, with_loss
    )


def weighted_gradients(
    loss: int,
    labels: Any,  # noqa: ANN401 (anything)
    logits: Any,  # noqa: ANN401 (anything)
    upstream: Any,  # noqa: ANN401 (anything)
    wanted: Wanted,
    with_loss: bool,  # noqa: FBT001 (handed down)
    mode: int,
    pos_weight: object,
) -> Gradients | None:
    """Compute the same where pos_weight is a number, which a graph has as a constant."""
    weight = number(pos_weight, logits)
    if weight is None:
        return None
    mode |= native.CONSTANT
    return fast_gradients(loss, labels, logits, upstream, wanted, with_loss, mode, weight)


def _of_plain(
    version: int,
    loss: int,
    labels: Any,  # noqa: ANN401 (anything)
    logits: Any,  # noqa: ANN401 (anything)
    weight: float | NDArray[Any],
    mode: int,
    upstream: Any,  # noqa: ANN401 (anything)
    *others: object,
) -> Gradients | None:
    """Compute the same of plain arrays, if that is any help."""
    same = plain(labels, logits)
    of_loss = None if upstream is None else plain(upstream, upstream)
    if same is None and of_loss is None:
        return None
    z, x = same or (labels, logits)
    g = upstream if of_loss is None else of_loss[0]
    return _gradients(version, loss, z, x, weight, mode, g, *others)
