# SPDX-License-Identifier: Apache-2.0
"""The manners of the C interface.

Misuse gives a status; the caller's floating-point control register comes back and changes no bit;
Python's other threads run during a call.
"""
# ruff: noqa: ANN401 (cffi's values have no type)

from __future__ import annotations

import ctypes
import itertools
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import arithmetic
import cases
import tf_losses
from tf_losses import errors, gradients, raw_ops
from tf_losses._internal.losses.catalogue import LOSSES, of
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bits import Array

ffi, lib = native.ffi, native.lib
NULL = ffi.NULL
HUGE = 2**62
UNKNOWN = [-1, 4, 6, 99, 2**31 - 1]  # of the dtypes, apart from 4 (int32)

# Eight elements of any dtype: enough for every call below that reads them.
INPUT = ffi.new("double[]", [0.5] * 8)
CLASSES = ffi.new("int64_t[]", [0] * 8)
OUTPUTS = [ffi.new("double[]", 8) for _ in range(4)]
WEIGHT = ffi.new("double[]", [0.5])


def layout(rank: int, shape: list[int], *strides: list[int], weight_size: int = 1) -> Any:
    labels, logits, weight = strides or ([0] * 8,) * 3
    return ffi.new("tfl_layout *", [rank, shape, labels, logits, weight, weight_size])


def enum(name: str, value: int) -> Any:
    """A value of an enum, whether it is one or not."""
    return ffi.cast(f"tfl_{name}", value)


FORWARD = {
    "version": lib.TFL_VERSION_SET,
    "loss": lib.TFL_SIGMOID,
    "dtype": lib.TFL_F32,
    "labels_dtype": lib.TFL_F32,
    "rows": 2,
    "classes": 4,
    "labels": INPUT,
    "logits": INPUT,
    "weight": NULL,
    "layout": NULL,
    "out": OUTPUTS[0],
}
GRADIENT = {
    **dict(itertools.islice(FORWARD.items(), 4)),
    "mode": lib.TFL_EAGER,
    **dict(itertools.islice(FORWARD.items(), 4, 10)),
    "upstream": NULL,
    "loss_out": OUTPUTS[0],
    "labels_gradient": OUTPUTS[1],
    "logits_gradient": OUTPUTS[2],
    "weight_products": NULL,
}
# What each loss takes beside what sigmoid takes.
KINDS: dict[str, dict[str, Any]] = {
    loss.name: {"loss": loss.code}
    | ({"weight": WEIGHT} if loss.has_weight else {})
    | ({"labels_dtype": lib.TFL_I64, "labels": CLASSES} if loss.class_labels else {})
    for loss in LOSSES
}


def forward(loss: str, /, **changes: Any) -> int:
    return int(lib.tfl_forward(*(FORWARD | KINDS[loss] | changes).values()))


def gradient(loss: str, /, **changes: Any) -> int:
    sparse = {"labels_gradient": NULL} if of(loss).class_labels else {}
    return int(lib.tfl_gradient_positional(*(GRADIENT | KINDS[loss] | sparse | changes).values()))


def gradient_of_struct(loss: str, /, *, extra: bytes = b"", **changes: Any) -> int:
    """The same call by way of the struct, of a caller who knows more fields than this library."""
    names = [name for name, _ in ffi.typeof("tfl_gradient_args").fields][1:]
    sparse = {"labels_gradient": NULL} if of(loss).class_labels else {}
    values = (GRADIENT | KINDS[loss] | sparse | changes).values()
    room = ffi.new("char[]", ffi.sizeof("tfl_gradient_args") + len(extra))
    args = ffi.cast("tfl_gradient_args *", room)
    args.size = len(room)
    for name, value in zip(names, values, strict=True):
        setattr(args, name, value)
    ffi.buffer(room)[ffi.sizeof("tfl_gradient_args") :] = extra
    return int(lib.tfl_gradient(args))


CALLS = [forward, gradient, gradient_of_struct]


def test_the_struct_of_another_version() -> None:
    """Fields that are not known here count as long as they say nothing."""
    assert lib.tfl_interface() == lib.TFL_INTERFACE
    assert lib.tfl_gradient(NULL) == lib.TFL_BAD_ARGUMENT
    assert gradient_of_struct(cases.SIGMOID, extra=bytes(16)) == lib.TFL_OK
    assert gradient_of_struct(cases.SIGMOID, extra=bytes(15) + b"\1") == lib.TFL_BAD_ARGUMENT
    args = ffi.new("tfl_gradient_args *")
    for size in (0, 8, ffi.sizeof("tfl_gradient_args") - 1):
        args.size = size
        assert lib.tfl_gradient(args) == lib.TFL_BAD_ARGUMENT


@pytest.mark.parametrize("language", ["c", "c++"])
def test_the_header_serves_both_languages(language: str) -> None:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        pytest.skip("no C compiler")
    program = '#include "abi.h"\nint main(void) { return tfl_interface() - TFL_INTERFACE; }\n'
    options = [
        "-x",
        language,
        "-fsyntax-only",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-Icsrc",
        "-",
    ]
    done = subprocess.run(
        [compiler, *options],
        input=program,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    if "cc1plus" in done.stderr:
        pytest.skip("the C compiler brings no C++")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(autouse=True)
def _prints_nothing(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("loss", cases.LOSSES)
@pytest.mark.parametrize("call", CALLS)
def test_misuse(call: Callable[..., int], loss: str) -> None:
    """Each call is right but for the one thing that is changed."""
    assert call(loss) == lib.TFL_OK
    for buffer in ("labels", "logits"):
        assert call(loss, **{buffer: NULL}) == lib.TFL_BAD_ARGUMENT, buffer
    for size in ("rows", "classes"):
        assert call(loss, **{size: -1}) == lib.TFL_BAD_ARGUMENT, size
        assert call(loss, **{size: -(2**63)}) == lib.TFL_BAD_ARGUMENT, size
        assert call(loss, **{size: HUGE}) == lib.TFL_TOO_LARGE, size
    assert call(loss, rows=2**32, classes=2**32) == lib.TFL_TOO_LARGE
    for value in UNKNOWN:
        assert call(loss, dtype=enum("dtype", value)) == lib.TFL_BAD_ARGUMENT, value
        if value != lib.TFL_I32 or not of(loss).class_labels:
            changed = {"labels_dtype": enum("dtype", value)}
            assert call(loss, **changed) == lib.TFL_BAD_ARGUMENT, value
    for value in (-1, len(LOSSES), 99, 2**31 - 1):
        assert call(loss, loss=enum("loss", value)) == lib.TFL_BAD_ARGUMENT, value
    no_weight = NULL if of(loss).has_weight else WEIGHT
    assert call(loss, weight=no_weight) == lib.TFL_BAD_ARGUMENT


@pytest.mark.parametrize("loss", cases.LOSSES)
def test_misuse_of_outputs_and_modes(loss: str) -> None:
    assert forward(loss, out=NULL) == lib.TFL_BAD_ARGUMENT
    for value in (-1, 3, 99):
        assert gradient(loss, mode=enum("mode", value)) == lib.TFL_BAD_ARGUMENT
    if not of(loss).has_weight:
        assert gradient(loss, weight_products=OUTPUTS[3]) == lib.TFL_BAD_ARGUMENT
    if of(loss).class_labels:
        assert gradient(loss, labels_gradient=OUTPUTS[1]) == lib.TFL_BAD_ARGUMENT
    if not of(loss).by_row:
        assert gradient(loss, mode=lib.TFL_RAW_OP) == lib.TFL_BAD_ARGUMENT
    nothing = dict.fromkeys(["loss_out", "labels_gradient", "logits_gradient"], NULL)
    assert gradient(loss, **nothing) == lib.TFL_OK


@pytest.mark.parametrize("loss", cases.LOSSES)
@pytest.mark.parametrize("call", CALLS)
def test_nothing_to_compute_needs_no_buffers(call: Callable[..., int], loss: str) -> None:
    missing = {"labels": NULL, "logits": NULL}
    assert call(loss, rows=0, **missing) == lib.TFL_OK


@pytest.mark.parametrize("call", CALLS)
def test_rows_of_no_classes(call: Callable[..., int]) -> None:
    """Their losses are written; only class numbers are still asked for, and none is right."""
    room = ffi.new("float[]", [7, 7])
    out = {"out" if call is forward else "loss_out": room, "classes": 0, "logits": NULL}
    assert call(cases.SOFTMAX, labels=NULL, **out) == lib.TFL_OK
    assert list(room) == [0, 0]
    assert call(cases.SPARSE_SOFTMAX, labels=NULL, **out) == lib.TFL_BAD_ARGUMENT
    assert call(cases.SPARSE_SOFTMAX, **out) == lib.TFL_LABEL_OUT_OF_RANGE


def test_memory_for_arrays_is_asked_for_and_enlarged() -> None:
    memory = lib.tfl_array_realloc(NULL, NULL, 1000)  # as realloc does: that of nothing is new
    ffi.memmove(memory, b"abc", 3)
    memory = lib.tfl_array_realloc(NULL, memory, 1 << 20)
    assert ffi.buffer(memory, 3)[:] == b"abc"
    lib.tfl_array_free(NULL, memory, 1 << 20)


@pytest.mark.parametrize("call", CALLS)
def test_a_bad_label(call: Callable[..., int]) -> None:
    for label in (-1, 4, 2**40, -(2**63), 2**63 - 1):
        labels = ffi.new("int64_t[]", [0, label])
        assert call(cases.SPARSE_SOFTMAX, labels=labels) == lib.TFL_LABEL_OUT_OF_RANGE
    labels = ffi.new("int32_t[]", [0, -1])
    changed = {"labels": labels, "labels_dtype": lib.TFL_I32}
    assert call(cases.SPARSE_SOFTMAX, **changed) == lib.TFL_LABEL_OUT_OF_RANGE


ZEROS = [0] * 8
BAD_LAYOUTS = {
    "rank 0": layout(0, [2, 4]),
    "rank 9": layout(9, [2, 4]),
    "negative rank": layout(-1, [2, 4]),
    "negative length": layout(2, [2, -4]),
    "negative stride": layout(2, [2, 4], [-4, 1], [-4, 1], [-1, 0]),
    "large stride": layout(2, [2, 4], [HUGE, 1], [HUGE, 1], [HUGE, 1]),
    "past the end": layout(2, [2, 4], [5, 1], [5, 1], [1, 1]),
}


@pytest.mark.parametrize("name", BAD_LAYOUTS)
@pytest.mark.parametrize("loss", [cases.WEIGHTED, cases.SOFTMAX])
@pytest.mark.parametrize("call", CALLS)
def test_a_bad_layout(call: Callable[..., int], loss: str, name: str) -> None:
    assert call(loss, layout=BAD_LAYOUTS[name]) == lib.TFL_BAD_ARGUMENT


@pytest.mark.parametrize("call", CALLS)
def test_a_layout_that_does_not_belong(call: Callable[..., int]) -> None:
    fits = layout(2, [2, 4], [4, 1], [4, 1], ZEROS)
    assert call(cases.WEIGHTED, layout=fits) == lib.TFL_OK
    assert call(cases.SOFTMAX, layout=fits) == lib.TFL_OK
    assert call(cases.SIGMOID, layout=fits) == lib.TFL_BAD_ARGUMENT
    assert call(cases.SPARSE_SOFTMAX, layout=fits) == lib.TFL_BAD_ARGUMENT
    assert call(cases.SOFTMAX, layout=layout(2, [4, 2])) == lib.TFL_BAD_ARGUMENT
    large = layout(2, [HUGE, HUGE], ZEROS, ZEROS, ZEROS)
    assert call(cases.WEIGHTED, layout=large) == lib.TFL_TOO_LARGE
    for size in (0, -1):
        no_weight = layout(2, [2, 4], [4, 1], [4, 1], ZEROS, weight_size=size)
        assert call(cases.WEIGHTED, layout=no_weight) == lib.TFL_BAD_ARGUMENT


def test_misuse_of_a_weight_that_enlarges() -> None:
    enlarged = layout(2, [2, 4], ZEROS, [0, 1], [1, 0], weight_size=2)
    buffers = [INPUT, INPUT, INPUT, enlarged, INPUT, *OUTPUTS[:3]]
    assert lib.tfl_weighted_products(0, lib.TFL_F32, lib.TFL_EAGER, 4, *buffers) == lib.TFL_OK
    for place in (0, 1, 2, 3, 5, 6):  # 4 is upstream: ones if missing; 7 is for pos_weight
        missing = [NULL if i == place else buffer for i, buffer in enumerate(buffers)]
        status = lib.tfl_weighted_products(0, lib.TFL_F32, lib.TFL_EAGER, 4, *missing)
        assert status == lib.TFL_BAD_ARGUMENT, place
    for size in (-1, 3):
        assert lib.tfl_weighted_products(0, lib.TFL_F32, 0, size, *buffers) == lib.TFL_BAD_ARGUMENT
    for value in UNKNOWN:
        for dtype, mode in ((enum("dtype", value), 0), (lib.TFL_F32, enum("mode", 9))):
            status = lib.tfl_weighted_products(0, dtype, mode, 4, *buffers)
            assert status == lib.TFL_BAD_ARGUMENT
    sums = [INPUT] * 5 + OUTPUTS[:2]
    assert lib.tfl_weighted_finish(0, lib.TFL_F32, lib.TFL_EAGER, 4, *sums) == lib.TFL_OK
    for place in range(len(sums)):
        missing = [NULL if i == place else buffer for i, buffer in enumerate(sums)]
        status = lib.tfl_weighted_finish(0, lib.TFL_F32, lib.TFL_EAGER, 4, *missing)
        assert status == lib.TFL_BAD_ARGUMENT, place
    assert lib.tfl_weighted_finish(0, lib.TFL_F32, 0, -1, *sums) == lib.TFL_BAD_ARGUMENT
    assert lib.tfl_weighted_finish(0, lib.TFL_F32, 0, HUGE, *sums) == lib.TFL_TOO_LARGE
    assert (
        lib.tfl_weighted_finish(0, lib.TFL_F32, enum("mode", 9), 4, *sums) == lib.TFL_BAD_ARGUMENT
    )


def test_misuse_of_arithmetic() -> None:
    def call(**changes: Any) -> int:
        right = {
            "operation": lib.TFL_ADD,
            "dtype": lib.TFL_F32,
            "size": 8,
            "a": INPUT,
            "b": INPUT,
            "out": OUTPUTS[0],
        }
        return int(lib.tfl_arithmetic(*(right | changes).values()))

    assert call() == lib.TFL_OK
    assert call(size=0, a=NULL, b=NULL, out=NULL) == lib.TFL_OK
    for value in (-1, 4, 2**31 - 1):
        assert call(operation=enum("operation", value)) == lib.TFL_BAD_ARGUMENT
    for value in (*UNKNOWN, lib.TFL_F16, lib.TFL_BF16):
        assert call(dtype=enum("dtype", value)) == lib.TFL_BAD_ARGUMENT
    for name in ("a", "b", "out"):
        assert call(**{name: NULL}) == lib.TFL_BAD_ARGUMENT
    assert call(size=-1) == lib.TFL_BAD_ARGUMENT
    assert call(size=HUGE) == lib.TFL_TOO_LARGE
    assert call(a=ffi.cast("char *", INPUT) + 1) == lib.TFL_MISALIGNED
    assert call(out=INPUT) == lib.TFL_OVERLAP
    assert call(out=ffi.cast("char *", INPUT) + 4) == lib.TFL_OVERLAP


def test_misuse_of_row_products() -> None:
    def call(**changes: Any) -> int:
        right = {
            "version": lib.TFL_VERSION_SET,
            "dtype": lib.TFL_F32,
            "fused_block": 0,
            "fused_lanes": 1,
            "rows": 2,
            "classes": 4,
            "a": INPUT,
            "b": INPUT,
            "out": OUTPUTS[0],
        }
        return int(lib.tfl_row_products(*(right | changes).values()))

    assert call() == lib.TFL_OK
    assert call(fused_block=3) == call(fused_block=3, fused_lanes=4) == lib.TFL_OK
    assert call(rows=0, a=NULL, b=NULL, out=NULL) == lib.TFL_OK
    assert call(classes=0, a=NULL, b=NULL) == lib.TFL_OK
    for value in (*UNKNOWN, lib.TFL_F16, lib.TFL_BF16):
        assert call(dtype=enum("dtype", value)) == lib.TFL_BAD_ARGUMENT
    assert call(version=enum("version", 99)) == lib.TFL_BAD_ARGUMENT
    for name in ("a", "b", "out"):
        assert call(**{name: NULL}) == lib.TFL_BAD_ARGUMENT
    for name in ("fused_block", "fused_lanes", "rows", "classes"):
        assert call(**{name: -1}) == lib.TFL_BAD_ARGUMENT
    assert call(dtype=lib.TFL_F64, fused_block=8) == lib.TFL_BAD_ARGUMENT
    for name in ("rows", "classes"):
        assert call(**{name: HUGE}) == lib.TFL_TOO_LARGE
    assert call(a=ffi.cast("char *", INPUT) + 1) == lib.TFL_MISALIGNED
    assert call(out=INPUT) == lib.TFL_OVERLAP


def test_misuse_of_functions() -> None:
    def call(**changes: Any) -> int:
        right = {
            "version": lib.TFL_VERSION_SET,
            "function": lib.TFL_TANH,
            "dtype": lib.TFL_F32,
            "size": 8,
            "x": INPUT,
            "out": OUTPUTS[0],
        }
        return int(lib.tfl_unary(*(right | changes).values()))

    assert call() == lib.TFL_OK
    assert call(size=0, x=NULL, out=NULL) == lib.TFL_OK
    for value in (-1, lib.TFL_FUNCTIONS, 2**31 - 1):
        assert call(function=enum("function", value)) == lib.TFL_BAD_ARGUMENT
    for value in UNKNOWN:
        assert call(dtype=enum("dtype", value)) == lib.TFL_BAD_ARGUMENT
    for value in (-1, 99):
        assert call(version=enum("version", value)) == lib.TFL_BAD_ARGUMENT
    for name in ("x", "out"):
        assert call(**{name: NULL}) == lib.TFL_BAD_ARGUMENT
    assert call(size=-1) == lib.TFL_BAD_ARGUMENT
    assert call(size=HUGE) == lib.TFL_TOO_LARGE
    assert call(x=ffi.cast("char *", INPUT) + 1) == lib.TFL_MISALIGNED
    assert call(out=INPUT) == lib.TFL_OVERLAP
    assert call(out=ffi.cast("char *", INPUT) + 4) == lib.TFL_OVERLAP


def test_misuse_of_powers() -> None:
    def call(**changes: Any) -> int:
        right = {
            "version": lib.TFL_VERSION_SET,
            "dtype": lib.TFL_F32,
            "rank": 2,
            "shape": ffi.new("int64_t[]", [2, 4]),
            "repeated": 1,
            "x": INPUT,
            "y": INPUT,
            "out": OUTPUTS[0],
        }
        return int(lib.tfl_power(*(right | changes).values()))

    assert call() == lib.TFL_OK
    assert call(rank=0, shape=NULL) == lib.TFL_OK
    assert call(shape=ffi.new("int64_t[]", [2, 0]), x=NULL, y=NULL, out=NULL) == lib.TFL_OK
    wrong: list[dict[str, Any]] = [
        *({"dtype": enum("dtype", value)} for value in UNKNOWN),
        *({"version": enum("version", value)} for value in (-1, 99)),
        *({"rank": rank} for rank in (-1, lib.TFL_POWER_MAX_RANK + 1, HUGE)),
        *({"repeated": repeated} for repeated in (-1, 3)),
        *({name: NULL} for name in ("shape", "x", "y", "out")),
        {"shape": ffi.new("int64_t[]", [2, -4])},
    ]
    for changes in wrong:
        assert call(**changes) == lib.TFL_BAD_ARGUMENT, changes
    assert call(shape=ffi.new("int64_t[]", [2, HUGE])) == lib.TFL_TOO_LARGE
    assert call(y=ffi.cast("char *", INPUT) + 1) == lib.TFL_MISALIGNED
    assert call(out=INPUT) == lib.TFL_OVERLAP


def test_misuse_of_sums() -> None:
    def call(**changes: Any) -> int:
        right = {
            "version": lib.TFL_VERSION_SET,
            "dtype": lib.TFL_F32,
            "rank": 2,
            "shape": ffi.new("int64_t[]", [2, 4]),
            "reduced": 2,
            "threads": 1,
            "divisor": 1,
            "in": INPUT,
            "out": OUTPUTS[0],
        }
        return int(lib.tfl_sum(*(right | changes).values()))

    assert call() == lib.TFL_OK
    wrong: list[dict[str, Any]] = [
        *({"dtype": enum("dtype", value)} for value in UNKNOWN),
        *({"rank": rank} for rank in (-1, 65, HUGE)),
        *({"threads": threads} for threads in (0, -1)),
        *({"divisor": divisor} for divisor in (0, -1)),
        {"shape": NULL},
        {"shape": ffi.new("int64_t[]", [2, -4])},
        {"in": NULL},
        {"out": NULL},
    ]
    for changes in wrong:
        assert call(**changes) == lib.TFL_BAD_ARGUMENT, changes
    for shape in ([HUGE, HUGE], [2**32, 2**31]):
        assert call(shape=ffi.new("int64_t[]", shape)) == lib.TFL_TOO_LARGE
    assert call(reduced=2**64 - 1, threads=HUGE) == lib.TFL_OK


def test_misuse_of_the_settings() -> None:
    isa, threads = native.isa_name(), lib.tfl_get_num_threads()
    for name in (b"", b"avx", b"AVX2", b"\xff\xfe", b"x" * 100_000):
        assert lib.tfl_isa_select(name) == lib.TFL_UNKNOWN_ISA
        assert not lib.tfl_isa_supported(name)
    assert not lib.tfl_isa_supported(NULL)
    for place in (-1, 99, HUGE, -(2**63)):
        assert lib.tfl_isa_known(place) == NULL
    for count in (-1, -(2**63), 2**40):
        assert lib.tfl_set_num_threads(count) == lib.TFL_BAD_ARGUMENT
    for value in (-1, lib.TFL_NO_KERNEL + 1, 99):
        assert ffi.string(lib.tfl_status_text(enum("status", value))) == b"unknown status"
    assert (native.isa_name(), lib.tfl_get_num_threads()) == (isa, threads)


# ---- the control register ----

HELPER = """
#include <xmmintrin.h>
unsigned int get(void) { return _mm_getcsr(); }
void set(unsigned int csr) { _mm_setcsr(csr); }
"""
USUAL = 0x1F80
REGISTERS = {
    "usual": USUAL,
    "flush to zero": USUAL | 0x8000,
    "subnormals are zeros": USUAL | 0x0040,
    "both": USUAL | 0x8040,
    "round down": USUAL | 0x2000,
    "round up": USUAL | 0x4000,
    "round to zero": USUAL | 0x6000,
}
FLAGS = 0x003F  # what happened so far: Python's own arithmetic sets them too


class Register:
    """MXCSR of the calling thread."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self.get: Callable[[], int] = library.get
        self.get.restype = ctypes.c_uint  # type: ignore[attr-defined]
        self.set: Callable[[int], None] = library.set


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("MXCSR is x86-64's")
    compiler = next(
        filter(None, map(shutil.which, [os.environ.get("CC", "cc"), "gcc", "clang"])), None
    )
    if compiler is None:
        pytest.skip("no C compiler to build what reads the control register")
    folder = tmp_path_factory.mktemp("register")
    source, built = folder / "register.c", folder / "register.so"
    source.write_text(HELPER)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(built), str(source)], check=True)
    return Register(built)


def everything(size: int) -> list[Callable[[], list[Array | None]]]:
    """Calls of every entry point, on values of which some are subnormal or give such results."""
    rng = cases.generator("register", size)
    logits = rng.normal(0, 30, (size, 9)).astype(np.float32)
    logits[:, 0] = rng.choice(np.float32([1e-40, -87.5, -103.0, 88.0]), size)
    labels = rng.random((size, 9)).astype(np.float32)
    labels[:, 1] = 1e-39
    numbers = rng.integers(0, 9, size)
    weight = np.float32([[1.5], [0.3]])[:, :, None]
    upstream = np.full(size, 1e-37, np.float32)
    return [
        lambda: [v2.nn.sigmoid_cross_entropy_with_logits(labels, logits)],
        lambda: [v2.nn.weighted_cross_entropy_with_logits(labels, logits, 2.5)],
        lambda: [v2.nn.softmax_cross_entropy_with_logits(labels, logits)],
        lambda: [v2.nn.sparse_softmax_cross_entropy_with_logits(numbers, logits)],
        lambda: list(gradients.sigmoid_cross_entropy_with_logits(labels, logits)),
        lambda: list(gradients.weighted_cross_entropy_with_logits(labels, logits, 2.5)),
        lambda: list(
            gradients.weighted_cross_entropy_with_logits(labels, logits, v2.constant(weight))
        ),
        lambda: list(gradients.softmax_cross_entropy_with_logits_v2(labels, logits, -1, upstream)),
        lambda: list(gradients.sparse_softmax_cross_entropy_with_logits(numbers, logits, upstream)),
        lambda: list(raw_ops.SoftmaxCrossEntropyWithLogits(features=logits, labels=labels)),
        lambda: [v2.reduce_sum(logits), v2.reduce_mean(logits, axis=0)],
    ]


def bits_of(arrays: list[Array | None]) -> list[bytes | None]:
    return [None if array is None else array.tobytes() for array in arrays]


@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", REGISTERS)
def test_the_register_comes_back_and_changes_no_bit(
    register: Register, name: str, threads: int
) -> None:
    native.set_num_threads(threads)
    for isa in (isa for isa, runs in native.isa_known().items() if runs):
        native.isa_select(isa)
        for number, call in enumerate(everything(20_000 if threads > 1 else 50)):
            expected = bits_of(call())
            before = register.get()
            register.set(REGISTERS[name])
            try:
                found = call()
                after = register.get()
            finally:
                register.set(before)
            assert after & ~FLAGS == REGISTERS[name], f"call {number}, {isa}"
            assert bits_of(found) == expected, f"call {number}, {isa}"


@pytest.mark.parametrize("name", REGISTERS)
def test_unusual_arithmetic_is_noticed(register: Register, name: str) -> None:
    """By what other tests ask where they have no register."""
    before = register.get()
    register.set(REGISTERS[name])
    try:
        is_usual = arithmetic.is_usual()
    finally:
        register.set(before)
    assert is_usual == (name == "usual")


@pytest.mark.parametrize("name", REGISTERS)
def test_the_register_comes_back_after_an_error(register: Register, name: str) -> None:
    logits, labels = np.zeros((2, 3), np.float32), np.array([0, 3])
    before = register.get()
    for call in (
        lambda: v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits),
        lambda: gradients.sparse_softmax_cross_entropy_with_logits(labels, logits),
        lambda: raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=logits, labels=labels),
    ):
        register.set(REGISTERS[name])
        try:
            with pytest.raises(errors.InvalidArgumentError, match="Received a label value of 3"):
                call()
            after = register.get()
        finally:
            register.set(before)
        assert after & ~FLAGS == REGISTERS[name]


# ---- threads of Python ----


class Watched:
    """The C core, or another thing that Python calls, of which a flag says when it is being run."""

    def __init__(self, core: Any) -> None:
        self._core, self.is_inside = core, False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._core, name)
        return self.watching(found) if name in ("tfl_gradient_positional", "tfl_sum") else found

    def watching(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            self.is_inside = True
            try:
                return function(*arguments)
            finally:
                self.is_inside = False

        return watched


def runs_beside(watched: Watched, call: Callable[[], object], most: int) -> bool:
    """Whether this thread sees the flag up while another one calls.

    Nothing but the other thread's letting go of the lock lets this one run: the interpreter is told
    to take it from nobody. So how fast or how busy the machine is does not matter: under the lock
    the flag is never seen up, and else as soon as this thread is let run in one of the calls.
    """
    begun, seen, calls = threading.Event(), False, 0

    def work() -> None:
        nonlocal calls
        begun.set()
        while not seen and calls < most:
            call()
            calls += 1

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e6)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        begun.wait()
        while not seen and thread.is_alive():
            seen = watched.is_inside
            time.sleep(0)  # lets the other one run
        thread.join()
    finally:
        sys.setswitchinterval(before)
    return seen


@pytest.mark.usefixtures("restore_native")
@pytest.mark.parametrize("call", ["forward", "gradient", "sum"])
def test_other_threads_run_during_a_call(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(lib)
    monkeypatch.setattr(native, "lib", watched)
    monkeypatch.setattr(native, "c_forward", watched.watching(lib.tfl_forward))
    native.isa_select("portable")
    native.set_num_threads(1)
    size = 1 << 20
    x, out = np.ones(size, np.float32), np.empty(size, np.float32)
    sigmoid = native.Call(lib.TFL_SIGMOID, lib.TFL_F32, lib.TFL_F32, 1, size, x, x)
    run: dict[str, Callable[[], object]] = {
        "forward": lambda: native.forward(sigmoid, out),
        "gradient": lambda: native.gradient(sigmoid, lib.TFL_EAGER, None, (None, None, out, None)),
        "sum": lambda: native.reduce_sum(lib.TFL_F32, x, (0,), 1, 1, out[:1]),
    }
    assert runs_beside(watched, run[call], 10_000)


def test_a_call_that_keeps_the_lock_would_be_found() -> None:
    """Python's own functions keep it, where there is one."""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        pytest.skip("this Python has no lock")
    watched, numbers = Watched(None), list(range(100_000))
    assert not runs_beside(watched, watched.watching(lambda: sum(numbers)), 50)


@pytest.mark.usefixtures("restore_native")
def test_many_callers_at_once() -> None:
    """One of them has the pool, the others compute by themselves, while settings change: the same
    bits.
    """
    native.set_num_threads(3)
    calls = everything(20_000)
    expected = [bits_of(call()) for call in calls]
    done = threading.Event()

    def change() -> None:
        isas = [isa for isa, runs in native.isa_known().items() if runs]
        for number in itertools.cycle(range(60)):
            if done.is_set():
                return
            native.isa_select(isas[number % len(isas)])
            tf_losses.set_num_threads(number % 4)
            tf_losses.set_result_cache(number % 3 << 20)
            native.set_thread_elements(64 << number % 5)

    changer = threading.Thread(target=change)
    changer.start()
    found: list[list[list[bytes | None]]] = []
    threads = [
        threading.Thread(target=lambda: found.append([bits_of(call()) for call in calls]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    changer.join()
    tf_losses.set_result_cache(256 << 20)
    assert found == [expected] * len(threads)


def test_a_library_is_added_to_a_version() -> None:
    numbers = range(lib.TFL_LIBM_SET, lib.TFL_LIBM_GLIBC_2_41_NOFMA + 1, lib.TFL_LIBM_HOST)
    assert len(numbers) == 8
    for libm in numbers:
        for function, version in itertools.product((forward, gradient), (0, lib.TFL_VERSION_2_20)):
            assert function(cases.SIGMOID, version=libm + version) == lib.TFL_OK
        assert (lib.tfl_set_libm(libm) == lib.TFL_OK) == (libm != lib.TFL_LIBM_SET)
    lib.tfl_set_libm(lib.TFL_LIBM_HOST)
    for wrong in (-1, numbers[-1] + lib.TFL_LIBM_HOST, 99 * lib.TFL_LIBM_HOST, -lib.TFL_LIBM_HOST):
        assert forward(cases.SIGMOID, version=wrong) == lib.TFL_BAD_ARGUMENT
        assert gradient(cases.SIGMOID, version=wrong) == lib.TFL_BAD_ARGUMENT
        assert lib.tfl_set_libm(wrong) == lib.TFL_BAD_ARGUMENT
    assert lib.tfl_set_libm(lib.TFL_LIBM_HOST + 1) == lib.TFL_BAD_ARGUMENT
    assert lib.tfl_get_libm() == lib.TFL_LIBM_HOST
