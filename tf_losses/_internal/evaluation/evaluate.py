# SPDX-License-Identifier: Apache-2.0
"""`tf-losses eval`: losses of whole files, in pieces, with the bits of one call."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tf_losses._internal.evaluation import text
from tf_losses._internal.evaluation.facts import Beside, gather, to_json
from tf_losses._internal.evaluation.local import computed_here
from tf_losses._internal.evaluation.names import class_names, read_text
from tf_losses._internal.evaluation.pieces import pieces
from tf_losses._internal.evaluation.scratch import scratch_folder
from tf_losses._internal.evaluation.store import kept_store, new_store
from tf_losses._internal.evaluation.table import is_array, write_table
from tf_losses._internal.evaluation.work import VERSION, Work
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.opening import split
from tf_losses._internal.io.output import Destination, destination
from tf_losses._internal.io.text import progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tf_losses._internal.evaluation.local import Computed
    from tf_losses._internal.evaluation.request import Request
    from tf_losses._internal.evaluation.store import Store
    from tf_losses._internal.io.source import Source

# Large enough for every thread to have work; small enough for a piece to be in the processor's
# cache still when it is computed, and for its memory to be that of an earlier one.
PIECE_BYTES = 1 << 22
# For workers: a piece costs a message or two.
SENT_BYTES = 1 << 24
# Pieces that are in memory at once, with what computing and decoding them takes.
_PIECES_HELD = 16


@dataclass(frozen=True)
class Report:
    """What an evaluation found."""

    lines: tuple[str, ...]
    equal: bool
    """False if there were recorded losses and some differ."""
    streamed: bool = False
    """Whether the losses went to a pipe, maybe standard output."""


def evaluate(request: Request, piece_bytes: int | None = None) -> Report:
    """Compute the losses, write what was asked for, and describe them.

    Raises:
        InputError: A file or option cannot be used.
    """
    if request.html is not None:
        from tf_losses._internal.report import need_figures  # noqa: PLC0415 (with plots)

        need_figures()
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder())
        work = Work(request, scratch, stack)
        beside = _beside(work)
        targets = _targets(work, beside)
        with _store(work, targets.get("out"), scratch) as store:
            _fill(store, work, piece_bytes or _piece_bytes(request))
            facts = gather(work, store, beside, scratch)
            if "out" in targets and not _is_mapped(request):
                write_table(targets["out"], work, store, beside, scratch)
        if "json" in targets:
            targets["json"].write(to_json(facts).encode())
        if "html" in targets:
            from tf_losses._internal.report import evaluation_page  # noqa: PLC0415 (with plots)

            targets["html"].write(evaluation_page(facts).encode(errors="backslashreplace"))
        recorded = facts.get("recorded", {"equal": 0, "of": 0})
        return Report(
            tuple(text.lines(facts, request)),
            recorded["equal"] == recorded["of"],
            any(target.is_stream for target in targets.values()),
        )


def _piece_bytes(request: Request) -> int:
    most = SENT_BYTES if request.is_distributed else PIECE_BYTES
    return max(1, min(most, request.memory // _PIECES_HELD))


# ---- what is read beside, and where things go ----


def _beside(work: Work) -> Beside:
    request, plan = work.request, work.plan
    recorded = None
    if request.recorded is not None:
        recorded = work.open(request.recorded, "losses", numbers=plan.dtype.name)
        if (recorded.shape, recorded.dtype.newbyteorder("=")) != (plan.shape, plan.dtype):
            raise InputError(
                f"{request.recorded}: recorded losses are {recorded.dtype}{list(recorded.shape)}, "
                f"but these are {plan.dtype}{list(plan.shape)}"
            )
    weights = _column(work, request.weights, "weights", request.weights_column)
    if weights is not None:
        from tf_losses._internal.evaluation.reduction import check_weights  # noqa: PLC0415 (as large as Keras)

        check_weights(request, weights, plan.shape)
    return Beside(
        recorded=recorded,
        weights=weights,
        ids=_column(work, request.ids, "ids", request.id_column),
        by=_column(work, None, "by", request.by),
        class_names=class_names(request.class_names),
    )


def _column(work: Work, spec: str | None, role: str, column: str | None) -> Source | None:
    """Open a column of one value for each loss: of a file of its own, or of the labels' file."""
    if spec is None and column is None:
        return None
    if spec is None:  # of the labels' file, whichever of its columns they are
        found = work.open(split(work.request.labels)[0], role, column)
    else:
        found = work.open(spec, role)
    if role != "weights" and found.shape != work.plan.shape:
        raise InputError(
            f"{found.name}: {column or role} has the shape {list(found.shape)}, the losses "
            f"{list(work.plan.shape)}"
        )
    return found


def _targets(work: Work, beside: Beside) -> dict[str, Destination]:
    """Find out where everything goes, before anything is computed."""
    request = work.request
    sources = [*work.inputs.sources(), beside.recorded, beside.weights, beside.ids, beside.by]
    inputs = [path for source in sources if source is not None for path in source.paths]
    inputs += [Path(name) for name in (request.class_names, request.keras_file) if name is not None]
    found: dict[str, Destination] = {}
    for name in ("out", "json", "html"):
        given = getattr(request, name)
        if given is not None:
            found[name] = destination(given, inputs, found.values())
    return found


# ---- computing ----


def _is_mapped(request: Request) -> bool:
    """Whether the losses are written into the output at once: plain ones, kept nowhere else."""
    return request.out is not None and not request.resume and is_array(request.out)


@contextmanager
def _store(work: Work, out: Destination | None, scratch: Path) -> Generator[Store, None, None]:
    request = work.request
    if not request.resume:
        with new_store(work, out if _is_mapped(request) else None, scratch) as store:
            yield store
        return
    if out is None or out.is_stream:
        raise InputError("--resume needs a file for --out, beside which it keeps what is done")
    folder = out.path.with_name(f".{out.path.name}.tf-losses-resume")
    with kept_store(work, folder, _key(work)) as store:
        yield store


# What may change between two runs, of which the second goes on.
_FREE = (
    *("out", "recorded", "worst", "weights", "weights_column", "reduction", "ids", "id_column"),
    *("by", "class_names", "json", "html", "resume", "scheduler", "workers", "memory"),
    "keras_file",
)


def _key(work: Work) -> str:
    """What all losses depend on: the options, and the files as they are now."""
    options = {k: v for k, v in asdict(work.request).items() if k not in _FREE}
    files = [
        [str(path), path.stat().st_size, path.stat().st_mtime_ns]
        for source in work.inputs.sources()
        for given in source.paths
        for path in (sorted(given.rglob("*")) if given.is_dir() else [given])
    ]
    columns = {name: kind.name for name, kind in work.columns().items()}
    content = json.dumps([VERSION, options, files, columns, work.plan.shape], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _fill(store: Store, work: Work, piece_bytes: int) -> None:
    """Compute every piece into its place."""
    plan, journal = work.plan, store.journal
    left = [(0, plan.rows)] if journal is None else list(journal.left(plan.rows))
    if plan.whole:
        if work.request.is_distributed:
            raise InputError(f"--scheduler and --workers do not go here: {plan.whole}")
        ranges = [(0, plan.rows)] if left else []
    else:
        ranges = [
            (first + start, first + stop)
            for first, last in left
            for start, stop in pieces(last - first, plan.row_bytes, piece_bytes)
        ]
    done = plan.rows - sum(stop - start for start, stop in ranges)
    with progress("losses", plan.rows, done) as advance, _computed(work, ranges) as computed:
        for start, stop, found in computed:
            store.put(start, stop, found)
            advance(stop - start)


@contextmanager
def _computed(
    work: Work, ranges: Iterable[tuple[int, int]]
) -> Generator[Iterator[Computed], None, None]:
    request = work.request
    if not request.is_distributed:
        yield computed_here(work, ranges)
        return
    from tf_losses._internal.evaluation.cluster import cluster, computed_by  # noqa: PLC0415 (with asyncio)

    with cluster(request) as client:
        yield computed_by(client, work, ranges)


def with_keras(options: dict[str, Any], place: str) -> dict[str, Any]:
    """Complete the options of a request by what a Keras config says.

    Raises:
        InputError: it cannot be evaluated.
    """
    from tf_losses._internal.evaluation.keras_losses import read_keras  # noqa: PLC0415 (large)

    content = read_text(place)
    loss, made = read_keras(content, place)
    ignored = made.get_config().get("ignore_class")
    more = () if ignored is None else (int(ignored),)
    return {
        **options,
        "loss": loss,
        "keras": content,
        "keras_file": place,
        "ignore_index": (*options["ignore_index"], *more),
    }
