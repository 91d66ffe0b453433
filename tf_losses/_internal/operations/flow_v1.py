# SPDX-License-Identifier: Apache-2.0
"""`cond` and `tuple` with the arguments of TensorFlow 1.x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.operations import flow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cond", "tuple"]


def cond(
    pred: object,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
    name: object = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:  # noqa: ANN401 (whatever the functions give)
    """Call one of two functions, as `tf_losses.compat.v2.cond` does.

    Args:
        pred: a truth value.
        true_fn: called if it is true.
        false_fn: called if not.
        strict: whether a list of one thing stays a list.
        name: not used.
        fn1: the old name of `true_fn`.
        fn2: the old name of `false_fn`.

    Raises:
        TypeError: one of them is no function, or is given twice.

    TensorFlow counterpart: `tf.compat.v1.cond`, tensorflow/python/ops/cond.py.

    >>> cond(False, lambda: [1], lambda: [2])
    2
    """
    for new, old, names in (
        (true_fn, fn1, "'true_fn' and 'fn1'"),
        (false_fn, fn2, "'false_fn' and 'fn2'"),
    ):
        if new is not None and old is not None:
            raise TypeError(f"cond(): {names} may not be set simultaneously.")
    made = flow.cond(pred, true_fn or fn1, false_fn or fn2, name)
    return made if strict else flow.unpacked(made)


def tuple(tensors: Any, name: object = None, control_inputs: object = None) -> Any:  # noqa: A001, ANN401 (TensorFlow's name and signature)
    """Give the same tensors, as `tf_losses.compat.v2.tuple` does.

    TensorFlow counterpart: `tf.compat.v1.tuple`, tensorflow/python/ops/control_flow_ops.py.

    >>> tuple([1.0])
    [1.0]
    """
    return flow.tuple(tensors, control_inputs, name)
