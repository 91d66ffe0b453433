# SPDX-License-Identifier: Apache-2.0
"""Small files of text: a Keras config, and the names of classes."""

from __future__ import annotations

import json
from pathlib import Path

from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.runtime.kinds import is_list


def read_text(place: str) -> str:
    """Read a small file of text.

    Raises:
        InputError: it is none.
    """
    try:
        return Path(place).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no text in UTF-8"
        raise InputError(f"{place}: {reason}") from None


def class_names(place: str | None) -> tuple[str, ...]:
    """Read names, one a line, or a JSON list of them.

    Raises:
        InputError: it is no text, or named as JSON and is none.
    """
    if place is None:
        return ()
    content = read_text(place)
    is_json = place.lower().endswith(".json")
    if is_json or content.lstrip().startswith("["):
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            if is_json:
                raise InputError(f"{place}: {first_line(error)}") from None
        else:
            if is_list(found):
                return tuple(str(name) for name in found)
            raise InputError(f"{place}: a JSON list of names is needed")
    # Names such as "[PAD]" begin like a list. Other line ends of Unicode may be part of a name.
    lines = content.split("\n")
    return tuple(lines if lines[-1] else lines[:-1])
