# SPDX-License-Identifier: Apache-2.0
"""1/x, which float32's packets begin with the processor's estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import operations
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.operand_dtypes import check_dtype
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.operations import elementwise_gradients
from tf_losses._internal.operations.plain import seen
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, enum_name
from tf_losses.errors import NotFoundError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.tensor import Tensor

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["reciprocal"]


def reciprocal(x: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute 1/x.

    Args:
        x: a tensor, or anything `constant` takes; floats.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: the values are no numbers.
        tf_losses.errors.NotFoundError: they are integers.

    TensorFlow counterpart: `tf.math.reciprocal`, tensorflow/core/kernels/cwise_op_reciprocal.cc.

    >>> reciprocal([2.0, 4.0]).numpy().round(3)
    array([0.5 , 0.25], dtype=float32)
    """
    a = to_array(x, TF2)
    check_dtype(operations.RECIPROCAL, a.dtype)
    if a.dtype not in FLOAT_CODES:
        node = f"Reciprocal[T={enum_name(a.dtype)}]"
        raise hinted(
            NotFoundError(
                None, None, f"Could not find device for node: {{{{node Reciprocal}}}} = {node}"
            ),
            f"`x` came as {a.dtype}; cast it to float32.",
        )
    y = elementwise_gradients.reciprocal(a)
    return result("reciprocal", (x,), y, _gradient, y)


def _gradient(y: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    """Give -g * y * y, and 0 where g is 0."""
    if not wanted[0]:
        return (None,)
    slope = np.asarray(-rounded(np.multiply, y, y))
    return (np.where(seen(g) == 0, np.zeros((), g.dtype), rounded(np.multiply, slope, g)),)
