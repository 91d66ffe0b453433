# SPDX-License-Identifier: Apache-2.0
"""Numbers that somebody sets: checked when they are set, not where they are used later."""

from __future__ import annotations

import operator
from typing import Any

from tf_losses.errors import hinted

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1


def whole_number(value: Any, name: str, least: int, most: int) -> int:  # noqa: ANN401 (anything)
    """Give a setting as a Python int.

    Args:
        value: what came; anything with `__index__` but a bool.
        name: that of the argument.
        least: the least value allowed.
        most: the largest one.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is out of range.

    >>> whole_number(2, "threads", 0, 10)
    2
    """
    hint = f"`{name}` came as {value!r}; it is a whole number from {least} to {most}."
    if isinstance(value, bool):
        raise hinted(TypeError("Expected an int, got a boolean."), hint)
    try:
        number = operator.index(value)
    except TypeError as error:
        raise hinted(TypeError(str(error)), hint) from None
    if not least <= number <= most:
        raise hinted(ValueError(f"Value out of range: {number}"), hint)
    return number
