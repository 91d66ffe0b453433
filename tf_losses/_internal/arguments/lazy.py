# SPDX-License-Identifier: Apache-2.0
"""Dask arrays among the arguments: noticed here, computed with by `tf_losses._internal.dask`.

Only what is no plain NumPy array is looked at, and only where Dask has been loaded: a program
without it pays one look into a dict, and that only off the fast path.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTHING: tuple[type, ...] = ()


def any_in(*arguments: object) -> bool:
    """Tell whether an argument itself is a Dask array.

    >>> any_in([1.0], None)
    False
    """
    dask = sys.modules.get("dask.array")
    if dask is None:
        return False
    kind = getattr(dask, "Array", _NOTHING)  # not there while it is being imported
    return any(isinstance(value, kind) for value in arguments)


def taken(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any] | None:
    """Compute a public function of Dask arrays; None where it has none, or does not take them."""
    if "dask.array" not in sys.modules or not any_in(*args, *kwargs.values()):
        return None
    found: tuple[Any] | None = _calls().taken(function, args, kwargs)
    return found


def loss(name: str, messages: Any, **arguments: Any) -> Any:  # noqa: ANN401 (a Dask array, of anything)
    """Compute one of the losses of Dask arrays."""
    return importlib.import_module("tf_losses._internal.dask.losses").loss(
        name, messages, arguments
    )


def gradients(name: str, **arguments: Any) -> Any:  # noqa: ANN401 (Dask arrays, of anything)
    """Compute a function of `tf_losses.gradients` of Dask arrays."""
    return importlib.import_module("tf_losses._internal.dask.gradients").gradients(name, arguments)


def _calls() -> Any:  # noqa: ANN401 (a module)
    return importlib.import_module("tf_losses._internal.dask.calls")
