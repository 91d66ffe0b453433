# SPDX-License-Identifier: Apache-2.0
"""A run: every symbol that is asked for is computed once, after those that it needs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tf_losses._arguments.symbols import Symbol, filled, held
from tf_losses._autodiff.functions import in_function
from tf_losses._autodiff.tape import GradientTape
from tf_losses._autodiff.tensor import Tensor
from tf_losses._graph.differentiation import Gradients
from tf_losses._graph.placeholders import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def values_of(targets: Iterable[Symbol], fed: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    """Compute symbols and all that they need, from what is fed.

    >>> one = Symbol(lambda: 1)
    >>> values_of([one], {})[one]
    1
    """
    values = dict(fed)
    order = _in_order(targets, values)
    sources = [xs for one in order if isinstance(one, Gradients) for xs in one.sources]
    with ExitStack() as stack:
        tape = None
        stack.enter_context(in_function())
        if sources:
            tape = stack.enter_context(GradientTape(persistent=True))
            for source in [*sources, *values.values()]:
                if isinstance(source, Tensor):
                    tape.watch(source)
        watched = {source for source in sources if isinstance(source, Symbol)}
        for symbol in order:
            values[symbol] = _value(symbol, values, tape)
            if tape is not None and symbol in watched and isinstance(values[symbol], Tensor):
                tape.watch(values[symbol])
    return values


def _value(symbol: Symbol, values: dict[Symbol, Any], tape: GradientTape | None) -> Any:  # noqa: ANN401 (whatever it gives)
    if isinstance(symbol, Gradients):
        assert tape is not None  # noqa: S101 (it has sources)
        return symbol.back(tape, values)
    if isinstance(symbol, Placeholder):
        return symbol.refuse()
    return symbol.function(*filled(symbol.args, values), **filled(symbol.kwargs, values))


def _in_order(targets: Iterable[Symbol], known: Mapping[Symbol, Any]) -> list[Symbol]:
    """List what has to be computed, each after what it needs."""
    order: dict[Symbol, None] = {}
    stack = [(target, False) for target in reversed(list(held(list(targets))))]
    while stack:
        symbol, ready = stack.pop()
        if symbol in order or symbol in known:
            continue
        if ready:
            order[symbol] = None
            continue
        stack.append((symbol, True))
        stack += [(one, False) for one in reversed(symbol.inputs)]
    return list(order)
