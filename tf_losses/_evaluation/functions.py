# SPDX-License-Identifier: Apache-2.0
"""What computes the losses of a piece: TensorFlow's functions, or Keras's around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._io.command import InputError
from tf_losses._losses.catalogue import of
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._evaluation.request import Request

    Array = npt.NDArray[Any]
    Function = Callable[..., Array]


def function_for(request: Request) -> Function:
    """Give the function of labels and logits, and of pos_weight where there is one.

    Raises:
        InputError: TensorFlow has no such loss.
    """
    if request.keras is None and not (request.from_probabilities or request.label_smoothing):
        function: Function = getattr(nn, of(request.loss).function)
        return function
    from tf_losses._evaluation import keras_losses  # noqa: PLC0415 (large, and seldom needed)

    if request.keras is not None:
        return keras_losses.configured(request.keras)
    if request.loss == "weighted" or (request.loss == "sparse_softmax" and request.label_smoothing):
        option = "--from-probabilities" if request.from_probabilities else "--label-smoothing"
        raise InputError(f"{option} does not go with {request.loss}, in TensorFlow neither")
    return keras_losses.around(
        request.loss,
        from_logits=not request.from_probabilities,
        smoothing=request.label_smoothing,
    )
