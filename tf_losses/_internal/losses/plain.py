# SPDX-License-Identifier: Apache-2.0
"""Arrays that C reads where they lie; tensors, and what is not contiguous, as plain arrays.

What C does not take may be so only because it is a tensor or lies in another order. Where that is
not the reason, nothing is found here, and arguments are checked one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.runtime import arrays, native
from tf_losses._internal.runtime.native import LARGE_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_version = native.version.get
_ARRAYS = frozenset([np.ndarray, Tensor])


def plain(labels: Any, logits: Any) -> tuple[Array, Array] | None:  # noqa: ANN401 (anything)
    """Give the same as plain contiguous arrays; None if they are, or no arrays, or recorded."""
    if type(labels) not in _ARRAYS or type(logits) not in _ARRAYS or OPEN:
        return None
    if labels.size > LARGE_SIZE or logits.size > LARGE_SIZE:
        return None  # repeated elements, perhaps, for which there is no room
    z, x = np.asarray(labels, order="C"), np.asarray(logits, order="C")
    return None if z is labels and x is logits else (z, x)


def loss_of_arrays(loss: int, labels: Any, logits: Any) -> Array | None:  # noqa: ANN401 (anything)
    """Let C compute a loss of arrays as they lie, or of the same as plain ones; else None."""
    version = native.version_chosen and _version()
    found: Array | None = arrays.loss(version, loss, labels, logits, 0)
    return loss_of_plain(loss, labels, logits) if found is None else found


def loss_of_plain(
    loss: int,
    labels: Any,  # noqa: ANN401 (anything)
    logits: Any,  # noqa: ANN401 (anything)
    weight: float | Array = 0,
) -> Array | None:
    """Compute the loss of the same as plain arrays; None if that is no help."""
    same = plain(labels, logits)
    return None if same is None else arrays.loss(_version(), loss, *same, weight)
