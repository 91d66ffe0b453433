# SPDX-License-Identifier: Apache-2.0
"""Keras's losses of a piece: of probabilities, with smoothed labels, or by a config.

Imported only where one is asked for, as Keras's names are many.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._composed.keras import backend, crossentropies, nn, ops
from tf_losses._composed.keras.loss import Loss as KerasLoss
from tf_losses._composed.keras.settings import is_keras3
from tf_losses._io.command import InputError, first_line
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


def around(loss: str, *, from_logits: bool, smoothing: float) -> Function:
    """Give Keras's function of labels and logits, or of labels and probabilities."""
    made = {"sigmoid": _binary, "softmax": _categorical, "sparse_softmax": _sparse}[loss]
    return made(from_logits=from_logits, smoothing=smoothing)


def _binary(*, from_logits: bool, smoothing: float) -> Function:
    def compute(labels: Array, logits: Array) -> Array:
        y_pred = ops.as_tensor(logits)
        y_true = crossentropies.smoothed(ops.cast(labels, y_pred.dtype), smoothing)
        if is_keras3():
            return np.asarray(nn.binary_crossentropy(y_true, y_pred, from_logits=from_logits))
        return np.asarray(backend.binary_crossentropy(y_true, y_pred, from_logits))

    return compute


def _categorical(*, from_logits: bool, smoothing: float) -> Function:
    def compute(labels: Array, logits: Array) -> Array:
        found = crossentropies.categorical_crossentropy(labels, logits, from_logits, smoothing)
        return np.asarray(found)

    return compute


def _sparse(*, from_logits: bool, smoothing: float) -> Function:
    del smoothing  # refused before

    def compute(labels: Array, logits: Array) -> Array:
        return np.asarray(
            crossentropies.sparse_categorical_crossentropy(
                ops.as_tensor(labels), ops.as_tensor(logits), from_logits
            )
        )

    return compute


# ---- a loss of Keras ----


def read_keras(text: str, name: str) -> tuple[str, KerasLoss]:
    """Make a loss of what `keras.losses.serialize` gave, as JSON; with the loss it is made of.

    Raises:
        InputError: it is no such config, or of a loss without logits.
    """
    try:
        made = keras_losses.deserialize(json.loads(text))
    except (ValueError, TypeError) as error:
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
    if options.get("ignore_class") is not None and not is_keras3():
        raise InputError(
            f"{name}: Keras 2 takes what it ignores out before it computes, which changes the "
            "places of all others: leave those rows out of the files, and ignore_class as well"
        )
    return KERAS[kind], made


def configured(text: str) -> Function:
    """Give the function of a config, which gives one loss for each sample."""
    _, made = read_keras(text, "the loss")
    config = {**made.get_config(), "reduction": "none"}
    each = type(made).from_config(config)

    def compute(labels: Array, logits: Array) -> Array:
        return np.asarray(each(labels, logits))

    return compute
