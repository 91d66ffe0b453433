# SPDX-License-Identifier: Apache-2.0
"""A loss and its gradients of the same arrays again and again, as their contents change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.losses.sparse_softmax import refuse_label
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.losses.results import Gradients


class Repeated:
    """What `tf_losses.gradients.repeated` gives: a call computes, and gives `results` again."""

    __slots__ = ("_arguments", "_call", "_kept", "results")

    def __init__(
        self,
        call: native.Call,
        mode: int,
        upstream: NDArray[Any] | None,
        results: Gradients,
    ) -> None:
        """Fill in what C is told, once."""
        outputs = results.loss, results.labels, results.logits, None
        self._arguments, fields = native.gradient_arguments(call, mode, upstream, outputs)
        self._kept = fields, upstream
        self._call = call
        self.results: Gradients = results

    def __call__(self) -> Gradients:
        """Compute from what the arrays hold now; overwrites the results."""
        if native.c_gradient_of(self._arguments):
            self._refuse()
        return self.results

    def _refuse(self) -> None:
        """Raise what C has found: it is told again, which costs no good call anything."""
        try:
            native.check(native.c_gradient_of(self._arguments))
        except native.LabelOutOfRangeError:
            refuse_label(self._call.labels, self._call.classes, TF2)
