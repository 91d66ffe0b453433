# SPDX-License-Identifier: Apache-2.0
"""`tf.function`, and whether a loss is computed in one: its gradients add up in another order then.

TensorFlow counterpart: tensorflow/python/eager/polymorphic_function/polymorphic_function.py.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from tf_losses._internal.autodiff.tensor import Tensor, as_tensor
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["function"]

_mode: ContextVar[int] = ContextVar("mode", default=native.EAGER)
# How the gradients of what is computed now are added up: native.EAGER or native.FUNCTION.
mode = _mode.get


# Whether what is computed now is in a function, or in a graph.
_inside: ContextVar[bool] = ContextVar("inside", default=False)
inside = _inside.get


@contextmanager
def in_function(*, optimized: bool = True) -> Generator[None, None, None]:
    """Compute as in a function, or in a graph, of which the optimizer orders the gradients.

    >>> with in_function():
    ...     inside(), mode() == native.FUNCTION
    (True, True)
    """
    tokens = _inside.set(True), _mode.set(native.FUNCTION if optimized else native.EAGER)
    try:
        yield
    finally:
        _inside.reset(tokens[0])
        _mode.reset(tokens[1])


def behind(made: Tensor, kind: str, logits: object) -> Tensor:
    """Let a result in a graph remember what it was computed from, as losses of Keras look for it.

    Args:
        made: the result.
        kind: TensorFlow's name of the operation.
        logits: its input.
    """
    if inside():
        made.made_by = kind, logits if isinstance(logits, Tensor) else as_tensor(logits)
    return made


class Function:
    """A function of a program, which runs as it stands."""

    def __init__(self, python_function: Callable[..., Any]) -> None:
        """Keep the function."""
        self.python_function = python_function
        functools.update_wrapper(self, python_function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (those of the function)
        """Call it; gradients of its losses come in the order that they have in TensorFlow's."""
        with in_function():
            return self.python_function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:  # noqa: ANN401 (a method)
        """Be a method where it stands in a class."""
        return self if instance is None else functools.partial(self, instance)

    def get_concrete_function(self, *_args: object, **_kwargs: object) -> Function:
        """Give the same: there is nothing to trace."""
        return self


def function(
    func: Callable[..., Any] | None = None,
    input_signature: object = None,
    autograph: bool = True,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    jit_compile: object = None,
    **options: object,
) -> Any:  # noqa: ANN401 (a function, or what makes one)
    """Let a function run as it stands: there is no graph to make of it.

    Args:
        func: the function; without one, a decorator is given.
        input_signature: not used.
        autograph: not used.
        jit_compile: not used. What XLA compiles has other bits in TensorFlow.
        **options: not used.

    TensorFlow counterpart: `tf.function`,
    tensorflow/python/eager/polymorphic_function/polymorphic_function.py.

    >>> @function
    ... def double(x):
    ...     return 2 * x
    >>> double(3)
    6
    """
    del input_signature, autograph, jit_compile, options
    return Function if func is None else Function(func)
