# SPDX-License-Identifier: Apache-2.0
"""What a tensor is, as tensors: its shape, how many values it has, how many axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import INT32, kernel_name
from tf_losses.errors import InvalidDtypeError, hinted

__all__ = ["is_tensor", "rank", "shape", "shape_n", "size"]


def shape(input: object, out_type: Any = None, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Give the lengths of the axes.

    Args:
        input: a tensor, or anything `constant` takes.
        out_type: int32, if not given, or int64.
        name: not used.

    TensorFlow counterpart: `tf.shape`, tensorflow/python/ops/array_ops.py.

    >>> shape([[1.0, 2.0]]).numpy()
    array([1, 2], dtype=int32)
    """
    target = _counts(out_type)
    return tensor(np.array(to_array(input, TF2).shape, target))


def shape_n(input: Any, out_type: Any = INT32, name: object = None) -> list[Tensor]:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Give the shapes of several tensors; see `shape`.

    TensorFlow counterpart: `tf.shape_n`, tensorflow/python/ops/array_ops.py.

    >>> [one.numpy() for one in shape_n([[1.0, 2.0], [3.0]])]
    [array([2], dtype=int32), array([1], dtype=int32)]
    """
    return [shape(one, out_type) for one in input]


def size(input: object, out_type: Any = None, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Count the values; arguments as in `shape`.

    TensorFlow counterpart: `tf.size`, tensorflow/python/ops/array_ops.py.

    >>> int(size([[1.0, 2.0]]))
    2
    """
    target = INT32 if out_type is None else as_dtype(out_type)
    return tensor(np.asarray(math.prod(to_array(input, TF2).shape)).astype(target))


def rank(input: object, name: object = None) -> Tensor:  # noqa: A002, ARG001 (TensorFlow's signature)
    """Count the axes, as int32.

    TensorFlow counterpart: `tf.rank`, tensorflow/python/ops/array_ops.py.

    >>> int(rank([[1.0, 2.0]]))
    2
    """
    return tensor(np.asarray(to_array(input, TF2).ndim, INT32))


def is_tensor(x: object) -> bool:
    """Tell whether something is a tensor already.

    TensorFlow counterpart: `tf.is_tensor`, tensorflow/python/framework/tensor_util.py.

    >>> is_tensor(1.0), is_tensor(size(1.0))
    (False, True)
    """
    return isinstance(x, Tensor)


def _counts(out_type: object) -> np.dtype[Any]:
    target = INT32 if out_type is None else as_dtype(out_type)
    if target.name not in ("int32", "int64"):
        raise hinted(
            InvalidDtypeError(
                None,
                None,
                f"Value for attr 'out_type' of {kernel_name(target)} is not in the list of allowed "
                "values: int32, int64",
            ),
            f"`out_type` came as {out_type!r}.",
        )
    return target
