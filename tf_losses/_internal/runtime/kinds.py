# SPDX-License-Identifier: Apache-2.0
"""What a value of any type is, told to type checkers as well.

Where `isinstance` finds a list, it leaves strict checkers a list of they know not what; these say
that it is one of anything. Each is one more call in Python. On the way to every loss `isinstance`
looks at a second name of the value instead, an `object`, which leaves the first of any type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is a list.

    >>> is_list([1]), is_list((1,))
    (True, False)
    """
    return isinstance(value, list)


def is_listed(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Tell whether a value is a list or a tuple.

    >>> is_listed([1]), is_listed((1,)), is_listed(range(1))
    (True, True, False)
    """
    return isinstance(value, (list, tuple))


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Tell whether a value is a dict.

    >>> is_dict({}), is_dict([])
    (True, False)
    """
    return isinstance(value, dict)


def is_slice(value: object) -> TypeGuard[slice[Any, Any, Any]]:
    """Tell whether a value is a slice.

    >>> is_slice(slice(1)), is_slice(1)
    (True, False)
    """
    return isinstance(value, slice)


def is_array(value: object) -> TypeGuard[NDArray[Any]]:
    """Tell whether a value is an array of NumPy's.

    >>> is_array(np.zeros(1)), is_array(np.float32(1))
    (True, False)
    """
    return isinstance(value, np.ndarray)


def is_numpy(value: object) -> TypeGuard[NDArray[Any] | np.generic]:
    """Tell whether a value is an array or a number of NumPy's.

    >>> is_numpy(np.zeros(1)), is_numpy(np.float32(1)), is_numpy(1.0)
    (True, True, False)
    """
    return isinstance(value, (np.ndarray, np.generic))


def is_scalar(value: object) -> TypeGuard[np.generic]:
    """Tell whether a value is a number of NumPy's.

    >>> is_scalar(np.float32(1)), is_scalar(np.zeros(1))
    (True, False)
    """
    return isinstance(value, np.generic)


def is_whole(value: object) -> TypeGuard[int | np.integer[Any]]:
    """Tell whether a value is a whole number of Python's or NumPy's; bools of Python's are.

    >>> is_whole(1), is_whole(np.int8(1)), is_whole(1.0)
    (True, True, False)
    """
    return isinstance(value, (int, np.integer))
