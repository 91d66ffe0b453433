# SPDX-License-Identifier: Apache-2.0
"""What the gradients of a loss come as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.runtime import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Gradients(NamedTuple):
    """Gradients of a loss, and the loss itself.

    None stands for what TensorFlow gives None, what the loss does not take, and what was not asked
    for.
    """

    labels: NDArray[Any] | None
    logits: NDArray[Any] | None
    pos_weight: NDArray[Any] | None = None
    loss: NDArray[Any] | None = None


Gradients.__module__ = "tf_losses.gradients"  # where users find it
arrays.begin(Tensor, Gradients, OPEN)
