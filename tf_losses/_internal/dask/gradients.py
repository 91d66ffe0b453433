# SPDX-License-Identifier: Apache-2.0
"""The functions of `tf_losses.gradients` of Dask arrays."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NoReturn

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.dask.operands import OfLoss
from tf_losses._internal.dask.pieces import (
    UNMATCHED,
    Operand,
    Piece,
    Result,
    computed,
    read,
    try_out,
)
from tf_losses._internal.dask.reductions import summed_to
from tf_losses._internal.dask.settings import Settings
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from tf_losses.gradients import Gradients

    DaskArray = Any

# By the names in `tf_losses.gradients`.
_LOSSES = {
    "sigmoid_cross_entropy_with_logits": "sigmoid",
    "sparse_softmax_cross_entropy_with_logits": "sparse_softmax",
    "_softmax": "softmax",
    "_weighted": "weighted",
}


def piece_of_gradients(
    function: str,
    *,
    weight_is_tensor: bool = False,
    **arguments: Any,  # noqa: ANN401 (arrays and what the function takes)
) -> Gradients:
    """Compute gradients of NumPy arrays: what a task does.

    >>> piece_of_gradients("sigmoid_cross_entropy_with_logits", labels=[0.0], logits=[0.0]).logits
    array([0.5], dtype=float32)
    """
    if weight_is_tensor:
        arguments["pos_weight"] = arguments["pos_weight"].view(Tensor)
    module = importlib.import_module("tf_losses.gradients")
    found: Gradients = getattr(module, function)(**arguments)
    return found


def gradients(function: str, arguments: dict[str, Any]) -> Gradients:
    """Give gradients, and the loss if wanted, as lazy arrays.

    Args:
        function: its name in `tf_losses.gradients`.
        arguments: those of the function, by name.
    """
    plain = dict(arguments)
    if plain.get("grad_grad") is not None:
        _refuse_second()
    upstream = plain.pop("upstream", None)
    given = OfLoss(_LOSSES[function], plain, TF2)
    operands = list(given.operands)
    if upstream is None:
        given.plain["upstream"] = None
    else:
        operands.append(_upstream(upstream, given))
    if given.name == "weighted":
        given.plain["summed"] = False
    plain = {"function": function, **given.plain}
    names = tuple(one.name for one in operands)
    settings, task = Settings.here(), f"{__name__}:piece_of_gradients"
    piece = Piece(settings, task, names, tuple(plain.items()), one=False)
    sample = try_out(piece, operands, given.rows_at)
    of_logits = tuple(range(given.rank))
    results = [
        None if part is None else Result(index, part.dtype)
        for part, index in zip(
            sample, (of_logits, of_logits, of_logits, given.rows_at), strict=True
        )
    ]
    found = computed(piece, operands, given.rows_at, given.rule(gradient=True), results)
    if found[2] is not None:
        found[2] = summed_to(found[2], given.weight_shape, settings, int(plain["threads"]))
    made: Gradients = importlib.import_module("tf_losses.gradients").Gradients(*found)
    return made


def _upstream(upstream: object, given: OfLoss) -> Operand:
    array = read(upstream, "upstream")
    wanted = tuple(given.logits.shape[axis] for axis in given.rows_at)
    return Operand("upstream", array, given.rows_at if array.shape == wanted else UNMATCHED)


def _refuse_second() -> NoReturn:
    raise hinted(
        UnimplementedError(None, None, "Second derivatives are not computed of Dask arrays."),
        "`grad_grad` came. Whether TensorFlow computes a part of them depends on all of upstream, "
        "which is not known before it is computed: compute the arrays first.",
    )
