# SPDX-License-Identifier: Apache-2.0
"""Structures of lists, tuples, named tuples and dicts, as `tf.nest` takes them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._runtime.kinds import is_dict, is_listed
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Iterator

# Deeper than any that a program means; one that contains itself is caught by it.
DEEPEST = 100


def leaves(structure: Any) -> Iterator[Any]:  # noqa: ANN401 (any structure)
    """Walk through a structure; dicts in the order of their sorted keys.

    Raises:
        ValueError: it contains itself, or is nested too deeply.

    >>> list(leaves([1, (2, {"b": 4, "a": 3})]))
    [1, 2, 3, 4]
    """
    return _leaves(structure, 0)


def _leaves(structure: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401 (any structure)
    if is_dict(structure):
        items = [structure[key] for key in sorted(structure)]
    elif is_listed(structure):
        items = list(structure)
    else:
        yield structure
        return
    check_depth(depth)
    for item in items:
        yield from _leaves(item, depth + 1)


def check_depth(depth: int) -> None:
    """Refuse to go further down than this.

    >>> check_depth(0)
    """
    if depth >= DEEPEST:
        raise hinted(
            ValueError(f"A structure is nested more than {DEEPEST} levels deep."),
            "Lists, tuples and dicts may hold tensors and each other, but not themselves.",
        )


def shown(value: object) -> str:
    """Write a value as `str` does, or its type where it is nested too deeply for that.

    >>> shown([1, 2])
    '[1, 2]'
    """
    try:
        return str(value)
    except RecursionError:
        return f"<a {type(value).__name__}, deeply nested>"


def pack(structure: Any, values: list[Any]) -> Any:  # noqa: ANN401 (the same structure)
    """Put values where the leaves of a structure are, which `leaves` has walked through.

    >>> pack([0, (0, {"b": 0, "a": 0})], [1, 2, 3, 4])
    [1, (2, {'b': 4, 'a': 3})]
    """
    return _pack(structure, iter(values))


def _pack(structure: Any, values: Iterator[Any]) -> Any:  # noqa: ANN401 (the same structure)
    if is_listed(structure):
        items = [_pack(item, values) for item in structure]
        return type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
    if is_dict(structure):
        packed = {key: _pack(structure[key], values) for key in sorted(structure)}
        return type(structure)((key, packed[key]) for key in structure)
    return next(values)
