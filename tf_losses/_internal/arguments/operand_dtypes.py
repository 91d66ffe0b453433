# SPDX-License-Identifier: Apache-2.0
"""Which dtypes an operation takes, and what is said of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses import versions
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import (
    FLOAT32,
    FLOAT64,
    FLOAT_CODES,
    kernel_name,
    python_name,
)
from tf_losses.errors import UnimplementedError, hinted

if TYPE_CHECKING:
    from tf_losses._internal.arguments import operations
    from tf_losses._internal.runtime.dtypes import Dtype

__all__ = ["check_dtype", "quotient_of", "refuse_division", "refuse_missing", "refuse_pair"]


def refuse_pair(op: operations.Op, expected: Dtype, found: Dtype) -> Exception:
    """Two operands differ in dtype, as most operations say it."""
    return TF2.types_differ(op.name, expected, found)


def refuse_division(_op: operations.Op, expected: Dtype, found: Dtype) -> Exception:
    """Two operands differ in dtype, as divisions say it."""
    return TypeError(
        f"`x` and `y` must have the same dtype, got tf.{python_name(expected)} != "
        f"tf.{python_name(found)}."
    )


_NARROW = ("int8", "uint8", "int16", "uint16")


def quotient_of(dtype: Dtype, where: str = "__truediv__") -> Dtype:
    """Give the dtype in which numbers of this one are divided; `where` is for the message.

    >>> quotient_of(FLOAT64)
    dtype('float64')
    """
    if dtype.kind in "iu" and dtype.name[-2:] != "t4":
        return FLOAT32 if dtype.name in _NARROW else FLOAT64
    if dtype in FLOAT_CODES or dtype.kind == "c":
        return dtype
    raise TypeError(
        f"Invalid dtype tf.{python_name(dtype)} in {where}. Expected one of {{tf.uint8, "
        "tf.int8, tf.uint16, tf.int16, tf.uint32, tf.int32, tf.uint64, tf.int64, tf.bfloat16, "
        "tf.float16, tf.float32, tf.float64, tf.complex64, tf.complex128}."
    )


def check_dtype(op: operations.Op, dtype: Dtype) -> None:
    """Refuse a dtype that an operation does not take, in TensorFlow's words."""
    if kernel_name(dtype) not in op.allowed:
        raise hinted(TF2.type_refused(op, dtype), f"An operand is {dtype}.")
    refuse_missing(op, dtype)


def refuse_missing(op: operations.Op, dtype: Dtype) -> None:
    """Refuse complex numbers, which TensorFlow takes, and bfloat16 where older ones do not."""
    if dtype.name == "bfloat16" and op.name in versions.release().operations.no_bfloat16:
        raise native.no_bfloat16_kernel(f"the operation {op.name}")
    if dtype.kind == "c":
        raise hinted(
            UnimplementedError(None, None, f"{op.name} of complex numbers"),
            "tf_losses computes with real numbers only; NumPy does with complex ones.",
        )
