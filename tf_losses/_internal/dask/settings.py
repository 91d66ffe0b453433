# SPDX-License-Identifier: Apache-2.0
"""Whose bits: what is chosen where a graph is made travels with it to whoever computes it.

The version, the C library, TensorFlow's threads and whose softmax are chosen for the thread that
computes a piece. The processor's vendor, Keras's epsilon and floatx, and how many threads C takes
are the process's: they are put in place while any piece is being computed and put back after the
last; pieces of graphs that want another vendor wait for each other. A piece is computed by one
thread: the scheduler's are the parallelism.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tf_losses import libm, versions
from tf_losses._internal.composed.keras import settings as keras
from tf_losses._internal.runtime import native, onednn, threads

if TYPE_CHECKING:
    from collections.abc import Generator


class Shared(NamedTuple):
    """What is one for a process."""

    vendor: str | None
    epsilon: float
    floatx: str

    @classmethod
    def here(cls) -> Shared:
        """Read them.

        >>> Shared.here().floatx
        'float32'
        """
        return cls(native.get_vendor(), keras.epsilon(), keras.floatx())

    def put(self) -> None:
        """Set them, where they are others."""
        now = Shared.here()
        if self.vendor != now.vendor:
            native.set_vendor(self.vendor)
        if self.epsilon != now.epsilon:
            keras.set_epsilon(self.epsilon)
        if self.floatx != now.floatx:
            keras.set_floatx(self.floatx)


class _Holder:
    """What a process has while pieces are computed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: Shared | None = None
        self._pieces = 0
        self._before = Shared.here()
        self._threads = 1

    def enter(self, wanted: Shared) -> None:
        with self._changed:
            while self._pieces and self._held != wanted:
                self._changed.wait()
            if not self._pieces:
                self._before, self._threads = Shared.here(), native.get_num_threads()
                self._held = wanted
                wanted.put()
                native.set_num_threads(1)
            self._pieces += 1

    def leave(self) -> None:
        with self._changed:
            self._pieces -= 1
            if not self._pieces:
                self._before.put()
                if native.get_num_threads() == 1:  # else somebody has chosen another number
                    native.set_num_threads(self._threads)
                self._changed.notify_all()


_holder = _Holder()


@dataclass(frozen=True)
class Settings:
    """All choices that bits depend on."""

    version: str
    libm: str
    onednn: str
    intra_op_threads: int
    shared: Shared

    @classmethod
    def here(cls) -> Settings:
        """Read them, as they are in this thread; "host" becomes the set that this host has.

        >>> Settings.here().version == versions.get_tf_version()
        True
        """
        library = libm.get_tf_libm()
        if library == "host":
            library = libm.host_libm() or library
        return cls(
            versions.get_tf_version(), library, onednn.get(), threads.intra_op(), Shared.here()
        )

    @contextmanager
    def chosen(self) -> Generator[None, None, None]:
        """Compute so in a block, in one thread."""
        _holder.enter(self.shared)
        try:
            with (
                versions.tf_version(self.version),
                libm.tf_libm(self.libm),
                onednn.chosen(self.onednn),
                threads.intra_op_of(self.intra_op_threads),
            ):
                yield
        finally:
            _holder.leave()
