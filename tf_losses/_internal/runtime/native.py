# SPDX-License-Identifier: Apache-2.0
"""The C library: the only module that knows it, but for arrays.py and large_arrays.py.

Everything above it is plain Python; everything it is given has been checked. Buffers are
C-contiguous, aligned, of the processor's byte order and of the dtype their code says.
"""

from __future__ import annotations

import math
import warnings
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal._ffi import ffi, lib
from tf_losses._internal.runtime import large_arrays
from tf_losses._internal.runtime.startup import stop_command
from tf_losses.errors import (
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    ResourceExhaustedError,
    UnimplementedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_REPORT_BYTES = 256


def self_check(pretended: int = -1, *, older: bool = False) -> None:
    """Compare known results with what this build computes; see `tfl_self_check` in csrc/abi.h.

    Args:
        pretended: the number of a known result that is taken for another; below -1, on one
            instruction set alone.
        older: those of the older versions, else those of the others.

    Raises:
        ImportError: one differs.

    Warns:
        RuntimeWarning: one instruction set alone differs; it is not used.

    >>> self_check()
    """
    report = ffi.new("char[]", _REPORT_BYTES)
    check_results = lib.tfl_self_check_older if older else lib.tfl_self_check
    if check_results(pretended, report, _REPORT_BYTES):
        error = ImportError(
            f"tf_losses was built so that it computes other bits than TensorFlow: "
            f"{ffi.string(report).decode()}; built by {ffi.string(lib.tfl_build_text()).decode()}. "
            "Build it again without flags that change floating-point arithmetic (CFLAGS, LDFLAGS, "
            "CC), or install a wheel."
        )
        stop_command(error)
        raise error
    if report[0] != b"\0":
        warnings.warn(
            f"An instruction set computes other bits than TensorFlow, and is not used: "
            f"{ffi.string(report).decode()}; built by {ffi.string(lib.tfl_build_text()).decode()}.",
            RuntimeWarning,
            stacklevel=2,
        )


self_check()

F16: int = lib.TFL_F16
BF16: int = lib.TFL_BF16
F32: int = lib.TFL_F32
F64: int = lib.TFL_F64
I32: int = lib.TFL_I32
I64: int = lib.TFL_I64


def code_of(loss: str) -> int:
    """Give the number of a loss.

    >>> code_of("sparse_softmax") == lib.TFL_SPARSE_SOFTMAX
    True
    """
    return int(getattr(lib, f"TFL_{loss.upper()}"))


EAGER: int = lib.TFL_EAGER
FUNCTION: int = lib.TFL_FUNCTION
RAW_OP: int = lib.TFL_RAW_OP
CONSTANT: int = lib.TFL_CONSTANT

VERSION_SET: int = lib.TFL_VERSION_SET
LIBM_SET: int = lib.TFL_LIBM_SET
LIBM_HOST: int = lib.TFL_LIBM_HOST
# Sets of glibc's exp, log and log1p, by the first release that has them, oldest first.
GLIBC: dict[tuple[int, int], int] = {
    (2, 28): lib.TFL_LIBM_GLIBC_2_28,
    (2, 34): lib.TFL_LIBM_GLIBC_2_34,
    (2, 41): lib.TFL_LIBM_GLIBC_2_41,
}
GLIBC_NOFMA: dict[tuple[int, int], int] = {
    (2, 28): lib.TFL_LIBM_GLIBC_2_28_NOFMA,
    (2, 34): lib.TFL_LIBM_GLIBC_2_34_NOFMA,
    (2, 41): lib.TFL_LIBM_GLIBC_2_41_NOFMA,
}


def version_of(newest: str) -> int:
    """Give the number of the versions that compute as one release does, the newest of them.

    >>> version_of("2.8") == lib.TFL_VERSION_2_8
    True
    """
    return int(getattr(lib, f"TFL_VERSION_{newest.replace('.', '_')}"))


# The version of TensorFlow that this thread or task has chosen for a block, and the C library that
# is added to it; VERSION_SET, and nothing added, stand for those of the process.
version: ContextVar[int] = ContextVar("version", default=VERSION_SET)
# Whether any has ever been chosen so: until then no call need look.
version_chosen = False


def load_kernels_of(code: int, *, checked: bool = True) -> None:
    """Load the kernels of older versions if this one needs them.

    Args:
        code: that of the version.
        checked: compare known results; the program that writes them down does not.

    Raises:
        ImportError: they are those of another build, or compute other bits than they should.

    >>> load_kernels_of(version_of("1.15"))
    """
    if _OLDER or not lib.tfl_needs_older(code):
        return
    from tf_losses._internal._older import lib as older  # noqa: PLC0415 (as large as all the rest)

    if lib.tfl_add_older(older.tfl_older_kernels()):
        raise ImportError(
            "The extensions _ffi and _older of tf_losses._internal come from different builds: "
            "install tf_losses again."
        )
    _OLDER.append(older)
    if checked:
        self_check(older=True)


# The library of older kernels, once it has been loaded.
_OLDER: list[Any] = []


def in_sessions(version: int) -> bool:
    """Tell whether a version computes in the graphs of sessions: 1.x."""
    return bool(lib.tfl_in_sessions(version))


def cuts_bfloat16() -> bool:
    """Tell whether what becomes bfloat16 is cut off in the chosen version, not rounded."""
    return bool(lib.tfl_cuts_bf16(version.get()))


def flushes_by_op(version: int, loss: int, dtype: int, rows: int, classes: int) -> bool:
    """Tell whether a version flushed subnormal numbers in some operations of an eager call only."""
    return bool(lib.tfl_flushes_by_op(version, loss, dtype, rows, classes))


def choose_version(code: int) -> None:
    """Compute in this version in this thread or task, from now on."""
    load_kernels_of(code)
    _choose(code, version.get() // LIBM_HOST * LIBM_HOST)


def choose_libm(code: int) -> None:
    """Compute with this C library in this thread or task, from now on."""
    _choose(version.get() % LIBM_HOST, code)


def _choose(version_code: int, libm_code: int) -> None:
    global version_chosen  # noqa: PLW0603 (only ever becomes True)
    version_chosen = True
    version.set(version_code + libm_code)


LABEL_OUT_OF_RANGE: int = lib.TFL_LABEL_OUT_OF_RANGE

MAX_RANK: int = lib.TFL_MAX_RANK
MAX_THREADS: int = lib.TFL_MAX_THREADS

# Bound once: a lookup in a cffi library costs as much as a small call.
c_forward = lib.tfl_forward
c_gradient_of = lib.tfl_gradient
_buffer = buffer = ffi.from_buffer
_NULL = NULL = ffi.NULL
# Stands for a status of C where it could not be called: an array is not contiguous.
NO_BUFFER = -1
_UNREADABLE = (NO_BUFFER, lib.TFL_MISALIGNED)
# Below this size the C library's own store of freed memory serves results as well.
_LARGE_BYTES: int = lib.TFL_LARGE_BYTES
LARGE_SIZE = _LARGE_BYTES // 8  # elements that may be so many bytes
# What the bits of bfloat16 are seen as: no buffer is exported for a custom dtype.
UINT16 = np.dtype(np.uint16)


def empty(
    shape: Sequence[int], dtype: np.dtype[Any], make: Callable[..., NDArray[Any]] = np.empty
) -> NDArray[Any]:
    """Make an array for a result, a large one of memory that may have held an earlier result.

    >>> empty((2, 3), np.dtype(np.float32)).shape
    (2, 3)
    """
    count = math.prod(shape) * dtype.itemsize
    return _large_empty(shape, dtype, count, make) if count >= _LARGE_BYTES else make(shape, dtype)


def _large_empty(
    shape: Sequence[int], dtype: np.dtype[Any], count: int, make: Callable[..., NDArray[Any]]
) -> NDArray[Any]:
    try:
        return large_arrays.empty(shape, dtype, make)
    except MemoryError:
        raise ResourceExhaustedError(
            None, None, f"no memory for a result of {count} bytes"
        ) from None


def memory_limit(count: int) -> None:
    """Bound the bytes that are kept for later results."""
    check(lib.tfl_memory_limit(count))


class LabelOutOfRangeError(Exception):
    """A sparse label is not a class; the caller knows TensorFlow's words for it."""


class IsaError(Exception):
    """An instruction set is unknown, or not to be had on this processor."""


def check(status: int) -> None:
    """Raise what a failed call means; nothing else looks at a status."""
    if status == lib.TFL_OK:
        return
    text = ffi.string(lib.tfl_status_text(status)).decode()
    if status == LABEL_OUT_OF_RANGE:
        raise LabelOutOfRangeError(text)
    if status in (lib.TFL_UNKNOWN_ISA, lib.TFL_UNSUPPORTED_ISA):
        raise IsaError(text)
    if status in (lib.TFL_NO_MEMORY, lib.TFL_TOO_LARGE):
        raise ResourceExhaustedError(None, None, text)
    if status == lib.TFL_NO_KERNEL:
        raise no_bfloat16_kernel("this loss")
    if status == lib.TFL_NOT_KNOWN:
        said = (
            "This function is not known bit for bit of the chosen TensorFlow, or of the other "
            "vendor's processors: choose another version (tf_losses.set_tf_version)."
        )
        raise UnimplementedError(None, None, said)
    raise InternalError(None, None, text)


def no_bfloat16_kernel(what: str) -> Exception:
    """What the chosen TensorFlow raises where it has no kernel: a session another than 2.x."""
    kind = InvalidArgumentError if in_sessions(version.get()) else NotFoundError
    said = (
        f"There is no kernel for bfloat16 in {what} of the chosen TensorFlow: cast to float32, or "
        "choose another version (tf_losses.set_tf_version)."
    )
    return kind(None, None, said)


class Call(NamedTuple):
    """One call of a loss, as C is told of it: all but the version, the mode and what it writes.

    Arrays of bfloat16 may stand for themselves or for their bits.
    """

    loss: int
    dtype: int
    labels_dtype: int
    rows: int
    classes: int
    labels: NDArray[Any]
    logits: NDArray[Any]
    weight: NDArray[Any] | None = None  # pos_weight - 1
    layout: Any = NULL  # a tfl_layout, where inputs are smaller than the result


def compute(call: Call, out: NDArray[Any]) -> Call:
    """Compute a loss into `out`; what C cannot read is copied first.

    Returns:
        The call with labels and logits as C read them.
    """
    out = np.asarray(out)
    try:
        status = forward(call, out)
    except ValueError:
        status = NO_BUFFER
    if status in _UNREADABLE:
        labels, logits = np.array(call.labels, order="C"), np.array(call.logits, order="C")
        call = call._replace(labels=labels, logits=logits)
        status = forward(call, out)
    check(status)
    return call


def forward(call: Call, out: NDArray[Any]) -> int:
    """Compute a loss into `out` and give the status; see `tfl_forward` in csrc/abi.h."""
    loss, dtype, labels_dtype, rows, classes, labels, logits, weight, layout = call
    status: int = c_forward(
        version.get(), loss, dtype, labels_dtype, rows, classes, pointer(labels), pointer(logits),
        NULL if weight is None else pointer(weight), layout, pointer(out),
    )  # fmt: skip
    return status


def pointer(array: NDArray[Any] | None) -> Any:  # noqa: ANN401 (cffi's pointers have no type)
    """Point to an array of any dtype; None is NULL."""
    if array is None:
        return _NULL
    return _buffer(array.view(UINT16) if array.itemsize == 2 else array)  # noqa: PLR2004 (bytes of 16 bits)


def _gradient_fields(
    call: Call, mode: int, upstream: NDArray[Any] | None, outputs: tuple[NDArray[Any] | None, ...]
) -> list[Any]:
    """Give a tfl_gradient_args from its second field on, and keep alive what it points to."""
    loss, dtype, labels_dtype, rows, classes, labels, logits, weight, layout = call
    return [
        version.get(), loss, dtype, labels_dtype, mode, rows, classes, pointer(labels),
        pointer(logits), pointer(weight), layout, pointer(upstream), *map(pointer, outputs),
    ]  # fmt: skip


def gradient(
    call: Call, mode: int, upstream: NDArray[Any] | None, outputs: tuple[NDArray[Any] | None, ...]
) -> None:
    """Compute gradients; see `tfl_gradient` in csrc/abi.h.

    `outputs` are the loss, the gradients of labels and logits, and the products for pos_weight.
    """
    check(lib.tfl_gradient_positional(*_gradient_fields(call, mode, upstream, outputs)))


def gradient_arguments(
    call: Call, mode: int, upstream: NDArray[Any] | None, outputs: tuple[NDArray[Any] | None, ...]
) -> tuple[Any, list[Any]]:
    """Fill in a tfl_gradient_args as `gradient` would; give it and what is to be kept alive."""
    fields = _gradient_fields(call, mode, upstream, outputs)
    size = ffi.sizeof("tfl_gradient_args")
    return ffi.new("tfl_gradient_args *", [size, *fields]), fields


def weighted_products(
    call: Call, mode: int, upstream: NDArray[Any], outputs: tuple[NDArray[Any] | None, ...]
) -> None:
    """Compute what is to be summed; see `tfl_weighted_products` in csrc/abi.h."""
    inputs = map(pointer, (call.labels, call.logits, call.weight))
    pointers = (*inputs, call.layout, pointer(upstream), *map(pointer, outputs))
    check(lib.tfl_weighted_products(version.get(), call.dtype, mode, call.logits.size, *pointers))


def weighted_finish(
    dtype: int, mode: int, inputs: tuple[NDArray[Any], ...], outputs: tuple[NDArray[Any], ...]
) -> None:
    """Compute gradients from sums; see `tfl_weighted_finish` in csrc/abi.h."""
    size = inputs[1].size
    check(
        lib.tfl_weighted_finish(
            version.get(), dtype, mode, size, *map(pointer, (*inputs, *outputs))
        )
    )


ADD: int = lib.TFL_ADD
SUBTRACT: int = lib.TFL_SUBTRACT
MULTIPLY: int = lib.TFL_MULTIPLY
DIVIDE: int = lib.TFL_DIVIDE


def row_products(
    dtype: int,
    rows: int,
    classes: int,
    a: NDArray[Any],
    b: NDArray[Any],
    out: NDArray[Any],
    *,
    fused: tuple[int, int] = (0, 1),
) -> None:
    """Multiply rows by columns; see `tfl_row_products` in csrc/abi.h."""
    arrays = pointer(a), pointer(b), pointer(out)
    check(lib.tfl_row_products(version.get(), dtype, *fused, rows, classes, *arrays))


def arithmetic(
    operation: int, dtype: int, a: NDArray[Any], b: NDArray[Any], out: NDArray[Any]
) -> None:
    """Compute element by element; see `tfl_arithmetic` in csrc/abi.h."""
    check(lib.tfl_arithmetic(operation, dtype, out.size, pointer(a), pointer(b), pointer(out)))


EXP: int = lib.TFL_EXP
LOG: int = lib.TFL_LOG
LOG1P: int = lib.TFL_LOG1P
EXPM1: int = lib.TFL_EXPM1
SQRT: int = lib.TFL_SQRT
RSQRT: int = lib.TFL_RSQRT
LOGISTIC: int = lib.TFL_LOGISTIC
SOFTPLUS: int = lib.TFL_SOFTPLUS
TANH: int = lib.TFL_TANH
RECIPROCAL: int = lib.TFL_RECIPROCAL


def unary(function: int, dtype: int, x: NDArray[Any], out: NDArray[Any]) -> None:
    """Compute a function of every element; see `tfl_unary` in csrc/abi.h."""
    check(lib.tfl_unary(version.get(), function, dtype, out.size, pointer(x), pointer(out)))


def softmax(
    dtype: int,
    rows: int,
    classes: int,
    x: NDArray[Any],
    out: NDArray[Any],
    *,
    logarithm: bool = False,
    onednn: tuple[int, int] | None = None,
) -> None:
    """Compute softmax of rows, or its logarithm, or softmax as a version and instruction set do.

    See `tfl_softmax` and `tfl_onednn_softmax` in csrc/abi.h.
    """
    arrays = rows, classes, pointer(x), pointer(out)
    if onednn:
        check(lib.tfl_onednn_softmax(*onednn, dtype, *arrays))
    else:
        check(lib.tfl_softmax(version.get(), dtype, logarithm, *arrays))


ONEDNN_NONE: int = lib.TFL_ONEDNN_NONE
ONEDNN_SSE41: int = lib.TFL_ONEDNN_SSE41
ONEDNN_AVX2: int = lib.TFL_ONEDNN_AVX2
ONEDNN_AVX512: int = lib.TFL_ONEDNN_AVX512


def onednn_isa_here(asked: bool) -> int:  # noqa: FBT001 (C's)
    """Give the instruction set that oneDNN writes for here; see `tfl_onednn_isa_here`."""
    return int(lib.tfl_onednn_isa_here(asked))


def power(
    dtype: int,
    shape: Sequence[int],
    repeated: int,
    x: NDArray[Any],
    y: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """Compute powers, element by element; see `tfl_power` in csrc/abi.h."""
    seen = ffi.new("int64_t[]", shape)
    pointers = pointer(x), pointer(y), pointer(out)
    check(lib.tfl_power(version.get(), dtype, len(shape), seen, repeated, *pointers))


def reduce_sum(
    dtype: int,
    values: NDArray[Any],
    axes: Sequence[int],
    intra_op_threads: int,
    divisor: int,
    out: NDArray[Any],
) -> None:
    """Sum over some axes; see `tfl_sum` in csrc/abi.h."""
    shape = ffi.new("int64_t[]", values.shape)
    reduced = sum(1 << axis for axis in axes)
    pointers = pointer(values), pointer(out)
    check(
        lib.tfl_sum(
            version.get(), dtype, values.ndim, shape, reduced, intra_op_threads, divisor, *pointers
        )
    )


def layout(
    shape: Sequence[int],
    *,
    labels: Sequence[int] = (),
    logits: Sequence[int],
    weight: Sequence[int] = (),
    weight_size: int = 0,
) -> Any:  # noqa: ANN401 (cffi's structures have no type)
    """Build a `tfl_layout`: the strides, in elements, of inputs smaller than the result."""
    return ffi.new(
        "tfl_layout *",
        {
            "rank": len(shape),
            "shape": list(shape),
            "labels_stride": list(labels or logits),
            "logits_stride": list(logits),
            "weight_stride": list(weight),
            "weight_size": weight_size,
        },
    )


def isa_name() -> str:
    """Name the instruction set in use."""
    return _text(lib.tfl_isa_name())


def isa_known() -> dict[str, bool]:
    """The instruction sets of this build, slowest first, each with whether it can run here."""
    known: dict[str, bool] = {}
    while (name := lib.tfl_isa_known(len(known))) != _NULL:
        known[_text(name)] = bool(lib.tfl_isa_supported(name))
    return known


def isa_select(name: str | None) -> None:
    """Use an instruction set from now on; None stands for the best that can run here.

    Raises:
        IsaError: there is none of this name, or this processor lacks it.
    """
    check(lib.tfl_isa_select(_NULL if name is None else name.encode()))


def set_version(code: int) -> None:
    """Compute in this version wherever no other is chosen."""
    load_kernels_of(code)
    check(lib.tfl_set_version(code))


def set_libm(code: int) -> None:
    """Compute with this C library wherever no other is chosen."""
    check(lib.tfl_set_libm(code))


def get_libm() -> int:
    """Give the number of that library."""
    return int(lib.tfl_get_libm())


def host_libm() -> int:
    """Give the number of the set of glibc's that the host's library has; LIBM_HOST if none."""
    return int(lib.tfl_host_libm())


# By the names that processors give their vendors (CPUID).
VENDORS: dict[str, int] = {
    "GenuineIntel": lib.TFL_VENDOR_INTEL,
    "AuthenticAMD": lib.TFL_VENDOR_AMD,
}


def set_vendor(name: str | None) -> None:
    """Compute as with a processor of this vendor; None stands for this one."""
    check(lib.tfl_set_vendor(lib.TFL_VENDOR_HOST if name is None else VENDORS[name]))


def get_vendor() -> str | None:
    """Name that vendor; None if it is none of these."""
    code = lib.tfl_get_vendor()
    return next((name for name, number in VENDORS.items() if number == code), None)


def get_num_threads() -> int:
    """Give the number of threads one call may use, the caller's included."""
    return int(lib.tfl_get_num_threads())


def set_num_threads(threads: int) -> None:
    """Bound the threads of one call; 0 stands for all processors this process may use."""
    check(lib.tfl_set_num_threads(threads))


def set_thread_elements(elements: int) -> None:
    """Let a call have a thread for each so many elements."""
    check(lib.tfl_set_thread_elements(elements))


THREAD_ELEMENTS = 65_536  # as C has it at first


def _text(pointer: Any) -> str:  # noqa: ANN401 (cffi's pointers have no type)
    text: bytes = ffi.string(pointer)
    return text.decode()
