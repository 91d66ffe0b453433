# SPDX-License-Identifier: Apache-2.0
"""Division with the meaning that `/` had in Python 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import divide
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.operations.division import floordiv
from tf_losses._internal.runtime.dtypes import FLOAT_CODES

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor

__all__ = ["div"]


def div(x: Any, y: Any, name: object = None) -> Tensor:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Compute x / y of floating-point numbers; of whole ones, the largest that is not above it.

    Args:
        x: a tensor, or anything `constant` takes; real numbers.
        y: the same, of its dtype; what is no tensor takes it.
        name: not used.

    Raises:
        ValueError: two tensors have different dtypes.
        TypeError: y does not convert to the dtype of x.
        tf_losses.errors.InvalidArgumentError: an integer is divided by zero, or the shapes do not
            broadcast.

    TensorFlow counterpart: `tf.compat.v1.div`, tensorflow/python/ops/math_ops.py.

    >>> div([7, -7], 2).numpy(), div([7.0, -7.0], 2.0).numpy()
    (array([ 3, -4], dtype=int32), array([ 3.5, -3.5], dtype=float32))
    """
    dtype = to_array(x, TF2).dtype
    compute = divide if dtype in FLOAT_CODES or dtype.kind == "c" else floordiv
    return compute(x, convert_to_tensor(y, dtype))
