# SPDX-License-Identifier: Apache-2.0
"""What the three namespaces share: refused calls, arguments with two names, deprecations.

TensorFlow 2.x binds the arguments of its functions itself and has its own words for a call that
does not fit; TensorFlow 1.15 leaves that to Python. `dispatched` gives a function the former, and
`computing` a loss as well.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from tf_losses._internal.arguments import lazy, symbols
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.runtime import arrays, native
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.arguments.messages import Messages

_call, _version = arrays.call, native.version.get

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")

SIGMOID = "sigmoid_cross_entropy_with_logits"
SOFTMAX = "softmax_cross_entropy_with_logits"
SOFTMAX_V2 = "softmax_cross_entropy_with_logits_v2"
SPARSE = "sparse_softmax_cross_entropy_with_logits"
WEIGHTED = "weighted_cross_entropy_with_logits"

_TF1_NAMESPACES = "tf_losses.compat.v1.nn and tf_losses.nn take it"
_WHO_TAKES = {
    "_sentinel": "tf_losses.nn takes it, as TensorFlow 1.x did",
    "dim": _TF1_NAMESPACES,
    "targets": _TF1_NAMESPACES,
}


def dispatched(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a call that does not fit the signature fail in TensorFlow 2.x's words.

    >>> @dispatched
    ... def double(number):
    ...     return 2 * number
    >>> double(2)
    4
    >>> try:
    ...     double()
    ... except TypeError as error:
    ...     print(str(error).splitlines()[0])
    Missing required positional argument
    """

    @functools.wraps(function)
    def namespace(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except TypeError:
            _explain(function, args, kwargs)
            raise

    return namespace


def computing(
    loss: int, computes: Callable[..., Any]
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Give a function without a body what computes a loss, and TensorFlow 2.x's words.

    The two take the same arguments. Plain arrays go to C as they come.
    """

    def decorate(published: Callable[_P, _R]) -> Callable[_P, _R]:
        compute: Callable[..., _R] = computes

        @functools.wraps(published)
        def namespace(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            found: _R | None = _call(native.version_chosen and _version(), loss, args, kwargs)
            if found is not None:
                return found
            try:
                return compute(*args, **kwargs)
            except TypeError:
                _explain(published, args, kwargs)
                raise

        return namespace

    return decorate


def _explain(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise what TensorFlow says if the arguments do not fit; return if they do."""
    signature = inspect.signature(function)
    names = list(signature.parameters)
    if names and names[-1] == "kwargs":  # which takes whatever comes, and says itself what not
        return
    hint = f"Signature: {function.__name__}({', '.join(names)})."
    if len(args) > len(names):
        message = f"Too many arguments were given. Expected {len(names)} but got {len(args)}."
        raise hinted(TypeError(message), hint) from None
    for name in kwargs:
        if name not in names:
            who = f" {_WHO_TAKES[name]}." if name in _WHO_TAKES else ""
            message = f"Got an unexpected keyword argument '{name}'"
            raise hinted(TypeError(message), hint + who) from None
        if name in names[: len(args)]:
            message = f"Got multiple values for argument '{name}'"
            raise hinted(TypeError(message), hint) from None
    needed = [
        name
        for name, parameter in list(signature.parameters.items())[len(args) :]
        if parameter.default is parameter.empty and name not in kwargs
    ]
    if needed:
        hint = f"{hint} Missing: {', '.join(needed)}."
        raise hinted(TypeError("Missing required positional argument"), hint) from None


def published(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Give an operation what `dispatched` gives a loss; let it take symbolic and lazy arrays."""

    @functools.wraps(function)
    def namespace(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if MADE and symbols.any_in(args, kwargs):
            symbol: _R = symbols.make(function, *args, **kwargs)
            return symbol
        try:
            found: tuple[_R] | None = lazy.taken(function, args, kwargs)
            return function(*args, **kwargs) if found is None else found[0]
        except TypeError:
            _explain(function, args, kwargs)
            raise

    return namespace


_TAKE_SYMBOLS: list[Callable[..., Any]] = []


def symbolic(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a public function have symbolic tensors as they are, where a run shall not call it."""
    _TAKE_SYMBOLS.append(function)
    return function


def takes_symbols(function: Callable[..., Any]) -> bool:
    """Tell whether it does: what makes graphs does."""
    return function.__module__.startswith("tf_losses._internal.graph.") or function in _TAKE_SYMBOLS


def refuse_missing(function: str, labels: object, logits: object, messages: Messages) -> NoReturn:
    """Labels or logits are None."""
    names = [name for name, value in (("labels", labels), ("logits", logits)) if value is None]
    hint = f"{' and '.join(f'`{name}`' for name in names)} came as None or not at all."
    if labels is None and logits is not None:
        hint += (
            " A call in TensorFlow 1.x's style, (None, labels, logits), is for tf_losses.nn; "
            "the compat namespaces take (labels, logits)."
        )
    raise hinted(messages.missing(function, labels, logits), hint)


def one_of(old: str, old_value: _T, new: str, new_value: _T, messages: Messages) -> _T:
    """Choose between the values of an argument with two names; None stands for not given."""
    if old_value is None:
        return new_value
    if new_value is None:
        return old_value
    raise hinted(
        messages.both_given(old, new), f"`{old}` is the old name of `{new}`: give one of them."
    )


_warned: set[str] = set()


def warn_once(message: str, *, stacklevel: int) -> None:
    """Warn about a deprecation, once in the life of the process, as TensorFlow does.

    Args:
        message: TensorFlow's text.
        stacklevel: 1 for the caller of this function, 2 for its caller, and so on.
    """
    if message not in _warned:
        _warned.add(message)
        warnings.warn(message, DeprecationWarning, stacklevel=stacklevel + 1)


def warn_argument(function: str, old: str, new: str, *, stacklevel: int) -> None:
    """Warn, once, about an argument that has a new name."""
    warn_once(
        f"calling {function} with {old} is deprecated and will be removed in a future version.\n"
        f"Instructions for updating:\n{old} is deprecated, use {new} instead",
        stacklevel=stacklevel + 1,
    )


def warn_softmax(*, stacklevel: int) -> None:
    """Warn, once, about the softmax that sends no gradients into the labels."""
    warn_once(
        f"{SOFTMAX} is deprecated and will be removed in a future version.\n"
        "Instructions for updating:\n\n"
        "Future major versions of TensorFlow will allow gradients to flow\n"
        "into the labels input on backprop by default.\n\n"
        "See `tf.nn.softmax_cross_entropy_with_logits_v2`.\n",
        stacklevel=stacklevel + 1,
    )
