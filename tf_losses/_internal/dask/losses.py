# SPDX-License-Identifier: Apache-2.0
"""The four losses of Dask arrays."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.dask.operands import OfLoss
from tf_losses._internal.dask.pieces import Piece, Result, computed, try_out
from tf_losses._internal.dask.settings import Settings

if TYPE_CHECKING:
    from tf_losses._internal.arguments.messages import Messages

    DaskArray = Any


def piece_of_loss(
    name: str,
    messages: Messages,
    *,
    weight_is_tensor: bool = False,
    **arguments: Any,  # noqa: ANN401 (arrays and what the loss takes)
) -> Any:  # noqa: ANN401 (an array)
    """Compute a loss of NumPy arrays: what a task does.

    >>> from tf_losses._internal.arguments.messages import TF2
    >>> piece_of_loss("sigmoid", TF2, labels=[0.0], logits=[0.0]).numpy()
    array([0.6931472], dtype=float32)
    """
    if weight_is_tensor:
        arguments["pos_weight"] = arguments["pos_weight"].view(Tensor)
    of_arrays = importlib.import_module(f"tf_losses._internal.losses.{name}")
    return of_arrays.forward(messages)(**arguments)


def loss(name: str, messages: Messages, arguments: dict[str, Any]) -> DaskArray:
    """Give a loss as a lazy array.

    Args:
        name: in the catalogue.
        messages: whose words errors have.
        arguments: of the loss, by name; `labels`, `logits` or `pos_weight` are Dask arrays.
    """
    given = OfLoss(name, arguments, messages)
    plain = {"name": name, "messages": messages, **given.plain}
    names = tuple(one.name for one in given.operands)
    piece = Piece(Settings.here(), f"{__name__}:piece_of_loss", names, tuple(plain.items()))
    sample = try_out(piece, given.operands, given.rows_at)
    result = Result(given.rows_at, sample.dtype)
    (found,) = computed(piece, given.operands, given.rows_at, given.rule(gradient=False), [result])
    return found
