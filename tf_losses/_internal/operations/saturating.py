# SPDX-License-Identifier: Apache-2.0
"""`saturate_cast`: to another dtype, at most as far as it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.plumbing import cast
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, enum_name
from tf_losses.errors import NotFoundError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Dtype = np.dtype[Any]

__all__ = ["saturate_cast"]


def saturate_cast(value: object, dtype: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Cast to a dtype; what is beyond its numbers becomes the nearest of them.

    Args:
        value: a tensor, or anything `constant` takes.
        dtype: a NumPy dtype, or TensorFlow's name of one.
        name: not used.

    Raises:
        TypeError: `dtype` is none.

    TensorFlow counterpart: `tf.saturate_cast`, tensorflow/python/ops/math_ops.py. Three things are
    not followed: what integer a NaN becomes, what uint64 makes of floats beyond it, and that 2.21
    gives one and the same number for all of int64, whose largest does not go through float64.

    >>> saturate_cast([1.5, 300.0, -7.0], "uint8").numpy()
    array([  1, 255,   0], dtype=uint8)
    """
    array, target = to_array(value, TF2), as_dtype(dtype)
    if array.dtype.name in ("uint32", "uint64"):
        raise hinted(
            NotFoundError(
                None,
                None,
                "Could not find device for node: {{node ClipByValue}} = ClipByValue[T="
                f"{enum_name(array.dtype)}]",
            ),
            f"`value` came as {array.dtype}; use cast.",
        )
    low, high = _limits(array.dtype, target)
    below, above = array < low, array > high
    inside = np.where(below, low, np.where(above, high, array)).astype(array.dtype)
    limited = result("clip_by_value", (value,), inside, _inside_only, below | above)
    return cast(limited, target)


def _inside_only(outside: Array, g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None]:
    return (np.where(outside, np.zeros((), g.dtype), g) if wanted[0] else None,)


def _limits(source: Dtype, target: Dtype) -> tuple[Array, Array]:
    """Give the numbers of `source` that are the ends of both dtypes, or the next ones inside."""
    found: list[Array] = []
    for mine, theirs, outer in zip(_ends(source), _ends(target), (max, min), strict=True):
        limit = np.asarray(outer(mine, theirs)).astype(source)
        # As float64, which 2**63 - 1 is none of.
        reached, end = float(limit), float(theirs)
        if reached != end and outer(reached, end) == end and source in FLOAT_CODES:
            limit = np.asarray(np.nextafter(limit, np.zeros((), source)))
        found.append(limit)
    return found[0], found[1]


def _ends(dtype: Dtype) -> tuple[Any, Any]:
    """Give the least and the greatest number, as Python's."""
    if dtype.name == "bfloat16":
        return -(2.0**128 - 2.0**120), 2.0**128 - 2.0**120
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind in "iu":
        integers = np.iinfo(dtype)
        return int(integers.min), int(integers.max)
    floats = np.finfo(dtype)
    return float(floats.min), float(floats.max)
