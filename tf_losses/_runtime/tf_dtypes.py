# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's names of dtypes, for `tf.float32` and the like: NumPy's dtypes."""

from __future__ import annotations

import numpy as np

__all__ = [
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

complex64, complex128 = np.dtype("complex64"), np.dtype("complex128")
half, float16 = np.dtype("float16"), np.dtype("float16")
float32 = np.dtype("float32")
double, float64 = np.dtype("float64"), np.dtype("float64")
int8, int16, int32, int64 = map(np.dtype, ("int8", "int16", "int32", "int64"))
uint8, uint16, uint32, uint64 = map(np.dtype, ("uint8", "uint16", "uint32", "uint64"))


def __getattr__(name: str) -> np.dtype[np.generic]:
    """Give `bool`, which would hide Python's in this module, and `bfloat16`, which is optional."""
    if name == "bool":
        return np.dtype(np.bool_)
    if name != "bfloat16":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import ml_dtypes  # noqa: PLC0415 (optional)
    except ImportError:
        raise AttributeError(
            f"module 'tf_losses' has no attribute {name!r}: it needs the package ml_dtypes"
        ) from None
    found: np.dtype[np.generic] = np.dtype(ml_dtypes.bfloat16)
    return found
