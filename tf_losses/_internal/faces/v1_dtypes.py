# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.dtypes`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.runtime.tf_dtypes import DType as DType
from tf_losses._internal.arguments.conversions import as_tf_dtype as as_dtype
from tf_losses._internal.runtime.tf_dtypes import bfloat16 as bfloat16
from tf_losses._internal.runtime.tf_dtypes import bool as bool
from tf_losses._internal.autodiff.plumbing import cast as cast
from tf_losses._internal.runtime.tf_dtypes import complex128 as complex128
from tf_losses._internal.runtime.tf_dtypes import complex64 as complex64
from tf_losses._internal.runtime.tf_dtypes import double as double
from tf_losses._internal.runtime.tf_dtypes import float16 as float16
from tf_losses._internal.runtime.tf_dtypes import float32 as float32
from tf_losses._internal.runtime.tf_dtypes import float64 as float64
from tf_losses._internal.runtime.tf_dtypes import half as half
from tf_losses._internal.runtime.tf_dtypes import int16 as int16
from tf_losses._internal.runtime.tf_dtypes import int32 as int32
from tf_losses._internal.runtime.tf_dtypes import int64 as int64
from tf_losses._internal.runtime.tf_dtypes import int8 as int8
from tf_losses._internal.operations.saturating import saturate_cast as saturate_cast
from tf_losses._internal.runtime.tf_dtypes import string as string
from tf_losses._internal.runtime.tf_dtypes import uint16 as uint16
from tf_losses._internal.runtime.tf_dtypes import uint32 as uint32
from tf_losses._internal.runtime.tf_dtypes import uint64 as uint64
from tf_losses._internal.runtime.tf_dtypes import uint8 as uint8

__all__ = [
    "DType",
    "as_dtype",
    "bfloat16",
    "bool",
    "cast",
    "complex128",
    "complex64",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int16",
    "int32",
    "int64",
    "int8",
    "saturate_cast",
    "string",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
]
