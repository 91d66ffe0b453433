# SPDX-License-Identifier: Apache-2.0
"""The threads of the TensorFlow that is reproduced.

They decide in which order it adds up a whole array. How many threads work here is another matter:
see `tf_losses.set_num_threads`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tf_losses._internal.runtime.settings import INT32_MAX, whole_number

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import SupportsIndex

_intra_op_threads = 0
# In a thread or task that computes for another TensorFlow than the process; 0: it does not.
_here: ContextVar[int] = ContextVar("intra_op_threads", default=0)


def set_intra_op_parallelism_threads(num_threads: SupportsIndex | None) -> None:
    """Say how many threads the TensorFlow has whose sums are computed; 0 or None: one a processor.

    It changes the order in which everything is added up, not how many threads work here.

    Raises:
        ValueError: the number is negative, or larger than an int32.
        TypeError: it is no whole number.

    TensorFlow counterpart: `tf.config.threading.set_intra_op_parallelism_threads`.

    >>> set_intra_op_parallelism_threads(0)
    """
    global _intra_op_threads  # noqa: PLW0603 (TensorFlow's setting is global too)
    number = 0 if num_threads is None else num_threads
    _intra_op_threads = whole_number(number, "num_threads", 0, INT32_MAX)


def get_intra_op_parallelism_threads() -> int:
    """Give the number set before, 0 if none was.

    TensorFlow counterpart: `tf.config.threading.get_intra_op_parallelism_threads`.

    >>> get_intra_op_parallelism_threads()
    0
    """
    return _intra_op_threads


def intra_op() -> int:
    """Give the number set before, or what TensorFlow gives itself: one thread a processor."""
    if chosen := _here.get() or _intra_op_threads:
        return chosen
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def intra_op_of(number: int) -> Generator[None, None, None]:
    """Reproduce a TensorFlow of so many threads in a block, in this thread or task.

    >>> with intra_op_of(7):
    ...     intra_op()
    7
    """
    token = _here.set(number)
    try:
        yield
    finally:
        _here.reset(token)
