# SPDX-License-Identifier: Apache-2.0
"""Python numbers and sequences of them to arrays, with the dtypes TensorFlow gives them.

The first number decides: a bool, int, float, complex or string. Ints become int32, or int64 if
one of them needs it, or float32 if a float is among them; floats become float32, but keep the
width of a leading NumPy scalar; complex numbers become complex128.

TensorFlow counterpart: tensorflow/python/lib/core/py_seq_tensor.cc.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from tf_losses._internal.runtime.dtypes import FLOAT16, FLOAT32, FLOAT64, INT32, Dtype
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages, Shape

# What may follow a first number of each kind: b(ool), i(nt), f(loat), c(omplex), s(tring).
_FOLLOWERS = {"b": "b", "i": "ib", "f": "fib", "c": "cfib", "s": "s"}
_PYTHON_KINDS = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}
_NUMPY_KINDS = {"b": "b", "i": "i", "u": "i", "f": "f", "c": "c", "U": "s", "S": "s"}
_FLOATS: dict[type, Dtype] = {np.float16: FLOAT16, np.float64: FLOAT64}

_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1
# What can neither be a tensor nor hold one: most numbers, and most sequences but for their items.
_NUMBERS = frozenset(_PYTHON_KINDS)
BUILT_IN = _NUMBERS | {list, tuple, range}
_LISTS = frozenset([list, tuple])
# Deeper than any sequence that means an array; a list that contains itself is caught by it.
_DEEPEST = 64


def to_array(value: object, messages: Messages, *, wide: bool = False) -> NDArray[Any]:
    """Convert a Python number or a (nested) sequence.

    `wide` keeps floats in float64, for a caller who was told a dtype and rounds them himself.

    >>> from tf_losses._internal.arguments.messages import TF2
    >>> to_array([1, 2**40], TF2).dtype, to_array((0.5,), TF2).dtype, to_array(True, TF2).dtype
    (dtype('int64'), dtype('float32'), dtype('bool'))
    """
    shape, first = _shape_of(value, messages)
    if 0 in shape:
        return np.zeros(shape, INT32 if isinstance(value, range) else FLOAT32)
    numbers = _flatten(value, shape, messages)
    types = dict.fromkeys(map(type, numbers))
    kind = _kind(type(first))
    if kind is None:
        raise hinted(
            messages.unconvertible(first, value),
            f"{type(value).__name__} came where numbers were expected: a NumPy array, a number, "
            "or a list of numbers.",
        )
    kinds = {_kind(item) for item in types}
    if kind == "i" and "f" in kinds and kinds <= {"i", "b", "f"}:
        first, kind = 0.0, "f"
    if not all(item is not None and item in _FOLLOWERS[kind] for item in kinds):
        _refuse_mixed(value, numbers, types, messages)
    if wide and kind == "f":
        first = np.float64(0)
    return _MAKERS[kind](numbers, first, messages).reshape(shape)


def is_sequence(value: object) -> bool:
    """Tell whether TensorFlow would look into a value: anything with a length and items.

    >>> is_sequence(range(3)), is_sequence("abc"), is_sequence({1: 2}), is_sequence(2.5)
    (True, False, False, False)
    """
    if isinstance(value, (list, tuple)):
        return True
    if isinstance(value, (str, bytes, Mapping, AbstractSet, np.ndarray, np.generic)):
        return False
    kind = type(value)
    return hasattr(kind, "__len__") and hasattr(kind, "__getitem__")


def is_tensor(value: object) -> bool:
    """Tell whether a value is a tensor of some other library, such as tf.Tensor or jax.Array.

    >>> is_tensor(np.ones(3)), is_tensor(2.5)
    (False, False)
    """
    if isinstance(value, (np.ndarray, np.generic)):
        return False
    kind = type(value)
    return hasattr(value, "dtype") and (hasattr(kind, "__array__") or hasattr(kind, "__dlpack__"))


def _shape_of(value: Any, messages: Messages) -> tuple[Shape, object]:  # noqa: ANN401 (anything)
    """Follow the first elements down: the shape they announce, and the first number."""
    shape: list[int] = []
    item = value
    while len(shape) <= _DEEPEST:
        if is_tensor(item):
            item = np.asarray(item)
        if isinstance(item, np.ndarray):
            array = np.asarray(cast("Any", item))
            return (*shape, *array.shape), array.flat[0] if array.size else None
        if not is_sequence(item):
            return tuple(shape), item
        item = _items(item)
        shape.append(len(item))
        if not item:
            return tuple(shape), None
        item = item[0]
    raise messages.ragged(value, tuple(shape[:1]))


def _items(value: Any) -> Sequence[Any]:  # noqa: ANN401 (anything)
    items: Sequence[Any] = value  # for `isinstance`: see _runtime/kinds.py
    if isinstance(value, (list, tuple)):
        return items
    if isinstance(value, memoryview):  # has no items of its own beyond one axis
        return value.tolist()
    return [value[index] for index in range(len(value))]


def _flatten(value: object, shape: Shape, messages: Messages) -> list[Any]:
    """List the numbers in C order, if the value has the shape all through."""
    level: list[Any] = [value]
    for length in shape:
        below = level if _LISTS.issuperset(map(type, level)) else [_parts(item) for item in level]
        # No axis here is empty, so that a number, which has no parts, is found too.
        if any(map(length.__ne__, map(len, below))):
            _refuse_ragged(value, shape, messages)
        level = list(chain.from_iterable(below))
    return level if _NUMBERS.issuperset(map(type, level)) else list(map(_number, level))


def _parts(item: Any) -> Sequence[Any]:  # noqa: ANN401 (anything)
    """Give what a sequence, an array or a tensor consists of; nothing of a number."""
    given: object = item  # for `isinstance`: see _runtime/kinds.py
    if (isinstance(given, np.ndarray) or is_tensor(given)) and item.ndim:
        array: NDArray[Any] = np.asarray(item)
        return list(array)
    return _items(item) if is_sequence(item) else ()


def _number(item: Any) -> Any:  # noqa: ANN401 (anything)
    """Take a number out of an array or tensor without axes."""
    given: object = item  # for `isinstance`: see _runtime/kinds.py
    if (isinstance(given, np.ndarray) or is_tensor(given)) and not item.ndim:
        return np.asarray(item)[()]
    return item


def _kind(type_: type) -> str | None:
    """One letter for the kind of number that a type stands for; None for all other types."""
    kind = _PYTHON_KINDS.get(type_)
    if kind is not None:
        return kind
    if issubclass(type_, np.generic):
        dtype = np.dtype(cast("type[Any]", type_))
        # Extension types take letters for their kind as they like, but not NumPy's own numbers.
        return _NUMPY_KINDS.get(dtype.kind) if type_.__module__ == "numpy" else None
    return next((kind for base, kind in _PYTHON_KINDS.items() if issubclass(type_, base)), None)


def _bools(numbers: list[Any], _first: object, _messages: Messages) -> NDArray[Any]:
    return np.array(numbers, np.bool_)


def _ints(numbers: list[Any], _first: object, messages: Messages) -> NDArray[Any]:
    values = [int(number) for number in numbers]
    if min(values) >= _INT32_MIN and max(values) <= _INT32_MAX:
        return np.array(values, INT32)
    try:
        return np.array(values, np.int64)
    except OverflowError:
        raise hinted(
            messages.integer_too_large(numbers), f"{max(values, key=abs)} does not fit in an int64."
        ) from None


def _floats(numbers: list[Any], first: object, messages: Messages) -> NDArray[Any]:
    try:
        wide = np.array(list(map(float, numbers)), np.float64)
    except OverflowError:
        _refuse_large(numbers, messages)
    dtype = _FLOATS.get(type(first), FLOAT32)
    if dtype == FLOAT64:
        return wide
    with np.errstate(over="ignore", under="ignore"):
        narrow: NDArray[Any] = wide.astype(np.float32).astype(
            dtype
        )  # float16 is rounded twice, as there
    if not np.isfinite(narrow).all() and np.any(np.isinf(narrow) & np.isfinite(wide)):
        _refuse_large(numbers, messages)
    return narrow


def _complexes(numbers: list[Any], _first: object, messages: Messages) -> NDArray[Any]:
    try:
        return np.array([complex(number) for number in numbers], np.complex128)
    except OverflowError:
        _refuse_large(numbers, messages)


def _strings(numbers: list[Any], _first: object, _messages: Messages) -> NDArray[Any]:
    array = np.empty(len(numbers), object)
    array[:] = numbers
    return array


_MAKERS = {"b": _bools, "i": _ints, "f": _floats, "c": _complexes, "s": _strings}


def _refuse_ragged(value: object, shape: Shape, messages: Messages) -> NoReturn:
    raise hinted(
        messages.ragged(value, shape),
        f"The first elements announce the shape {shape}, later ones do not have it; "
        "pad the rows to one length.",
    )


def _refuse_large(numbers: list[Any], messages: Messages) -> NoReturn:
    raise hinted(
        messages.float_too_large(numbers),
        "A number is too large for its dtype (float32 unless NumPy says otherwise); "
        "pass a NumPy array, e.g. np.array(value, np.float64).",
    )


def _refuse_mixed(
    value: object, numbers: list[Any], types: dict[type, None], messages: Messages
) -> NoReturn:
    hint = f"Types that came: {', '.join(item.__name__ for item in types)}."
    if type(None) in types:
        hint += f" The first None is number {numbers.index(None)}."
    raise hinted(messages.mixed(value), hint)
