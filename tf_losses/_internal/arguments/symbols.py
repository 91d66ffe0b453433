# SPDX-License-Identifier: Apache-2.0
"""Symbolic tensors: what stands for a value that a session will compute.

A symbol keeps a function and its arguments, among them other symbols. A run calls the function with
their values, by the same code as a call that has its values at once.

What it will be (its dtype, its shape, how many results there are) is found by trial: the function
is called with two samples of its arguments, in which axes of unknown length have different lengths,
and what differs between the results is not known. A function that acts beside is not tried.

TensorFlow counterpart: `SymbolicTensor`, tensorflow/python/framework/ops.py.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from tf_losses._internal.arguments import nest
from tf_losses._internal.runtime.kinds import is_dict, is_listed, is_slice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Has an entry from the first symbol on: until then no call need look for one.
MADE: list[bool] = []
# Set by the graphs: gives the name for a symbol of theirs, and keeps it.
_namers: list[Callable[[Symbol, str], str]] = []
# The lengths that stand for an unknown one in the two samples.
SAMPLE_LENGTHS = (2, 3)
UNKNOWN = object()


class Symbol:
    """A value that a run computes.

    Args:
        function: what computes it.
        args: its arguments, as structures of symbols and values.
        kwargs: the same.
        name: what a graph may find it by.
        samples: two values it might have, where `function` need not be tried.
        acts: whether the function does more than to compute.
    """

    # NumPy lets the operators below answer.
    __array_ufunc__ = None

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        name: str | None = None,
        samples: list[Any] | None = None,
        acts: bool = False,
    ) -> None:
        """Keep what is to be computed."""
        if not MADE:
            MADE.append(True)
        self.function, self.args, self.kwargs = function, args, kwargs or {}
        self.inputs: tuple[Symbol, ...] = tuple(dict.fromkeys(held(args, self.kwargs)))
        self.acts = acts
        if samples is None:
            samples = [UNKNOWN, UNKNOWN] if acts else [_tried(self, i) for i in range(2)]
        self.samples = samples
        self.graph: Any = None
        self._name = name or getattr(function, "__name__", "operation").strip("_")
        for namer in _namers:
            self._name = namer(self, self._name)

    @property
    def name(self) -> str:
        """Its name, and which result of an operation it is."""
        return f"{self._name}:0"

    @property
    def op(self) -> Any:  # noqa: ANN401 (an operation)
        """What computes it."""
        return self.graph.operation_of(self)

    @property
    def dtype(self) -> Any:  # noqa: ANN401 (TensorFlow's dtype, if known)
        """Its dtype.

        Raises:
            ValueError: it is not known before a run.
        """
        first = self.samples[0]
        if not hasattr(first, "dtype"):
            raise ValueError(f"The dtype of {self.name} is not known before a run.")
        return first.dtype

    @property
    def shape(self) -> Any:  # noqa: ANN401 (TensorFlow's shape)
        """Its shape, with None for lengths that are not known before a run.

        Raises:
            ValueError: not even the rank is known.
        """
        first, second = (getattr(sample, "shape", None) for sample in self.samples)
        if first is None or second is None or len(first) != len(second):
            raise ValueError(f"The shape of {self.name} is not known before a run.")
        return type(first)(a if a == b else None for a, b in zip(first, second, strict=True))

    def get_shape(self) -> Any:  # noqa: ANN401 (TensorFlow's shape)
        """Give the shape."""
        return self.shape

    def set_shape(self, shape: Any) -> None:  # noqa: ANN401 (a shape, or a list)
        """Take notice of what the shape will be: a run finds it out in any case."""

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:  # noqa: ANN401 (as a session has them)
        """Compute the value in a session, by default the one whose block this is.

        Raises:
            ValueError: there is none.
        """
        return self.graph.evaluated(self, feed_dict, session)

    def __iter__(self) -> Iterator[Any]:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            "Iterating over a symbolic `tf.Tensor` is not allowed: its values are not known before "
            "a run. tf.unstack makes a list of the parts along an axis of known length."
        )

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 (what TensorFlow takes)
        """Give a part."""
        return make(_part, self, index)

    def __bool__(self) -> bool:
        """Refuse.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed: its value is not "
            "known before a run. Use tf.where or tf.cond, or compare what the session returns."
        )

    def __array__(self, dtype: object = None, copy: object = None) -> Any:  # noqa: ANN401 (never)
        """Refuse.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may "
            "indicate that you're trying to pass a Tensor to a NumPy call, which is not supported: "
            "compute it by session.run first."
        )

    def __repr__(self) -> str:
        """Write it as TensorFlow does."""
        try:
            return f"<tf.Tensor '{self.name}' shape={self.shape} dtype={self.dtype.name}>"
        except ValueError:
            return f"<tf.Tensor '{self.name}' shape=<unknown>>"

    def __str__(self) -> str:
        """Write it as TensorFlow does."""
        try:
            return f'Tensor("{self.name}", shape={self.shape}, dtype={self.dtype.name})'
        except ValueError:
            return f'Tensor("{self.name}", shape=<unknown>)'

    def __copy__(self) -> Symbol:
        """Give the symbol itself."""
        return self

    def __deepcopy__(self, _memo: object) -> Symbol:
        """Give the symbol itself."""
        return self


def define_operators(operators: dict[str, Callable[..., Any]]) -> None:
    """Give symbols the operators of tensors, by the names of their methods."""
    for method, function in operators.items():
        setattr(Symbol, method, _operator(function))


def _operator(function: Callable[..., Any]) -> Callable[..., Any]:
    def operate(*operands: Any) -> Any:  # noqa: ANN401 (one or two)
        return make(function, *operands)

    operate.__name__ = function.__name__
    return operate


def on_naming(namer: Callable[[Symbol, str], str]) -> None:
    """Set who names symbols."""
    _namers[:] = [namer]


def held(*arguments: Any, depth: int = 0) -> Iterator[Symbol]:  # noqa: ANN401 (any structures)
    """Walk through the symbols in structures, as deep as these are taken apart."""
    if depth > nest.DEEPEST:
        return
    for value in arguments:
        if isinstance(value, Symbol):
            yield value
        elif is_slice(value):
            yield from held(value.start, value.stop, value.step, depth=depth + 1)
        elif isinstance(value, (list, tuple)):
            yield from held(*value, depth=depth + 1)
        elif isinstance(value, dict):
            yield from held(*value.values(), depth=depth + 1)


def any_in(*arguments: Any) -> bool:  # noqa: ANN401 (any structures)
    """Tell whether a structure holds a symbol.

    >>> any_in([1, {"a": (2,)}])
    False
    """
    return bool(MADE) and next(held(*arguments), None) is not None


def filled(value: Any, values: dict[Symbol, Any]) -> Any:  # noqa: ANN401 (any structure)
    """Put values where a structure holds symbols."""
    if isinstance(value, Symbol):
        return values[value]
    if is_slice(value):
        return slice(*(filled(part, values) for part in (value.start, value.stop, value.step)))
    if is_listed(value):
        return nest.listed_as(value, [filled(item, values) for item in value])
    if is_dict(value):
        return nest.keyed_as(value, {key: filled(item, values) for key, item in value.items()})
    return value


def make(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (any)
    """Make a symbol of a call; several, in their structure, where there are several results."""
    acts = function in _acting
    return spread(Symbol(function, args, kwargs, name=_named(kwargs), acts=acts))


def _named(kwargs: dict[str, Any]) -> str | None:
    name = kwargs.get("name")
    return name if isinstance(name, str) else None


# Functions that do more than to compute: they are not tried.
_acting: list[Callable[..., Any]] = []
_F = TypeVar("_F", bound="Callable[..., Any]")


def acting(function: _F) -> _F:
    """Mark a function that does something beside what it gives."""
    _acting.append(function)
    return function


def spread(whole: Symbol) -> Any:  # noqa: ANN401 (a symbol, or a structure of them)
    """Give a symbol for each of the results of a function that gives several."""
    sample = whole.samples[0]
    if not isinstance(sample, (list, tuple, dict)):
        return whole
    count = sum(1 for _ in nest.leaves(sample))
    leaves = [list(nest.leaves(sample)) for sample in whole.samples]
    parts: list[Any] = [
        None
        if leaves[0][i] is None
        else Symbol(_leaf, (whole, i), samples=[leaves[0][i], leaves[1][i]])
        for i in range(count)
    ]
    return nest.pack(sample, parts)


def _leaf(structure: Any, place: int) -> Any:  # noqa: ANN401 (any structure)
    return next(itertools.islice(nest.leaves(structure), place, None))


def _part(tensor: Any, index: Any) -> Any:  # noqa: ANN401 (what TensorFlow takes)
    return tensor[index]


def _tried(symbol: Symbol, sample: int) -> Any:  # noqa: ANN401 (whatever it gives)
    """Compute one of a symbol's samples; UNKNOWN if there is none."""
    values = {one: one.samples[sample] for one in symbol.inputs}
    if any(value is UNKNOWN for value in values.values()):
        return UNKNOWN
    # Samples need not fit what a run will feed: an error here says nothing.
    with suppress(Exception):
        return symbol.function(*filled(symbol.args, values), **filled(symbol.kwargs, values))
    return UNKNOWN
