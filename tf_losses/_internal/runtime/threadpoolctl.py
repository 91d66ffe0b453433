# SPDX-License-Identifier: Apache-2.0
"""Makes the thread pool known to threadpoolctl, which lists and limits the pools of a process.

threadpoolctl is not needed and not imported here; it is told if it has been imported already, or
when `register_threadpoolctl` is called.
"""

from __future__ import annotations

import sys

from tf_losses._internal.runtime.native import MAX_THREADS

__all__ = ["register_threadpoolctl"]

_registered = False


def register_threadpoolctl() -> None:
    """Let `threadpoolctl.threadpool_info` and `threadpool_limits` know this package's threads.

    Done at import if threadpoolctl was imported before; call it if it comes later. More than one
    call does no harm.

    Raises:
        ImportError: threadpoolctl is not installed, or older than 3.2 and takes nobody in.

    >>> register_threadpoolctl()
    >>> from threadpoolctl import threadpool_limits
    >>> import tf_losses
    >>> with threadpool_limits(limits=1, user_api="tf_losses"):
    ...     tf_losses.get_num_threads()
    1
    """
    global _registered  # noqa: PLW0603 (one registry in a process)
    if _registered:
        return
    import ctypes  # noqa: PLC0415 (takes long, and only this needs it)

    import threadpoolctl  # noqa: PLC0415 (optional)

    if not hasattr(threadpoolctl, "register"):
        raise ImportError(f"threadpoolctl {threadpoolctl.__version__} is older than 3.2")

    class Controller(threadpoolctl.LibController):  # type: ignore[misc]  # has no types
        """What threadpoolctl asks of a library."""

        user_api = "tf_losses"
        internal_api = "tf_losses"
        filename_prefixes = ("_ffi",)
        check_symbols = ("tfl_get_num_threads", "tfl_set_num_threads")

        def get_num_threads(self) -> int:
            get = self.dynlib.tfl_get_num_threads
            get.restype = ctypes.c_int64
            return int(get())

        def set_num_threads(self, num_threads: int) -> None:
            number = min(num_threads, MAX_THREADS)
            self.dynlib.tfl_set_num_threads(ctypes.c_int64(number))

        def get_version(self) -> None:
            return None

    threadpoolctl.register(Controller)
    _registered = True


if hasattr(sys.modules.get("threadpoolctl"), "register"):
    register_threadpoolctl()
