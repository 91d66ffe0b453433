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

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's protocol)
        """Compute on plain arrays; the tapes cannot follow."""
        values = getattr(ufunc, method)(*map(_plain, inputs), **_plain(kwargs))
        return _lost(ufunc.__name__, (inputs, kwargs), values)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's protocol)
        """Compute on plain arrays; the tapes cannot follow."""
        values = function(*_plain(args), **_plain(kwargs))
        return _lost(function.__name__, (args, kwargs), values)

    # NumPy's methods tell of themselves by what they make, unless that is a plain number.

    def dot(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's signature)
        """Multiply as NumPy does; the tapes cannot follow."""
        return np.dot(self, *args, **kwargs)

    def trace(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's signature)
        """Add up the diagonal as NumPy does; the tapes cannot follow."""
        return np.trace(self, *args, **kwargs)


def tensor(values: NDArray[Any]) -> Tensor:
    """Give an array that belongs to nobody else an identity, and protect it."""
    plain = np.asarray(values)
    plain.flags.writeable = False
    return plain.view(Tensor)


def untracked(value: Any) -> Any:  # noqa: ANN401 (anything; only tensors are changed)
    """Take the identity of a tensor, or of those in a list, away, so that no tape follows it."""
    return value if next(held_tensors(value), None) is None else _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 (any structure)
    if isinstance(value, (tuple, list)):
        items = map(_plain, value)
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return np.asarray(value) if isinstance(value, Tensor) else value


def held_tensors(value: object) -> Iterator[Tensor]:
    """Walk through the tensors in a structure."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from held_tensors(item)
    elif isinstance(value, dict):
        yield from held_tensors(tuple(value.values()))


def _lost(name: str, arguments: tuple[Any, ...], values: Any) -> Any:  # noqa: ANN401 (whatever NumPy gives)
    """Make tensors of an operation's results, and tell the tapes where they came from.

    Results that are no floating-point numbers carry no gradient in any case.
    """
    if isinstance(values, tuple):
        return tuple(_lost(name, arguments, value) for value in values)
    if not isinstance(values, (np.ndarray, np.generic)) or values.dtype.kind not in "fV":
        return values
    result = tensor(np.asarray(values))
    if _on_lost is not None:
        _on_lost(name, tuple(held_tensors(arguments)), (result,))
    return result
