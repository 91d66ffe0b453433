# SPDX-License-Identifier: Apache-2.0
"""Which operation a symbol stands for, and what is known of its value before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.symbols import Symbol
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype, plain_shape
from tf_losses._internal.graph.graphs import OPERATORS
from tf_losses._internal.graph.placeholders import Placeholder
from tf_losses._internal.runtime.dtypes import FLOAT_CODES
from tf_losses._internal.runtime.kinds import is_listed

if TYPE_CHECKING:
    from tf_losses._internal.graph.calls import Call

# The kinds of functions that the optimizer knows, by their names.
KINDS = {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "pow": "pow"}
KINDS.update((name, name) for name in ("sqrt", "log", "softmax", "add_n", "square"))


def operation_of(symbol: Symbol) -> tuple[str, list[Any]]:
    """Give the name of a symbol's function, and its operands from the first to the last."""
    function = symbol.function
    operands = [*symbol.args, *(v for k, v in symbol.kwargs.items() if k != "name")]
    if function in OPERATORS:
        name, is_swapped = OPERATORS[function]
        return name, operands[::-1] if is_swapped else operands
    module = getattr(function, "__module__", "")
    if not module.startswith(("tf_losses._internal.autodiff.", "tf_losses._internal.operations.")):
        return "", []
    name = function.__name__
    if name == "div" and dtype_of(symbol) in FLOAT_CODES:  # of whole numbers it is another
        name = "divide"
    if name == "add_n":
        given = operands[0]
        return name, list(given) if is_listed(given) else []
    return name, operands[:2] if name in KINDS else operands


def is_along_last(symbol: Symbol) -> bool:
    given = [*symbol.args[1:2], *(symbol.kwargs.get(key) for key in ("axis", "dim"))]
    return all(axis is None or axis == -1 for axis in given)


def dtype_of(symbol: Symbol) -> np.dtype[Any] | None:
    if isinstance(symbol, Placeholder):
        return symbol.promised
    first = symbol.samples[0]
    return plain_dtype(first) if isinstance(first, Tensor) else None


# Functions whose results may have another dtype than all that is floating among their arguments.
_CONVERTS = (
    *("cast", "to_bfloat16", "to_double", "getitem", "_leaf", "_part", "shape", "size", "rank"),
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "argmax", "argmin"),
    *(
        "count_nonzero",
        "in_top_k",
        "is_nan",
        "is_inf",
        "is_finite",
        "to_int32",
        "to_int64",
        "where",
    ),
)


def dtype_kept(symbol: Symbol, inputs: list[Call]) -> np.dtype[Any] | None:
    """Guess the dtype of what cannot be tried before a run: that of all its floating inputs."""
    name = getattr(symbol.function, "__name__", "")
    if name == "to_float":
        return np.dtype(np.float32)
    dtypes = {one.dtype for one in inputs if one.dtype is None or one.dtype in FLOAT_CODES}
    return dtypes.pop() if len(dtypes) == 1 and name not in _CONVERTS else None


def has_shape(value: object) -> bool:
    """Tell whether all lengths of a symbol are known before a run."""
    if not isinstance(value, Symbol):
        return False
    first, second = value.samples
    if not isinstance(first, Tensor) or not isinstance(second, Tensor):
        return False
    same: bool = plain_shape(first) == plain_shape(second)
    return same
