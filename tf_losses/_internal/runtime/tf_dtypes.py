# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's dtypes, `tf.float32` and the like; each equals NumPy's, and NumPy takes it for one.

TensorFlow counterpart: tensorflow/python/framework/dtypes.py.
"""

from __future__ import annotations

import builtins
from functools import cached_property
from typing import Any

import numpy as np

__all__ = [
    "DType",
    "complex64",
    "complex128",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

# The numbers of TensorFlow's DataType, types.proto.
NUMBERS = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    14: "bfloat16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    22: "uint32",
    23: "uint64",
    24: "float8_e5m2",
    25: "float8_e4m3fn",
    26: "float8_e4m3fnuz",
    27: "float8_e4m3b11fnuz",
    28: "float8_e5m2fnuz",
    29: "int4",
    30: "uint4",
    31: "int2",
    32: "uint2",
}
_ENUMS = {name: number for number, name in NUMBERS.items()}
_SMALL_INTEGERS = ("int4", "uint4", "int2", "uint2")


class DType:
    """The type of a tensor's elements.

    What this class does not know, NumPy's dtype answers: `kind`, `itemsize` ...

    >>> float32, str(float32), float32 == np.float32, np.zeros(1, float32).dtype
    (tf.float32, "<dtype: 'float32'>", True, dtype('float32'))
    >>> float32.is_floating, int8.min, float16.as_numpy_dtype
    (True, -128, <class 'numpy.float16'>)
    """

    # NumPy's testing asks the class whether it is one of numbers.
    _is_numeric = True

    def __init__(self, dtype: np.dtype[Any]) -> None:
        """Stand for one of NumPy's."""
        # The name by which NumPy asks for it.
        self.dtype = dtype
        # NumPy has no strings of any length but objects.
        self.name = "string" if dtype.kind in "OSU" else dtype.name

    @property
    def as_numpy_dtype(self) -> type[Any]:
        """NumPy's class of such numbers."""
        return object if self.name == "string" else self.dtype.type

    @property
    def as_datatype_enum(self) -> int:
        """The number of TensorFlow's DataType."""
        return _ENUMS[self.name]

    @property
    def base_dtype(self) -> DType:
        """Itself, as there are no references here."""
        return self

    @property
    def real_dtype(self) -> DType:
        """That of the parts of a complex number."""
        return of(np.real(np.zeros(0, self.dtype)).dtype) if self.is_complex else self

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        """Whether NumPy has it."""
        return True

    @property
    def is_bool(self) -> builtins.bool:
        """Whether it is that of truth values."""
        return self.dtype.kind == "b"

    @property
    def is_integer(self) -> builtins.bool:
        """Whether it is that of whole numbers."""
        return self.dtype.kind in "iu" or self.name in _SMALL_INTEGERS

    @property
    def is_unsigned(self) -> builtins.bool:
        """Whether it is that of whole numbers from 0 up."""
        return self.dtype.kind == "u" or self.name in ("uint4", "uint2")

    @property
    def is_floating(self) -> builtins.bool:
        """Whether it is that of floating-point numbers."""
        return self.dtype.kind == "f" or (self.dtype.kind == "V" and not self.is_integer)

    @property
    def is_complex(self) -> builtins.bool:
        """Whether it is that of complex numbers."""
        return self.dtype.kind == "c"

    @property
    def size(self) -> int:
        """Bytes of a number; 0 of a text, which may have any length."""
        return 0 if self.name == "string" else self.dtype.itemsize

    @cached_property
    def limits(self) -> tuple[Any, Any]:
        """The least and the greatest number.

        Raises:
            TypeError: there is no order.
        """
        if self.is_integer:
            integers = np.iinfo(self.dtype)
            return integers.min, integers.max
        if not self.is_floating:
            raise TypeError(f"Cannot find minimum value of {self} with type {self}.")
        if self.dtype.kind == "f":
            floats = np.finfo(self.dtype)
            return floats.min, floats.max
        import ml_dtypes  # noqa: PLC0415 (who has such a dtype has the package)

        custom = ml_dtypes.finfo(self.dtype)
        return custom.min, custom.max

    @property
    def min(self) -> Any:  # noqa: ANN401 (a number of this dtype)
        """The least number."""
        return self.limits[0]

    @property
    def max(self) -> Any:  # noqa: ANN401 (a number of this dtype)
        """The greatest number."""
        return self.limits[1]

    def is_compatible_with(self, other: object) -> builtins.bool:
        """Tell whether another dtype is the same."""
        return self == other

    def __eq__(self, other: object) -> builtins.bool:
        """Compare with anything that is taken for a dtype."""
        if isinstance(other, DType):
            return self.dtype == other.dtype
        if other is None:
            return False
        try:
            return builtins.bool(self.dtype == other)
        except TypeError:
            return False

    def __hash__(self) -> int:
        """Hash as NumPy's dtype does, which is equal."""
        return hash(self.dtype)

    def __str__(self) -> str:
        """Name it as TensorFlow does."""
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        """Name it as TensorFlow does."""
        return f"tf.{self.name}"

    def __reduce__(self) -> Any:  # noqa: ANN401 (the protocol of pickle)
        """Pickle NumPy's."""
        return of, (self.dtype,)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever NumPy's dtype has)
        """Let NumPy's dtype answer."""
        if name.startswith("__") or name == "dtype":
            raise AttributeError(name)
        return getattr(self.dtype, name)


_known: dict[np.dtype[Any], DType] = {}


def of(dtype: np.dtype[Any]) -> DType:
    """Give TensorFlow's dtype for one of NumPy's.

    >>> of(np.dtype("int32")) is int32
    True
    """
    found = _known.get(dtype)
    if found is None:
        found = _known[dtype] = DType(dtype)
    return found


complex64, complex128 = of(np.dtype("complex64")), of(np.dtype("complex128"))
half = float16 = of(np.dtype("float16"))
float32 = of(np.dtype("float32"))
double = float64 = of(np.dtype("float64"))
int8, int16, int32, int64 = (of(np.dtype(f"int{bits}")) for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (of(np.dtype(f"uint{bits}")) for bits in (8, 16, 32, 64))


def __getattr__(name: str) -> DType:
    """Give `bool` and `string`, which would hide Python's, and `bfloat16`, which is optional."""
    if name == "bool":
        return of(np.dtype(np.bool_))
    if name == "string":
        return of(np.dtype(object))
    if name != "bfloat16":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import ml_dtypes  # noqa: PLC0415 (optional)
    except ImportError:
        raise AttributeError(
            f"module 'tf_losses' has no attribute {name!r}: it needs the package ml_dtypes"
        ) from None
    return of(np.dtype(ml_dtypes.bfloat16))
