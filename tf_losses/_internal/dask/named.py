# SPDX-License-Identifier: Apache-2.0
"""The losses that have names (`tf.keras.losses`, `tf.losses` of 1.x) of Dask arrays.

Each has two parts. The losses of elements or rows are computed piece by piece. What is made of
them, with weights, is computed of all of them by one task, which brings them together: TensorFlow's
order of additions is that of all. Where nothing is reduced, that is done piece by piece as well.

Left out is what depends on all labels (Keras's hinge looks whether all are 0 or 1), and what
TensorFlow computes in blocks of its own (powers, in the focal losses).
"""

from __future__ import annotations

import copy
import inspect
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.composed import loss_values, weighted_loss
from tf_losses._internal.composed.keras import reductions as keras_reductions
from tf_losses._internal.composed.keras.loss import Loss, LossFunctionWrapper
from tf_losses._internal.dask import limits
from tf_losses._internal.dask.cutting import Rule
from tf_losses._internal.dask.pieces import (
    UNMATCHED,
    Operand,
    Piece,
    Result,
    blocks,
    computed,
    leading,
    read,
    try_out,
)
from tf_losses._internal.dask.rows import ROWS, WEIGHTED, rows_of
from tf_losses._internal.dask.settings import Settings
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.dask.pieces import Index

    DaskArray = Any
    Arguments = dict[str, Any]


def _bound(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Arguments) -> Arguments:
    given = inspect.signature(function).bind(*args, **kwargs)
    given.apply_defaults()
    return dict(given.arguments)


def _room(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removeprefix('tf_losses._internal.')}:{function.__qualname__}"


# ---- Keras ----


def _keras_function(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Arguments
) -> DaskArray:
    arguments = _bound(function, args, kwargs)
    task = f"{function.__module__}:{function.__qualname__}"
    return rows_of(
        ROWS[_room(function)], task, arguments, arguments.get("axis", -1), Settings.here()
    )


def piece_of_rows(loss: Loss, y_true: Any, y_pred: Any) -> Any:  # noqa: ANN401 (arrays)
    """Compute a Keras loss that reduces nothing: what a task does."""
    return loss(y_true, y_pred)


def piece_of_reduced(
    loss: Loss,
    losses: Any,  # noqa: ANN401 (an array)
    sample_weight: Any = None,  # noqa: ANN401 (same)
) -> Any:  # noqa: ANN401 (same)
    """Weigh and reduce: what a task does."""
    dtype = as_dtype(loss.dtype)
    return keras_reductions.reduced(losses, sample_weight, None, loss.reduction, dtype)


def _keras_loss(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Arguments
) -> DaskArray:
    arguments = _bound(function, args, kwargs)
    loss = arguments["self"]
    inner = _room(loss.fn) if isinstance(loss, LossFunctionWrapper) else ""
    options = getattr(loss, "_fn_kwargs", {})
    reduces = loss.reduction not in (None, "none")
    if inner not in ROWS or (reduces and options.get("ignore_class") is not None):
        raise hinted(
            UnimplementedError(
                None, None, f"{type(loss).__name__} is not computed of Dask arrays."
            ),
            "Taken are Keras's cross entropies but the focal ones and those with `ignore_class`, "
            "and losses whose rows do not depend on each other (docs/dask.md lists them).",
        )
    settings, alone = Settings.here(), copy.copy(loss)
    alone.reduction = "none"
    given = {"loss": alone, "y_true": arguments["y_true"], "y_pred": arguments["y_pred"]}
    losses = rows_of(
        ROWS[inner], f"{__name__}:piece_of_rows", given, options.get("axis", -1), settings
    )
    weights = arguments["sample_weight"]
    if weights is None and not reduces:
        return losses
    plain = {"loss": loss}
    task = f"{__name__}:piece_of_reduced"
    return finished(losses, weights, "sample_weight", task, plain, settings, reduces=reduces)


# ---- tf.losses of 1.x ----


def piece_of_elements(name: str, **arguments: Any) -> Any:  # noqa: ANN401 (arrays)
    """Compute a loss of `tf.losses`, neither weighted nor reduced: what a task does."""
    none = weighted_loss.Reduction.NONE
    return getattr(loss_values, name)(weights=1.0, reduction=none, **arguments)


def _v1_loss(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Arguments) -> DaskArray:
    arguments = _bound(function, args, kwargs)
    loss, settings = WEIGHTED[_room(function)], Settings.here()
    weights, reduction = arguments.pop("weights"), arguments.pop("reduction")
    weighted_loss.Reduction.validate(reduction)
    given = {"name": function.__name__, **arguments}
    task = f"{__name__}:piece_of_elements"
    losses = rows_of(loss, task, given, -1 if loss.by_row else None, settings)
    if loss.kind == "sparse_softmax" and np.ndim(weights) == losses.ndim + 1:
        weights = read(weights, "weights")[..., 0]  # TensorFlow squeezes it
    return _reduced(losses, weights, reduction, settings)


def _v1_compute(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Arguments
) -> DaskArray:
    arguments = _bound(function, args, kwargs)
    losses = read(arguments["losses"], "losses")
    return _reduced(losses, arguments["weights"], arguments["reduction"], Settings.here())


def _reduced(losses: Any, weights: Any, reduction: str, settings: Settings) -> DaskArray:  # noqa: ANN401 (arrays)
    reduces = reduction != weighted_loss.Reduction.NONE
    task, plain = "tf_losses._internal.composed.weighted_loss:compute", {"reduction": reduction}
    return finished(losses, weights, "weights", task, plain, settings, reduces=reduces)


# ---- what is made of losses ----


def finished(
    losses: Any,  # noqa: ANN401 (a Dask array, usually)
    weights: Any,  # noqa: ANN401 (anything TensorFlow converts, or None)
    name: str,
    task: str,
    plain: Arguments,
    settings: Settings,
    *,
    reduces: bool,
) -> DaskArray:
    """Weigh losses and reduce them.

    Args:
        losses: of rows or elements.
        weights: one, or some that go along with the losses from the first axis on.
        name: that of their argument.
        task: the name of a function that does it of NumPy arrays.
        plain: its other arguments.
        settings: whose bits.
        reduces: whether one number is made of them, by one task.
    """
    operands = [Operand("losses", losses, leading(losses.ndim))]
    if np.ndim(weights):
        array = read(weights, name)
        operands.append(Operand(name, array, _index_of_weights(array.shape, losses.shape)))
    else:
        plain = {**plain, name: weights}
    names = tuple(one.name for one in operands)
    piece = Piece(settings, task, names, tuple(plain.items()))
    every = leading(losses.ndim)
    sample = try_out(piece, operands, every)
    if not reduces:
        (found,) = computed(piece, operands, every, Rule(1), [Result(every, sample.dtype)])
        return found
    size = sum(math.prod(one.array.shape) * one.array.dtype.itemsize for one in operands)
    limits.check_size(size, f"The reduction of {losses.size} losses")
    chunks = tuple((length,) for length in losses.shape)
    return blocks(piece, operands, chunks, Result((), sample.dtype))


def _index_of_weights(shape: tuple[int, ...], losses: tuple[int, ...]) -> Index:
    if len(shape) == len(losses) + 1 and shape[-1] == 1:
        return (*leading(len(losses)), None)
    if len(shape) != len(losses):
        return UNMATCHED
    return tuple(None if length == 1 else axis for axis, length in enumerate(shape))


TAKEN: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(ROWS, _keras_function),
    **dict.fromkeys(WEIGHTED, _v1_loss),
    "composed.weighted_loss:compute": _v1_compute,
    "composed.keras.loss:Loss.__call__": _keras_loss,
}
