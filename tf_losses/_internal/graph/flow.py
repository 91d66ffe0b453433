# SPDX-License-Identifier: Apache-2.0
"""`tf.cond` and `tf.control_dependencies`, in graphs and outside of them.

TensorFlow counterpart: tensorflow/python/ops/cond.py and tensorflow/python/framework/ops.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments import nest
from tf_losses._internal.arguments.symbols import Symbol, any_in, make
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.graph.graphs import waiting_for
from tf_losses._internal.graph.nodes import Operation
from tf_losses._internal.operations import flow, flow_v1

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["cond", "cond_v1", "control_dependencies"]


def cond(
    pred: Any,  # noqa: ANN401 (a truth value, or a symbol of one)
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: object = None,
) -> Any:  # noqa: ANN401 (whatever the functions give)
    """Call one of two functions; in a graph, both, of which a run gives one's result.

    Args:
        pred: a truth value.
        true_fn: what to compute if it is true.
        false_fn: what to compute if not.
        name: not used.

    Raises:
        TypeError: one of them is no function, or they give different structures.

    TensorFlow counterpart: `tf.cond`, tensorflow/python/ops/cond.py.

    >>> cond(True, lambda: 1, lambda: 2)
    1
    """
    if not any_in(pred):
        return flow.cond(pred, true_fn, false_fn, name)
    true, false = (flow.cond(which, true_fn, false_fn, name) for which in (True, False))
    return nest.pack(true, [_chosen(pred, *pair) for pair in _pairs(true, false)])


def cond_v1(
    pred: Any,  # noqa: ANN401 (a truth value, or a symbol of one)
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:  # noqa: ANN401 (whatever the functions give)
    """Do the same, with the arguments of TensorFlow 1.x: `fn1` and `fn2` are old names.

    TensorFlow counterpart: `tf.compat.v1.cond`, tensorflow/python/ops/cond.py.

    >>> cond_v1(False, fn1=lambda: 1, fn2=lambda: 2)
    2
    """
    if not any_in(pred):
        return flow_v1.cond(pred, true_fn, false_fn, strict, name, fn1, fn2)
    true, false = (
        flow_v1.cond(which, true_fn, false_fn, strict, name, fn1, fn2) for which in (True, False)
    )
    return nest.pack(true, [_chosen(pred, *pair) for pair in _pairs(true, false)])


def _pairs(true: Any, false: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 (structures)
    ones, others = list(nest.leaves(true)), list(nest.leaves(false))
    if len(ones) != len(others):
        raise TypeError(
            "true_fn and false_fn arguments to tf.cond must have the same number, type, and "
            f"overall structure of return values: {len(ones)} and {len(others)} came."
        )
    return list(zip(ones, others, strict=True))


def _chosen(pred: Symbol, true: Any, false: Any) -> Any:  # noqa: ANN401 (leaves)
    return make(_choose, pred, true, false)


def _choose(pred: Any, true: Any, false: Any) -> Any:  # noqa: ANN401 (tensors)
    return convert_to_tensor(true if pred else false)


@contextmanager
def control_dependencies(control_inputs: Any) -> Generator[None, None, None]:  # noqa: ANN401 (TensorFlow's signature)
    """Let what a block makes wait for other symbols: a run computes these as well.

    Args:
        control_inputs: symbols and operations; what has its value needs no waiting for. Functions
            among them are called, as in TensorFlow.

    TensorFlow counterpart: `tf.control_dependencies`, tensorflow/python/framework/ops.py.

    >>> with control_dependencies([]):
    ...     pass
    """
    inputs = [control_inputs] if callable(control_inputs) else control_inputs or []
    first: list[Symbol] = []
    for given in inputs:
        one = given() if callable(given) else given
        if isinstance(one, Operation):
            first += one.needs()
        elif isinstance(one, Symbol):
            first.append(one)
    with waiting_for(first):
        yield
