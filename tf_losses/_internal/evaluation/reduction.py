# SPDX-License-Identifier: Apache-2.0
"""`--reduction`: one number of all losses, with TensorFlow's order of additions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.arrays import reduce_mean, reduce_sum
from tf_losses._internal.autodiff.tensor import tensor
from tf_losses._internal.composed import weighted_loss
from tf_losses._internal.composed.keras import reductions
from tf_losses._internal.composed.keras.loss import policy_dtype
from tf_losses._internal.composed.weighted_loss import Reduction
from tf_losses._internal.evaluation.inputs import refuse_unreal
from tf_losses._internal.evaluation.keras_losses import read_keras
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import loaded

if TYPE_CHECKING:
    import numpy.typing as npt

    from tf_losses._internal.composed.keras.loss import Loss as KerasLoss
    from tf_losses._internal.evaluation.request import Request
    from tf_losses._internal.evaluation.store import Store
    from tf_losses._internal.io.source import Source

    Array = npt.NDArray[Any]

BY_NONZERO = Reduction.SUM_BY_NONZERO_WEIGHTS
# Copies of all losses that weighting makes, in float32.
_COPIES = 4


def check_weights(request: Request, weights: Source, shape: tuple[int, ...]) -> None:
    """Refuse weights that no number could be made with, before anything is computed.

    Raises:
        InputError: they do not fit, are no numbers, or nothing is reduced.
    """
    if weights.shape != shape:
        raise InputError(
            f"{weights.name}: weights are {list(weights.shape)}, one for each loss is needed: "
            f"{list(shape)}"
        )
    refuse_unreal("weights", weights.name, weights.dtype)
    if _name(request, weights) is None:
        raise InputError(
            f"{weights.name}: weights have no effect, as the config reduces nothing: add "
            "--reduction"
        )


def reduced(
    request: Request, store: Store, shape: tuple[int, ...], weights: Source | None
) -> dict[str, Any] | None:
    """Reduce the losses as TensorFlow would; None if nobody asked.

    "mean" and "sum" are tf.reduce_mean and tf.reduce_sum of the losses; with weights, or with
    losses that do not count, the mean is tf.losses' sum by nonzero weights, in which these have
    weight 0. The other names are those of tf.losses.Reduction.

    Raises:
        InputError: weighing needs more memory than is allowed.
    """
    kept = store.get("kept")
    losses = store["losses"].reshape(shape)
    name = _name(request, weights)
    if name is None:
        return None
    is_plain = weights is None and kept is None and request.keras is None
    if not is_plain:
        _refuse_large(request, losses)
    factors = _factors(weights, kept, shape)
    if request.keras is not None and request.reduction is None:
        _, made = read_keras(request.keras, "the loss")
        value = _by_keras(made, losses, weights, kept)
    elif name in ("sum", "mean") and factors is None:
        value = (reduce_sum if name == "sum" else reduce_mean)(losses)
    else:
        how = {"sum": Reduction.SUM, "mean": BY_NONZERO}.get(name, name)
        value = weighted_loss.compute(losses, 1.0 if factors is None else factors, how)
    number = float(np.asarray(value))
    threads = request.bits.intra_op_threads
    return {"name": name, "value": number, "hex": number.hex(), "intra_op_threads": threads}


def _name(request: Request, weights: Source | None) -> str | None:
    if request.reduction is not None:
        return request.reduction
    if request.keras is not None:
        _, made = read_keras(request.keras, "the loss")
        name = made.reduction
        return None if name in (None, "none") else str(name)
    return None if weights is None else BY_NONZERO


def _refuse_large(request: Request, losses: Array) -> None:
    needed = losses.size * 4 * _COPIES
    if needed > request.memory:
        raise InputError(
            f"weighing {losses.size:,} losses takes {needed:,} bytes; allow them by --memory"
        )


def _factors(weights: Source | None, kept: Array | None, shape: tuple[int, ...]) -> Array | None:
    if weights is None:
        return None if kept is None else kept.reshape(shape).astype(np.float32)
    found = loaded(weights)
    return found if kept is None else np.where(kept.reshape(shape), found, found.dtype.type(0))


def _by_keras(made: KerasLoss, losses: Array, weights: Source | None, kept: Array | None) -> Any:  # noqa: ANN401 (a tensor)
    mask = None if kept is None else tensor(kept.reshape(losses.shape))
    factors = None if weights is None else loaded(weights)
    return reductions.reduced(losses, factors, mask, made.reduction, policy_dtype(made.dtype))
