# SPDX-License-Identifier: Apache-2.0
"""Arrays that a tape can follow: what `constant` makes, and what the losses return to a tape.

A tensor is a NumPy array that cannot be written to. Whatever NumPy computes from one is a tensor
again, and the tapes are told that they could not follow: a gradient through it is then an error
that names the operation, where an array without memory would silently have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

# Set by the tape module: told of an operation that no tape can follow (name, inputs, outputs).
_on_lost: Callable[[str, tuple[Tensor, ...], tuple[Tensor, ...]], None] | None = None


def on_lost(listener: Callable[[str, tuple[Tensor, ...], tuple[Tensor, ...]], None]) -> None:
    """Set who is told about operations that cannot be followed."""
    global _on_lost  # noqa: PLW0603 (one listener; set once, when the tape module is loaded)
    _on_lost = listener


class Tensor(np.ndarray[Any, Any]):
    """A read-only array with an identity, as `tf_losses.constant` makes it.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    def numpy(self) -> Any:  # noqa: ANN401 (an array, or a scalar where there are no axes)
        """Copy the values into a plain array, which no tape follows; a scalar without axes."""
        values = np.array(self, subok=False)
        return values if values.ndim else values[()]

    def __array_finalize__(self, source: object) -> None:
        """Tell the tapes of views and copies: slices, reshaped and transposed tensors."""
        if isinstance(source, Tensor) and _on_lost is not None:
            _on_lost("indexing or reshaping", (source,), (self,))

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 (NumPy's indices)
        """Give a tensor, also of a single element."""
        values = super().__getitem__(index)
        return values if isinstance(values, Tensor) else _lost("indexing", (self,), values)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Compute on plain arrays; the tapes cannot follow."""
        values = getattr(ufunc, method)(*map(_plain, inputs), **_plain(kwargs))
        return _lost(ufunc.__name__, (inputs, kwargs), values)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        """Compute on plain arrays; the tapes cannot follow."""
        values = function(*_plain(args), **_plain(kwargs))
        return _lost(function.__name__, (args, kwargs), values)


def tensor(values: NDArray[Any]) -> Tensor:
    """Give an array that belongs to nobody else an identity, and protect it."""
    plain = np.asarray(values)
    plain.flags.writeable = False
    return plain.view(Tensor)


def untracked(value: Any) -> Any:  # noqa: ANN401 (anything; only tensors are changed)
    """Take a tensor's identity away, so that no tape follows it."""
    return np.asarray(value) if isinstance(value, Tensor) else value


def _plain(value: Any) -> Any:  # noqa: ANN401 (any structure)
    if isinstance(value, (tuple, list)):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return untracked(value)


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        yield from _tensors(tuple(value.values()))


def _lost(name: str, arguments: tuple[Any, ...], values: Any) -> Any:  # noqa: ANN401
    """Make tensors of an operation's results, and tell the tapes where they came from.

    Results that are no floating-point numbers carry no gradient in any case.
    """
    if isinstance(values, tuple):
        return tuple(_lost(name, arguments, value) for value in values)
    if not isinstance(values, (np.ndarray, np.generic)) or values.dtype.kind not in "fV":
        return values
    result = tensor(np.asarray(values))
    if _on_lost is not None:
        _on_lost(name, tuple(_tensors(arguments)), (result,))
    return result
