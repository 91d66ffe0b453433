# SPDX-License-Identifier: Apache-2.0
"""What a library makes of a file, made when it is wanted, and again after it was let go of."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tf_losses._internal.io.place import Place


class Handle:
    """A file as a library has opened it.

    Args:
        place: where it is.
        make: opens it; what it has to close in the end it leaves with the stack.
    """

    def __init__(self, place: Place, make: Callable[[Place, ExitStack], Any]) -> None:
        """Open nothing yet."""
        self.place, self._make = place, make
        self._stack: ExitStack | None = None
        self._opened: Any = None

    @property
    def opened(self) -> Any:  # noqa: ANN401 (libraries without types)
        """What the library has made; opened if it is not."""
        if self._stack is None:
            with ExitStack() as stack:
                self.place.check()
                self._opened = self._make(self.place, stack)
                self._stack = stack.pop_all()
        return self._opened

    def check(self) -> None:
        """Refuse a file that has changed since it was first looked at."""
        self.place.check()

    def close(self) -> None:
        """Hold nothing open."""
        self._opened = None
        if self._stack is not None:
            self._stack.close()
            self._stack = None
        self.place.discard()


@contextmanager
def closed_on_error(handle: Handle) -> Generator[Handle, None, None]:
    """Close it if the block fails."""
    try:
        yield handle
    except BaseException:
        handle.close()
        raise
