# SPDX-License-Identifier: Apache-2.0
"""How the losses are computed: instruction set and threads. Neither changes a bit of a result.

Environment variables, read once, when the package is imported:

- TF_LOSSES_ISA: the instruction set to use instead of the best one this processor has.
- TF_LOSSES_NUM_THREADS: the most threads one call may use; 0 stands for all processors.
"""

from __future__ import annotations

import operator
import sys
from typing import TYPE_CHECKING

from tf_losses import _native
from tf_losses.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import SupportsIndex, TextIO

__all__ = ["get_num_threads", "set_num_threads", "show_config"]

VERSION = "0.1.0"
BITS = "TensorFlow 2.21"
_ISA = "TF_LOSSES_ISA"
_THREADS = "TF_LOSSES_NUM_THREADS"


def get_num_threads() -> int:
    """Give the most threads one call uses, the caller's included.

    >>> get_num_threads() >= 1
    True
    """
    return _native.get_num_threads()


def set_num_threads(threads: SupportsIndex) -> None:
    """Bound the threads that one call uses; results do not depend on it.

    Args:
        threads: at least 1, the caller's thread included; 0 stands for all processors this
            process may run on.

    Raises:
        ValueError: the number is negative, or larger than the pool can have.
        TypeError: it is not an integer.

    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(before)
    """
    number = operator.index(threads)
    if number < 0:
        raise ValueError(f"threads must be 0 (all processors) or more, not {number}")
    try:
        _native.set_num_threads(number)
    except InternalError:
        raise ValueError(f"{number} threads are more than the pool can have") from None


def show_config(file: TextIO | None = None) -> None:
    """Print version, whose bits are computed, instruction set, threads and dtypes.

    Args:
        file: where to; standard output if None.

    >>> show_config()  # doctest: +ELLIPSIS
    tf_losses 0.1.0
    bits of:         TensorFlow 2.21 (CPU)
    instruction set: ... (of ...)
    threads:         ...
    dtypes:          float16 bfloat16 float32 float64; labels of classes int32 int64
    """
    known = " ".join(name for name, runs in _native.isa_known().items() if runs)
    lines = (
        f"tf_losses {VERSION}",
        f"bits of:         {BITS} (CPU)",
        f"instruction set: {_native.isa_name()} (of {known})",
        f"threads:         {get_num_threads()}",
        "dtypes:          float16 bfloat16 float32 float64; labels of classes int32 int64",
    )
    (file or sys.stdout).write("\n".join(lines) + "\n")


def read_environment(environment: Mapping[str, str]) -> None:
    """Follow the environment variables; an empty one counts as not set.

    Raises:
        ValueError: a variable has a value that cannot be followed. To compute on with another
            instruction set than the one asked for would hide the mistake.
    """
    if isa := environment.get(_ISA):
        try:
            _native.isa_select(isa)
        except _native.IsaError as error:
            known = _native.isa_known()
            here = " ".join(name for name, runs in known.items() if runs)
            raise ValueError(
                f"{_ISA}={isa!r}: {error}; known: {' '.join(known)}; on this processor: {here}"
            ) from None
    if threads := environment.get(_THREADS):
        try:
            set_num_threads(int(threads))
        except (ValueError, OverflowError):
            raise ValueError(
                f"{_THREADS}={threads!r}: not a number of threads; allowed: 1, 2, 3, ... "
                "or 0 for all processors"
            ) from None
