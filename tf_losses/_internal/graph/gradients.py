# SPDX-License-Identifier: Apache-2.0
"""`tf.gradients`, for graphs.

TensorFlow counterpart: tensorflow/python/ops/gradients_impl.py.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.symbols import UNKNOWN, Symbol, any_in, spread
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.autodiff.tape import UnconnectedGradients
from tf_losses._internal.graph.differentiation import Gradients
from tf_losses._internal.graph.runs import values_of
from tf_losses._internal.runtime.kinds import is_listed
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["gradients"]


def gradients(
    ys: Any,  # noqa: ANN401 (a symbol, or several)
    xs: Any,  # noqa: ANN401 (same)
    grad_ys: Any = None,  # noqa: ANN401 (same)
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,  # noqa: ARG001, FBT001, FBT002 (TensorFlow's signature)
    gate_gradients: bool = False,  # noqa: ARG001, FBT001, FBT002 (same)
    aggregation_method: object = None,  # noqa: ARG001 (same)
    stop_gradients: object = None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
) -> list[Tensor]:
    """Make symbols for the gradients of `ys`, added up, with respect to each of `xs`.

    Args:
        ys: a symbol, or a list of them.
        xs: what to differentiate by; symbols or tensors.
        grad_ys: gradients of what follows, one for each of `ys`; ones if not given.
        name: to find the symbols by.
        colocate_gradients_with_ops: not used.
        gate_gradients: not used.
        aggregation_method: not used.
        stop_gradients: not taken: use `tf.stop_gradient` where `ys` are made.
        unconnected_gradients: None or zeros for what `ys` do not depend on.

    Raises:
        ValueError: `ys` have their values already, so that nobody knows how they were computed.

    TensorFlow counterpart: `tf.compat.v1.gradients`, tensorflow/python/ops/gradients_impl.py.

    >>> import tf_losses as tf
    >>> x = tf.placeholder(tf.float32, [2])
    >>> loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0], logits=x))
    >>> with tf.Session() as session:
    ...     session.run(gradients(loss, [x]), feed_dict={x: [0.0, 0.0]})
    [array([ 0.5, -0.5], dtype=float32)]
    """
    if stop_gradients is not None:
        raise hinted(
            UnimplementedError(None, None, "tf.gradients with stop_gradients"),
            "Use tf.stop_gradient where the values are made.",
        )
    targets, sources = _listed(ys), _listed(xs)
    if not any_in(targets):
        raise hinted(
            ValueError("tf.gradients goes back from symbolic tensors; these have their values."),
            "Call tf.disable_eager_execution() at the beginning of the program (or work in `with "
            "tf.Graph().as_default()`), so that constants are symbolic; or use tf.GradientTape.",
        )
    given = None if grad_ys is None else [_tensor_of(one) for one in _listed(grad_ys)]
    unconnected = UnconnectedGradients(unconnected_gradients)
    whole = Gradients(targets, sources, given, unconnected, name)
    whole.samples = [_tried(whole, i) for i in range(2)]
    found: list[Any] = spread(whole)
    return found


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 (one or several)
    return list(value) if is_listed(value) else [value]


def _tensor_of(value: Any) -> Any:  # noqa: ANN401 (a tensor, a symbol, None)
    return value if value is None or isinstance(value, Symbol) else convert_to_tensor(value)


def _tried(whole: Gradients, sample: int) -> list[Any]:
    """Find out by trial which sources are connected, and by what dtypes and shapes."""
    unknown = [UNKNOWN] * len(whole.sources)
    fed = {one: one.samples[sample] for one in _roots(whole)}
    if any(value is UNKNOWN for value in fed.values()):
        return unknown
    with suppress(Exception):  # samples need not fit what a run will feed
        found: list[Any] = values_of([whole], fed)[whole]
        return found
    return unknown


def _roots(symbol: Symbol) -> list[Symbol]:
    """Find the symbols without inputs that a symbol needs."""
    found: dict[Symbol, None] = {}
    stack, seen = [symbol], {symbol}
    while stack:
        one = stack.pop()
        if not one.inputs:
            found[one] = None
        new = [other for other in one.inputs if other not in seen]
        seen.update(new)
        stack += new
    return list(found)
