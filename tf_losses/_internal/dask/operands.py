# SPDX-License-Identifier: Apache-2.0
"""The arrays among the arguments of a loss, and how each goes along with the logits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments import axis as _axis
from tf_losses._internal.arguments import lazy
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.dask.pieces import UNMATCHED, Operand, leading, read
from tf_losses._internal.dask.units import rule_of
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime.kinds import is_array, is_numpy
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.dask.cutting import Rule
    from tf_losses._internal.dask.pieces import Index

    Arguments = dict[str, Any]


class OfLoss:
    """A loss's labels, logits and pos_weight.

    Args:
        name: of the loss.
        arguments: its arguments, by name; arrays are taken out of a copy.
        messages: whose words errors have.
    """

    def __init__(self, name: str, arguments: Arguments, messages: Messages) -> None:
        """Find the arrays, and what is plain."""
        self.name = name
        self.plain = dict(arguments)
        self.weight_shape: tuple[int, ...] = ()
        self.logits = read(self.plain.pop("logits"), "logits", messages)
        labels = read(self.plain.pop("labels"), "labels", messages)
        self.rank: int = self.logits.ndim
        self.classes_at = self._axis_of_classes(messages)
        self.operands = [Operand("logits", self.logits, leading(self.rank))]
        self.operands.append(Operand("labels", labels, self._index_of_labels(labels.shape)))
        if of(name).has_weight:
            self._take_weight()

    def _axis_of_classes(self, messages: Messages) -> int | None:
        """Find the axis of the classes; None where there is none."""
        if not (of(self.name).by_row and self.rank):
            return None
        if not of(self.name).has_axis:
            return self.rank - 1
        axis = self.plain["axis"] = -1 if self.plain.get("axis") is None else self.plain["axis"]
        if _axis.is_last(axis):
            return self.rank - 1
        self.plain["axis"] = _axis.check(axis, self.rank, messages)
        return int(self.plain["axis"])

    @property
    def rows_at(self) -> Index:
        """The axes of the rows, or of the elements."""
        return tuple(axis for axis in range(self.rank) if axis != self.classes_at)

    @property
    def classes(self) -> int:
        """How many there are; 1 where elements are computed alone."""
        place = self.classes_at
        if place is None:
            return 1
        lengths = [self.logits.shape[place]]
        if not of(self.name).class_labels and self.operands[1].axes:
            behind = len(self.operands[1].axes) - self.rank
            lengths.append(self.operands[1].array.shape[place + behind])
        return int(max(lengths))

    def rule(self, *, gradient: bool) -> Rule:
        """Say where the logits may be cut."""
        rows = math.prod(self.logits.shape[axis] for axis in self.rows_at if axis is not None)
        return rule_of(self.name, self.logits.dtype, rows, self.classes, gradient=gradient)

    def _index_of_labels(self, shape: tuple[int, ...]) -> Index:
        """Match labels with the logits' axes; UNMATCHED where TensorFlow refuses or reshapes."""
        mine, place = self.logits.shape, self.classes_at
        if place is None:
            return leading(self.rank) if shape == mine else UNMATCHED
        if of(self.name).class_labels:
            return leading(self.rank - 1) if shape == mine[:-1] else UNMATCHED
        if not shape or (place != self.rank - 1 and len(shape) != self.rank):
            return UNMATCHED
        behind = place + len(shape) - self.rank
        along = place if shape[behind] == mine[place] else None
        others = (*shape[:behind], *shape[behind + 1 :])
        if others == (*mine[:place], *mine[place + 1 :]):
            return (*range(place), along, *range(place + 1, self.rank))
        if math.prod(others) != 1:
            return UNMATCHED
        return tuple(along if axis == behind else None for axis in range(len(shape)))

    def _take_weight(self) -> None:
        """Take pos_weight for an array if it is one; one number stays plain."""
        weight = self.plain["pos_weight"]
        self._refuse_foreign(weight)
        if not lazy.any_in(weight) and not (is_array(weight) and weight.size != 1):
            self.weight_shape = weight.shape if is_array(weight) else ()
            self._refuse_larger(self.weight_shape)
            return
        self.plain["weight_is_tensor"] = isinstance(weight, Tensor)
        del self.plain["pos_weight"]
        array = read(weight, "pos_weight")
        self.weight_shape = array.shape
        self._refuse_larger(array.shape)
        before = self.rank - array.ndim
        index = tuple(
            None if length == 1 else before + axis for axis, length in enumerate(array.shape)
        )
        self.operands.append(Operand("pos_weight", array, index))

    def _refuse_foreign(self, weight: object) -> None:
        """Refuse arrays of other libraries, which would go whole into every task."""
        mine = is_numpy(weight) or lazy.any_in(weight)
        if not mine and hasattr(type(weight), "__array__"):
            raise hinted(
                TypeError(f"`pos_weight` came as {type(weight).__name__}, beside Dask arrays."),
                "Pass a number, a NumPy array or a Dask array, e.g. np.asarray(pos_weight).",
            )

    def _refuse_larger(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight that makes the losses larger than the logits."""
        mine = self.logits.shape
        more = len(shape) > len(mine) or any(
            length not in (1, own) and own == 1
            for length, own in zip(shape[::-1], mine[::-1], strict=False)
        )
        if more:
            raise hinted(
                ValueError(
                    f"`pos_weight` of shape {shape} makes the losses larger than the logits of "
                    f"shape {mine}, which Dask arrays are not computed for."
                ),
                "Each logit would serve many losses, and its place among the logits decides how "
                "it is computed. Repeat labels and logits first, if these bits will do: "
                "dask.array.broadcast_to.",
            )
