# SPDX-License-Identifier: Apache-2.0
"""The pool: helpers that look for work stop doing so, keep their affinity, and come by cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.threads_model import Call, Copies, Late, speedup
from sanitized import IS_SANITIZED

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Linux's /proc is asked")

PRELUDE = """
import os, time
import numpy as np
import tf_losses
from tf_losses import gradients
nn = tf_losses.compat.v2.nn
rng = np.random.default_rng(3)

def drawn(elements, dtype):
    shape = (elements // 64, 64)
    return rng.random(shape).astype(dtype), rng.normal(0, 3, shape).astype(dtype)

def helpers():
    return len(os.listdir("/proc/self/task")) - before

tf_losses.set_num_threads(2)
"""


def run(code: str) -> list[str]:
    """Run a program in a process with no other threads than ours; give the words it prints."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(IS_SANITIZED, reason="sanitizers have threads and need time of their own")
def test_helpers_sleep_between_calls() -> None:
    """They look for 50 us; a quarter of a second later the process has not used a hundredth."""
    code = """
z, x = drawn(1 << 20, np.float32)
for _ in range(20):
    nn.sigmoid_cross_entropy_with_logits(z, x)
begin = time.process_time()
time.sleep(0.25)
print(time.process_time() - begin)
"""
    assert float(run(code)[0]) < 0.01


@ON_LINUX
def test_helpers_keep_the_affinity_that_the_process_has() -> None:
    """They leave the caller's processor, and may come back to it."""
    code = """
z, x = drawn(1 << 18, np.float32)
for i in range(300):
    nn.sigmoid_cross_entropy_with_logits(z, x)
    if i % 50 == 0:
        time.sleep(0.01)
time.sleep(0.05)
tasks = os.listdir("/proc/self/task")
print(len(tasks) > 1)
print(all(os.sched_getaffinity(int(t)) == os.sched_getaffinity(0) for t in tasks))
"""
    assert run(code) == ["True", "True"]


@ON_LINUX
def test_threads_that_share_one_processor_compute_the_same() -> None:
    """More threads are asked for than processors are there: nobody looks, all is computed."""
    code = """
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
tf_losses.set_num_threads(0)
print(tf_losses.get_num_threads())
z, x = drawn(1 << 18, np.float32)
expected = nn.softmax_cross_entropy_with_logits(z, x)
tf_losses.set_num_threads(4)
print(all(np.array_equal(nn.softmax_cross_entropy_with_logits(z, x), expected) for _ in range(100)))
print(len(os.listdir("/proc/self/task")) >= 4)
"""
    assert run(code) == ["1", "True", "True"]


@ON_LINUX
@pytest.mark.skipif(IS_SANITIZED, reason="sanitizers have threads of their own")
def test_an_element_that_costs_more_is_worth_a_thread_earlier() -> None:
    """The same elements: the cheapest loss stays alone, the dearest one has a helper."""
    code = """
before = len(os.listdir("/proc/self/task"))
z, x = drawn(130_000, np.float32)
for _ in range(3):
    nn.sparse_softmax_cross_entropy_with_logits(np.zeros(len(x), np.int64), x)
print(helpers())
z, x = drawn(24_000, np.float64)
gradients.weighted_cross_entropy_with_logits(z[:300], x[:300], 2.5)
print(helpers())
gradients.weighted_cross_entropy_with_logits(z, x, 2.5)
print(helpers())
"""
    assert run(code) == ["0", "0", "1"]


def test_the_model_goes_through_what_was_measured() -> None:
    """One thread is one thread; copies of one and two are the measured ones, no rate falls."""
    copies = Copies(20.0, 30.0)
    call = Call(alone=1e6, serial=1e3, moved=0)
    assert speedup(1, call, copies, Late(0.2, 0.2)) == 1
    assert [round(copies.rate(n), 9) for n in (1, 2)] == [20, 30]
    assert copies.rate(64) < 60 < 64 * copies.one
    times = [speedup(n, call, copies, Late(0.2, 0.2)) for n in (1, 2, 8, 64)]
    assert times == sorted(times)
    assert times[1] < 2
    assert speedup(64, Call(1e4, 1e3, 0), copies, Late(0.2, 0.2)) == 1
    memory_bound = Call(alone=1e6, serial=0, moved=19_000_000)
    assert speedup(64, memory_bound, copies, Late(0.2, 0.2)) < 3.2
