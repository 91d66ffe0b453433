# SPDX-License-Identifier: Apache-2.0
"""NumPy dtypes: the codes C knows them by, and TensorFlow's names for them.

TensorFlow has three vocabularies: `float` in the messages of kernels, `float32` in Python,
`DT_FLOAT` in the descriptions of operations. bfloat16 and its like are recognised by name, so
that no package that defines them need be imported (or installed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.runtime import arrays, native

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Dtype = np.dtype[Any]

BOOL = np.dtype(np.bool_)
INT32 = np.dtype(np.int32)
INT64 = np.dtype(np.int64)
FLOAT16 = np.dtype(np.float16)
FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)

# Dtypes of logits, to their codes in C. Only dtypes in native byte order are equal to a key.
# The dtype of bfloat16 is added when `is_known` first meets it.
FLOAT_CODES: dict[Dtype, int] = {
    FLOAT16: native.F16,
    FLOAT32: native.F32,
    FLOAT64: native.F64,
}
# The same for labels that are class numbers.
INDEX_CODES: dict[Dtype, int] = {INT32: native.I32, INT64: native.I64}

# TensorFlow's dtypes that NumPy has, and those that packages such as ml_dtypes add to it.
_NUMPY = {
    np.dtype(name)
    for name in [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
}
CUSTOM = frozenset(
    [
        "bfloat16",
        "float8_e5m2",
        "float8_e4m3fn",
        "float8_e4m3fnuz",
        "float8_e4m3b11fnuz",
        "float8_e5m2fnuz",
        "int2",
        "int4",
        "uint2",
        "uint4",
    ]
)

# Grows with each custom dtype that is met.
KNOWN: set[Dtype] = set(_NUMPY)

_KERNEL_NAMES = {"float16": "half", "float32": "float", "float64": "double"}


def is_known(dtype: Dtype) -> bool:
    """Tell whether TensorFlow has this dtype (strings aside), in this byte order."""
    if dtype in KNOWN:
        return True
    if dtype.name not in CUSTOM or dtype.type is np.void or not dtype.isnative:
        return False
    KNOWN.add(dtype)
    if dtype.name == "bfloat16":
        FLOAT_CODES[dtype] = native.BF16
        arrays.tell_dtype(native.BF16, np.dtype(dtype.type))  # the one that arrays have
    return True


def is_differentiable(dtype: Dtype) -> bool:
    """Tell whether TensorFlow has a gradient for labels of this dtype (float8 has none).

    >>> is_differentiable(FLOAT16), is_differentiable(INT32)
    (True, False)
    """
    return (is_known(dtype) and dtype in FLOAT_CODES) or dtype.kind == "c"


def is_string(dtype: Dtype) -> bool:
    """Tell whether arrays of this dtype are TensorFlow's strings (`_convert` lets no other by)."""
    return dtype.kind in "USO"


def object_array(values: Iterable[Any]) -> NDArray[Any]:
    """Make an array of one axis whose elements are these objects, whatever they are.

    >>> object_array([b"a", b"b"])
    array([b'a', b'b'], dtype=object)
    """
    # None, which has no length, keeps NumPy from making axes of what has one.
    return np.array([*values, None], object)[:-1]


def python_name(dtype: Dtype) -> str:
    """Name a dtype as TensorFlow's Python does: float32.

    >>> python_name(np.dtype(np.float32)), python_name(np.dtype("S3"))
    ('float32', 'string')
    """
    return "string" if is_string(dtype) else dtype.name


def kernel_name(dtype: Dtype) -> str:
    """Name a dtype as the messages of TensorFlow's kernels do: float.

    >>> kernel_name(np.dtype(np.float32)), kernel_name(np.dtype(np.int8))
    ('float', 'int8')
    """
    name = python_name(dtype)
    return _KERNEL_NAMES.get(name, name)


def enum_name(dtype: Dtype) -> str:
    """Name a dtype as the descriptions of TensorFlow's operations do: DT_FLOAT.

    >>> enum_name(np.dtype(np.float32))
    'DT_FLOAT'
    """
    return f"DT_{kernel_name(dtype).upper()}"


def castable(source: Dtype, target: Dtype) -> bool:
    """Tell whether TensorFlow's Cast has a kernel for this pair of dtypes."""
    if source == target or (is_string(source) and is_string(target)):
        return True
    kinds = {_cast_kind(source), _cast_kind(target)}
    if "string" in kinds:
        return False
    if "tiny integer" in kinds:
        return kinds <= {"tiny integer", "integer"}
    return _cast_kind(target) != "tiny float" or _cast_kind(source) in ("real", "tiny float")


def _cast_kind(dtype: Dtype) -> str:
    name = python_name(dtype)
    if name == "string":
        return "string"
    if name in ("int2", "int4", "uint2", "uint4"):
        return "tiny integer"
    if name.startswith("float8"):
        return "tiny float"
    if name == "bfloat16":
        return "real"
    return {"b": "bool", "i": "integer", "u": "integer", "f": "real", "c": "complex"}[dtype.kind]
