# SPDX-License-Identifier: Apache-2.0
"""A run: every symbol that is asked for is computed once, after those that it needs.

What is computed for gradients, and by symbols that act, is computed as it stands; everything else
as TensorFlow's graph optimizer has it.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.symbols import Symbol, filled, held
from tf_losses._internal.autodiff.functions import in_function
from tf_losses._internal.autodiff.tape import GradientTape
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.graph.calls import Calls
from tf_losses._internal.graph.differentiation import Gradients
from tf_losses._internal.graph.optimizer import computed, optimize
from tf_losses._internal.graph.placeholders import Placeholder
from tf_losses.versions import get_tf_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tf_losses._internal.graph.graphs import Graph

# TensorFlow leaves smaller graphs as they are: MetaOptimizer's min_graph_nodes.
_SMALLEST = 4
_COMPOSED = ("tf_losses._internal.losses", "tf_losses._internal.composed")


def run(
    graph: Graph,
    targets: Iterable[Symbol],
    fed: Mapping[Symbol, Any],
    *,
    optimized: bool = True,
) -> dict[Symbol, Any]:
    """Compute symbols of a graph from what is fed; as they stand, if it is not to be optimized.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default() as graph:
    ...     x = tf.placeholder(tf.float32, [1])
    ...     product = x * 3.0 * 7.0
    >>> run(graph, [product], {x: tf.convert_to_tensor([2.0])})[product].numpy()
    array([42.], dtype=float32)
    """
    wanted = [target for target in held(list(targets)) if target not in fed]
    order = _in_order(wanted, fed)
    values, between = dict(fed), set[Symbol]()
    if not optimized or _size_of(graph) < _SMALLEST:
        return values_of(wanted, fed, optimized=optimized)
    if any(isinstance(symbol, Gradients) or symbol.acts for symbol in order):
        values = values_of(wanted, fed)
        between = _differentiated(order)
        first = {s: values[s] for s in order if isinstance(s, Gradients) or s.acts}
        wanted = [target for target in wanted if target not in first]
        given = {**fed, **first}
        order = _in_order(wanted, given)
    else:
        given = dict(fed)
    if wanted:
        with in_function():
            values.update(computed(_plan(graph, order, given, wanted, between), given))
    return values


def _size_of(graph: Graph) -> int:
    """Count nodes as TensorFlow does, up to where it matters: constants are nodes of their own."""
    count = 0
    for symbol in graph.symbols():
        if isinstance(symbol, Placeholder):
            count += 1
        else:
            count += 1 + len([one for one in symbol.args if not isinstance(one, Symbol)])
        if symbol.function.__module__.startswith(_COMPOSED):
            count += _SMALLEST
        if count >= _SMALLEST:
            break
    return count


def _differentiated(order: list[Symbol]) -> set[Symbol]:
    """Find what lies between the sources of gradients and what they are gradients of."""
    ahead: set[Symbol] = set()
    behind: set[Symbol] = set()
    for one in order:
        if isinstance(one, Gradients):
            ahead.update(held(one.sources))
            behind.update(held(one.ys))
    for symbol in order:
        if any(one in ahead for one in symbol.inputs):
            ahead.add(symbol)
    for symbol in reversed(order):
        if symbol in behind:
            behind.update(symbol.inputs)
    return ahead & behind


def _plan(
    graph: Graph,
    order: list[Symbol],
    given: Mapping[Symbol, Any],
    wanted: list[Symbol],
    differentiated: Iterable[Symbol],
) -> Calls:
    """Make the calls, or find those of an earlier run of the same."""
    key = (tuple(wanted), frozenset(given), len(graph.symbols()), get_tf_version())
    if key not in graph.plans:
        for symbol in order:
            if isinstance(symbol, Placeholder):
                symbol.refuse()
        needed = {one for symbol in order for one in symbol.inputs}
        calls = Calls(graph, order, [s for s in given if s in needed], wanted, differentiated)
        optimize(calls)
        graph.plans[key] = calls
    plan: Calls = graph.plans[key]
    return plan


def values_of(
    targets: Iterable[Symbol], fed: Mapping[Symbol, Any], *, optimized: bool = True
) -> dict[Symbol, Any]:
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
        stack.enter_context(in_function(optimized=optimized))
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
