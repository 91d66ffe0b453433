# SPDX-License-Identifier: Apache-2.0
"""Choices that hold for a block, in the thread or task that runs it."""

from __future__ import annotations

import functools
import inspect
from contextlib import ContextDecorator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import ContextVar
    from types import TracebackType
    from typing import Any, ClassVar, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any])


class Block(ContextDecorator):
    """A block of code, or the calls of a function, for which something of this name is chosen."""

    # The blocks this thread or task is in, each as often as it was entered. They may end in any
    # order: a generator's does when the generator is closed.
    blocks: ClassVar[ContextVar[tuple[Any, ...]]]

    def __init__(self, name: str) -> None:
        """Remember what is chosen."""
        self.name = name

    @classmethod
    def innermost(cls) -> str | None:
        """Name what is chosen here and now; None outside of any block."""
        blocks = cls.blocks.get()
        return blocks[-1].name if blocks else None

    @classmethod
    def choose(cls, name: str | None) -> None:
        """Compute so from now on; None stands for the choice of the process."""
        raise NotImplementedError

    def __call__(self, function: _F) -> _F:
        """Decorate."""
        if reason := _why_not_decorated(function):
            name = getattr(function, "__name__", repr(function))
            raise TypeError(f"{type(self).__name__} cannot decorate {name}: {reason}")
        return super().__call__(function)

    def __enter__(self) -> str:
        """Choose; the short name is the target of `as`."""
        before = self.blocks.get()
        self._enter((*before, self), before)
        return self.name

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Go back to the innermost block that is left, or to the choice of the process.

        Where another thread or task leaves than entered, nothing changes.
        """
        blocks = self.blocks.get()
        for place in reversed(range(len(blocks))):
            if blocks[place] is self:
                left = blocks[:place] + blocks[place + 1 :]
                self._enter(left, left)
                return

    @classmethod
    def _enter(cls, blocks: tuple[Block, ...], if_interrupted: tuple[Block, ...]) -> None:
        """Be in these blocks, or in others if a KeyboardInterrupt comes between the two steps."""
        try:
            cls._be_in(blocks)
        except BaseException:
            cls._be_in(if_interrupted)
            raise

    @classmethod
    def _be_in(cls, blocks: tuple[Block, ...]) -> None:
        cls.blocks.set(blocks)
        cls.choose(blocks[-1].name if blocks else None)


_RUN_LATER = (
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
)


def _why_not_decorated(function: Any) -> str:  # noqa: ANN401 (anything that somebody decorates)
    """Say why a decorator would have no effect, or another than asked for; empty if it works."""
    if isinstance(function, type):
        return "it is a class; decorate its methods"
    if not callable(function):
        return f"a {type(function).__name__} is not called; decorate the function below it"
    while isinstance(function, functools.partial):
        function = function.func
    called = getattr(type(cast("object", function)), "__call__", None)  # noqa: B004 (what runs, not whether)
    if any(runs_later(body) for runs_later in _RUN_LATER for body in (function, called)):
        return "its body runs after the call; put a `with` block inside it"
    return ""
