# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow's graph optimizer makes of a graph before it runs, as far as bits depend on it.

A placeholder's shape is never taken for granted, as another may be fed; rules that need a shape
are therefore left out: they apply to nothing that depends on what is fed.

TensorFlow counterpart: tensorflow/core/grappler/optimizers, above all constant_folding.cc and
arithmetic_optimizer.cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.autodiff.tensor import tensor
from tf_losses._internal.graph.calls import Call, Calls
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from collections.abc import Hashable

# MetaOptimizer goes through all its optimizers twice.
_ROUNDS = 2
_HALF = 2  # bytes of the dtypes of 16 bits
_POWERS = {2.0: "square", 3.0: "cube", 0.5: "sqrt", -0.5: "rsqrt", -1.0: "reciprocal"}

# UnaryOpsComposition makes one operation of several of these, which comes before other rules.
_UNARY = (
    *("abs", "ceil", "exp", "expm1", "floor", "log", "log1p", "negative", "relu", "rint", "round"),
    *("rsqrt", "sigmoid", "sqrt", "square", "tanh"),
)


def optimize(calls: Calls) -> None:
    """Change calls into those that TensorFlow computes instead."""
    is_old = versions.release().in_sessions
    for _ in range(_ROUNDS):
        if not is_old:
            _share(calls)
        _fold_constants(calls)
        if is_old:
            _share(calls)
        _simplify_arithmetic(calls)


# ---- common_subgraph_elimination.cc (2.x), ArithmeticOptimizer::DedupComputations (1.15) ----


def _share(calls: Calls) -> None:
    """Compute only once what is computed twice; put operands that commute in order of names."""
    seen: dict[Hashable, Call] = {}
    doubles: list[Call] = []
    calls.sort()
    for call in calls.in_turn():
        if call.commutes:
            call.inputs.sort(key=lambda one: one.name)
        key = _identity(call)
        if key is None:
            continue
        first = seen.setdefault(key, call)
        if first is not call and call not in calls.kept:
            calls.replace(call, first)
            doubles.append(call)
    calls.erase(doubles)


def _identity(call: Call) -> Hashable:
    """Give what two calls have in common if one of them is enough."""
    inputs = tuple(id(one) for one in call.inputs)
    if call.is_constant:
        value = call.array
        return call.kind, value.dtype.str, value.shape, value.tobytes()
    if call.kind not in ("other", "given"):
        return call.kind, inputs, call.parameter
    symbol = call.symbol
    if call.kind == "given" or symbol is None or symbol.acts:
        return None
    if len(symbol.args) != len(inputs) or symbol.kwargs:
        return None
    return symbol.function, inputs


# ---- constant_folding.cc ----


def _fold_constants(calls: Calls) -> None:
    changed = True
    while changed:
        changed = False
        for call in calls.needed():
            if call.inputs and all(one.is_constant for one in call.inputs) and not _acts(call):
                call.fold()
                changed = True
        uses = calls.uses()  # the rules below keep these numbers
        for call in calls.in_turn():
            if _invert_divisor(calls, call) or _push_down(calls, uses, call):
                changed = True


def _acts(call: Call) -> bool:
    return call.kind == "other" and (call.symbol is None or call.symbol.acts)


def _invert_divisor(calls: Calls, call: Call) -> bool:
    """Turn x / c into x * (1 / c): ConstantFolding::ReduceDivToReciprocalMul."""
    if call.kind != "div" or not call.inputs[1].is_constant:
        return False
    inverse = Call("reciprocal", [call.inputs[1]])
    inverse.dtype = call.dtype
    calls.all.append(inverse)
    call.become("mul", call.inputs[0], inverse)
    return True


def _push_down(calls: Calls, uses: dict[Call, int], call: Call) -> bool:  # noqa: PLR0911 (conditions of the source)
    """Turn (x + y) + c into x + (y + c), and the like: ConstantFolding::ConstantPushDown."""
    if call.kind not in ("add", "sub", "mul"):
        return False
    if call.dtype is None or call.dtype not in FLOAT_CODES or call.dtype.itemsize == _HALF:
        return False
    left, right = call.inputs
    if not left.is_constant and not right.is_constant:
        return False
    constant, child = (left, right) if left.is_constant else (right, left)
    if (
        child.kind not in (("mul",) if call.kind == "mul" else ("add", "sub"))
        or child in calls.kept
        or uses[child] > 1
    ):
        return False
    first, second = child.inputs
    if first.is_constant and second.is_constant:
        return False
    x, y = (second, first) if first.is_constant else (first, second)
    if not y.is_constant and _is_longer(constant, x):
        return False
    if call.kind == "mul":
        call.become("mul", x, child)
        child.become("mul", constant, y)
        return True
    # Which of the three terms are subtracted.
    child_is_negated = call.kind == "sub" and child is right
    second_is_negated = (child.kind == "sub") != child_is_negated
    negative_c = call.kind == "sub" and constant is right
    negative_x, negative_y = child_is_negated, second_is_negated
    if first.is_constant:
        negative_x, negative_y = negative_y, negative_x
    call.become(
        "sub" if negative_x or (negative_c and negative_y) else "add",
        *((child, x) if negative_x else (x, child)),
    )
    child.become(
        "sub" if negative_c != negative_y else "add",
        *((y, constant) if negative_c else (constant, y)),
    )
    return True


def _is_longer(constant: Call, x: Call) -> bool:
    """Tell whether more would be computed: known only of constants, as shapes are not."""
    return x.is_constant and constant.array.size > x.array.size


# ---- arithmetic_optimizer.cc ----


def _simplify_arithmetic(calls: Calls) -> None:
    uses = calls.uses()
    needed = calls.needed()
    composed = {
        one
        for call in needed
        if call.called in _UNARY
        for one in call.inputs
        if uses[one] == 1 and one not in calls.kept
    }
    for call in needed:
        if call.kind == "pow" and call.parameter in _POWERS:  # ConvertPowStage
            call.become(_POWERS[call.parameter], call.inputs[0])
        elif call.kind == "div" and _is_free(calls, uses, call.inputs[1], "sqrt"):
            call.inputs[1].kind = "rsqrt"  # SqrtDivToRsqrtMulStage
            call.kind = "mul"
        elif call in composed:
            continue
        elif call.kind == "log" and _is_free(calls, uses, call.inputs[0], "softmax"):
            call.become("log_softmax", *call.inputs[0].inputs)  # LogSoftmaxStage
        elif call.kind in ("add", "add_n"):
            _count_terms(calls, call)
        elif call.kind == "mul" and call.inputs[0] is call.inputs[1]:
            call.become("square", call.inputs[0])  # ReplaceMulWithSquareStage


def _is_free(calls: Calls, uses: dict[Call, int], call: Call, kind: str) -> bool:
    return call.kind == kind and call not in calls.kept and uses[call] == 1


def _count_terms(calls: Calls, call: Call) -> None:
    """Turn x + x + ... into n * x: SimplifyAggregation."""
    x, count = call.inputs[0], len(call.inputs)
    if count < 2 or any(one is not x for one in call.inputs):  # noqa: PLR2004 (terms of a sum)
        return
    assert call.dtype is not None  # noqa: S101 (all known kinds have one)
    factor = Call("constant", [], None, tensor(np.array(count, call.dtype)))
    factor.dtype = call.dtype
    calls.all.append(factor)
    scope, slash, last = call.name.rpartition("/")
    call.name = f"{scope}{slash}ArithmeticOptimizer/SimplifyAggregation_Mul_{last}"
    call.become("mul", factor, x)


def computed(calls: Calls, given: dict[Any, Any]) -> dict[Any, Any]:
    """Compute the targets from what is given."""
    values: dict[Call, Any] = {call: given[symbol] for symbol, call in calls.given.items()}
    for call in calls.needed():
        if call.is_constant:
            values[call] = call.value
        elif call not in values:
            values[call] = call.computed(values)
    return {symbol: values[call] for symbol, call in calls.targets.items()}
