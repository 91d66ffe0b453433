# SPDX-License-Identifier: Apache-2.0
"""Whose bits are computed: the version of TensorFlow that every loss and gradient reproduces.

TensorFlow's releases differ: in exp, log, log1p and reciprocals, in the order of additions, in
signs of zero, and in what a graph makes of a gradient. docs/bits.md has the table of families, and
what is not reproduced. Functions of one tensor differ in more places than the losses.

The newest known version is the default. `set_tf_version` chooses for the whole process,
`tf_version` for a block in one thread or task, and the environment variable TF_LOSSES_TF_VERSION
when the package is imported. Signatures and messages do not change with it.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tf_losses import libm
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.blocks import Block
from tf_losses._internal.runtime.releases import NEWEST, RELEASES, Release

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, ParamSpec, TypeVar

    _P = ParamSpec("_P")
    _R = TypeVar("_R")

__all__ = ["NEWEST", "get_tf_version", "known_tf_versions", "set_tf_version", "tf_version"]

# By name, as several versions compute alike.
_process = NEWEST


def release() -> Release:
    """Give all that depends on the version that is chosen."""
    return RELEASES[get_tf_version()]


def known_tf_versions() -> tuple[str, ...]:
    """Name the versions that can be chosen, oldest first.

    >>> known_tf_versions()[:3]
    ('1.5', '1.6', '1.7')
    """
    return tuple(RELEASES)


def _refuse_no_text(version: object) -> None:
    if not isinstance(version, str):
        raise TypeError(f"a TensorFlow version is a string, such as {NEWEST!r}, not {version!r}")


def find_version(version: str) -> str:
    """Give the known version that a full version number belongs to.

    Raises:
        ValueError: there is none.
        TypeError: it is not a string; 2.20 as a number would be 2.2.

    >>> find_version("2.18.1"), find_version("2.21.0-rc0")
    ('2.18', '2.21')
    """
    _refuse_no_text(version)
    parts = re.match(r"(\d+\.\d+)(?![^.\-+a-z])", version)
    if parts is None or parts[1] not in RELEASES:
        raise ValueError(
            f"Unknown TensorFlow version: {version!r}; known are {', '.join(RELEASES)}. "
            f"The newest is what a newer TensorFlow is likeliest to compute like; "
            "`tf-losses parity` tells."
        )
    return parts[1]


def is_newer(version: str) -> bool:
    """Tell whether a full version number is beyond the newest known one.

    >>> is_newer("99.0.0-dev"), is_newer("2.9.1")
    (True, False)
    """
    numbers = re.match(r"(\d+)\.(\d+)", version)
    newest = tuple(map(int, NEWEST.split(".")))
    return numbers is not None and tuple(map(int, numbers.groups())) > newest


def get_tf_version() -> str:
    """Give the version whose bits a call would have here and now.

    >>> get_tf_version() in known_tf_versions()
    True
    """
    return tf_version.innermost() or _process


def set_tf_version(version: str) -> None:
    """Choose the version for the process; blocks of `tf_version` keep theirs.

    Args:
        version: such as "2.18" or "2.18.1"; one of `known_tf_versions()`.

    Raises:
        ValueError: it is not known.
        TypeError: it is not a string.

    >>> set_tf_version("2.21")
    >>> get_tf_version()
    '2.21'
    """
    global _process  # noqa: PLW0603 (one for the process)
    name = find_version(version)
    native.set_version(RELEASES[name].code)
    _process = name


class tf_version(Block):  # noqa: N801 (reads as a function)
    """Choose the version for a block, or for the calls of a function that this decorates.

    The choice holds in the thread or task that runs the block, and in tasks that it makes inside,
    which inherit it, as do threads where Python says so (`sys.flags.thread_inherit_context`, which
    free-threaded Python sets); other threads and tasks keep theirs. A tape computes gradients in
    the version that its loss was computed in. Inside a generator, a block also holds for whoever
    runs it.

    Args:
        version: as for `set_tf_version`.

    Raises:
        ValueError, TypeError: as `set_tf_version`, at once. TypeError also where a generator or
            coroutine function is decorated, whose body runs after the call (write the block
            inside), or a class, or something that is not called.

    >>> from tf_losses.compat.v2 import nn
    >>> with tf_version("2.16"):
    ...     get_tf_version()
    '2.16'
    """

    blocks: ClassVar[ContextVar[tuple[Any, ...]]] = ContextVar("tf_version", default=())

    def __init__(self, version: str) -> None:
        """Look the version up."""
        super().__init__(find_version(version))

    @classmethod
    def choose(cls, name: str | None) -> None:
        """Compute so from now on; None stands for the choice of the process."""
        native.choose_version(native.VERSION_SET if name is None else RELEASES[name].code)


def kept(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function that is called later compute in the version and library chosen now.

    >>> with tf_version("2.16"):
    ...     later = kept(get_tf_version)
    >>> later()
    '2.16'
    """
    version, library = get_tf_version(), libm.get_tf_libm()

    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with tf_version(version), libm.tf_libm(library):
            return function(*args, **kwargs)

    return run
