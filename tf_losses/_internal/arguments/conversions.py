# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow takes for a dtype and for a shape.

Its names for dtypes are its own, not NumPy's: "float" and Python's float are float32, and "f4",
">f4" or "longdouble" are nothing. A NumPy dtype is taken in any byte order, for the native one.

TensorFlow counterpart: `tf.as_dtype` and `tf.TensorShape`, tensorflow/python/framework/dtypes.py
and tensor_shape.py.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tf_losses._internal.runtime.dtypes import CUSTOM, Dtype, is_known
from tf_losses._internal.runtime.settings import INT64_MAX
from tf_losses._internal.runtime.tf_dtypes import NUMBERS, DType, of
from tf_losses.errors import hinted

_STRING = np.dtype(object)
_SAME = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
_NAMES: dict[str, Dtype] = {
    **{name: np.dtype(name) for name in _SAME},
    "half": np.dtype(np.float16),
    "float": np.dtype(np.float32),
    "double": np.dtype(np.float64),
    "string": _STRING,
}
_TYPES: dict[type, Dtype] = {
    float: np.dtype(np.float32),
    bool: np.dtype(np.bool_),
    object: _STRING,
}


def as_dtype(value: Any) -> Dtype:  # noqa: ANN401 (anything)
    """Give the NumPy dtype of what TensorFlow takes for a dtype; that of objects is for strings.

    Raises:
        TypeError: TensorFlow takes it for none.

    >>> as_dtype("float"), as_dtype(float), as_dtype(np.dtype(">f8")), as_dtype(19)
    (dtype('float32'), dtype('float32'), dtype('float64'), dtype('float16'))
    """
    found = _find(value)
    if found is None:
        raise hinted(
            TypeError(
                f"Cannot convert the argument `type_value`: {value!r} to a TensorFlow DType."
            ),
            f"Known are {', '.join(_NAMES)}, {', '.join(sorted(CUSTOM))}; and NumPy's dtypes "
            "such as np.float32.",
        )
    return found


def as_tf_dtype(type_value: Any) -> DType:  # noqa: ANN401 (anything)
    """Give TensorFlow's dtype of what it takes for one.

    Args:
        type_value: a dtype of TensorFlow's or NumPy's, or its name or number.

    Raises:
        TypeError: TensorFlow takes it for none.

    TensorFlow counterpart: `tf.as_dtype`, tensorflow/python/framework/dtypes.py.

    >>> as_tf_dtype("float"), as_tf_dtype(float)
    (tf.float32, tf.float32)
    """
    return of(as_dtype(type_value))


def _find(value: Any) -> Dtype | None:  # noqa: ANN401 (anything)
    given: object = value  # for `isinstance`: see runtime/kinds.py
    if isinstance(value, str):
        return _named(value)
    if isinstance(given, np.dtype):
        return _native(value)
    if isinstance(given, type):
        plain = issubclass(given, np.generic) and given.__module__ != "builtins"
        return _native(_dtype_of(value)) if plain else _TYPES.get(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _named(NUMBERS.get(value, ""))
    name = getattr(value, "as_numpy_dtype", None)  # TensorFlow's own dtypes
    return None if name is None else _find(name)


def _named(name: str) -> Dtype | None:
    if name not in CUSTOM:
        return _NAMES.get(name)
    try:
        import ml_dtypes  # noqa: PLC0415 (optional, and only for these types)
    except ImportError:
        raise hinted(
            TypeError(f"Cannot convert the argument `type_value`: {name!r} to a TensorFlow DType."),
            f"{name} needs the package ml_dtypes: pip install ml_dtypes.",
        ) from None
    return _native(np.dtype(getattr(ml_dtypes, name))) if hasattr(ml_dtypes, name) else None


def _dtype_of(scalar: type) -> Dtype | None:
    """The dtype of a class of NumPy's numbers; None for what is no one dtype (np.floating)."""
    try:
        return np.dtype(scalar)
    except TypeError:
        return None


def _native(dtype: Dtype | None) -> Dtype | None:
    if dtype is None or dtype.subdtype is not None or dtype.names is not None:
        return None
    if dtype.kind in "OSU":
        return _STRING
    native = dtype.newbyteorder("=")
    # NumPy has several types of 64 bits; one of them is what all are found by.
    native = _NAMES.get(native.name, native)
    return native if is_known(native) else None


def as_shape(value: Any) -> tuple[int, ...]:  # noqa: ANN401 (anything)
    """Give a tuple of lengths for one length or a sequence of them.

    Raises:
        TypeError: a length is no whole number.
        ValueError: a length is negative, not known (None) or beyond 64 bits.

    >>> as_shape(np.int64(2)), as_shape([1, 2]), as_shape(np.array([3]))
    ((2,), (1, 2), (3,))
    """
    if hasattr(value, "as_list"):  # TensorFlow's own shapes
        value = value.as_list()
    given: object = value
    if hasattr(type(given), "__index__") and getattr(value, "ndim", 0) == 0:
        return (_length(value),)
    try:
        items = list(value)
    except TypeError:
        return (_length(value),)
    if isinstance(value, (str, bytes)):
        raise _no_shape(value, value)
    return tuple(_length(item) for item in items)


def _length(value: Any) -> int:  # noqa: ANN401 (anything)
    if value is None:
        raise hinted(
            ValueError(
                f"Attempt to convert a value ({value}) with an unsupported type ({type(value)}) "
                "to a Tensor."
            ),
            "A length in `shape` came as None; all have to be known.",
        )
    try:
        length = operator.index(value)
    except TypeError:
        raise TypeError(
            "Dimension value must be integer or None or have an __index__ method, got value "
            f"'{value!r}' with type '{type(value)!r}'"
        ) from None
    if length < 0:
        raise ValueError(f"Dimension {length} must be >= 0")
    if length > INT64_MAX:
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    return length


def _no_shape(value: object, item: object) -> TypeError:
    return TypeError(
        f"Failed to convert '{value!r}' to a shape: '{item!r}'could not be converted to a "
        "dimension. A shape should either be single dimension (e.g. 10), or an iterable of "
        "dimensions (e.g. [1, 10, None])."
    )
