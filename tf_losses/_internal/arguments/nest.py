# SPDX-License-Identifier: Apache-2.0
"""Structures of lists, tuples, named tuples and dicts, as `tf.nest` takes them apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from tf_losses._internal.runtime.kinds import is_dict, is_listed
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        return listed_as(structure, [_pack(item, values) for item in structure])
    if is_dict(structure):
        packed = {key: _pack(structure[key], values) for key in sorted(structure)}
        return keyed_as(structure, packed)
    return next(values)


def listed_as(like: object, items: Iterable[Any]) -> Any:  # noqa: ANN401 (of the type of `like`)
    """Make a list or tuple of the type of another one, which may be a named tuple's.

    >>> listed_as((1, 2), [3, 4])
    (3, 4)
    """
    kind = cast("type[Any]", type(like))
    return kind(*items) if hasattr(kind, "_fields") else kind(items)


def keyed_as(like: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """Make a dict of the type of another one, with its keys in their order.

    >>> keyed_as({"b": 1, "a": 2}, {"a": 3, "b": 4})
    {'b': 4, 'a': 3}
    """
    kind = cast("type[Any]", type(like))
    # (A type derived from it is called without arguments, as by TensorFlow.)
    first = [getattr(like, "default_factory", None)] if kind == defaultdict else []
    made: dict[Any, Any] = kind(*first)
    for key in like:  # one by one: dicts of other kinds may be made of items otherwise
        made[key] = items[key]
    return made
