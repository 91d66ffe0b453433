# SPDX-License-Identifier: Apache-2.0
"""What a server does that lives long: `soak.py` does each again and again, in its own thread."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import dask
import dask.array as da
import numpy as np

import cases
import soak_calls
import tf_losses
from tf_losses import cli
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from soak_calls import Call
    from soak_run import Soak

ROOT = Path(__file__).resolve().parents[2]
FORKED = 25  # calls of a child
PATIENCE = 120  # seconds, for children on a loaded machine
CHILD_FAILED = 99
ISAS = [name for name, runs in native.isa_known().items() if runs]
# Bytes: 16 MiB hold one large result, 0 none.
CACHES = (0, 16 << 20, 64 << 20)


def make_calls(soak: Soak, rng: np.random.Generator) -> None:
    for call in soak.some(rng, 20):
        soak.check(call, call.outcome(), "in this process")


def change_settings(soak: Soak, rng: np.random.Generator) -> None:
    """Set what a `with` block does not let in, and what changes no bit."""
    kind = rng.integers(5)
    if kind == 0:
        tf_losses.set_num_threads(int(rng.integers(5)))
    elif kind == 1:
        tf_losses.set_tf_version(str(rng.choice(tf_losses.known_tf_versions())))
    elif kind == 2:
        tf_losses.set_tf_libm(str(rng.choice(tf_losses.known_tf_libms())))
    elif kind == 3:
        native.isa_select(str(rng.choice(ISAS)))
    else:
        tf_losses.set_result_cache(int(rng.choice(CACHES)))
    soak.count(switches=1)


def fork_child(soak: Soak, rng: np.random.Generator) -> None:
    """Compute in a child that is made while other threads compute, with a pool of its own."""
    chosen = soak.some(rng, FORKED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: they are the point
        child = os.fork()
    if child == 0:
        os._exit(_in_child(chosen))
    soak.count(forks=1, calls=FORKED)
    code = _exit_code(child)
    if code != 0:
        soak.fault(
            f"a forked child ended with {code}: of its calls so many differ, if less than 99"
        )


def _in_child(chosen: list[Call]) -> int:
    try:
        tf_losses.set_num_threads(3)
        wrong = soak_calls.mismatches(chosen)
    except BaseException:  # noqa: BLE001 (it must not go on as a copy of this program)
        traceback.print_exc()
        return CHILD_FAILED
    for name in wrong:
        print("in a forked child:", name, file=sys.stderr)
    return len(wrong)


def _exit_code(child: int) -> int:
    """Wait for a child; end one that hangs."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def begin_process(soak: Soak, rng: np.random.Generator) -> None:
    """Let a process that begins anew compute some calls."""
    chosen = soak.some(rng, FORKED)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        wrong = pool.submit(soak_calls.mismatches, chosen).result(PATIENCE)
    soak.count(processes=1, calls=len(chosen), mismatches=len(wrong))
    for name in wrong:
        soak.fault(f"in a process of its own: {name}")


def compute_dask(soak: Soak, rng: np.random.Generator) -> None:
    """Compute losses and gradients in pieces, on threads of Dask's, with the bits of the whole."""
    chosen = [call for call in soak.some(rng, 40) if _can_be_cut(call)]
    with (
        ThreadPoolExecutor(2) as pool,
        dask.config.set(scheduler="threads", pool=pool),
    ):
        for call in chosen:
            soak.check(call, call.outcome(_in_pieces), "by Dask")
    soak.count(dask=len(chosen))


def _can_be_cut(call: Call) -> bool:
    """Tell whether it is one whose pieces can be had, and no dtype that Dask does not know."""
    plain = call.way == "loss" or (call.way == "gradient" and call.loss != cases.WEIGHTED)
    return plain and not call.expected.refusal and call.arguments[1].dtype.kind == "f"


def _in_pieces(call: Call) -> tuple[Any, ...]:
    labels, logits, *rest = call.arguments
    rows = max(8, logits.shape[0] // 16 * 8)
    cut = (da.from_array(array, chunks=(rows, *array.shape[1:])) for array in (labels, logits))
    lazy = replace(call, arguments=(*cut, *rest))
    function = soak_calls.loss_of if call.way == "loss" else soak_calls.gradient_of
    return tuple(dask.compute(*(part for part in function(lazy) if part is not None)))


def evaluate_files(soak: Soak, rng: np.random.Generator) -> None:
    """Run the command in this process, as a service does that is asked for files."""
    release, libm = _any_release(rng)
    form = str(rng.choice(["npy", "csv"]))
    out = soak.folder / f"losses.{form}"
    options = [*_evaluated(soak, out), "--tf-version", release, "--libm", libm]
    with contextlib.redirect_stdout(io.StringIO()):
        code = cli.main(options)
    _check_file(soak, code, out, release, libm)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        refused = cli.main(["eval", "sigmoid", "--logits", "no.npy", "--labels", "no.npy"])
    if refused != 2 or "no.npy" not in said.getvalue():
        soak.fault(f"a file that is not there: exit code {refused}, {said.getvalue()!r}")


def evaluate_on_cluster(soak: Soak, rng: np.random.Generator) -> None:
    """Run the command with a worker of Dask's, which begins and ends with it."""
    release, libm = _any_release(rng)
    out = soak.folder / "cluster.npy"
    command = [sys.executable, "-m", "tf_losses", *_evaluated(soak, out), "--workers", "1"]
    done = subprocess.run(
        [*command, "--tf-version", release, "--libm", libm],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    if done.returncode:
        soak.fault(f"eval on a cluster: {done.stderr}")
    soak.count(clusters=1)
    _check_file(soak, done.returncode, out, release, libm)


def _any_release(rng: np.random.Generator) -> tuple[str, str]:
    return str(rng.choice(tf_losses.known_tf_versions())), str(rng.choice(["glibc", "glibc-2.31"]))


def _evaluated(soak: Soak, out: Path) -> list[str]:
    names = [str(soak.folder / f"{name}.npy") for name in ("logits", "labels")]
    return ["eval", "sparse_softmax", "--logits", names[0], "--labels", names[1], "--out", str(out)]


def write_files(folder: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(folder / "logits.npy", rng.normal(0, 4, (3000, 10)).astype(np.float32))
    np.save(folder / "labels.npy", rng.integers(0, 10, 3000))


def _check_file(soak: Soak, code: int, out: Path, release: str, libm: str) -> None:
    labels, logits = (np.load(soak.folder / f"{name}.npy") for name in ("labels", "logits"))
    with tf_losses.tf_version(release), tf_losses.tf_libm(libm):
        wanted = v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits).numpy()
    found = _losses_in(out) if code == 0 else np.empty(0, np.float32)
    differ = not np.array_equal(found.view(np.uint32), wanted.view(np.uint32))
    soak.count(files=1, elements=found.size, mismatches=differ)
    if differ:
        soak.fault(
            f"eval to {out.name}, of {release} beside {libm}: exit code {code}, other losses"
        )


def _losses_in(path: Path) -> soak_calls.Array:
    if path.suffix == ".npy":
        return np.load(path)
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=1).astype(np.float32)


class Activity(NamedTuple):
    """A function, how many threads do it, and how many seconds they wait between two times."""

    act: Callable[[Soak, np.random.Generator], None]
    threads: int
    pause: float


ACTIVITIES = [
    Activity(make_calls, 3, 0),
    Activity(change_settings, 1, 0.02),
    Activity(fork_child, 1, 2),
    Activity(compute_dask, 1, 10),
    Activity(evaluate_files, 1, 5),
    Activity(begin_process, 1, 90),
    Activity(evaluate_on_cluster, 1, 240),
]
