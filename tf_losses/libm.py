# SPDX-License-Identifier: Apache-2.0
"""Whose C library: the exp, log and log1p of elements that TensorFlow leaves to it.

TensorFlow computes whole packets itself and calls the C library of the machine it runs on for the
rest: up to seven elements of an array, some losses' logarithms, and more in older releases. Which
bits they have depends on that library. Those of glibc on x86-64 are known from 2.28 on and are
computed here on any system, in vectors:

- "glibc-2.28": as it was until log1p of float64 was compiled for processors with FMA as well;
- "glibc-2.34": from then on (2.39, and 2.34 to 2.38 with the fixes of August 2023 and later);
- "glibc-2.41": since log1p of float32 rounds correctly;
- each with "-nofma": on processors without FMA, or where glibc is told to leave it alone.

"glibc-X.Y" of another release is the newest of these sets that is not newer. "glibc" stands for the
newest, "host" for the library that this process is linked with, which is called where it is none of
these. At first it is "host" or, where that is not glibc (macOS, Windows, Alpine), "glibc".

`set_tf_libm` chooses for the whole process, `tf_libm` for a block in one thread or task, and the
environment variable TF_LOSSES_TF_LIBM when the package is imported. Functions that are not exp, log
or log1p (expm1, tanh, pow, lgamma) are always the host's.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.blocks import Block

if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["get_tf_libm", "known_tf_libms", "set_tf_libm", "tf_libm"]

_HOST, _NEWEST, _NOFMA = "host", "glibc", "-nofma"
_CODES = {
    _HOST: native.LIBM_HOST,
    **{f"glibc-{x}.{y}": code for (x, y), code in native.GLIBC.items()},
    **{f"glibc-{x}.{y}{_NOFMA}": code for (x, y), code in native.GLIBC_NOFMA.items()},
}
_NAMES = {code: name for name, code in _CODES.items()}


def known_tf_libms() -> tuple[str, ...]:
    """Name the libraries that can be chosen.

    >>> known_tf_libms()[:3]
    ('host', 'glibc-2.28', 'glibc-2.34')
    """
    return tuple(_CODES)


def _refuse_no_text(name: object) -> None:
    if not isinstance(name, str):
        raise TypeError(f"a C library is a string, such as {_NEWEST!r}, not {name!r}")


def find_libm(name: str) -> str:
    """Give the known library that a name stands for.

    Raises:
        ValueError: there is none.
        TypeError: it is not a string.

    >>> find_libm("glibc"), find_libm("glibc-2.36"), find_libm("glibc-2.31-nofma")
    ('glibc-2.41', 'glibc-2.34', 'glibc-2.28-nofma')
    """
    _refuse_no_text(name)
    if name in _CODES:
        return name
    parts = re.fullmatch(r"glibc(?:-(\d+)\.(\d+)(?:\.\d+)?)?(-nofma)?", name)
    release = max(native.GLIBC) if parts and not parts[1] else None
    if parts and parts[1]:
        asked = int(parts[1]), int(parts[2])
        release = max((known for known in native.GLIBC if known <= asked), default=None)
    if parts is None or release is None:
        raise ValueError(
            f"Unknown C library: {name!r}; known are {', '.join(_CODES)}, and glibc. "
            "Before 2.28 glibc had other functions, which are not known here."
        )
    return f"glibc-{release[0]}.{release[1]}{parts[3] or ''}"


def get_tf_libm() -> str:
    """Name the library whose bits a call would have here and now.

    >>> get_tf_libm() in known_tf_libms()
    True
    """
    return tf_libm.innermost() or _NAMES[native.get_libm()]


def host_libm() -> str | None:
    """Name the set that this machine's own library has been found to be; None if it is none.

    >>> host_libm() in (None, *known_tf_libms())
    True
    """
    code = native.host_libm()
    return None if code == native.LIBM_HOST else _NAMES[code]


def set_tf_libm(name: str) -> None:
    """Choose the library for the process; blocks of `tf_libm` keep theirs.

    Args:
        name: "host", "glibc", "glibc-2.36" and the like; one of `known_tf_libms()`, or a release
            between them.

    Raises:
        ValueError: it is not known.
        TypeError: it is not a string.

    >>> before = get_tf_libm()
    >>> set_tf_libm("glibc-2.36")
    >>> get_tf_libm()
    'glibc-2.34'
    >>> set_tf_libm(before)
    """
    native.set_libm(_CODES[find_libm(name)])


class tf_libm(Block):  # noqa: N801 (reads as a function)
    """Choose the library for a block, or for the calls of a function that this decorates.

    The choice holds as that of `tf_version` does: in the thread or task that runs the block, and in
    tasks made inside; a tape computes gradients with the library that its loss was computed with.

    Args:
        name: as for `set_tf_libm`.

    Raises:
        ValueError, TypeError: as `set_tf_libm`, at once. TypeError also as `tf_version`.

    >>> with tf_libm("glibc-2.31"):
    ...     get_tf_libm()
    'glibc-2.28'
    """

    blocks: ClassVar[ContextVar[tuple[Any, ...]]] = ContextVar("tf_libm", default=())

    def __init__(self, name: str) -> None:
        """Look the library up."""
        super().__init__(find_libm(name))

    @classmethod
    def choose(cls, name: str | None) -> None:
        """Compute so from now on; None stands for the choice of the process."""
        native.choose_libm(native.LIBM_SET if name is None else _CODES[name])
