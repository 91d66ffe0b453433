# SPDX-License-Identifier: Apache-2.0
"""`tf-losses eval`: losses of whole files, in pieces, with the bits of one call."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_losses._io.command import InputError, first_line, system_reason
from tf_losses._io.opening import Opening, open_source, split
from tf_losses._io.output import Destination, destination
from tf_losses._io.text import progress, table
from tf_losses._io.writers import new_array
from tf_losses._losses.catalogue import of
from tf_losses.cli.chunked import Inputs, Plan, place, plan_for
from tf_losses.cli.chunks import pieces
from tf_losses.cli.summary import PERCENTS, Summary, count_equal, passes, summarize
from tf_losses.errors import OpError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

    from tf_losses._io.source import Source

    Array = npt.NDArray[Any]

# Large enough for every thread to have work, small beside any machine's memory.
PIECE_BYTES = 1 << 24


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
    streamed: bool = False
    """Whether the losses went to a pipe, maybe standard output."""


def evaluate(request: Request, piece_bytes: int = PIECE_BYTES) -> Report:
    """Compute the losses, write them if asked to, and describe them.

    Raises:
        InputError: A file or option cannot be used.
    """
    with ExitStack() as stack:
        scratch = stack.enter_context(_scratch())
        target = _target(request, scratch)
        inputs = _open_inputs(request, scratch, stack)
        plan = plan_for(of(request.loss), inputs)
        dtype = inputs.logits.dtype.newbyteorder("=")
        recorded = _open_recorded(request, scratch, stack, plan.shape, dtype)
        # The map is looked at before the file has its name, under which others may change it.
        with new_array(target, plan.shape, dtype, scratch) as losses:
            _fill(losses, plan, inputs, piece_bytes)
            lines = _summary(losses, plan, request.worst)
            equal = losses.size if recorded is None else count_equal(losses, recorded)
            size = losses.size
        if request.out is not None:
            lines.append(f"losses written to {request.out}")
        if recorded is not None:
            lines.append(f"{equal} of {size} losses equal TensorFlow's recorded bits")
        return Report(
            (f"{request.loss}: {size} losses, {dtype.name}", *lines),
            equal == size,
            target.is_stream,
        )


def _summary(losses: Array, plan: Plan, worst: int) -> list[str]:
    with progress("summary", passes(losses) * losses.size) as advance:
        summary = summarize(losses, worst, advance)
    lines = [f"computed in one piece: {plan.whole}"] if plan.whole else []
    return [*lines, *describe(summary, plan, losses)]


@contextmanager
def _scratch() -> Iterator[Path]:
    """Make a folder that goes away."""
    try:
        made = tempfile.TemporaryDirectory(prefix="tf-losses-", ignore_cleanup_errors=True)
    except OSError as error:
        raise InputError(
            f"no temporary folder: {system_reason(error)} (TMPDIR says where)"
        ) from None
    with made as folder:
        yield Path(folder)


def _target(request: Request, scratch: Path) -> Destination:
    """Where the losses go; refused before anything is computed."""
    if request.out is None:
        return destination(str(scratch / "losses.npy"))
    weight = request.pos_weight if isinstance(request.pos_weight, str) else None
    specs = (request.logits, request.labels, weight, request.recorded)
    return destination(request.out, [split(spec)[0] for spec in specs if spec is not None])


def _open(request: Request, spec: str, role: str, scratch: Path, stack: ExitStack) -> Source:
    """Open a file that is closed with the stack."""
    found = open_source(spec, role, Opening(scratch, bfloat16=request.bfloat16))
    stack.callback(found.close)
    return found


def _open_inputs(request: Request, scratch: Path, stack: ExitStack) -> Inputs:
    def array(spec: str, role: str) -> Source:
        return _open(request, spec, role, scratch, stack)

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
    request: Request,
    scratch: Path,
    stack: ExitStack,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> Source | None:
    if request.recorded is None:
        return None
    recorded = _open(request, request.recorded, "losses", scratch, stack)
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
