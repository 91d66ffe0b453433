# SPDX-License-Identifier: Apache-2.0
"""How the losses are computed. Instruction set and threads change no bit of a result.

Environment variables, read once, when the package is imported:

- TF_LOSSES_TF_VERSION: the version of TensorFlow whose bits are computed, instead of the newest
  known one (`tf_losses.versions`).
- TF_LOSSES_TF_LIBM: whose C library TensorFlow called, instead of the default (`tf_losses.libm`).
- TF_LOSSES_TF_PROCESSOR: the vendor of the processor that TensorFlow ran on (`set_tf_processor`).
- TF_LOSSES_TF_ONEDNN: whose softmax TensorFlow computed (`set_tf_onednn`). Where it is not set,
  TensorFlow's own TF_ENABLE_ONEDNN_OPTS and ONEDNN_MAX_CPU_ISA are followed.
- TF_LOSSES_ISA: the instruction set to use instead of the best one this processor has.
- TF_LOSSES_NUM_THREADS: the most threads one call may use; 0 stands for all processors.
- TF_LOSSES_RESULT_CACHE: the most bytes of freed results that are kept for later ones.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tf_losses import libm, versions
from tf_losses._internal.runtime import native, onednn
from tf_losses._internal.runtime.settings import INT64_MAX, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import SupportsIndex, TextIO

__all__ = [
    "get_num_threads",
    "get_tf_onednn",
    "get_tf_processor",
    "set_num_threads",
    "set_result_cache",
    "set_tf_onednn",
    "set_tf_processor",
    "show_config",
]

VERSION = "0.2.0"
_ISA = "TF_LOSSES_ISA"
_THREADS = "TF_LOSSES_NUM_THREADS"
_CACHE = "TF_LOSSES_RESULT_CACHE"
_VERSION = "TF_LOSSES_TF_VERSION"
_LIBM = "TF_LOSSES_TF_LIBM"
_PROCESSOR = "TF_LOSSES_TF_PROCESSOR"
_ONEDNN = "TF_LOSSES_TF_ONEDNN"


def get_num_threads() -> int:
    """Give the most threads one call uses, the caller's included.

    >>> get_num_threads() >= 1
    True
    """
    return native.get_num_threads()


def set_num_threads(threads: SupportsIndex) -> None:
    """Bound the threads that one call uses; results do not depend on it.

    Args:
        threads: at least 1, the caller's thread included; 0 stands for all processors this
            process may run on.

    Raises:
        ValueError: the number is negative, or larger than the pool can have (1024).
        TypeError: it is not an integer.

    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(before)
    """
    native.set_num_threads(whole_number(threads, "threads", 0, native.MAX_THREADS))


def set_result_cache(size: SupportsIndex) -> None:
    """Bound the memory of freed results that is kept for later results.

    Results of 8 MiB and more are kept when nothing refers to them any longer, as fresh memory of
    the system costs about as much time as the loss itself. Smaller ones are the C library's.

    Args:
        size: bytes, 268,435,456 (256 MiB) at first. What is kept beyond it is given back at once;
            0 keeps nothing.

    Raises:
        ValueError: the size is negative.
        TypeError: it is not an integer.

    >>> set_result_cache(0)
    >>> set_result_cache(256 << 20)
    """
    native.memory_limit(whole_number(size, "size", 0, INT64_MAX))


def get_tf_processor() -> str | None:
    """Name the vendor of the processor whose bits are computed; None if it is of no known vendor.

    >>> get_tf_processor() in ("GenuineIntel", "AuthenticAMD", None)
    True
    """
    return native.get_vendor()


def set_tf_processor(maker: str | None) -> None:
    """Choose the vendor of the x86-64 processor that TensorFlow ran on, for the whole process.

    It shows in the float32 logits' gradients of `sigmoid` and `weighted`, which begin with the
    processor's estimate of 1/a (RCPPS). Any processor can compute like one of another vendor, by
    a table and so more slowly.

    Args:
        maker: "GenuineIntel" or "AuthenticAMD"; None stands for this processor's own, or for
            Intel's where it has none (aarch64 and others).

    Raises:
        ValueError: the vendor is not known.

    >>> set_tf_processor(None)
    """
    if maker is not None and not _is_one_of(maker, native.VENDORS):
        known = ", ".join(native.VENDORS)
        raise ValueError(f"the vendor of a processor is one of {known}, or None; not {maker!r}")
    native.set_vendor(maker)


def get_tf_onednn() -> str:
    """Name the instruction set whose softmax by oneDNN is computed; "off" where it is Eigen's.

    >>> get_tf_onednn() in ("off", "sse41", "avx2", "avx512")
    True
    """
    return onednn.get()


def set_tf_onednn(isa: str | None) -> None:
    """Choose whose softmax TensorFlow computed, for the whole process.

    Since 2.9 it has oneDNN compute softmax of float32, and of bfloat16 with AVX512, on Linux and
    x86-64 processors made for neural networks. oneDNN writes code for the processor it finds, so
    that the bits depend on it. Any of these can be computed on any processor.

    Args:
        isa: "avx512", "avx2" or "sse41"; "off" for Eigen's, as with TF_ENABLE_ONEDNN_OPTS=0; None
            for what TensorFlow would do on this processor.

    Raises:
        ValueError: there is no such choice.

    >>> set_tf_onednn(None)
    """
    if isa is None:
        isa = onednn.default({})
    if not _is_one_of(isa, onednn.CHOICES):
        known = ", ".join(onednn.CHOICES)
        raise ValueError(f"whose softmax is one of {known}, or None; not {isa!r}")
    onednn.set_choice(isa)


def show_config(file: TextIO | None = None) -> None:
    """Print version, whose bits are computed, instruction set, threads and dtypes.

    Args:
        file: where to; standard output if None.

    >>> show_config()  # doctest: +ELLIPSIS
    tf_losses 0.2.0
    bits of:         TensorFlow ... (CPU)
    C library:       ...
    softmax by:      ...
    instruction set: ... (of ...)
    threads:         ...
    dtypes:          float16 bfloat16 float32 float64; labels of classes int32 int64
    """
    known = " ".join(name for name, runs in native.isa_known().items() if runs)
    lines = (
        f"tf_losses {VERSION}",
        f"bits of:         TensorFlow {versions.get_tf_version()} (CPU)",
        f"C library:       {_c_library()}",
        f"softmax by:      {_softmax_by()}",
        f"instruction set: {native.isa_name()} (of {known})",
        f"threads:         {get_num_threads()}",
        "dtypes:          float16 bfloat16 float32 float64; labels of classes int32 int64",
    )
    (file or sys.stdout).write("\n".join(lines) + "\n")


def _c_library() -> str:
    """Name the library whose bits are computed, and the host's set."""
    host = libm.host_libm() or "none that is known: it is called, element by element"
    return f"{libm.get_tf_libm()} (the host's: {host})"


def _softmax_by() -> str:
    if onednn.way(versions.get_tf_version(), native.F32) is None:
        return "Eigen"
    return f"oneDNN with {get_tf_onednn()}"


def read_environment(environment: Mapping[str, str]) -> None:
    """Follow the environment variables; an empty one counts as not set.

    Raises:
        ValueError: a variable has a value that cannot be followed. To compute on with another
            instruction set than the one asked for would hide the mistake.
    """
    if isa := environment.get(_ISA):
        try:
            native.isa_select(isa)
        except native.IsaError as error:
            known = native.isa_known()
            here = " ".join(name for name, runs in known.items() if runs)
            raise ValueError(
                f"{_ISA}={isa!r}: {error}; known: {' '.join(known)}; on this processor: {here}"
            ) from None
    _follow(environment, _VERSION, versions.set_tf_version)
    _follow(environment, _LIBM, libm.set_tf_libm)
    _follow(environment, _PROCESSOR, set_tf_processor)
    onednn.set_choice(onednn.default(environment))
    _follow(environment, _ONEDNN, set_tf_onednn)
    if text := environment.get(_CACHE):
        set_result_cache(_number(_CACHE, text, INT64_MAX, "a number of bytes, 0 or more"))
    if text := environment.get(_THREADS):
        most = native.MAX_THREADS
        allowed = f"a number of threads; allowed: 1 to {most}, or 0 for all processors"
        set_num_threads(_number(_THREADS, text, most, allowed))


def _number(name: str, text: str, most: int, allowed: str) -> int:
    """Read decimal digits, and nothing else that Python would take for a number."""
    if not (text.isascii() and text.isdigit()) or int(text[:_DIGITS]) > most:
        raise ValueError(f"{name}={text!r}: not {allowed}")
    return int(text)


_DIGITS = 20  # more than any number allowed has


def _follow(environment: Mapping[str, str], name: str, choose: Callable[[str], None]) -> None:
    if value := environment.get(name):
        try:
            choose(value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None


def _is_one_of(value: object, names: Collection[str]) -> bool:
    return isinstance(value, str) and value in names
