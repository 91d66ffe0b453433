# SPDX-License-Identifier: Apache-2.0
"""Pieces computed by the workers of a Dask cluster, which open the files themselves.

Workers write nothing. One that is lost is no loss: the scheduler gives its pieces to others.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from tf_losses._internal.evaluation.scratch import scratch_folder
from tf_losses._internal.evaluation.work import VERSION, Work
from tf_losses._internal.io.command import InputError, first_line

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    import numpy.typing as npt

    from tf_losses._internal.evaluation.local import Computed
    from tf_losses._internal.evaluation.request import Request

# Pieces that wait at a worker while it computes another.
_AHEAD = 2
_TIMEOUT = 30  # seconds until a scheduler has answered


@contextmanager
def cluster(request: Request) -> Generator[Any, None, None]:
    """Connect with the scheduler, or begin workers on this machine.

    Raises:
        InputError: there is no Dask, or no scheduler answers.
    """
    try:
        import distributed  # noqa: PLC0415 (optional)
    except ImportError:
        raise InputError(
            "--scheduler and --workers need Dask: pip install 'tf_losses[distributed]'"
        ) from None
    with ExitStack() as stack:
        stack.enter_context(_silence())
        if request.scheduler is None:
            address = stack.enter_context(_own_workers(distributed, request))
        else:
            address = request.scheduler
        try:
            client = distributed.Client(address, timeout=_TIMEOUT, set_as_default=False)
        except Exception as error:  # noqa: BLE001 (an address may mean any protocol)
            raise InputError(f"{address}: no scheduler answers: {first_line(error)}") from None
        with client:
            try:
                client.wait_for_workers(1, timeout=_TIMEOUT)
            except TimeoutError:
                raise InputError(f"{request.scheduler}: the scheduler has no workers") from None
            yield client


@contextmanager
def _silence() -> Generator[None, None, None]:
    """Let Dask log nothing: what goes wrong is said in one line."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _own_workers(distributed: Any, request: Request) -> Generator[Any, None, None]:  # noqa: ANN401 (a module)
    """Begin processes of one thread each, in a folder that goes away."""
    import dask  # noqa: PLC0415 (as above)

    with (
        scratch_folder() as folder,
        dask.config.set(temporary_directory=str(folder)),
        distributed.LocalCluster(
            n_workers=request.workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            # Its server is begun all the same, and warns where another cluster has the usual port.
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            local_directory=str(folder),
            memory_limit=0,
        ) as own,
    ):
        yield own


def computed_by(
    client: Any,  # noqa: ANN401 (Dask has no types)
    work: Work,
    ranges: Iterable[tuple[int, int]],
) -> Generator[Computed, None, None]:
    """Let workers compute ranges of rows; they come as they are done.

    No more are under way than workers have use for, so that results do not pile up.

    Raises:
        InputError: a worker says so, or workers were lost again and again.
    """
    from distributed import as_completed  # noqa: PLC0415 (optional)

    todo = iter(ranges)
    # No worker takes files that it opened for an earlier run, which may be others now.
    run = Run(work.request, work.read_shapes(), VERSION, secrets.token_hex(8))
    places: dict[Any, tuple[int, int]] = {}
    running = as_completed(loop=client.loop)

    def submit() -> None:
        at = next(todo, None)
        if at is not None:
            future = client.submit(computed_on_worker, run, *at, pure=False)
            places[future] = at
            running.add(future)

    try:
        for _ in range(max(1, _width(client)) * (1 + _AHEAD)):
            submit()
        for future in running:
            yield (*places.pop(future), _result(future))
            submit()
    finally:
        client.cancel(list(places))


def _width(client: Any) -> int:  # noqa: ANN401 (as above)
    return sum(client.nthreads().values())


def _result(future: Any) -> dict[str, npt.NDArray[Any]]:  # noqa: ANN401 (as above)
    from distributed import KilledWorker  # noqa: PLC0415 (optional)
    from distributed.comm import CommClosedError  # noqa: PLC0415 (same)

    try:
        found: dict[str, npt.NDArray[Any]] = future.result()
    except InputError:
        raise
    except KilledWorker as error:
        raise InputError(f"workers were lost at the same piece: {first_line(error)}") from None
    except (CommClosedError, asyncio.CancelledError, CancelledError) as error:
        raise InputError(f"the scheduler was lost: {first_line(error)}") from None
    except Exception as error:  # whatever Dask or a worker's system makes of it
        text = f"{type(error).__name__}: {first_line(error)}"
        raise InputError(f"a worker failed: {text}") from error
    return found


# ---- on the worker ----


class Run(NamedTuple):
    """One evaluation, as it is told to workers."""

    request: Request
    shapes: tuple[Any, ...]
    """What was found in the files where it was begun."""
    version: str
    """Of tf_losses there."""
    name: str
    """No other run's."""


def computed_on_worker(run: Run, start: int, stop: int) -> dict[str, npt.NDArray[Any]]:
    """Compute a range of rows with files that this process opens.

    Raises:
        InputError: this worker has another tf_losses, or sees other files; or as `Work.computed`.
    """
    if run.version != VERSION:
        raise InputError(f"a worker has tf_losses {VERSION}, not {run.version}")
    work = _opened(run)
    if work.read_shapes() != run.shapes:
        raise InputError("a worker sees other files under the same names")
    with run.request.bits.chosen():
        return work.computed(work.read(start, stop))


@lru_cache(maxsize=2)
def _opened(run: Run) -> Work:
    """Open the files once; they stay open until others are wanted."""
    stack = ExitStack()
    scratch = stack.enter_context(scratch_folder(_own_folder()))
    with run.request.bits.chosen():
        return Work(run.request, scratch, stack)


def _own_folder() -> str | None:
    """Name the worker's folder, which Dask clears up even behind a worker that was killed."""
    from distributed import get_worker  # noqa: PLC0415 (there, as this runs on a worker)

    try:
        folder: str = get_worker().local_directory
    except ValueError:  # none: a scheduler that computes in this process
        return None
    return folder
