# SPDX-License-Identifier: Apache-2.0
"""Keras's losses of a piece: of probabilities, with smoothed labels, or by a config.

Imported only where one is asked for, as Keras's names are many.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.composed.keras import backend, crossentropies, nn, ops
from tf_losses._internal.composed.keras.loss import Loss as KerasLoss
from tf_losses._internal.composed.keras.settings import is_keras3
from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.runtime.kinds import is_dict
from tf_losses.keras import losses as keras_losses

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Function = Callable[..., Array]

# Keras's classes, by the loss that each is made of.
KERAS = {
    "BinaryCrossentropy": "sigmoid",
    "CategoricalCrossentropy": "softmax",
    "SparseCategoricalCrossentropy": "sparse_softmax",
}


# What making a loss of a text raises that is none, deep nesting included.
_NO_CONFIG = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_INT64 = 1 << 63


def around(loss: str, *, from_logits: bool, smoothing: float) -> Function:
    """Give Keras's function of labels and logits, or of labels and probabilities."""
    if loss == "sparse_softmax":  # whose class numbers are not smoothed
        return partial(_sparse, from_logits=from_logits)
    function = {"sigmoid": _binary, "softmax": _categorical}[loss]
    return partial(function, from_logits=from_logits, smoothing=smoothing)


def _binary(labels: Array, logits: Array, *, from_logits: bool, smoothing: float) -> Array:
    y_pred = ops.as_tensor(logits)
    y_true = crossentropies.smoothed(ops.cast(labels, y_pred.dtype), smoothing)
    if is_keras3():
        return np.asarray(nn.binary_crossentropy(y_true, y_pred, from_logits=from_logits))
    return np.asarray(backend.binary_crossentropy(y_true, y_pred, from_logits))


def _categorical(labels: Array, logits: Array, *, from_logits: bool, smoothing: float) -> Array:
    found = crossentropies.categorical_crossentropy(labels, logits, from_logits, smoothing)
    return np.asarray(found)


def _sparse(labels: Array, logits: Array, *, from_logits: bool) -> Array:
    y_true, y_pred = ops.as_tensor(labels), ops.as_tensor(logits)
    return np.asarray(crossentropies.sparse_categorical_crossentropy(y_true, y_pred, from_logits))


# ---- a loss of Keras ----


def read_keras(text: str, name: str) -> tuple[str, KerasLoss]:
    """Make a loss of what `keras.losses.serialize` gave, as JSON; with the loss it is made of.

    Raises:
        InputError: it is no such config, or of a loss without logits.
    """
    try:
        made = keras_losses.deserialize(_checked(json.loads(text)))
    except _NO_CONFIG as error:
        raise InputError(f"{name}: no config of a Keras loss: {first_line(error)}") from None
    kind = type(made).__name__
    if not isinstance(made, KerasLoss) or kind not in KERAS:
        raise InputError(
            f"{name}: {kind if isinstance(made, KerasLoss) else made} is not one of the losses "
            f"that can be evaluated: {', '.join(KERAS)}"
        )
    options = made.get_config()
    if options.get("axis", -1) != -1:
        raise InputError(f'{name}: the classes must be on the last axis: "axis": -1')
    ignored = options.get("ignore_class")
    if ignored is not None and not _is_class(ignored):
        raise InputError(f"{name}: ignore_class is no class number: {ignored!r}")
    if ignored is not None and not is_keras3():
        raise InputError(
            f"{name}: Keras 2 takes what it ignores out before it computes, which changes the "
            "places of all others: leave those rows out of the files, and ignore_class as well"
        )
    return KERAS[kind], made


def _checked(content: Any) -> dict[str, Any]:  # noqa: ANN401 (of JSON)
    if not is_dict(content) or not isinstance(content.get("config", {}), dict):
        raise ValueError('{"class_name": ..., "config": {...}} is needed')
    return content


def _is_class(number: object) -> bool:
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    return is_whole and abs(int(str(number))) < _INT64


def configured(text: str) -> Function:
    """Give the function of a config, which gives one loss for each sample."""
    _, made = read_keras(text, "the loss")
    # As it was given: Keras's own configs do not repeat the dtype.
    each = type(made).from_config({**json.loads(text).get("config", {}), "reduction": "none"})

    def compute(labels: Array, logits: Array) -> Array:
        return np.asarray(each(labels, logits))

    return compute
