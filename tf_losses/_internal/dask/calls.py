# SPDX-License-Identifier: Apache-2.0
"""Which public functions take Dask arrays, beside the losses with logits and their gradients.

All others refuse them where they would be made NumPy arrays (`arguments.foreign`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.dask import named, reductions

if TYPE_CHECKING:
    from collections.abc import Callable

    Takes = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]

_REDUCTIONS = ("autodiff.arrays", "operations.reductions", "operations.reductions_v1")


def taken(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any] | None:
    """Compute a function if it takes Dask arrays; None if it does not."""
    takes = _found(function)
    return None if takes is None else (takes(function, args, kwargs),)


def _found(function: Callable[..., Any]) -> Takes | None:
    room = function.__module__.removeprefix("tf_losses._internal.")
    if room in _REDUCTIONS and function.__name__ in reductions.FUNCTIONS:
        return reductions.reduce
    return named.TAKEN.get(f"{room}:{function.__qualname__}")
