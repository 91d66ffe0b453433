# SPDX-License-Identifier: Apache-2.0
"""An evaluation that is opened: what turns a range of rows into losses, in whatever process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

import tf_losses
from tf_losses._internal.evaluation.details import DTYPES, details
from tf_losses._internal.evaluation.inputs import Inputs
from tf_losses._internal.evaluation.plans import plan_for
from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.io.opening import Opening, open_source, split
from tf_losses.errors import OpError

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    import numpy.typing as npt

    from tf_losses._internal.evaluation.plan import Piece
    from tf_losses._internal.evaluation.request import Request
    from tf_losses._internal.io.source import Source

    Array = npt.NDArray[Any]

VERSION = tf_losses.__version__


class Work:
    """Opened inputs, and the plan for them.

    Args:
        request: what is asked for.
        scratch: a folder for copies.
        stack: closes the inputs.
    """

    def __init__(self, request: Request, scratch: Path, stack: ExitStack) -> None:
        """Open the inputs."""
        self.request, self._scratch, self._stack = request, scratch, stack
        self.lock = threading.Lock()
        """Held while something is read: a source has one place at a time."""
        self.inputs = self._open_inputs()
        self.plan = plan_for(request, self.inputs)
        self._has_probabilities = request.gives_probabilities

    def open(
        self, spec: str, role: str, column: str | None = None, numbers: str | None = None
    ) -> Source:
        """Open a file that is closed with the others."""
        _, key = split(spec)
        if key and column and key != column:
            raise InputError(f"{spec}: names another column than {column!r}")
        asked = self.request
        opening = Opening(
            self._scratch,
            bfloat16=asked.bfloat16,
            column=column,
            numbers=numbers or asked.numbers,
        )
        found = open_source(spec, role, opening)
        self._stack.callback(found.close)
        return found

    def _open_inputs(self) -> Inputs:
        asked = self.request
        weight = asked.pos_weight
        return Inputs(
            labels=self.open(asked.labels, "labels", asked.labels_column),
            logits=self.open(asked.logits, "logits", asked.logits_column),
            labels_name=asked.labels,
            logits_name=asked.logits,
            pos_weight=self.open(weight, "pos_weight") if isinstance(weight, str) else weight,
            pos_weight_name=str(weight),
            axis=asked.axis,
            mask=None if asked.mask is None else self.open(asked.mask, "mask"),
            mask_name=str(asked.mask),
        )

    def columns(self) -> dict[str, np.dtype[Any]]:
        """Name what is computed for each row, with its dtype."""
        found = {"losses": self.plan.dtype}
        if self.request.may_ignore:
            found["kept"] = np.dtype(np.bool_)
        if self.request.is_detailed:
            found.update({name: np.dtype(kind) for name, kind in DTYPES.items()})
        return found

    def read_shapes(self) -> tuple[Any, ...]:
        """List what is read, as it must be in every process."""
        return tuple(
            (name, source.dtype.name, source.shape, *(path.stat().st_size for path in source.paths))
            for _, name, source in self.inputs.listed()
        )

    def read(self, start: int, stop: int) -> Piece:
        """Read the inputs of a range of rows."""
        with self.lock:
            return self.plan.read(start, stop)

    def shown_label(self, index: int) -> str:
        """Write the label behind a loss, given by its flat index."""
        if self.plan.whole:
            labels = np.broadcast_to(self.read(0, 1).labels, self.plan.shape).reshape(-1)
            return f"{float(labels[index]):g}"
        label = self.read(index, index + 1).labels[0]
        if not label.ndim and label.dtype.kind in "iu":
            return str(int(label))
        return _class(label.astype(np.float64)) if label.ndim else f"{float(label):g}"

    def computed(self, piece: Piece) -> dict[str, Array]:
        """Compute all columns of a piece.

        Raises:
            InputError: something in it cannot be computed with.
        """
        try:
            found = {"losses": np.asarray(self.plan.compute(piece))}
            if self.request.is_detailed:
                of_classes = details(piece, self.plan, from_probabilities=self._has_probabilities)
                found.update(of_classes._asdict())
        except MemoryError as error:
            raise InputError(f"{self.inputs.logits_name}: out of memory") from error
        except (OpError, ValueError, TypeError) as error:
            names = f"{self.inputs.labels_name}, {self.inputs.logits_name}"
            raise InputError(f"{names}: {first_line(error)}") from error
        if piece.kept is not None:
            found["kept"] = piece.kept
        return found


def _class(row: npt.NDArray[np.float64]) -> str:
    """A row of class probabilities: the class, and its probability unless it is one.

    >>> _class(np.array([0.0, 1.0])), _class(np.array([0.75, 0.25]))
    ('1', '0 (0.75)')
    >>> _class(np.array([]))
    '-'
    """
    if not row.size:
        return "-"
    best = int(np.argmax(row))
    return str(best) if row[best] == 1 else f"{best} ({row[best]:g})"
