# SPDX-License-Identifier: Apache-2.0
"""Whose bits: the choice of a version, its reach, and what it changes."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import itertools
import os
import platform
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits, differing
from tf_losses import gradients, versions
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.native import ffi, lib
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = versions.known_tf_versions()
CALLS = {
    "sigmoid f32 gradient": (
        np.float32,
        lambda z, x: gradients.sigmoid_cross_entropy_with_logits(z, x).logits,
    ),
    "weighted f32 gradient": (
        np.float32,
        lambda z, x: gradients.weighted_cross_entropy_with_logits(z, x, 2.0).logits,
    ),
    "sigmoid f64": (np.float64, v2.nn.sigmoid_cross_entropy_with_logits),
    "weighted f64": (np.float64, lambda z, x: v2.nn.weighted_cross_entropy_with_logits(z, x, 2.0)),
    "softmax f32": (np.float32, v2.nn.softmax_cross_entropy_with_logits),
    "softmax f64": (np.float64, v2.nn.softmax_cross_entropy_with_logits),
    "sparse f32": (
        np.float32,
        lambda z, x: v2.nn.sparse_softmax_cross_entropy_with_logits(z.argmax(1), x),
    ),
}
# What each call gives differs between these groups, and is the same within.
_1_13 = "1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.13"
_2_2, _2_7 = "2.0 2.1 2.2", "2.5 2.6 2.7"
_2_11, _2_15 = "2.9 2.10 2.11", "2.12 2.13 2.14 2.15"
LOOP, _2_20, NEW = "2.16", "2.17 2.18 2.19 2.20", "2.21 2.22"
_OF_F32_EXP = [
    f"{_1_13} {_2_2} 2.3 2.4",
    "1.14 1.15",
    f"{_2_7} 2.8",
    f"{_2_11} {_2_15} {LOOP} {_2_20}",
    NEW,
]
_OF_F64_LOG1P = [
    f"{_1_13} 1.14 1.15 {_2_2} 2.3 2.4 {_2_7} 2.8 {_2_11} {_2_15} {LOOP} {_2_20}",
    NEW,
]
_1_2 = f"{_1_13} 1.14 1.15 {_2_2}"
_2_9 = f"{_2_11} {_2_15} {_2_20} {NEW}"
SAME = {
    "sigmoid f32 gradient": _OF_F32_EXP,
    "weighted f32 gradient": _OF_F32_EXP,
    "sigmoid f64": _OF_F64_LOG1P,
    "weighted f64": _OF_F64_LOG1P,
    "softmax f32": [_1_2, "2.3 2.4", _2_7, "2.8", _2_9, LOOP],
    "softmax f64": [_1_2, "2.3", "2.4", _2_7, f"2.8 {_2_9}", LOOP],
    "sparse f32": [_1_2, "2.3 2.4", _2_7, "2.8", f"{_2_9} {LOOP}"],
}


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    before = tf_losses.get_tf_version()
    yield
    tf_losses.set_tf_version(before)


def drawn(dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """Labels and logits."""
    rng = np.random.default_rng(3)
    return rng.random((257, 40)).astype(dtype), (3 * rng.normal(size=(257, 40))).astype(dtype)


def test_known() -> None:
    first = (f"1.{minor}" for minor in range(5, 16))
    assert (*first, *(f"2.{minor}" for minor in range(23))) == KNOWN
    assert tf_losses.get_tf_version() == versions.NEWEST == KNOWN[-2]


@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize("isa", [name for name, runs in native.isa_known().items() if runs])
@pytest.mark.parametrize("name", CALLS)
def test_which_versions_compute_alike(name: str, isa: str) -> None:
    native.isa_select(isa)
    dtype, call = CALLS[name]
    z, x = drawn(dtype)
    found = {}
    for version in KNOWN:
        with tf_losses.tf_version(version):
            found[version] = call(z, x)
    groups = [group.split() for group in SAME[name]]
    assert sorted(itertools.chain(*groups)) == sorted(KNOWN)
    for group in groups:
        for version in group:
            assert_same_bits(found[version], found[group[0]], f"{name} {version}")
    for a, b in itertools.combinations(groups, 2):
        assert differing(found[a[0]], found[b[0]]).size, f"{a[0]} and {b[0]} should differ"


@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize("isa", [name for name, runs in native.isa_known().items() if runs])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_row_of_minus_infinity_is_nan_in_every_version(dtype: type, isa: str) -> None:
    """Up to 1.12 its greatest number is the least finite one, and its sum is 0."""
    native.isa_select(isa)
    for version, rows, classes in itertools.product(KNOWN, (1, 8, 37), (1, 8, 13, 130)):
        x, z = np.ones((rows, classes), dtype), np.ones((rows, classes), dtype)
        x[-1] = -np.inf
        numbers = np.zeros(rows, np.int32)
        with tf_losses.tf_version(version):
            softmax = gradients.softmax_cross_entropy_with_logits_v2(z, x, with_loss=True)
            sparse = gradients.sparse_softmax_cross_entropy_with_logits(numbers, x, with_loss=True)
            alone = v2.nn.sparse_softmax_cross_entropy_with_logits(numbers, x)
        found = (softmax.loss, softmax.labels, softmax.logits, sparse.loss, sparse.logits, alone)
        for values in map(np.asarray, found):
            assert np.isnan(values[-1]).all(), (version, rows, classes, values[-1])
            assert np.isfinite(values[:-1]).all(), (version, rows, classes)


def test_the_process_s_choice_is_every_call_s() -> None:
    z, x = drawn(np.float64)
    with tf_losses.tf_version("2.18"):
        expected = v2.nn.sigmoid_cross_entropy_with_logits(z, x)
    tf_losses.set_tf_version("2.18.1")
    assert tf_losses.get_tf_version() == "2.18"
    assert_same_bits(v2.nn.sigmoid_cross_entropy_with_logits(z, x), expected, "as it came")
    assert_same_bits(
        v2.nn.sigmoid_cross_entropy_with_logits(np.asfortranarray(z), x), expected, "copied"
    )
    with tf_losses.tf_version("2.21"):
        assert tf_losses.get_tf_version() == "2.21"
        assert differing(v2.nn.sigmoid_cross_entropy_with_logits(z, x), expected).size


def test_blocks_nest_and_end_on_errors() -> None:
    with tf_losses.tf_version("2.16") as name:
        assert name == tf_losses.get_tf_version() == "2.16"
        with pytest.raises(ZeroDivisionError), tf_losses.tf_version("2.13"):
            1 / (tf_losses.get_tf_version() != "2.13")
        assert tf_losses.get_tf_version() == "2.16"
    assert tf_losses.get_tf_version() == versions.NEWEST


def test_a_decorated_function() -> None:
    @tf_losses.tf_version("2.16")
    def inside(depth: int) -> str:
        return inside(depth - 1) if depth else tf_losses.get_tf_version()

    assert inside(2) == "2.16"
    assert tf_losses.get_tf_version() == versions.NEWEST


@pytest.mark.parametrize("step", ["enter", "exit"])
def test_an_interrupt_leaves_no_block_by_halves(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that are there and the version that computes are one thing."""
    block, choose = tf_losses.tf_version("2.15"), versions.tf_version.choose
    if step == "exit":
        block.__enter__()

    def interrupted(_name: str | None) -> None:
        monkeypatch.setattr(versions.tf_version, "choose", choose)
        raise KeyboardInterrupt

    monkeypatch.setattr(versions.tf_version, "choose", interrupted)
    with pytest.raises(KeyboardInterrupt):
        block.__enter__() if step == "enter" else block.__exit__(None, None, None)
    assert tf_losses.tf_version.innermost() is None
    assert native.version.get() == contextvars.Context().run(native.version.get)


def test_threads_choose_for_themselves() -> None:
    """Each computes in its own version while the others are inside their blocks."""
    z, x = drawn(np.float32)
    expected = {}
    for version in ("2.16", "2.18", "2.21"):
        with tf_losses.tf_version(version):
            expected[version] = gradients.softmax_cross_entropy_with_logits_v2(z, x).logits
    barrier, wrong = threading.Barrier(len(expected)), []

    def work(version: str) -> None:
        with tf_losses.tf_version(version):
            barrier.wait()
            for _ in range(50):
                got = gradients.softmax_cross_entropy_with_logits_v2(z, x).logits
                if differing(got, expected[version]).size:
                    wrong.append(version)
            barrier.wait()

    threads = [threading.Thread(target=work, args=(version,)) for version in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_tasks_choose_for_themselves() -> None:
    async def work(version: str) -> str:
        with tf_losses.tf_version(version):
            await asyncio.sleep(0.01)
            return tf_losses.get_tf_version()

    async def both() -> list[str]:
        return await asyncio.gather(work("2.16"), work("2.18"))

    assert asyncio.run(both()) == ["2.16", "2.18"]


def test_a_task_made_inside_keeps_the_choice() -> None:
    """It runs on after the block, as it came and copied."""
    z, x = drawn(np.float32)
    with tf_losses.tf_version("2.16"):
        expected = v2.nn.softmax_cross_entropy_with_logits(z, x)

    async def work() -> list[np.ndarray]:
        await asyncio.sleep(0.01)
        nn = v2.nn
        return [nn.softmax_cross_entropy_with_logits(z, a) for a in (x, np.asfortranarray(x))]

    async def outlive() -> list[np.ndarray]:
        with tf_losses.tf_version("2.16"):
            task = asyncio.create_task(work())
        assert tf_losses.get_tf_version() == versions.NEWEST
        return await task

    for found in asyncio.run(outlive()):
        assert_same_bits(found, expected, "after the block")
    assert differing(v2.nn.softmax_cross_entropy_with_logits(z, x), expected).size


def test_one_object_in_several_threads() -> None:
    """Entered by two, left by the first first."""
    block, entered, left = tf_losses.tf_version("2.16"), threading.Event(), threading.Event()
    seen = []

    def work() -> None:
        with block:
            entered.set()
            left.wait()
            seen.append(tf_losses.get_tf_version())
        seen.append(tf_losses.get_tf_version())

    thread = threading.Thread(target=work)
    with block:
        thread.start()
        entered.wait()
    left.set()
    thread.join()
    # Threads are born into the block that starts them where Python says so: free-threaded ones do.
    is_inherited = getattr(sys.flags, "thread_inherit_context", 0)
    assert seen == ["2.16", "2.16" if is_inherited else versions.NEWEST]
    assert tf_losses.get_tf_version() == versions.NEWEST


def test_what_runs_later_cannot_be_decorated() -> None:
    async def coroutine() -> None: ...

    def generator() -> Iterator[int]:
        yield 1

    for function in (coroutine, generator):
        with pytest.raises(TypeError, match="its body runs after the call"):
            tf_losses.tf_version("2.16")(function)


class _Later:
    async def __call__(self) -> None: ...


class _Generates:
    def __call__(self) -> Iterator[int]:
        yield 1


async def _coroutine(_number: int) -> None: ...


@pytest.mark.parametrize(
    "thing",
    [
        _Later(),
        _Generates(),
        functools.partial(_coroutine, 1),
        functools.partial(functools.partial(_coroutine), 1),
        functools.partial(_Later()),
        _Later,
        classmethod(lambda _cls: None),
        property(lambda _self: None),
        3,
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_what_a_decorator_would_not_reach_is_refused(thing: Any) -> None:  # noqa: ANN401 (anything)
    with pytest.raises(TypeError, match="tf_version cannot decorate"):
        tf_losses.tf_version("2.16")(thing)


def test_objects_that_are_called_can_be_decorated() -> None:
    class Calls:
        def __call__(self) -> str:
            return tf_losses.get_tf_version()

    decorate = tf_losses.tf_version("2.16")
    for thing in (functools.partial(tf_losses.get_tf_version), Calls(), staticmethod(Calls())):
        assert decorate(thing)() == "2.16"


def _version_block() -> Iterator[str]:
    with tf_losses.tf_version("2.16"):
        yield tf_losses.get_tf_version()


def _softmax_is(version: str) -> bool:
    """Tell whether the bits, not only the name, are those of a version."""
    z, x = drawn(np.float32)
    with tf_losses.tf_version(version):
        expected = v2.nn.softmax_cross_entropy_with_logits(z, x)
    return not differing(v2.nn.softmax_cross_entropy_with_logits(z, x), expected).size


def test_a_generator_closed_inside_another_block() -> None:
    running = _version_block()
    assert next(running) == "2.16"
    with tf_losses.tf_version("2.18"):
        running.close()
        assert tf_losses.get_tf_version() == "2.18"
        assert _softmax_is("2.18")
    assert tf_losses.get_tf_version() == versions.NEWEST


def test_a_generator_begun_inside_a_block_that_ends_first() -> None:
    with tf_losses.tf_version("2.18"):
        running = _version_block()
        next(running)
    assert tf_losses.get_tf_version() == "2.16"
    assert _softmax_is("2.16")
    running.close()
    assert tf_losses.get_tf_version() == versions.NEWEST
    assert _softmax_is(versions.NEWEST)


def test_blocks_that_end_in_any_order() -> None:
    names = ("2.13", "2.16", "2.18")
    for order in itertools.permutations(range(3)):
        blocks = [tf_losses.tf_version(name) for name in names]
        for block in blocks:
            block.__enter__()
        left = list(range(3))
        for place in order:
            blocks[place].__exit__(None, None, None)
            left.remove(place)
            assert tf_losses.get_tf_version() == (names[left[-1]] if left else versions.NEWEST)


def test_one_block_entered_again_inside_itself() -> None:
    block = tf_losses.tf_version("2.16")
    with block, tf_losses.tf_version("2.18"), block:
        assert tf_losses.get_tf_version() == "2.16"
    assert tf_losses.get_tf_version() == versions.NEWEST
    with block, tf_losses.tf_version("2.18"):
        with block:
            pass
        assert tf_losses.get_tf_version() == "2.18"


def test_a_block_left_in_another_context() -> None:
    block = tf_losses.tf_version("2.16")
    contextvars.copy_context().run(block.__enter__)
    block.__exit__(None, None, None)
    assert tf_losses.get_tf_version() == versions.NEWEST


def test_a_tape_keeps_the_version_of_the_loss() -> None:
    z, x = drawn(np.float32)
    with tf_losses.tf_version("2.16"):
        expected = gradients.softmax_cross_entropy_with_logits_v2(z, x).logits
        logits = v2.constant(x)
        with v2.GradientTape() as tape:
            tape.watch(logits)
            loss = v2.nn.softmax_cross_entropy_with_logits(z, logits)
    assert_same_bits(tape.gradient(loss, logits).numpy(), expected, "tape")


@pytest.mark.parametrize("name", ["1.4", "2.999", "99.0", "2", "", "2.", "2.211", "x2.21"])
def test_an_unknown_version_is_refused_with_the_known_ones(name: str) -> None:
    for choose in (tf_losses.set_tf_version, tf_losses.tf_version):
        with pytest.raises(ValueError, match=r"known are 1\.5, 1\.6, .*2\.21"):
            choose(name)


@pytest.mark.parametrize("name", [2.2, None, 221, b"2.21"])
def test_a_version_is_a_string(name: object) -> None:
    with pytest.raises(TypeError, match="is a string"):
        tf_losses.set_tf_version(name)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        ("2.18", 0, "TensorFlow 2.18 (CPU)"),
        ("", 0, f"TensorFlow {versions.NEWEST} (CPU)"),
        ("99.0", 1, "known are"),
    ],
)
def test_the_environment(value: str, code: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import tf_losses; tf_losses.show_config()"],
        env={**os.environ, "TF_LOSSES_TF_VERSION": value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_c_refuses_unknown_numbers() -> None:
    before = lib.tfl_get_version()
    for number in (-1, 0, lib.TFL_VERSIONS, 99, 2**31 - 1):
        assert lib.tfl_set_version(number) == lib.TFL_BAD_ARGUMENT
    assert lib.tfl_get_version() == before
    x, out = ffi.new("float[4]"), ffi.new("float[4]")
    null = ffi.NULL
    for number in (-1, lib.TFL_VERSIONS, 99):
        arguments = number, lib.TFL_SIGMOID, lib.TFL_F32, lib.TFL_F32, 1, 4, x, x, null, null, out
        assert lib.tfl_forward(*arguments) == lib.TFL_BAD_ARGUMENT


def test_a_session_of_1_15_has_one_gradient() -> None:
    """TensorFlow 1.x differentiates graphs: there is no other mode."""
    z, x = drawn(np.float32)
    with tf_losses.tf_version("1.15"):
        eager, function = (
            gradients.sigmoid_cross_entropy_with_logits(z, x, mode=mode).logits
            for mode in ("eager", "function")
        )
    assert_same_bits(eager, function, "modes")


# ---- older kernels, and what a version has not ----


def test_older_kernels_are_loaded_when_they_are_needed() -> None:
    code = (
        "import sys, tf_losses; older = 'tf_losses._internal._older'; "
        "before = older in sys.modules; "
        "tf_losses.set_tf_version('2.20'); newer = older in sys.modules; "
        "tf_losses.set_tf_version('2.8'); print(before, newer, older in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]


def test_c_says_that_kernels_are_not_loaded() -> None:
    code = (
        "from tf_losses._internal._ffi import ffi, lib; x = ffi.new('float[8]'); "
        "print(lib.tfl_forward(lib.TFL_VERSION_2_8, lib.TFL_SIGMOID, lib.TFL_F32, lib.TFL_F32, "
        "1, 4, x, x, ffi.NULL, ffi.NULL, x + 4) == lib.TFL_NOT_LOADED, "
        "lib.tfl_add_older(ffi.NULL) == lib.TFL_BAD_ARGUMENT)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


ALL = {"sigmoid", "weighted", "softmax", "sparse_softmax"}
WITHOUT_BFLOAT16 = {
    **dict.fromkeys(["1.5", "1.6", "1.7"], ALL),
    **dict.fromkeys(["1.8", "1.9", "1.10", "1.11", "1.12", "1.13"], ALL - {"softmax"}),
    **{key: {"sparse_softmax"} for key in ["2.4", "2.5", "2.6", "2.7"]},
}


@pytest.mark.parametrize("version", KNOWN)
@pytest.mark.parametrize("rows", [0, 3])
def test_a_dtype_without_a_kernel_is_an_error(version: str, rows: int) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.ones((rows, 4), ml_dtypes.bfloat16)
    numbers = np.zeros(rows, np.int32)
    calls = {
        "sigmoid": lambda of: of.sigmoid_cross_entropy_with_logits(x, x),
        "weighted": lambda of: of.weighted_cross_entropy_with_logits(x, x, 2.0),
        "softmax": lambda of: of.softmax_cross_entropy_with_logits(x, x),
        "sparse_softmax": lambda of: of.sparse_softmax_cross_entropy_with_logits(numbers, x),
    }
    kind = tf_losses.errors.NotFoundError
    if version.startswith("1."):
        kind = tf_losses.errors.InvalidArgumentError
    with tf_losses.tf_version(version):
        for loss, call in calls.items():
            for of in (v2.nn, gradients):
                if loss in WITHOUT_BFLOAT16.get(version, set()):
                    with pytest.raises(kind, match="no kernel for bfloat16"):
                        call(of)
                else:
                    call(of)


@pytest.mark.parametrize("version", ["1.14", "2.0", "2.12"])
def test_functions_that_are_not_known_are_an_error(version: str) -> None:
    with (
        tf_losses.tf_version(version),
        pytest.raises(tf_losses.errors.UnimplementedError, match="not known bit for bit"),
    ):
        v2.math.tanh(np.ones(3, np.float32))


def test_the_other_vendor_s_root_is_not_known() -> None:
    own = tf_losses.get_tf_processor()
    other = "GenuineIntel" if own == "AuthenticAMD" else "AuthenticAMD"
    tf_losses.set_tf_processor(other)
    try:
        if platform.machine() in ("x86_64", "AMD64"):
            with pytest.raises(tf_losses.errors.UnimplementedError, match="not known"):
                v2.math.rsqrt(np.ones(3, np.float32))
            with (
                tf_losses.tf_version("1.15"),
                pytest.raises(tf_losses.errors.UnimplementedError, match="not known"),
            ):
                v2.math.sqrt(np.ones(3, np.float32))
    finally:
        tf_losses.set_tf_processor(None)
