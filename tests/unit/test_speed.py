# SPDX-License-Identifier: Apache-2.0
"""What was done for speed's sake and must not show: few steps, kept memory, threads."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
import threadpoolctl

import cases
import tf_losses
from bits import assert_same_bits
from layouts import misaligned
from sanitized import IS_SANITIZED
from tf_losses import gradients
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.losses.fast_gradients import fast_gradients
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.native import ffi, lib
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Order = Literal["C", "F"]

MEBI = 1 << 20


def drawn(dtype: type, shape: tuple[int, ...] = (24, 10)) -> tuple[np.ndarray, np.ndarray]:
    """Labels and logits."""
    rng = np.random.default_rng(len(shape))
    return rng.random(shape).astype(dtype), (4 * rng.normal(size=shape)).astype(dtype)


# ---- few steps ----


@contextmanager
def slow_gradients() -> Iterator[None]:
    """Let `fast_gradients` find nothing, as it does while a tape is open."""
    OPEN[0] = None
    try:
        yield
    finally:
        del OPEN[0]


def everything(z: np.ndarray, x: np.ndarray, numbers: np.ndarray) -> dict[str, np.ndarray]:
    """Each loss and what can come with it."""
    nn = v2.nn
    found = {
        "sigmoid": nn.sigmoid_cross_entropy_with_logits(z, x),
        "weighted": nn.weighted_cross_entropy_with_logits(z, x, 2.5),
        "softmax": nn.softmax_cross_entropy_with_logits(z, x),
        "sparse": nn.sparse_softmax_cross_entropy_with_logits(numbers, x),
    }
    with_loss = {
        "sigmoid": gradients.sigmoid_cross_entropy_with_logits(z, x, z, with_loss=True),
        "weighted": gradients.weighted_cross_entropy_with_logits(
            z, x, 2.5, z, wrt=("labels", "logits"), with_loss=True
        ),
        "softmax": gradients.softmax_cross_entropy_with_logits_v2(
            z, x, -1, z[..., 0].copy(), with_loss=True
        ),
        "sparse": gradients.sparse_softmax_cross_entropy_with_logits(
            numbers, x, z[..., 0].copy(), with_loss=True
        ),
    }
    for loss, several in with_loss.items():
        for name, array in several._asdict().items():
            if array is not None:
                found[f"{loss} with {name}"] = array
    return found


@pytest.mark.parametrize("dtype", cases.DTYPES.values(), ids=cases.DTYPES)
@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_both_ways(dtype: type, index: type) -> None:
    z, x = drawn(dtype)
    numbers = np.arange(len(x), dtype=index) % 10
    short = everything(z, x, numbers)
    for loss in ("sigmoid", "weighted", "softmax", "sparse"):
        assert_same_bits(short[f"{loss} with loss"], short[loss], loss)
    with slow_gradients():
        assert (
            fast_gradients(native.code_of("sigmoid"), z, x, None, (True, True), with_loss=True)
            is None
        )
        for name, found in everything(z, x, numbers).items():
            assert_same_bits(short[name], found, name)


@pytest.mark.parametrize("dtype", cases.DTYPES.values(), ids=cases.DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_fast_gradients_are_used(dtype: type, order: Order) -> None:
    z, x = (np.array(array, order=order) for array in drawn(dtype))
    v2.nn.sigmoid_cross_entropy_with_logits(z, x)  # bfloat16 is known once it was met
    for loss in (native.code_of("sigmoid"), native.code_of("softmax")):
        assert fast_gradients(loss, z, x, None, (True, True), with_loss=True) is not None


def frames(call: Callable[[], object]) -> int:
    """How many functions of the package a call runs (others may be called by the collector)."""
    names: list[str] = []
    package = str(Path(tf_losses.__file__).parent)

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(package):
            names.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(before)
    return len(names)


@pytest.mark.skipif(IS_SANITIZED, reason="sanitized code is not counted")
@pytest.mark.parametrize("dtype", cases.DTYPES.values(), ids=cases.DTYPES)
@pytest.mark.parametrize(("order", "most"), [("C", 3), ("F", 9)])
def test_a_call_takes_few_steps(
    dtype: type, order: Order, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as there was no tape, from when on NumPy tells of views."""
    monkeypatch.setattr(v2.Tensor, "__array_finalize__", np.ndarray.__array_finalize__)
    z, x = (np.array(array, order=order) for array in drawn(dtype))
    numbers = np.repeat(np.arange(len(x)) % 10, 2)[::2] if order == "F" else np.arange(len(x)) % 10
    nn = v2.nn
    calls: tuple[Callable[[], object], ...] = (
        lambda: nn.sigmoid_cross_entropy_with_logits(z, x),
        lambda: nn.weighted_cross_entropy_with_logits(z, x, 2.5),
        lambda: nn.softmax_cross_entropy_with_logits(z, x),
        lambda: nn.sparse_softmax_cross_entropy_with_logits(numbers, x),
    )
    for call in calls:
        call()
        assert 1 <= frames(call) <= most


@pytest.mark.parametrize(
    "change",
    [
        misaligned,
        np.asfortranarray,
        lambda a: a[::-1],
        lambda a: a.astype(a.dtype.newbyteorder(">")),
        np.ma.masked_array,
        v2.constant,
    ],
    ids=["misaligned", "fortran", "reversed", "big-endian", "masked", "tensor"],
)
def test_what_is_not_plain_has_the_same_bits(change: Callable[[np.ndarray], np.ndarray]) -> None:
    z, x = drawn(np.float32)
    numbers = np.arange(len(x)) % 10
    plain = everything(z, x, numbers)
    for labels, logits in ((z, change(x)), (change(z), x), (change(z), change(x))):
        given = [np.array(array, np.float32) for array in (labels, logits)]
        expected = plain if np.array_equal(given, (z, x)) else everything(*given, numbers)
        for name, found in everything(labels, logits, change(numbers)).items():
            if "sparse" not in name or np.array_equal(change(numbers), numbers):
                assert_same_bits(found, expected[name], name)


def test_a_tape_is_told() -> None:
    x = v2.constant([[1.0, 2.0]])
    with v2.GradientTape() as watching:
        watching.watch(x)
        assert OPEN
        loss = v2.nn.sigmoid_cross_entropy_with_logits(np.ones((1, 2), np.float32), x)
    assert watching.gradient(loss, x) is not None


# ---- gradients with the loss ----


def test_wrt_chooses() -> None:
    z, x = drawn(np.float32)
    both = gradients.sigmoid_cross_entropy_with_logits(z, x)
    for wrt, other in (("logits", "labels"), ("labels", "logits")):
        found = gradients.sigmoid_cross_entropy_with_logits(z, x, wrt=wrt)
        assert_same_bits(getattr(found, wrt), getattr(both, wrt), wrt)
        assert getattr(found, other) is None
        assert found.loss is None
    listed = gradients.weighted_cross_entropy_with_logits(z, x, 2.0, wrt=["pos_weight"])
    assert listed.labels is None
    assert listed.logits is None
    assert listed.pos_weight is not None
    assert gradients.softmax_cross_entropy_with_logits(z, x, wrt="labels") == (None,) * 4


@pytest.mark.parametrize("wrt", ["logit", "", 0, False, 5, ["labels", "weights"], [["logits"]]])
def test_unknown_wrt(wrt: object) -> None:
    z, x = drawn(np.float32)
    with pytest.raises(ValueError, match="Unknown input"):
        gradients.sigmoid_cross_entropy_with_logits(z, x, wrt=wrt)


def test_weight_larger_than_the_logits() -> None:
    z, x = drawn(np.float32, (3,))
    weight = np.full((2, 3), 2.0, np.float32)
    found = gradients.weighted_cross_entropy_with_logits(z, x, weight, with_loss=True)
    assert_same_bits(found.loss, v2.nn.weighted_cross_entropy_with_logits(z, x, weight), "loss")


# ---- results that go past the caches ----


@pytest.mark.slow
@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize(
    ("dtype", "classes"),
    [("float32", 4099), ("float64", 2048), ("float16", 8201), ("bfloat16", 8195)],
)
@pytest.mark.parametrize("isa", native.isa_known())
def test_large_results_are_those_of_their_parts(isa: str, dtype: str, classes: int) -> None:
    """32 MiB of gradients and more are stored in another way, also of rows that are not aligned."""
    if not native.isa_known()[isa]:
        pytest.skip(f"this processor has no {isa}")
    native.isa_select(isa)
    rows = 2048 + 32
    rng = np.random.default_rng(classes)
    x = rng.standard_normal((rows, classes)).astype(cases.DTYPES[dtype])
    z = rng.random((rows, classes)).astype(cases.DTYPES[dtype])
    numbers = rng.integers(0, classes, rows)

    def found(part: slice) -> list[np.ndarray]:
        several = (
            gradients.sigmoid_cross_entropy_with_logits(z[part], x[part], with_loss=True),
            gradients.weighted_cross_entropy_with_logits(
                z[part], x[part], 3.0, wrt=("labels", "logits"), with_loss=True
            ),
            gradients.softmax_cross_entropy_with_logits_v2(
                z[part], x[part], wrt="logits", with_loss=True
            ),
            gradients.sparse_softmax_cross_entropy_with_logits(
                numbers[part], x[part], with_loss=True
            ),
        )
        return [array for one in several for array in one if array is not None]

    whole = found(slice(None))
    assert whole[0].nbytes >= 32 * MEBI
    for first in range(0, rows, 160):  # packets of 8 elements and 8 rows stay whole
        part = slice(first, first + 160)
        for got, want in zip(whole, found(part), strict=True):
            assert_same_bits(got[part], want, f"rows from {first}")


# ---- memory for large results ----


def address(array: np.ndarray) -> int:
    """Where the array lies."""
    place: int = array.__array_interface__["data"][0]
    return place


def test_large_results_are_reused_and_their_own() -> None:
    """What was freed is used again; what is still referred to never is."""
    shape = (5, 2 * MEBI)
    first = native.empty(shape, np.dtype(np.float32))
    assert address(first) % 64 == 0
    place, row = address(first), first[2]
    second = native.empty(shape, np.dtype(np.float32))
    second.fill(2)
    row.fill(1)
    assert second.min() == 2
    del first
    gc.collect()
    third = native.empty(shape, np.dtype(np.float32))
    assert place not in (address(third), address(second))  # a view of it lives on
    assert row.max() == 1
    del row
    gc.collect()
    assert address(native.empty(shape, np.dtype(np.float32))) == place


@pytest.mark.skipif(IS_SANITIZED, reason="measures memory, which AddressSanitizer keeps")
def test_nothing_is_kept_beyond_the_limit() -> None:
    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (not a file to speak of)
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    if not os.path.exists("/proc/self/statm"):  # noqa: PTH110 (the same)
        pytest.skip("no /proc here, which tells how much memory is resident")
    tf_losses.set_result_cache(0)
    try:
        before = resident()
        native.empty((64 * MEBI,), np.dtype(np.uint8)).fill(1)
        assert resident() - before < 8 * MEBI
        tf_losses.set_result_cache(256 * MEBI)
        native.empty((64 * MEBI,), np.dtype(np.uint8)).fill(1)
        assert resident() - before > 56 * MEBI
        tf_losses.set_result_cache(0)
        assert resident() - before < 8 * MEBI
    finally:
        tf_losses.set_result_cache(256 * MEBI)


def test_misuse_of_the_memory() -> None:
    assert lib.tfl_memory_alloc(-1) == ffi.NULL
    assert lib.tfl_memory_alloc(2**63 - 1) == ffi.NULL
    assert lib.tfl_memory_alloc(2**62) == ffi.NULL
    lib.tfl_memory_free(ffi.NULL)
    assert lib.tfl_memory_limit(-1) == lib.TFL_BAD_ARGUMENT
    for size in (-1, 2**63):
        with pytest.raises(ValueError, match="out of range"):
            tf_losses.set_result_cache(size)


def test_many_threads_take_and_give() -> None:
    """Every block belongs to one thread at a time."""
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(200):
            block = lib.tfl_memory_alloc(1000)
            values = np.frombuffer(ffi.buffer(block, 1000), np.uint8)
            values[:] = number
            if (values != number).any():
                wrong.append(number)
            lib.tfl_memory_free(block)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---- threads ----


def test_threadpoolctl_sees_the_threads() -> None:
    tf_losses.register_threadpoolctl()
    tf_losses.register_threadpoolctl()
    before = tf_losses.get_num_threads()
    (info,) = (pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "tf_losses")
    assert info["num_threads"] == before
    with threadpoolctl.threadpool_limits(limits=1):
        assert tf_losses.get_num_threads() == 1
    assert tf_losses.get_num_threads() == before


PROGRAM = """
import os, sys, threading
import numpy as np
import tf_losses
x = np.zeros((1 << 20, 4), np.float32)
def loss():
    return tf_losses.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x)
tf_losses.set_num_threads(3)
"""


BUSY_AT_EXIT = """
threading.Thread(target=lambda: [loss() for _ in range(10**6)], daemon=True).start()
loss()
"""

FORK = """
loss()
if os.fork() == 0:
    loss()
    os._exit(0)
assert os.wait()[1] == 0
"""

FORK_WHILE_BUSY = """
thread = threading.Thread(target=lambda: [loss() for _ in range(20)])
thread.start()
for _ in range(20):
    if os.fork() == 0:
        loss()
        os._exit(0)
    assert os.wait()[1] == 0
thread.join()
"""


@pytest.mark.slow
# A fork that meets the first call is a matter of luck: several times.
@pytest.mark.parametrize(("rest", "times"), [(BUSY_AT_EXIT, 1), (FORK, 1), (FORK_WHILE_BUSY, 12)])
def test_ends_well(rest: str, times: int) -> None:
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM + rest],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")


QUOTA = """
#include <stdio.h>
#include "host/processors.h"
int main(void) {
    const char *lines[] = {"max 100000\\n", "100000 100000\\n", "150000 100000\\n", "50000 100000",
                           "", "x", "0 100000", "-1 100000"};
    for (int i = 0; i < 8; i++)
        printf("%d ", tfl_quota_of(lines[i]) == INT64_MAX ? 0 : (int)tfl_quota_of(lines[i]));
    return 0;
}
"""


def test_quota_of_a_control_group(tmp_path: object) -> None:
    """Rounded up; 0 stands for no limit."""
    program = f"{tmp_path}/quota"
    source = f"{program}.c"
    with open(source, "w", encoding="ascii") as file:  # noqa: PTH123 (tmp_path's own)
        file.write(QUOTA)
    compiler = os.environ.get("CC", "cc")
    subprocess.run(
        [
            compiler,
            "-Icsrc",
            source,
            "csrc/host/processors.c",
            "csrc/host/linux.c",
            "csrc/host/posix.c",
            "-o",
            program,
        ],
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    found = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    assert found.split() == ["0", "1", "2", "1", "0", "0", "0", "0"]
