# SPDX-License-Identifier: Apache-2.0
"""What computes the losses of a piece: TensorFlow's functions, or Keras's around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.losses.catalogue import of
from tf_losses.compat.v2 import nn
from tf_losses.errors import OpError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from tf_losses._internal.evaluation.plan import Piece
    from tf_losses._internal.evaluation.request import Request

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
    from tf_losses._internal.evaluation import keras_losses  # noqa: PLC0415 (large, and seldom needed)

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


def without_weight(function: Function) -> Callable[[Piece], Array]:
    """Call a function of labels and logits with those of a piece."""
    return lambda piece: function(labels=piece.labels, logits=piece.logits)


def dtype_of(function: Function, logits: np.dtype[Any], labels: np.dtype[Any] | None) -> Any:  # noqa: ANN401 (NumPy's dtypes)
    """Find out the dtype of the losses, by computing one.

    Raises:
        InputError: it cannot be computed, as options of a config are none.
    """
    wanted = np.zeros((1, 2), labels) if labels is not None else np.zeros(1, np.int64)
    try:
        return function(labels=wanted, logits=np.ones((1, 2), logits)).dtype
    except (OpError, ValueError, TypeError, ArithmeticError) as error:
        raise InputError(f"the loss cannot be computed: {first_line(error)}") from error
