# SPDX-License-Identifier: Apache-2.0
"""What a run shall compute, in a form that can be changed: a call for each symbol that is needed.

The optimizer knows some operations by their kind, and changes what they are called with. All others
are "other": they are computed by their symbols' own functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.symbols import Symbol, filled
from tf_losses._internal.autodiff.arithmetic import add, add_n, divide, multiply, square, subtract
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype, tensor
from tf_losses._internal.graph.backward_uses import used_backward
from tf_losses._internal.graph.names import names_of
from tf_losses._internal.graph.placeholders import known
from tf_losses._internal.graph.recognized import (
    KINDS,
    dtype_kept,
    dtype_of,
    has_shape,
    is_along_last,
    operation_of,
)
from tf_losses._internal.operations.elementwise_gradients import reciprocal
from tf_losses._internal.operations.power import pow as pow_
from tf_losses._internal.operations.softmaxes import log_softmax
from tf_losses._internal.operations.transcendental import rsqrt, sqrt
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tf_losses._internal.graph.graphs import Graph


def _reciprocal(x: Tensor) -> Tensor:
    return tensor(reciprocal(np.asarray(x)))


def _cube(x: Tensor) -> Tensor:
    return multiply(x, square(x))


# What computes each kind, from the values of a call's inputs.
_COMPUTES: dict[str, Callable[..., Any]] = {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": divide,
    "pow": pow_,
    "square": square,
    "cube": _cube,
    "sqrt": sqrt,
    "rsqrt": rsqrt,
    "reciprocal": _reciprocal,
    "log_softmax": log_softmax,
    "add_n": lambda *values: add_n(list(values)),
}
_COMMUTE = ("add", "mul", "add_n")
# Give their argument, as far as values go.
_SAME = ("identity", "stop_gradient")
# Give what depends on the shape of their argument only.
_OF_SHAPES = ("ones_like", "zeros_like", "shape", "size", "rank")


class Call:
    """One thing to compute.

    Args:
        kind: which operation it is.
        inputs: of which other calls.
        symbol: what its value is that of, at first.
        value: that of a constant.
    """

    def __init__(
        self, kind: str, inputs: list[Call], symbol: Symbol | None = None, value: object = None
    ) -> None:
        """Keep them."""
        self.kind, self.inputs, self.symbol, self.value = kind, inputs, symbol, value
        self.dtype: np.dtype[Any] | None = None
        self.name = ""
        self.parameter: Any = None  # the exponent of a pow
        self.called = ""  # the function's name, if it is an operation

    @property
    def is_constant(self) -> bool:
        """Whether its value is the same in every run."""
        return self.kind == "constant"

    @property
    def array(self) -> np.ndarray[Any, Any]:
        """The value of a constant."""
        return np.asarray(self.value)

    @property
    def commutes(self) -> bool:
        """Whether its inputs may be exchanged."""
        return self.kind in _COMMUTE

    def become(self, kind: str, *inputs: Call) -> None:
        """Be another operation from now on."""
        self.kind, self.inputs = kind, list(inputs)

    def fold(self) -> None:
        """Become a constant."""
        self.value = self.computed({one: one.value for one in self.inputs})
        self.kind, self.inputs = "constant", []

    def computed(self, values: Mapping[Call, Any]) -> Any:  # noqa: ANN401 (whatever it gives)
        """Compute it from the values of its inputs."""
        given = [values[one] for one in self.inputs]
        if self.kind in _COMPUTES:
            return _COMPUTES[self.kind](*given)
        symbol = self.symbol
        assert symbol is not None  # noqa: S101 (all other kinds have one)
        found = dict(zip(symbol.inputs, given, strict=True))
        return symbol.function(*filled(symbol.args, found), **filled(symbol.kwargs, found))


def _is_composed(symbol: Symbol) -> bool:
    module = getattr(symbol.function, "__module__", "")
    return module.startswith("tf_losses._internal.composed")


class Calls:
    """All that a run computes, each after what it needs; what is asked for is kept.

    Args:
        graph: of the symbols.
        order: the symbols, each after what it needs.
        given: those whose values are known when the run begins.
        targets: those that are asked for.
        differentiated: those that the run goes back through for gradients.
    """

    def __init__(
        self,
        graph: Graph,
        order: Iterable[Symbol],
        given: Iterable[Symbol],
        targets: Iterable[Symbol],
        differentiated: Iterable[Symbol] = (),
    ) -> None:
        """Make the calls."""
        self.of: dict[Symbol, Call] = {}
        self.all: list[Call] = []
        self._names = names_of(graph)
        self.given = {symbol: self._new(Call("given", [], symbol)) for symbol in given}
        for symbol, call in self.given.items():
            call.dtype = dtype_of(symbol)
            self.of[symbol] = call
        kept = set(targets)
        # Keras's losses look for what an argument was made by, as the program wrote it.
        self._of_composed = {
            one for symbol in order if _is_composed(symbol) for one in symbol.inputs
        }
        for symbol in order:
            self.of[symbol] = self._made(symbol, kept)
        self.targets = {symbol: self.of[symbol] for symbol in kept}
        self.kept = set(self.targets.values())
        self._backward: dict[Call, int] = {}
        for symbol in differentiated:
            for call in used_backward(symbol, self.of.get(symbol)):
                self._backward[call] = self._backward.get(call, 0) + 1

    def uses(self) -> dict[Call, int]:
        """Count how often each call is an input of another that is needed, or of a gradient."""
        counts = {call: self._backward.get(call, 0) for call in self.all}
        for call in self.needed():
            for one in call.inputs:
                counts[one] = counts.get(one, 0) + 1
        return counts

    def needed(self) -> list[Call]:
        """List what the targets need, each after what it needs itself."""
        order: dict[Call, None] = {}
        stack = [(call, False) for call in self.targets.values()]
        while stack:
            call, ready = stack.pop()
            if call in order:
                continue
            if ready:
                order[call] = None
                continue
            stack.append((call, True))
            stack += [(one, False) for one in reversed(call.inputs)]
        return list(order)

    def in_turn(self) -> list[Call]:
        """List what the targets need, in the order in which TensorFlow keeps it."""
        needed = set(self.needed())
        return [call for call in self.all if call in needed]

    def sort(self) -> None:
        """Put each call after its inputs: first all that have none (`TopologicalSort`)."""
        users: dict[Call, list[Call]] = {}
        missing: dict[Call, int] = {}
        order: list[Call] = []
        for call in self.in_turn():
            missing[call] = len(call.inputs)
            for one in call.inputs:
                users.setdefault(one, []).append(call)
            if not call.inputs:
                order.append(call)
        for call in order:
            for user in users.get(call, ()):
                missing[user] -= 1
                if not missing[user]:
                    order.append(user)
        self.all = order

    def erase(self, doubles: list[Call]) -> None:
        """Take calls out: the last ones move to their places (`EraseNodesFromGraph`)."""
        last = len(self.all) - 1
        for place in sorted((self.all.index(call) for call in doubles), reverse=True):
            self.all[place], self.all[last] = self.all[last], self.all[place]
            last -= 1
        del self.all[last + 1 :]

    def replace(self, old: Call, new: Call) -> None:
        """Let what uses one call use another."""
        for call in self.all:
            call.inputs = [new if one is old else one for one in call.inputs]

    def _new(self, call: Call) -> Call:
        if call.symbol is not None:
            call.name = self._names.get(call.symbol, "")
        self.all.append(call)
        return call

    def _made(self, symbol: Symbol, kept: set[Symbol]) -> Call:
        if symbol.function is known:
            return self._constant(symbol.args[0])
        name, operands = operation_of(symbol)
        same = name in _SAME and isinstance(operands[0], Symbol)
        if same and symbol not in kept and symbol not in self._of_composed:
            return self.of[operands[0]]
        if name in _OF_SHAPES and has_shape(operands[0]) and not symbol.acts:
            return self._constant(symbol.samples[0])
        call = self._of_kind(symbol, KINDS.get(name, ""), operands)
        if call is None:
            call = Call("other", [self.of[one] for one in symbol.inputs], symbol)
            call.dtype = dtype_of(symbol) or dtype_kept(symbol, call.inputs)
        call.called = name
        return self._new(call)

    def _constant(self, value: object) -> Call:
        call = self._new(Call("constant", [], None, value))
        call.dtype = plain_dtype(value) if isinstance(value, Tensor) else None
        return call

    def _of_kind(self, symbol: Symbol, kind: str, operands: list[Any]) -> Call | None:
        """Make a call of something the optimizer knows; None if this is not so simple."""
        if not kind or not operands:
            return None
        dtype = dtype_of(symbol)
        for one in operands:
            if dtype is None and isinstance(one, Symbol):
                dtype = self.of[one].dtype
        if dtype is None or dtype not in FLOAT_CODES:
            return None
        if kind == "softmax" and not is_along_last(symbol):
            return None
        if kind in ("sqrt", "log", "softmax", "square"):
            operands = operands[:1]
        inputs: list[Call] = []
        for one in operands:
            made = self.of[one] if isinstance(one, Symbol) else self._read(one, dtype)
            if made is None or made.dtype != dtype:
                return None
            inputs.append(made)
        call = Call(kind, inputs, symbol)
        call.dtype = dtype
        if kind == "pow" and inputs[1].is_constant and inputs[1].array.size == 1:
            call.parameter = float(inputs[1].array.flat[0])
        return call

    def _read(self, value: object, dtype: np.dtype[Any]) -> Call | None:
        if isinstance(value, Tensor) and plain_dtype(value) != dtype:
            return None
        try:
            return self._constant(tensor(np.array(read(value, dtype), order="C")))
        except (TypeError, ValueError):
            return None
