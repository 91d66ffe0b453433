# SPDX-License-Identifier: Apache-2.0
"""A program: every loss and gradient of inputs behind which there are pages nobody may touch."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

import kernel_calls  # beside this file
import tf_losses
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from numpy.typing import NDArray

DTYPES = (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)
# Whole groups of rows of few classes on any instruction set, some rows more, and longer rows.
SHAPES = ((1, 1), (64, 1), (64, 3), (64, 8), (67, 10), (32, 31), (64, 128), (9, 129), (2, 1027))
VERSIONS = ("2.21", "2.16", "2.2", "1.6")
kept: list[mmap.mmap] = []


def guarded(values: NDArray[Any]) -> NDArray[Any]:
    """Copy an array to the end of a page."""
    page = mmap.PAGESIZE
    room = (values.nbytes + page - 1) // page * page
    pages = mmap.mmap(-1, room + page)
    kept.append(pages)  # it is not to be used again
    place = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(ctypes.c_void_p(place + room), ctypes.c_size_t(page), 0):
        raise OSError(ctypes.get_errno(), "mprotect")
    bytes_ = np.frombuffer(pages, np.uint8, values.nbytes, room - values.nbytes)
    copy: NDArray[Any] = bytes_.view(values.dtype).reshape(values.shape)
    copy[...] = values
    return copy


def inputs(shape: tuple[int, int], dtype: type) -> tuple[NDArray[Any], ...]:
    """Labels, logits, numbers of classes, and upstream gradients of elements and of rows."""
    rng = np.random.default_rng(1)
    z, x, g = rng.normal(size=(3, *shape)).astype(dtype)
    numbers = np.arange(shape[0]) % shape[1]
    return tuple(guarded(np.ascontiguousarray(a)) for a in (z, x, numbers, g, g[:, 0]))


def everything(arrays: tuple[NDArray[Any], ...]) -> int:
    """Make each call that the release has a kernel for; gives how many there were."""
    z, x, numbers, g, row_g = arrays
    all_calls = kernel_calls.calls(z, x, numbers, z, upstream=g, row_upstream=row_g)
    return sum(bool(kernel_calls.made(call)) for call in all_calls)


def main() -> int:
    """Say what is next, for the last line to tell what a process died of; then how many calls."""
    done = 0
    for dtype in DTYPES:
        for shape in SHAPES:
            arrays = inputs(shape, dtype)
            for isa in (name for name, runs in native.isa_known().items() if runs):
                native.isa_select(isa)
                for version in VERSIONS:
                    sys.stdout.write(f"{np.dtype(dtype).name} {shape} {isa} {version}\n")
                    sys.stdout.flush()
                    with tf_losses.tf_version(version):
                        done += everything(arrays)
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
