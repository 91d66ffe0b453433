# SPDX-License-Identifier: Apache-2.0
"""Graphs: which symbols there are, by name, and which graph new ones belong to.

TensorFlow counterpart: `tf.Graph`, tensorflow/python/framework/ops.py.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments import symbols
from tf_losses._internal.autodiff.tensor import BINARY, COMPARISONS, UNARY, function_of
from tf_losses._internal.composed.collections import Collections, on_looking_up
from tf_losses._internal.composed.collections import current as current_collections
from tf_losses._internal.graph.default_sessions import evaluated
from tf_losses._internal.graph.nodes import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

    from tf_losses._internal.arguments.symbols import Symbol

__all__ = [
    "Graph",
    "disable_eager_execution",
    "enable_eager_execution",
    "executing_eagerly",
    "get_default_graph",
    "name_scope",
    "reset_default_graph",
]


class Graph:
    """Symbols that belong together.

    TensorFlow counterpart: `tf.Graph`, tensorflow/python/framework/ops.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default() as graph:
    ...     x = tf.placeholder(tf.float32, [None], name="x")
    >>> graph.get_tensor_by_name("x:0") is x
    True
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._by_name: dict[str, Symbol] = {}
        self._counts: dict[str, int] = {}
        self.scope = ""
        self.collections = Collections()
        # Sets back what a run has counted up: see `tf.metrics`.
        self.initializers: list[Callable[[], object]] = []
        # How what was asked for before is computed: see `tf_losses._internal.graph.runs`.
        self.plans: dict[Hashable, Any] = {}

    @contextmanager
    def as_default(self) -> Generator[Graph, None, None]:
        """Let new symbols belong to this graph, in a `with` block; constants are symbols there."""
        _here.graphs.append((self, True))
        try:
            yield self
        finally:
            _here.graphs.pop()

    def get_tensor_by_name(self, name: str) -> Symbol:
        """Find a symbol, e.g. "x:0".

        Raises:
            KeyError: there is none.
        """
        found = self._by_name.get(name.removesuffix(":0"))
        if found is None or ":" not in name:
            raise KeyError(
                f"The name {name!r} refers to a Tensor which does not exist. The operation, "
                f"{name.partition(':')[0]!r}, does not exist in the graph."
            )
        return found

    def get_operation_by_name(self, name: str) -> Operation:
        """Find what computes a symbol, e.g. "x".

        Raises:
            KeyError: there is none.
        """
        return self.operation_of(self.get_tensor_by_name(f"{name}:0"))

    def get_operations(self) -> list[Operation]:
        """List what computes all symbols, the first that was made first."""
        return [self.operation_of(symbol) for symbol in self._by_name.values()]

    def get_collection(self, name: Hashable, scope: str | None = None) -> list[Any]:
        """List what was collected under a name; with a scope, what has a name that matches it."""
        return self.collections.get(name, scope)

    def get_collection_ref(self, name: Hashable) -> list[Any]:
        """Give the list itself of what was collected under a name."""
        return self.collections.get_ref(name)

    def add_to_collection(self, name: Hashable, value: object) -> None:
        """Collect a value under a name."""
        self.collections.add(name, value)

    def finalize(self) -> None:
        """Do nothing: a graph may always grow here."""

    def symbols(self) -> list[Symbol]:
        """List all symbols, the first that was made first."""
        return list(self._by_name.values())

    def keep(self, symbol: Symbol, name: str) -> str:
        """Take a symbol in, under a name of its own."""
        symbol.graph = self
        symbol.inputs += tuple(one for one in _here.waited_for if one not in symbol.inputs)
        full = self.scope + name.rstrip("/")
        count = self._counts.get(full, 0)
        self._counts[full] = count + 1
        if count:
            full = f"{full}_{count}"
            self._counts.setdefault(full, 1)
        self._by_name[full] = symbol
        return full

    def operation_of(self, symbol: Symbol) -> Operation:
        """Give what computes a symbol."""
        return Operation(symbol.name.removesuffix(":0"), symbol)

    def evaluated(self, symbol: Symbol, feed_dict: Any, session: Any) -> Any:  # noqa: ANN401 (as a session has them)
        """Compute a symbol in a session, by default the one whose block this is."""
        return evaluated(symbol, feed_dict, session)


class _Here(threading.local):
    """The graphs whose blocks a thread is in; whether constants are symbols there."""

    def __init__(self) -> None:
        self.graphs: list[tuple[Graph, bool]] = []
        self.waited_for: tuple[Symbol, ...] = ()


_here = _Here()
# That of the process, and whether its constants are symbols.
_process: list[Any] = [Graph(), False]
# What was collected before there were graphs is not lost.
_process[0].collections = current_collections()


def get_default_graph() -> Graph:
    """Give the graph that new symbols belong to.

    >>> get_default_graph() is get_default_graph()
    True
    """
    return _here.graphs[-1][0] if _here.graphs else _process[0]


def reset_default_graph() -> None:
    """Begin a new graph.

    Raises:
        AssertionError: the default graph is that of a `with` block.

    >>> reset_default_graph()
    """
    if _here.graphs:
        raise AssertionError("Do not use tf.reset_default_graph() to clear nested graphs.")
    _process[0] = Graph()


@contextmanager
def waiting_for(first: list[Symbol]) -> Generator[None, None, None]:
    """Let a run compute some symbols before those that are made in a block.

    >>> with waiting_for([]):
    ...     pass
    """
    before = _here.waited_for
    _here.waited_for = (*before, *first)
    try:
        yield
    finally:
        _here.waited_for = before


def executing_eagerly() -> bool:
    """Tell whether constants have their values at once.

    >>> executing_eagerly()
    True
    """
    return not (_here.graphs[-1][1] if _here.graphs else _process[1])


def disable_eager_execution() -> None:
    """Let constants be symbols, so that `tf.gradients` can go back to them.

    >>> disable_eager_execution()
    >>> executing_eagerly()
    False
    >>> enable_eager_execution()
    """
    _process[1] = True


def enable_eager_execution(
    config: object = None,  # noqa: ARG001 (TensorFlow's signature)
    device_policy: object = None,  # noqa: ARG001 (same)
    execution_mode: object = None,  # noqa: ARG001 (same)
) -> None:
    """Let constants have their values at once, as they have here unless told otherwise.

    >>> enable_eager_execution()
    """
    _process[1] = False


@contextmanager
def name_scope(
    name: str | None = None,
    default_name: str | None = None,
    values: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Generator[str, None, None]:
    """Put a name before those of the symbols of a `with` block.

    >>> with name_scope("loss") as scope:
    ...     scope
    'loss/'
    """
    graph, given = get_default_graph(), name or default_name
    before = graph.scope
    graph.scope = f"{before}{given.rstrip('/')}/" if given else before
    try:
        yield graph.scope
    finally:
        graph.scope = before


def _keep(symbol: Symbol, name: str) -> str:
    return get_default_graph().keep(symbol, name)


# Which function of `tf.math` an operator calls, and whether with its operands swapped.
OPERATORS: dict[Callable[..., Any], tuple[str, bool]] = {}


def _define_operators() -> None:
    """Give symbols the operators of tensors, but for `==` and `!=`, which compare identities."""
    operators = {f"__{method}__": _late(name) for method, name in UNARY.items()}
    for method, (name, _) in BINARY.items():
        if method in COMPARISONS:
            if method not in ("eq", "ne"):
                operators[f"__{method}__"] = _late(name)
            continue
        function, swapped = _late(name), _swapped(_late(name))
        operators[f"__{method}__"] = function
        operators[f"__r{method}__"] = swapped
        known = function.__name__
        OPERATORS[function], OPERATORS[swapped] = (known, False), (known, True)
    symbols.define_operators(operators)


def _late(name: str) -> Callable[..., Any]:
    """Give a function of `tf.math`, or of tensors, that is looked for when it is called."""

    def function(*operands: Any) -> Any:  # noqa: ANN401 (one or two)
        return function_of(name)(*operands)

    # The optimizer knows it by the name of what TensorFlow computes.
    function.__name__ = {"times": "multiply"}.get(name, name)
    return function


def _swapped(function: Callable[..., Any]) -> Callable[..., Any]:
    def swapped(x: Any, y: Any) -> Any:  # noqa: ANN401 (operands)
        return function(y, x)

    swapped.__name__ = function.__name__
    return swapped


_define_operators()
symbols.on_naming(_keep)
on_looking_up(lambda: get_default_graph().collections)
