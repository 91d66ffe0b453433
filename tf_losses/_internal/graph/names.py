# SPDX-License-Identifier: Apache-2.0
"""The names that TensorFlow would give to what computes symbols.

Its optimizer puts the operands of sums and products in the order of their names, and so names have
an influence on bits.

TensorFlow counterpart: `Graph.unique_name`, tensorflow/python/framework/ops.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses._internal.graph.graphs import OPERATORS

if TYPE_CHECKING:
    from tf_losses._internal.arguments.symbols import Symbol
    from tf_losses._internal.graph.graphs import Graph

# By the name of the function; what follows a slash is in a scope of its own.
_OF_OPERATORS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "pow": "pow",
    "negative": "Neg",
    "abs": "Abs",
}
_OF_FUNCTIONS = {
    "abs": "Abs",
    "add": "Add",
    "add_n": "AddN",
    "cast": "Cast",
    "divide": "truediv",
    "exp": "Exp",
    "identity": "Identity",
    "log": "Log",
    "log1p": "Log1p",
    "log_softmax": "LogSoftmax",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Mul",
    "negative": "Neg",
    "pow": "Pow",
    "reduce_max": "Max",
    "reduce_mean": "Mean",
    "reduce_min": "Min",
    "reduce_prod": "Prod",
    "reduce_sum": "Sum",
    "relu": "Relu",
    "reshape": "Reshape",
    "rsqrt": "Rsqrt",
    "sigmoid": "Sigmoid",
    "softmax": "Softmax",
    "softplus": "Softplus",
    "sqrt": "Sqrt",
    "square": "Square",
    "squared_difference": "SquaredDifference",
    "subtract": "Sub",
    "tanh": "Tanh",
    "to_float": "ToFloat",
    "sigmoid_cross_entropy_with_logits": "logistic_loss",
    "weighted_cross_entropy_with_logits": "logistic_loss",
    "softmax_cross_entropy_with_logits": "softmax_cross_entropy_with_logits/Reshape_2",
    "softmax_cross_entropy_with_logits_v2": "softmax_cross_entropy_with_logits/Reshape_2",
    "sparse_softmax_cross_entropy_with_logits": (
        "SparseSoftmaxCrossEntropyWithLogits/SparseSoftmaxCrossEntropyWithLogits"
    ),
    "sigmoid_cross_entropy": "sigmoid_cross_entropy_loss/value",
    "softmax_cross_entropy": "softmax_cross_entropy_loss/value",
    "sparse_softmax_cross_entropy": "sparse_softmax_cross_entropy_loss/value",
    "log_loss": "log_loss/value",
}


def names_of(graph: Graph) -> dict[Symbol, str]:
    """Name all symbols of a graph as TensorFlow does.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default() as graph:
    ...     x = tf.placeholder(tf.float32, [2], name="x")
    ...     product, sum = tf.multiply(x, x), x * x + 1
    >>> list(names_of(graph).values())
    ['x', 'Mul', 'mul_1', 'add']
    """
    counts: dict[str, int] = {}
    return {symbol: _named(symbol, counts) for symbol in graph.symbols()}


def _named(symbol: Symbol, counts: dict[str, int]) -> str:
    own = symbol.name.removesuffix(":0")
    scope, slash, last = own.rpartition("/")
    given = symbol.kwargs.get("name")
    base, _, rest = (given, "", "") if isinstance(given, str) else _base(symbol, last)
    full = _unique(f"{scope}{slash}{base}", counts)
    return f"{full}/{rest}" if rest else full


def _base(symbol: Symbol, name: str) -> tuple[str, str, str]:
    function = symbol.function
    if function in OPERATORS:
        called = OPERATORS[function][0]
        return _OF_OPERATORS.get(called, called).partition("/")
    called = getattr(function, "__name__", "").strip("_")
    return _OF_FUNCTIONS.get(called, name).partition("/")


def _unique(name: str, counts: dict[str, int]) -> str:
    """Number names that differ only by small and capital letters, too."""
    key = name.lower()
    count = counts.get(key, 0)
    counts[key] = count + 1
    if not count:
        return name
    while f"{key}_{count}" in counts:
        count += 1
    counts[f"{key}_{count}"] = 1
    return f"{name}_{count}"
