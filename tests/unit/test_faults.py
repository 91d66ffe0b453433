# SPDX-License-Identifier: Apache-2.0
"""What can go wrong around a call, each provoked: a defined result or a clear error, and a process
that goes on.

Faults of C callers are provoked by tests/native/drive.c and threads.c, which run here as well;
arguments of any kind by test_fuzz.py and tests/native/fuzz.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import cases
from bits import assert_same_bits
from sanitized import IS_SANITIZED
from tf_losses import errors, gradients
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bits import Array

ROOT = Path(__file__).resolve().parents[2]
GIBI = 1 << 30


def run(program: str, *, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


# ---- C ----


@pytest.mark.slow
@pytest.mark.parametrize("target", ["sanitized-drive", "sanitized-threads"])
def test_c_programs(target: str) -> None:
    """Out of memory, of threads, overlaps, sizes, guard pages, fork; races: under sanitizers."""
    make, compiler = shutil.which("make"), sysconfig.get_config_var("CC").split()[0]
    if not make or not shutil.which(compiler) or "gcc" not in compiler:
        pytest.skip(f"needs make and gcc with its sanitizers; the compiler here is {compiler}")
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    done = subprocess.run(
        [make, "-s", "-j2", "-C", str(ROOT / "tests" / "native"), target, f"CC={compiler}"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed" in done.stdout


# ---- labels ----


def sparse(labels: Array, classes: int = 4) -> Array:
    logits = np.zeros((len(labels), classes), np.float32)
    return v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


@pytest.mark.parametrize("label", [-1, 4, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63)])
def test_labels_out_of_range(label: int) -> None:
    labels = np.array([0, label, 1])
    with pytest.raises(errors.InvalidArgumentError, match=f"label value of {label} "):
        sparse(labels)
    with pytest.raises(errors.InvalidArgumentError, match=f"label value of {label} "):
        gradients.sparse_softmax_cross_entropy_with_logits(labels, np.zeros((3, 4), np.float32))


@pytest.mark.parametrize("label", [np.nan, np.inf, 1.5])
def test_class_numbers_that_are_no_integers(label: float) -> None:
    with pytest.raises(errors.InvalidDtypeError, match="float"):
        sparse(np.array([0, label], np.float32))


@pytest.mark.parametrize("loss", [cases.SIGMOID, cases.WEIGHTED, cases.SOFTMAX])
@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_nan_labels_spoil_what_they_belong_to(loss: str, dtype: str) -> None:
    """An element, or a row; all others keep their bits."""
    rng = cases.generator("nan labels", loss, dtype)
    logits, labels = (rng.random((40, 17)).astype(cases.DTYPES[dtype]) for _ in range(2))
    spoilt = labels.copy()
    spoilt[7, 3] = np.nan
    function = getattr(v2.nn, f"{loss}_cross_entropy_with_logits")
    weight = (2.5,) if loss == cases.WEIGHTED else ()
    expected, found = (function(z, logits, *weight) for z in (labels, spoilt))
    at = (7,) if loss == cases.SOFTMAX else (7, 3)
    assert np.isnan(found[at])
    found[at] = expected[at]
    assert_same_bits(found, expected, "the others")


@pytest.mark.slow
@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize("threads", [1, 3])
def test_labels_that_another_thread_changes(threads: int) -> None:
    """A call takes them or refuses them; memory outside the logits is never read."""
    native.set_num_threads(threads)
    labels, logits = np.zeros(500, np.int64), np.zeros((500, 7), np.float32)
    done = threading.Event()

    def change() -> None:
        numbers = [np.zeros(500, np.int64), np.full(500, 2**40), np.full(500, -1)]
        while not done.is_set():
            for several in numbers:
                labels[:] = several

    thread = threading.Thread(target=change)
    thread.start()

    def outcome() -> str:
        try:
            gradients.sparse_softmax_cross_entropy_with_logits(labels, logits, with_loss=True)
        except errors.InvalidArgumentError:
            return "refused"
        return "computed"

    outcomes = {outcome() for _ in range(300)}
    for _ in range(1_000_000):  # a busy machine may let the other one wait
        if len(outcomes) == 2:
            break
        outcomes.add(outcome())
    done.set()
    thread.join()
    assert outcomes == {"computed", "refused"}


def test_labels_that_became_good_meanwhile() -> None:
    """The call saw a bad label that is no longer there when the error is put into words."""
    from tf_losses._internal.arguments.messages import TF2  # noqa: PLC0415
    from tf_losses._internal.losses import sparse_softmax as _sparse_softmax  # noqa: PLC0415 (its inside)

    with pytest.raises(errors.InvalidArgumentError, match="another thread writes to `labels`"):
        _sparse_softmax.refuse_label(np.array([0, 1]), 4, TF2)


# ---- memory ----


def results(dtype: str) -> Iterator[tuple[str, tuple[Array, ...], list[Array]]]:
    """Inputs and outputs of every loss."""
    rng = cases.generator("results", dtype)
    x, z = (rng.random((8, 16)).astype(cases.DTYPES[dtype]) for _ in range(2))
    numbers = rng.integers(0, 16, 8)
    functions: dict[str, tuple[Any, ...]] = {
        "sigmoid": (z, x),
        "weighted": (z, x, 2.0),
        "softmax": (z, x),
        "sparse_softmax": (numbers, x),
    }
    for loss, arguments in functions.items():
        name = f"{loss}_cross_entropy_with_logits"
        found = [getattr(v2.nn, name)(*arguments)]
        suffix = "_v2" if loss == "softmax" else ""
        found += [a for a in getattr(gradients, name + suffix)(*arguments) if a is not None]
        yield loss, tuple(a for a in arguments if isinstance(a, np.ndarray)), found


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_results_share_no_memory(dtype: str) -> None:
    """Neither with an input nor with each other."""
    for loss, inputs, outputs in results(dtype):
        for place, out in enumerate(outputs):
            for other in (*inputs, *outputs[:place]):
                assert not np.shares_memory(out, other), loss


NO_MEMORY = """
import resource, numpy as np, tf_losses
from tf_losses import gradients
x = np.zeros((1 << 24, 4), np.float32)
few = np.zeros((3, 1 << 24), np.float32)
tf_losses.set_num_threads(1)
with open("/proc/self/statm") as file:
    now = int(file.read().split()[0]) * resource.getpagesize()
before = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (now + (1 << 26), before[1]))
nn = tf_losses.compat.v2.nn
for call in (
    lambda: nn.sigmoid_cross_entropy_with_logits(x, x),
    lambda: gradients.sigmoid_cross_entropy_with_logits(x, x),
    lambda: nn.weighted_cross_entropy_with_logits(x, x, 2.0),
    lambda: gradients.softmax_cross_entropy_with_logits_v2(few, few, wrt="logits"),
    lambda: gradients.sparse_softmax_cross_entropy_with_logits(np.zeros(3, np.int32), few),
    lambda: nn.sigmoid_cross_entropy_with_logits(x.T, x.T),
):
    try:
        call()
    except MemoryError as error:
        assert str(error), repr(error)
    else:
        raise SystemExit("there was memory")
resource.setrlimit(resource.RLIMIT_AS, before)
assert nn.sigmoid_cross_entropy_with_logits(x, x).max() == np.float32(0.6931472)
"""


@pytest.mark.slow
@pytest.mark.skipif(IS_SANITIZED, reason="AddressSanitizer reserves terabytes of addresses")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="/proc tells how much is in use")
def test_no_memory_is_an_error_and_the_process_goes_on() -> None:
    done = run(NO_MEMORY)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shape", [(2**40, 2**20), (2**31 + 9, 2**30), (2**61,)])
def test_sizes_that_no_memory_holds(shape: tuple[int, ...]) -> None:
    """Arrays that repeat one element are cheap to make; their losses would not be."""
    x = np.broadcast_to(np.float16(1), shape)
    for call in (
        lambda: v2.nn.sigmoid_cross_entropy_with_logits(x, x),
        lambda: v2.nn.softmax_cross_entropy_with_logits(x, x),
        lambda: gradients.weighted_cross_entropy_with_logits(x, x, 2.0),
    ):
        with pytest.raises(MemoryError):
            call()


def test_a_result_whose_size_is_beyond_64_bits() -> None:
    x = np.zeros((1, 1, 3), np.float32)
    weight = np.broadcast_to(np.float32(2), (2**30, 2**30, 1))
    with pytest.raises(MemoryError, match=r"."):
        v2.nn.weighted_cross_entropy_with_logits(x, x, weight)


def available_memory() -> int:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return int(found[0]) * 1024 if found else 0


@pytest.mark.slow
@pytest.mark.skipif(IS_SANITIZED, reason="takes minutes and all memory with AddressSanitizer")
@pytest.mark.skipif(available_memory() < 12 * GIBI, reason="needs 12 GiB of free memory")
def test_more_than_2_to_the_31_elements() -> None:
    """An index of 32 bits would show: the last elements have the bits of a call of their own."""
    size, tail = 2**31 + 9, 25  # the tail begins at a multiple of 16
    x = np.zeros(size, np.float16)
    x[-tail:] = np.linspace(-5, 5, tail)
    x[2**31 - 1] = x[5] = 3
    loss = v2.nn.sigmoid_cross_entropy_with_logits(x, x)
    assert_same_bits(
        loss[-tail:], v2.nn.sigmoid_cross_entropy_with_logits(x[-tail:], x[-tail:]), ""
    )
    assert loss[2**31 - 1] == loss[5] != loss[6] == loss[2**31 - 20]
    del loss
    slope = gradients.sigmoid_cross_entropy_with_logits(x, x, wrt="logits").logits
    alone = gradients.sigmoid_cross_entropy_with_logits(x[-tail:], x[-tail:], wrt="logits").logits
    assert slope is not None
    assert alone is not None
    assert_same_bits(slope[-tail:], alone, "")
    del slope
    row = v2.nn.softmax_cross_entropy_with_logits(x[None], x[None])
    numbers = np.array([size - 1])
    sparse_row = v2.nn.sparse_softmax_cross_entropy_with_logits(numbers, x[None])
    # The sum of 2^31 exponentials, most of them exp(-5).
    assert np.isfinite(row).all()
    assert sparse_row[0] == np.float16(np.log((size - 27) * np.exp(-5.0)))


# ---- processes and interpreters ----


def checked_loss(seed: int) -> bytes:
    """The bits of a loss that is large enough for the pool."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((400, 1000), np.float32)
    native.set_num_threads(3)
    loss = v2.nn.softmax_cross_entropy_with_logits(np.abs(x), x)
    return bytes(loss.tobytes())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str) -> None:
    """While this process computes as well."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"multiprocessing has no {method} here")
    threads = native.get_num_threads()
    expected = [checked_loss(seed) for seed in range(4)]
    context = multiprocessing.get_context(method)
    with ThreadPoolExecutor(1) as busy, ProcessPoolExecutor(2, context) as pool:
        here = [busy.submit(checked_loss, seed % 4) for seed in range(40)]
        there = list(pool.map(checked_loss, range(4), timeout=100))
        assert there == expected
        assert [one.result() for one in here] == expected * 10
    native.set_num_threads(threads)


SUBINTERPRETERS = """
import tf_losses
try:
    import _interpreters
    one = _interpreters.create("isolated")
    run = lambda: _interpreters.run_string(one, "import tf_losses").formatted
except ImportError:
    import _xxsubinterpreters
    one = _xxsubinterpreters.create()
    def run():
        try:
            _xxsubinterpreters.run_string(one, "import tf_losses")
        except Exception as error:
            return str(error)
print(run())
"""


@pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.3.0", reason="this NumPy loads in subinterpreters"
)
def test_a_subinterpreter_is_refused() -> None:
    """NumPy does not load there; the error says what to do instead."""
    done = run(SUBINTERPRETERS)
    assert done.returncode == 0, done.stderr
    assert "ImportError" in done.stdout
    assert "in this subinterpreter" in done.stdout
    assert "Import tf_losses in the main interpreter, or use processes" in done.stdout


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python is not free-threaded"
)
def test_free_threaded_python_stays_so() -> None:
    """The C extension says that it needs no lock; else the import would turn the lock on."""
    done = run("import sys, tf_losses; print(sys._is_gil_enabled())")
    assert (done.stdout, done.stderr) == ("False\n", "")


INTERRUPTED = """
import signal, sys, numpy as np, tf_losses
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs inherit it ignored
sys.path.insert(0, TESTS)
import arithmetic
from tf_losses._internal.runtime import native
x = np.ones(1 << 22, np.float32)
native.isa_select("portable")
native.set_num_threads(THREADS)
def loss():
    return tf_losses.compat.v2.nn.sigmoid_cross_entropy_with_logits(x, x)
expected = loss().tobytes()
caught = 0
print("ready", flush=True)
while caught < 5:
    try:
        while True:
            loss()
    except KeyboardInterrupt:
        caught += 1
        assert loss().tobytes() == expected
        assert arithmetic.is_usual()
        print("caught", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("threads", [1, 3])
def test_ctrl_c_during_a_call(threads: int) -> None:
    """KeyboardInterrupt comes when the call in C is over; results and registers are whole."""
    program = INTERRUPTED.replace("THREADS", str(threads))
    program = program.replace("TESTS", repr(str(ROOT / "tests" / "helpers")))
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        for _ in range(5):
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "caught\n"
        assert (process.wait(60), process.stderr.read()) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the least stack is POSIX's")
@pytest.mark.parametrize("kibibytes", [32, 48])
def test_threads_with_little_stack(kibibytes: int) -> None:
    """Kernels keep what is large elsewhere: the least stack that Python allows is enough."""
    if IS_SANITIZED:
        pytest.skip("sanitizers take more stack")
    if kibibytes < 48 and sys.version_info < (3, 11):
        pytest.skip("this Python's own functions take more stack")
    program = ROOT / "tests" / "helpers" / "small_stack.py"
    done = subprocess.run(
        [sys.executable, str(program), str(kibibytes << 10)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 1000
