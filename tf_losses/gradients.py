# SPDX-License-Identifier: Apache-2.0
"""The gradients of the four losses, as TensorFlow's tape gives them, without a tape.

Each function takes the arguments of the loss, and `upstream`, the gradient of whatever follows
the loss, of the loss's shape and dtype (ones if it is not given). In the formulas x are logits,
z labels, q pos_weight and g upstream.

`mode` chooses whose additions are reproduced: "eager" (the default) those of TensorFlow's tape,
"function" those of a `tf.function` of static shapes, where TensorFlow's graph optimizer puts
them in another order. In the latter, the gradient of weighted labels is one of two that TensorFlow
gives, depending on how tensors enter the graph, down to the Python name of the upstream argument:
(g*(q - 1))*t rather than g*((q - 1)*t). Where that of pos_weight is asked for as well, TensorFlow's
graph keeps the eager order: use "eager" for the labels then. The softmax losses have one order.

`wrt` names the inputs whose gradients are wanted, one or several; the others come back as None.
`with_loss=True` adds the loss, computed in the same pass: what a training step needs is one call,
`...(labels, logits, wrt="logits", with_loss=True)`.

No tape follows these functions; a gradient through their results is an error.

Called itself, as `tf_losses.gradients(ys, xs)`, the module is TensorFlow 1.x's `tf.gradients`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tf_losses._internal import names as _names
from tf_losses._internal.arguments import lazy
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.losses import second_order, sigmoid, softmax, sparse_softmax, weighted
from tf_losses._internal.losses.catalogue import LOSSES, NAMES
from tf_losses._internal.losses.fast_gradients import fast_gradients, straight, weighted_gradients
from tf_losses._internal.losses.repeated import Repeated
from tf_losses._internal.losses.results import Gradients
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime import threads as _threads
from tf_losses._internal.runtime.dtypes import is_differentiable, is_known
from tf_losses._internal.runtime.kinds import is_array
from tf_losses._internal.runtime.settings import INT32_MAX, whole_number
from tf_losses.errors import hinted
from tf_losses.versions import release

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.array_like import ArrayLike
    from tf_losses._internal.arguments.messages import Shape

    Mode = Literal["eager", "function"]
    Names = str | Iterable[str] | None
    Maybe = NDArray[Any] | None

__all__ = [
    "Gradients",
    "Repeated",
    "repeated",
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]

_BY_ROW = frozenset(known.code for known in LOSSES if known.by_row)
_SPARSE = sparse_softmax.SPARSE_SOFTMAX
_LAST = -1  # the one object that CPython has for it
_MODES = {"eager": native.EAGER, "function": native.FUNCTION}


# What `Gradients._make` does, in a quarter of its time.
_new = tuple[Any, ...].__new__


@straight(sigmoid.SIGMOID)
def sigmoid_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    upstream: ArrayLike | None = None,
    *,
    mode: Mode = "eager",
    wrt: Names = None,
    with_loss: bool = False,
) -> Gradients:
    """Differentiate `tf.nn.sigmoid_cross_entropy_with_logits`.

        labels:  -g * x
        logits:  g * (sigmoid(x) - z)

    Args:
        labels: as for the loss, of any shape.
        logits: as for the loss, of the labels' shape and dtype.
        upstream: gradient of what follows, of the same shape and dtype.
        mode: "eager" or "function".
        wrt: the inputs whose gradients are wanted, "labels" or "logits" or both;
            both if not given.
        with_loss: whether to give the loss as well.

    Returns:
        Gradients of labels and logits, in their shape and dtype.

    Raises:
        ValueError, tf_losses.errors.InvalidArgumentError: as the loss; or `upstream` does not
            have its shape and dtype, or the mode is unknown.

    TensorFlow counterpart: `tf.GradientTape.gradient`; the gradients of the loss's operations in
    tensorflow/python/ops/math_grad.py.

    >>> sigmoid_cross_entropy_with_logits([0.0, 1.0], [1.0, -2.0]).logits
    array([ 0.7310586, -0.8807971], dtype=float32)
    """
    try:  # as it stands: the two calls would cost a small loss 0.1 us
        number, wanted = _MODES[mode], _KNOWN[wrt]
    except (KeyError, TypeError):
        number, wanted = _mode(mode), _find_wanted(wrt, _INPUTS)
    if found := fast_gradients(
        sigmoid.SIGMOID, labels, logits, upstream, wanted, with_loss, number
    ):
        return found
    if lazy.any_in(labels, logits, upstream):
        options = {"mode": mode, "wrt": _named(wanted), "with_loss": with_loss}
        made: Gradients = lazy.gradients(
            "sigmoid_cross_entropy_with_logits",
            labels=labels,
            logits=logits,
            upstream=upstream,
            **options,
        )
        return made
    call = sigmoid.check(labels, logits, TF2)
    x = call.logits
    g = _upstream(upstream, x.shape, x.dtype)
    loss = native.empty(x.shape, x.dtype) if with_loss else None
    dz, dx = sigmoid.backward(call, g, wanted, number, loss)
    return _lost("sigmoid", (labels, logits, upstream), dz, dx, None, loss)


@straight(weighted.WEIGHTED)
def weighted_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    pos_weight: ArrayLike,
    upstream: ArrayLike | None = None,
    *,
    mode: Mode = "eager",
    intra_op_threads: int | None = None,
    wrt: Names = None,
    with_loss: bool = False,
) -> Gradients:
    """Differentiate `tf.nn.weighted_cross_entropy_with_logits`.

        labels:      -g*x + g*t*(q - 1)                 with t = log(1 + exp(-x))
        logits:      g*(1 - z) - g*(1 + (q - 1)*z)*sigmoid(-x)
        pos_weight:  g*t*z, summed over the axes along which it was repeated

    At x = 0 the logits' gradient is g*(1 - z), as in TensorFlow: the last term is missing.

    Args:
        labels: as for the loss, of any shape.
        logits: as for the loss, of the labels' shape and dtype.
        pos_weight: as for the loss; broadcast against the labels.
        upstream: gradient of what follows, of the loss's shape and dtype.
        mode: "eager" or "function".
        intra_op_threads: the threads of TensorFlow, on which the order of a sum over everything
            (a single weight's gradient) depends; as in
            `tf.config.threading.set_intra_op_parallelism_threads`, else one a processor.
        wrt: the inputs whose gradients are wanted, of "labels", "logits" and
            "pos_weight"; all of them if not given.
        with_loss: whether to give the loss as well.

    Returns:
        Gradients of labels and logits, in their shape and dtype, and of pos_weight, in its shape
        and the labels' dtype.

    Raises:
        ValueError, TypeError, tf_losses.errors.InvalidArgumentError: as the loss; or `upstream`
            does not have its shape and dtype, the mode is unknown, or there are no threads.

    TensorFlow counterpart: `tf.GradientTape.gradient`; the gradients of the loss's operations in
    tensorflow/python/ops/math_grad.py.

    >>> weighted_cross_entropy_with_logits([0.0, 1.0], [1.0, -2.0], 2.0).pos_weight
    array(2.126928, dtype=float32)
    """
    try:
        number, wanted = _MODES[mode], _WEIGHTED_KNOWN[wrt]
    except (KeyError, TypeError):
        number, wanted = _mode(mode), _find_wanted(wrt, _WEIGHTED_INPUTS)
    if intra_op_threads is not None:
        intra_op_threads = whole_number(intra_op_threads, "intra_op_threads", 1, INT32_MAX)
    if not wanted[2] and (
        fast := weighted_gradients(
            weighted.WEIGHTED, labels, logits, upstream, wanted, with_loss, number, pos_weight
        )
    ):
        return fast
    threads = _threads.intra_op() if intra_op_threads is None else intra_op_threads
    arguments: dict[str, Any] = {
        "labels": labels,
        "logits": logits,
        "pos_weight": pos_weight,
        "upstream": upstream,
        "number": number,
        "wanted": wanted,
        "with_loss": with_loss,
        "threads": threads,
    }
    if lazy.any_in(labels, logits, pos_weight, upstream):
        made: Gradients = lazy.gradients("_weighted", **arguments)
        return made
    return _weighted(**arguments)


@straight(softmax.SOFTMAX)
def softmax_cross_entropy_with_logits_v2(
    labels: ArrayLike,
    logits: ArrayLike,
    axis: Any = -1,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    upstream: ArrayLike | None = None,
    *,
    grad_grad: ArrayLike | None = None,
    mode: Mode = "eager",
    wrt: Names = None,
    with_loss: bool = False,
) -> Gradients:
    """Differentiate `tf.nn.softmax_cross_entropy_with_logits` (v2: labels have a gradient).

        labels:  -g * log(softmax(x))
        logits:  g * (softmax(x) - z)

    This assumes, as TensorFlow does, that a row's labels sum to 1.

    Args:
        labels: as for the loss.
        logits: as for the loss, of the labels' shape.
        axis: the axis of the classes, from 0 on, or -1.
        upstream: gradient of what follows, of the loss's shape and dtype.
        grad_grad: for second derivatives, the gradient of what follows the logits' gradient, of
            the logits' shape and dtype: adds (h - sum(h * p)) * p with h = grad_grad and
            p = softmax(x), whatever the labels sum to, as TensorFlow does. Where the loss itself
            has no part in what is differentiated, upstream is zeros.
        mode: "eager" or "function"; it shows with grad_grad alone.
        wrt: the inputs whose gradients are wanted, "labels" or "logits" or both;
            both if not given.
        with_loss: whether to give the loss as well.

    Returns:
        Gradients of labels (None if they are not floating-point) and logits, in their shape and
        dtype.

    Raises:
        ValueError, tf_losses.errors.InvalidArgumentError: as the loss; or `upstream` or
            `grad_grad` does not have its shape and dtype, or the labels or the logits were
            repeated, for which TensorFlow has no gradient.

    TensorFlow counterpart: `tf.GradientTape.gradient`; _SoftmaxCrossEntropyWithLogitsGrad in
    tensorflow/python/ops/nn_grad.py.

    >>> softmax_cross_entropy_with_logits_v2([[0.0, 1.0]], [[1.0, 1.0]]).logits
    array([[ 0.5, -0.5]], dtype=float32)
    """
    wanted = _wanted(wrt)
    return _softmax(labels, logits, axis, upstream, grad_grad, wanted, with_loss, mode)


@straight(softmax.SOFTMAX, has_labels=False)
def softmax_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    dim: Any = -1,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    upstream: ArrayLike | None = None,
    *,
    grad_grad: ArrayLike | None = None,
    mode: Mode = "eager",
    wrt: Names = None,
    with_loss: bool = False,
) -> Gradients:
    """Differentiate `tf.compat.v1.nn.softmax_cross_entropy_with_logits`: labels have no gradient.

    Arguments, errors and the logits' gradient as in `softmax_cross_entropy_with_logits_v2`.

    TensorFlow counterpart: `tf.GradientTape.gradient`; the v1 loss stops the labels' gradient in
    tensorflow/python/ops/nn_ops.py.

    >>> softmax_cross_entropy_with_logits([[0.0, 1.0]], [[1.0, 1.0]]).labels is None
    True
    """
    wanted = (False, _wanted(wrt)[1])
    return _softmax(labels, logits, dim, upstream, grad_grad, wanted, with_loss, mode)


@straight(sparse_softmax.SPARSE_SOFTMAX, has_labels=False)
def sparse_softmax_cross_entropy_with_logits(
    labels: ArrayLike,
    logits: ArrayLike,
    upstream: ArrayLike | None = None,
    *,
    grad_grad: ArrayLike | None = None,
    mode: Mode = "eager",
    with_loss: bool = False,
) -> Gradients:
    """Differentiate `tf.nn.sparse_softmax_cross_entropy_with_logits`; labels have no gradient.

        logits:  g * (softmax(x) - [class is label])

    Args:
        labels: as for the loss.
        logits: as for the loss.
        upstream: gradient of what follows, of the loss's shape and dtype.
        grad_grad: for second derivatives; see `softmax_cross_entropy_with_logits_v2`. Up to 2.1
            there are none.
        mode: the same.
        with_loss: whether to give the loss as well.

    Returns:
        None for labels, and the gradient of logits, in their shape and dtype.

    Raises:
        ValueError, tf_losses.errors.InvalidArgumentError: as the loss; or `upstream` or
            `grad_grad` does not have its shape and dtype.
        LookupError: `grad_grad` is given, and the chosen TensorFlow has no second derivative.

    TensorFlow counterpart: `tf.GradientTape.gradient`; _SparseSoftmaxCrossEntropyWithLogitsGrad
    in tensorflow/python/ops/nn_grad.py.

    >>> sparse_softmax_cross_entropy_with_logits([1], [[1.0, 1.0]]).logits
    array([[ 0.5, -0.5]], dtype=float32)
    """
    if mode != "eager":
        _mode(mode)
    if grad_grad is None and (
        found := fast_gradients(
            sparse_softmax.SPARSE_SOFTMAX, labels, logits, upstream, (False, True), with_loss
        )
    ):
        return found
    if lazy.any_in(labels, logits, upstream, grad_grad):
        made: Gradients = lazy.gradients(
            "sparse_softmax_cross_entropy_with_logits",
            labels=labels,
            logits=logits,
            upstream=upstream,
            grad_grad=grad_grad,
            mode=mode,
            with_loss=with_loss,
        )
        return made
    call = sparse_softmax.check(labels, logits, TF2)
    shape, dtype = call.labels.shape, call.logits.dtype
    g = _upstream(upstream, shape, dtype)
    loss = native.empty(shape, dtype) if with_loss else None
    try:
        _, dx = sparse_softmax.backward(call, g, (False, grad_grad is None), loss=loss)
        if grad_grad is not None:
            h = to_array(grad_grad, TF2)
            dx = second_order.of_sparse(call, g, h, dropped=_is_dropped(mode, g))
    except native.LabelOutOfRangeError:
        sparse_softmax.refuse_label(call.labels, call.classes, TF2)
    return _lost("sparse_softmax", (logits, upstream, grad_grad), None, dx, None, loss)


def repeated(
    loss: str,
    labels: NDArray[Any],
    logits: NDArray[Any],
    pos_weight: float | None = None,
    upstream: NDArray[Any] | None = None,
    *,
    mode: Mode = "eager",
    wrt: Names = "logits",
) -> Repeated:
    """Prepare a loss with gradients that is computed many times, of arrays that keep their places.

    What it gives is called without arguments, as often as wanted: it computes from what the arrays
    hold then, into the same results, which the call gives as well. That leaves out the looking at
    arguments and the making of results, which is half of a small call.

    Args:
        loss: "sigmoid", "weighted", "softmax" or "sparse_softmax".
        labels: as for the loss, but an array as C reads it: contiguous, of the logits' dtype, or
            class numbers in int32 or int64.
        logits: such an array, with the classes last.
        pos_weight: for "weighted", a Python number.
        upstream: such an array of the loss's shape, or None for ones.
        mode: "eager" or "function".
        wrt: the inputs whose gradients are wanted, of "labels" and "logits"; () for none.

    Returns:
        A function without arguments, whose `results` are Gradients with the loss. The chosen
        version of TensorFlow is that of now; no tape sees the calls.

    Raises:
        ValueError, TypeError, tf_losses.errors.InvalidArgumentError: as the loss; or an array
            would have to be converted, so that later changes of it would not be seen.

    TensorFlow counterpart: none; a `tf.function` of fixed shapes has the same purpose.

    >>> labels, logits = np.zeros(2, np.float32), np.zeros(2, np.float32)
    >>> compute = repeated("sigmoid", labels, logits)
    >>> logits[0] = 1.0
    >>> compute().loss, compute.results.logits
    (array([1.3132617, 0.6931472], dtype=float32), array([0.7310586, 0.5      ], dtype=float32))
    """
    number, wanted = _mode(mode), _wanted(wrt)
    for array in (labels, logits):  # bfloat16, when it is first met, would be copied
        if is_array(array):
            is_known(array.dtype)
    call = _repeated_call(loss, labels, logits, pos_weight)
    of_loss = call.logits.shape[:-1] if call.loss in _BY_ROW else call.logits.shape
    dtype = call.logits.dtype
    g = _upstream(upstream, of_loss, dtype)
    for name, given, taken in (
        ("labels", labels, call.labels),
        ("logits", logits, call.logits),
        ("upstream", upstream, g),
    ):
        if taken is not None and given is not taken:
            raise hinted(
                bad(f"`{name}` cannot be computed from as they lie"),
                f"Pass a contiguous NumPy array of {taken.dtype}, of which no copy has to be made.",
            )
    if loss == "weighted":
        number |= native.CONSTANT
    results = Gradients(
        native.empty(labels.shape, dtype) if wanted[0] and call.loss != _SPARSE else None,
        native.empty(logits.shape, dtype) if wanted[1] else None,
        None,
        native.empty(of_loss, dtype),
    )
    return Repeated(call, number, g, results)


def _repeated_call(
    loss: str, labels: NDArray[Any], logits: NDArray[Any], pos_weight: float | None
) -> native.Call:
    if loss == "weighted":
        if not isinstance(pos_weight, (int, float, np.number)):  # an array's changes go unseen
            raise hinted(bad("`pos_weight` is not one number"), "Pass a Python number.")
        return weighted.check(labels, logits, pos_weight, TF2)[0]
    if pos_weight is not None:
        raise hinted(bad(f"`pos_weight` came with {loss!r}"), 'Only "weighted" takes one.')
    if loss == "softmax":
        return softmax.check(labels, logits, -1, TF2)
    checks = {"sigmoid": sigmoid.check, "sparse_softmax": sparse_softmax.check}
    if loss not in checks:
        raise hinted(bad(f"unknown loss {loss!r}"), f"Losses are {', '.join(map(repr, NAMES))}.")
    return checks[loss](labels, logits, TF2)


def _weighted(
    labels: object,
    logits: object,
    pos_weight: object,
    upstream: object,
    number: int,
    wanted: tuple[bool, ...],
    with_loss: bool,  # noqa: FBT001 (handed down)
    threads: int,
    *,
    summed: bool = True,
) -> Gradients:
    inputs = (labels, logits, pos_weight, upstream)
    call, shape = weighted.check(labels, logits, pos_weight, TF2)
    dtype = call.logits.dtype
    g = _upstream(upstream, shape, dtype)
    loss = native.empty(shape, dtype) if with_loss else None
    if not isinstance(pos_weight, np.ndarray):  # an array stands for a tensor here
        number |= native.CONSTANT
    found = weighted.backward(call, shape, g, wanted, number, threads, loss, summed=summed)
    kept = (array if want else None for array, want in zip(found, wanted, strict=True))
    return _lost("weighted", inputs, *kept, loss)


def _softmax(
    labels: object,
    logits: object,
    axis: Any,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    upstream: object,
    grad_grad: object,
    wanted: tuple[bool, ...],
    with_loss: bool,  # noqa: FBT001 (handed down)
    mode: str,
) -> Gradients:
    axis = -1 if axis is None else axis
    if mode != "eager":
        _mode(mode)
    if grad_grad is None and axis is _LAST:
        found = fast_gradients(softmax.SOFTMAX, labels, logits, upstream, wanted, with_loss)
        if found is not None:
            return found
    if lazy.any_in(labels, logits, upstream, grad_grad):
        made: Gradients = lazy.gradients(
            "_softmax",
            labels=labels,
            logits=logits,
            axis=axis,
            upstream=upstream,
            grad_grad=grad_grad,
            wanted=wanted,
            with_loss=with_loss,
            mode=mode,
        )
        return made
    given = to_array(labels, TF2)
    call = softmax.check(given, logits, axis, TF2)
    shape, dtype = call.logits.shape[:-1], call.logits.dtype
    g = _upstream(upstream, shape, dtype)
    loss = native.empty(shape, dtype) if with_loss else None
    wanted = wanted[0] and is_differentiable(given.dtype), wanted[1]
    once = wanted[0], wanted[1] and grad_grad is None
    dz, dx = softmax.backward(call, axis, given.dtype, TF2, g, once, loss=loss)
    if wanted[1] and grad_grad is not None:
        x, h = to_array(logits, TF2), to_array(grad_grad, TF2)
        dx = second_order.of_softmax(given, x, axis, g, h, dropped=_is_dropped(mode, g))
    return _lost("softmax", (labels, logits, upstream, grad_grad), dz, dx, None, loss)


def _is_dropped(mode: str, g: Maybe) -> bool:
    """Tell whether an optimizer leaves out what upstream is a factor of: zeros, of no loss."""
    now = release()
    drops = now.drops_zeros and _mode(mode) == native.FUNCTION
    if g is None or not (drops or (now.drops_zeros_of_one_row and g.size == 1)):
        return False
    return not np.any(g)


def _lost(loss: str, inputs: tuple[object, ...], *found: NDArray[Any] | None) -> Gradients:
    """Tell the tapes, which differentiate losses, that they cannot differentiate gradients."""
    if not OPEN:
        return _new(Gradients, found)
    name = f"gradients.{loss}_cross_entropy_with_logits"
    return Gradients(
        *(None if array is None else record(name, inputs, array, None) for array in found)
    )


_INPUTS = ("labels", "logits")
_WEIGHTED_INPUTS = (*_INPUTS, "pos_weight")
# The usual choices: one input, or all.
_KNOWN: dict[object, tuple[bool, ...]] = {
    None: (True, True),
    "labels": (True, False),
    "logits": (False, True),
}
_WEIGHTED_KNOWN: dict[object, tuple[bool, ...]] = {
    None: (True, True, True),
    "labels": (True, False, False),
    "logits": (False, True, False),
    "pos_weight": (False, False, True),
}


def _wanted(wrt: Names) -> tuple[bool, ...]:
    """Tell for labels and logits whether their gradients are wanted.

    >>> _wanted(None), _wanted("logits"), _wanted(["labels", "logits"])
    ((True, True), (False, True), (True, True))
    """
    try:
        return _KNOWN[wrt]
    except (KeyError, TypeError):
        return _find_wanted(wrt, _INPUTS)


def _named(wanted: tuple[bool, ...]) -> tuple[str, ...]:
    """Name the inputs that are wanted.

    >>> _named((False, True))
    ('logits',)
    """
    return tuple(name for name, want in zip(_WEIGHTED_INPUTS, wanted, strict=False) if want)


def _find_wanted(wrt: Names, inputs: tuple[str, ...]) -> tuple[bool, ...]:
    try:
        names = (wrt,) if isinstance(wrt, str) else tuple(() if wrt is None else wrt)
    except TypeError:
        names = (repr(wrt),)
    for name in names:
        if name not in inputs:
            raise hinted(
                ValueError(f"Unknown input: {name!r}"), f"`wrt` can name {', '.join(inputs)}."
            )
    return tuple(name in names for name in inputs)


def _mode(mode: object) -> int:
    if not isinstance(mode, str) or mode not in _MODES:
        raise hinted(ValueError(f"Unknown mode: {mode!r}"), "`mode` can be 'eager' or 'function'.")
    return _MODES[mode]


def _upstream(upstream: object, shape: Shape, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    if upstream is None:
        return None
    array = to_array(upstream, TF2)
    if array.dtype != dtype:
        raise hinted(
            TF2.types_differ("Mul", array.dtype, dtype),
            f"`upstream` came as {array.dtype}; the loss is {dtype}: cast it.",
        )
    if array.shape != shape:
        raise hinted(
            bad(f"Incompatible shapes: {array.shape} vs. {shape}"),
            f"`upstream` has shape {array.shape}, the loss {shape}.",
        )
    return array


class _Callable(ModuleType):
    """This module, which TensorFlow 1.x has a function in the place of."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as `tf.gradients` takes them)
        """Make symbols for gradients: see `tf_losses.compat.v1.gradients`."""
        return _names.find(1, "tf", "gradients")(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
