# SPDX-License-Identifier: Apache-2.0
"""What gradients need of the way there: the optimizer leaves alone what has a second use.

TensorFlow counterpart: `SmartBroadcastGradientArgs`, tensorflow/python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses.versions import release

if TYPE_CHECKING:
    import numpy as np

    from tf_losses._internal.arguments.symbols import Symbol
    from tf_losses._internal.graph.calls import Call


def used_backward(symbol: Symbol, call: Call | None) -> list[Call]:
    """List whose values, or shapes, the gradient of a call needs, as far as a rule asks for it."""
    if call is None or call.symbol is not symbol:
        return []
    if call.kind == "log":
        return call.inputs
    if call.kind == "div":
        return call.inputs[1:]
    constants = [one for one in call.inputs if one.is_constant]
    if call.kind not in ("add", "sub", "mul") or len(constants) != 1:
        return []
    return [
        one
        for one in call.inputs
        if not one.is_constant
        and one.symbol is not None
        and not _is_scalar(one)
        and not _knows_shape(one.symbol, constants[0].array)
    ]


def _is_scalar(call: Call) -> bool:
    """Tell whether TensorFlow knows that something has no axes, whatever it is made from."""
    if call.is_constant:
        return not call.array.ndim
    if call.called.startswith("reduce_") and call.symbol is not None:
        return len(call.symbol.args) == 1 and set(call.symbol.kwargs) <= {"name"}
    return call.kind in ("add", "sub", "mul", "div", "add_n") and all(map(_is_scalar, call.inputs))


def _knows_shape(symbol: Symbol, constant: np.ndarray[Any, Any]) -> bool:
    """Tell whether a gradient need not look which axes a constant was repeated along."""
    try:
        lengths = list(symbol.shape)
    except ValueError:
        return False
    is_old = release().in_sessions
    return None not in lengths or (not is_old and not constant.ndim)
