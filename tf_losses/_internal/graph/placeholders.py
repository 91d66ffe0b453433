# SPDX-License-Identifier: Apache-2.0
"""Symbols that a run is given values for.

TensorFlow counterpart: tensorflow/python/ops/array_ops.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.foreign import to_numpy
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.symbols import SAMPLE_LENGTHS, UNKNOWN, Symbol
from tf_losses._internal.autodiff.arrays import constant as _constant
from tf_losses._internal.autodiff.tensor import tensor
from tf_losses._internal.graph.graphs import executing_eagerly
from tf_losses._internal.runtime.dtypes import kernel_name
from tf_losses._internal.runtime.tf_shapes import TensorShape, shape_of
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from tf_losses._internal.autodiff.tensor import Tensor
    from tf_losses._internal.runtime.dtypes import Dtype

__all__ = ["constant", "placeholder", "placeholder_with_default"]


class Placeholder(Symbol):
    """A symbol that has no value but the one it is fed."""

    def __init__(self, dtype: Dtype, shape: TensorShape | None, name: str) -> None:
        """Take what is promised of the value."""
        samples = [UNKNOWN] * 2 if shape is None else [_sample(dtype, shape, i) for i in range(2)]
        super().__init__(self.refuse, name=name, samples=samples)
        self.promised, self.lengths = dtype, shape

    @property
    def dtype(self) -> Any:  # noqa: ANN401 (TensorFlow's dtype)
        """Its dtype, of which even a placeholder of any shape has one."""
        return tensor(np.zeros(0, self.promised)).dtype

    def refuse(self) -> NoReturn:
        """Say that it was not fed.

        Raises:
            tf_losses.errors.InvalidArgumentError: always.
        """
        shape = "<unknown>" if self.lengths is None else str(self.lengths.as_list())
        name = self.name.removesuffix(":0")
        raise hinted(
            InvalidArgumentError(
                None,
                None,
                f"You must feed a value for placeholder tensor {name!r} with dtype "
                f"{kernel_name(self.promised)} and shape {shape.replace('None', '?')}",
            ),
            "Give it in feed_dict={placeholder: value}.",
        )

    def fed(self, value: object) -> Any:  # noqa: ANN401 (a tensor)
        """Make a tensor of what it is fed.

        Raises:
            ValueError: the shape is another, or the value does not convert.
        """
        foreign = to_numpy(value)
        array = np.asarray(value if foreign is None else foreign, self.promised)  # as TensorFlow
        shape = shape_of(array.shape)
        if self.lengths is not None and not self.lengths.is_compatible_with(shape):
            raise hinted(
                ValueError(
                    f"Cannot feed value of shape {shape} for Tensor {self.name!r}, which has shape "
                    f"'{str(self.lengths).replace('None', '?')}'"
                ),
                "The placeholder was made with that shape; None stands for any length.",
            )
        return tensor(np.array(array, order="C"))


def _sample(dtype: Dtype, shape: TensorShape, which: int) -> Any:  # noqa: ANN401 (a tensor)
    """Give a value that it might have: unknown lengths differ between the two, and values too."""
    lengths = [SAMPLE_LENGTHS[which] if length is None else int(length) for length in shape]
    if math.prod(lengths) > 1 << 24:
        return UNKNOWN  # too much for a trial
    value = 0 if which or dtype.kind in "iu" else 1
    return tensor(np.full(lengths, value, dtype))


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:  # noqa: ANN401 (what TensorFlow takes)
    """Make a symbol for a value that each run is fed.

    Args:
        dtype: of the value.
        shape: lengths, None for any length; any shape at all if it is None itself.
        name: to find it by.

    TensorFlow counterpart: `tf.compat.v1.placeholder`, tensorflow/python/ops/array_ops.py.

    >>> import tf_losses as tf
    >>> x = placeholder("float32", [None, 2])
    >>> with tf.Session() as session:
    ...     session.run(tf.reduce_sum(x, 1) * 2, feed_dict={x: [[1, 2], [3, 4], [5, 6]]})
    array([ 6., 14., 22.], dtype=float32)
    """
    lengths = None if shape is None else TensorShape(shape)
    # Programs use it as a tensor, and so do type checkers.
    return cast("Tensor", Placeholder(as_dtype(dtype), lengths, name or "Placeholder"))


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:  # noqa: A002, ANN401 (TensorFlow's signature)
    """Make a symbol for a value that a run may be fed, and that is `input` otherwise.

    Args:
        input: a tensor, or anything `constant` takes.
        shape: lengths, None for any length.
        name: to find it by.

    TensorFlow counterpart: `tf.compat.v1.placeholder_with_default`,
    tensorflow/python/ops/array_ops.py.

    >>> import tf_losses as tf
    >>> rate = placeholder_with_default(1.0, [])
    >>> with tf.Session() as session:
    ...     [float(value) for value in (session.run(rate), session.run(rate, {rate: 0.5}))]
    [1.0, 0.5]
    """
    del shape  # TensorFlow checks it against the default; a run goes by what it is fed
    if isinstance(input, Symbol):
        return cast("Tensor", Symbol(_same, (input,), name=name or "PlaceholderWithDefault"))
    made = tensor(np.array(to_array(input, TF2)))
    symbol = Symbol(_same, (made,), name=name or "PlaceholderWithDefault", samples=[made, made])
    return cast("Tensor", symbol)


def _same(value: Any) -> Any:  # noqa: ANN401 (a tensor)
    return value


def known(value: Any) -> Any:  # noqa: ANN401 (a tensor)
    """Give the value of a constant, which no run is fed another value for."""
    return value


def constant(
    value: Any,  # noqa: ANN401 (anything TensorFlow converts)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    shape: Any = None,  # noqa: ANN401 (same)
    name: str = "Const",
    verify_shape: bool = False,  # noqa: ARG001, FBT001, FBT002 (TensorFlow's signature)
) -> Tensor:
    """Make a tensor, as `tf_losses.compat.v2.constant` does; in a graph, a symbol of its value.

    TensorFlow counterpart: `tf.compat.v1.constant`, tensorflow/python/framework/constant_op.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default(), tf.Session() as session:
    ...     session.run(constant([1.0, 2.0]) * 2)
    array([2., 4.], dtype=float32)
    """
    made = _constant(value, dtype, shape)
    if executing_eagerly():
        return made
    return cast("Tensor", Symbol(known, (made,), name=name, samples=[made, made]))
