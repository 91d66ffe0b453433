# SPDX-License-Identifier: Apache-2.0
"""The symbol of a gradient: what a run finds by going back from some symbols to others.

TensorFlow counterpart: tensorflow/python/ops/gradients_impl.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.symbols import Symbol, filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tf_losses._internal.autodiff.tape import GradientTape, UnconnectedGradients
    from tf_losses._internal.autodiff.tensor import Tensor


class Gradients(Symbol):
    """The gradients of `ys` with respect to `sources`, which a run's tape finds."""

    def __init__(
        self,
        ys: list[Any],
        sources: list[Any],
        grad_ys: list[Any] | None,
        unconnected: UnconnectedGradients,
        name: str,
    ) -> None:
        """Keep what to go back from, and to."""
        self.ys, self.sources = ys, sources
        self.grad_ys, self.unconnected = grad_ys, unconnected
        given = [] if grad_ys is None else grad_ys
        super().__init__(list, ([*ys, *sources, *given],), name=name, acts=True)

    def back(self, tape: GradientTape, values: Mapping[Symbol, Any]) -> list[Tensor | None]:
        """Go back on a tape that has recorded these values."""
        ys, sources, given = filled([self.ys, self.sources, self.grad_ys], dict(values))
        # One of any structure: those who know theirs are told what they get.
        structure: object = sources
        found: list[Tensor | None] = tape.gradient(ys, structure, given, self.unconnected)
        return found
