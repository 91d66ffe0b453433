# SPDX-License-Identifier: Apache-2.0
"""What a run does without a result: initializers, which have nothing to do, and groups.

TensorFlow counterpart: tensorflow/python/ops/control_flow_ops.py and variables.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses._internal.arguments.symbols import Symbol
from tf_losses._internal.graph.graphs import get_default_graph
from tf_losses._internal.graph.nodes import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Operation",
    "global_variables_initializer",
    "group",
    "initialize_all_variables",
    "local_variables_initializer",
    "no_op",
    "tables_initializer",
]


def group(*inputs: object, name: str = "group_deps") -> Operation:
    """Make one operation of several.

    TensorFlow counterpart: `tf.group`, tensorflow/python/ops/control_flow_ops.py.

    >>> group(no_op(), no_op()).name
    'group_deps'
    """
    return Operation(name, *inputs)


def no_op(name: str = "NoOp") -> Operation:
    """Make an operation that does nothing.

    TensorFlow counterpart: `tf.no_op`.

    >>> no_op().name
    'NoOp'
    """
    return Operation(name)


def global_variables_initializer() -> Operation:
    """Make an operation that does nothing: there are no variables.

    TensorFlow counterpart: `tf.compat.v1.global_variables_initializer`.

    >>> global_variables_initializer().name
    'init'
    """
    return Operation("init")


initialize_all_variables = global_variables_initializer


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """Make an operation that does nothing: there are no tables.

    TensorFlow counterpart: `tf.compat.v1.tables_initializer`.

    >>> tables_initializer().name
    'init_all_tables'
    """
    return Operation(name)


def local_variables_initializer() -> Operation:
    """Make an operation that sets back what the metrics of this graph have counted up.

    TensorFlow counterpart: `tf.compat.v1.local_variables_initializer`.

    >>> local_variables_initializer().name
    'init'
    """
    return Operation("init", _acting(_set_back))


def _set_back() -> None:
    for initialize in get_default_graph().initializers:
        initialize()


def _acting(function: Callable[[], object]) -> Symbol:
    return Symbol(function, name=function.__name__.strip("_"), acts=True)
