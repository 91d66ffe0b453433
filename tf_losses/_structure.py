# SPDX-License-Identifier: Apache-2.0
"""Structures of lists, tuples, named tuples and dicts, as `tf.nest` takes them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def leaves(structure: Any) -> Iterator[Any]:  # noqa: ANN401 (any structure)
    """Walk through a structure; dicts in the order of their sorted keys.

    >>> list(leaves([1, (2, {"b": 4, "a": 3})]))
    [1, 2, 3, 4]
    """
    if isinstance(structure, (list, tuple)):
        for item in structure:
            yield from leaves(item)
    elif isinstance(structure, dict):
        for key in sorted(structure):
            yield from leaves(structure[key])
    else:
        yield structure


def pack(structure: Any, values: list[Any]) -> Any:  # noqa: ANN401 (the same structure)
    """Put values where the leaves of a structure are.

    >>> pack([0, (0, {"b": 0, "a": 0})], [1, 2, 3, 4])
    [1, (2, {'b': 4, 'a': 3})]
    """
    return _pack(structure, iter(values))


def _pack(structure: Any, values: Iterator[Any]) -> Any:  # noqa: ANN401 (the same structure)
    if isinstance(structure, (list, tuple)):
        items = [_pack(item, values) for item in structure]
        return type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
    if isinstance(structure, dict):
        packed = {key: _pack(structure[key], values) for key in sorted(structure)}
        return type(structure)((key, packed[key]) for key in structure)
    return next(values)
