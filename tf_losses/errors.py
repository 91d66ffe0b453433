# SPDX-License-Identifier: Apache-2.0
"""The exceptions of `tf.errors` that the losses raise, under the same names.

An `except` written for TensorFlow catches them, in eager and in graph style: where eager
TensorFlow raises `InvalidArgumentError`, its graphs raise ValueError or TypeError for the same
mistake, so the classes here are both.

The text of an exception begins with TensorFlow's. What the user can do about it follows as a
note (`__notes__`; before CPython 3.11 as a further line of the text).

TensorFlow counterpart: `tf.errors`, tensorflow/python/framework/errors_impl.py.
"""

from __future__ import annotations

import sys
from typing import TypeVar

__all__ = [
    "InternalError",
    "InvalidArgumentError",
    "InvalidDtypeError",
    "NotFoundError",
    "OpError",
    "ResourceExhaustedError",
    "UnimplementedError",
]

INVALID_ARGUMENT = 3
NOT_FOUND = 5
RESOURCE_EXHAUSTED = 8
UNIMPLEMENTED = 12
INTERNAL = 13


class OpError(Exception):
    """Base of the errors that TensorFlow's operations raise.

    Args:
        node_def: kept for TensorFlow's signature; None here, as there is no graph.
        op: the same.
        message: TensorFlow's text.
        error_code: one of the codes of `tf.errors`.

    >>> error = OpError(None, None, "Incompatible shapes: [2] vs. [3]", 3)
    >>> str(error), error.message, error.error_code, error.op
    ('Incompatible shapes: [2] vs. [3]', 'Incompatible shapes: [2] vs. [3]', 3, None)
    """

    def __init__(self, node_def: object, op: object, message: str, error_code: int) -> None:
        """Keep TensorFlow's four facts about a failed operation."""
        super().__init__(node_def, op, message, error_code)
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        self._lines: list[str] = []

    @property
    def message(self) -> str:
        """TensorFlow's text, without hints."""
        return self._message

    @property
    def op(self) -> object:
        """The operation that failed; None, as in eager TensorFlow."""
        return self._op

    @property
    def node_def(self) -> object:
        """The node that failed; None, as in eager TensorFlow."""
        return self._node_def

    @property
    def error_code(self) -> int:
        """The code of this class in `tf.errors`, for example 3 for INVALID_ARGUMENT."""
        return self._error_code

    def __str__(self) -> str:
        """Give TensorFlow's text, and before CPython 3.11 the hints below it."""
        return "\n".join([self._message, *self._lines])

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the constructor's own arguments: subclasses take three, this class four."""
        arguments = (self._node_def, self._op, self._message, self._error_code)
        count = 4 if type(self) is OpError else 3
        return type(self), arguments[:count], self.__dict__


class InvalidArgumentError(OpError, ValueError):
    """An argument of an operation has the wrong value or shape.

    >>> issubclass(InvalidArgumentError, ValueError)
    True
    """

    def __init__(self, node_def: object, op: object, message: str) -> None:
        """Build it from TensorFlow's three arguments."""
        super().__init__(node_def, op, message, INVALID_ARGUMENT)


class InvalidDtypeError(InvalidArgumentError, TypeError):
    """An argument of an operation has the wrong dtype: TensorFlow's graphs raise TypeError.

    >>> issubclass(InvalidDtypeError, TypeError)
    True
    """


class NotFoundError(OpError):
    """TensorFlow has no kernel for this dtype."""

    def __init__(self, node_def: object, op: object, message: str) -> None:
        """Build it from TensorFlow's three arguments."""
        super().__init__(node_def, op, message, NOT_FOUND)


class UnimplementedError(OpError):
    """TensorFlow has an operation of this kind, but not for these dtypes or shapes."""

    def __init__(self, node_def: object, op: object, message: str) -> None:
        """Build it from TensorFlow's three arguments."""
        super().__init__(node_def, op, message, UNIMPLEMENTED)


class ResourceExhaustedError(OpError, MemoryError):
    """There is not enough memory."""

    def __init__(self, node_def: object, op: object, message: str) -> None:
        """Build it from TensorFlow's three arguments."""
        super().__init__(node_def, op, message, RESOURCE_EXHAUSTED)


class InternalError(OpError):
    """A mistake in tf_losses itself; please report it."""

    def __init__(self, node_def: object, op: object, message: str) -> None:
        """Build it from TensorFlow's three arguments."""
        super().__init__(node_def, op, message, INTERNAL)


_E = TypeVar("_E", bound=Exception)


def hinted(error: _E, hint: str) -> _E:
    """Say what argument is meant, what came and what to do, in a note on `error`.

    >>> str(hinted(ValueError("TensorFlow's text"), "a hint")).startswith("TensorFlow's text")
    True
    """
    if sys.version_info >= (3, 11):
        error.add_note(hint)
        return error
    if isinstance(error, OpError):
        error._lines.append(hint)  # noqa: SLF001 (same module)
    else:
        error.args = (f"{error}\n{hint}", *error.args[1:])
    return error
