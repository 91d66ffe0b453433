# SPDX-License-Identifier: Apache-2.0
"""`tf-losses eval`: losses of whole files, in pieces, with the bits of one call."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_losses._chunks import pieces
from tf_losses._npy import InputError, first_line, new_array, open_array
from tf_losses._plans import PLANS, Inputs, Plan, place
from tf_losses._summary import PERCENTS, Summary, count_equal, passes, summarize
from tf_losses._text import progress, table
from tf_losses.errors import OpError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]

# Large enough for every thread to have work, small beside any machine's memory.
PIECE_BYTES = 1 << 26


@dataclass(frozen=True)
class Request:
    """The options of one `eval`; files are named as on the command line."""

    loss: str
    logits: str
    labels: str
    pos_weight: float | str | None = None
    axis: int = -1
    out: str | None = None
    recorded: str | None = None
    bfloat16: bool = False
    worst: int = 5


@dataclass(frozen=True)
class Report:
    """What an evaluation found."""

    lines: tuple[str, ...]
    equal: bool
    """False if there were recorded losses and some differ."""


def evaluate(request: Request, piece_bytes: int = PIECE_BYTES) -> Report:
    """Compute the losses, write them if asked to, and describe them.

    Raises:
        InputError: A file or option cannot be used.
    """
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tf-losses-")))
        inputs = _open_inputs(request, scratch)
        plan = PLANS[request.loss](inputs)
        dtype = inputs.logits.dtype.newbyteorder("=")
        recorded = _open_recorded(request, scratch, plan.shape, dtype)
        target = Path(request.out) if request.out is not None else scratch / "losses.npy"
        with new_array(target, plan.shape, dtype) as losses:
            _fill(losses, plan, inputs, piece_bytes)
        with progress("summary", passes(losses) * losses.size) as advance:
            summary = summarize(losses, request.worst, advance)
        lines = [f"{request.loss}: {summary.count} losses, {dtype.name}"]
        if plan.whole:
            lines.append(f"computed in one piece: {plan.whole}")
        lines += describe(summary, plan, losses)
        if request.out is not None:
            lines.append(f"losses written to {request.out}")
        equal = losses.size
        if recorded is not None:
            equal = count_equal(losses, recorded)
            lines.append(f"{equal} of {losses.size} losses equal TensorFlow's recorded bits")
        return Report(tuple(lines), equal == losses.size)


def _open_inputs(request: Request, scratch: Path) -> Inputs:
    def array(spec: str, role: str) -> Array:
        return open_array(spec, role, scratch, bfloat16=request.bfloat16)

    weight = request.pos_weight
    return Inputs(
        labels=array(request.labels, "labels"),
        logits=array(request.logits, "logits"),
        labels_name=request.labels,
        logits_name=request.logits,
        pos_weight=array(weight, "pos_weight") if isinstance(weight, str) else weight,
        pos_weight_name=str(weight),
        axis=request.axis,
    )


def _open_recorded(
    request: Request, scratch: Path, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Array | None:
    if request.recorded is None:
        return None
    recorded = open_array(request.recorded, "losses", scratch, bfloat16=request.bfloat16)
    if (recorded.shape, recorded.dtype) != (shape, dtype):
        raise InputError(
            f"{request.recorded}: recorded losses are {recorded.dtype}{list(recorded.shape)}, "
            f"but these are {dtype}{list(shape)}"
        )
    return recorded


def _fill(losses: Array, plan: Plan, inputs: Inputs, piece_bytes: int) -> None:
    """Compute every piece into its place."""
    flat = losses.reshape(-1)
    ranges = [(0, plan.rows)] if plan.whole else pieces(plan.rows, plan.row_bytes, piece_bytes)
    with progress("losses", plan.rows) as advance:
        for start, stop in ranges:
            try:
                flat[start:stop] = plan.compute(start, stop)
            except MemoryError as error:
                raise InputError(f"{inputs.logits_name}: out of memory") from error
            except (OpError, ValueError, TypeError) as error:
                names = f"{inputs.labels_name}, {inputs.logits_name}"
                raise InputError(f"{names}: {first_line(error)}") from error
            advance(stop - start)


def describe(summary: Summary, plan: Plan, losses: Array) -> Iterator[str]:
    """The summary as aligned lines."""
    finite = summary.count - summary.nan - summary.inf
    yield f"finite {finite}, inf {summary.inf}, nan {summary.nan}"
    yield f"mean {summary.mean:.9g}"
    if summary.quantiles:
        yield from table(
            ("quantile", *(f"{percent}%" for percent in PERCENTS)),
            ("loss", *(f"{value:.6g}" for value in summary.quantiles)),
        )
    if summary.worst:
        flat = losses.reshape(-1)
        yield "worst"
        yield from table(
            ("index", "label", "loss"),
            *(
                (place(index, plan.shape), plan.label(index), f"{float(flat[index]):.6g}")
                for index in summary.worst
            ),
        )
