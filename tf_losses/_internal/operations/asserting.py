# SPDX-License-Identifier: Apache-2.0
"""The checks of TensorFlow 2.x's `tf.debugging` that compare tensors, or look at rank and dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations import checking
from tf_losses._internal.runtime.dtypes import python_name

if TYPE_CHECKING:
    from collections.abc import Callable

    # What the checks that `comparing` and `signed` make are.
    Check = Callable[..., None]

__all__ = [
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_scalar",
    "assert_type",
    "is_numeric_tensor",
]


def _named(check: Check, name: str, words: str) -> Check:
    """Give a check its name and its words."""
    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Raise an error if {words} does not hold for all elements.

    Raises:
        tf_losses.errors.InvalidArgumentError: it does not, or the dtypes or shapes do not go
            together.

    TensorFlow counterpart: `tf.debugging.{name}`, tensorflow/python/ops/check_ops.py.
    """
    return check


def _comparing(by: checking.Comparison, name: str) -> Check:
    def check(
        x: object,
        y: object,
        message: str | None = None,
        summarize: int | None = None,
        name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    ) -> None:
        if not (x is y and by is checking.EQUAL):
            checking.compare(by, x, y, None, summarize, message)

    return _named(check, name, f"x {by.sign} y")


def _signed(by: checking.Comparison, words: str, name: str) -> Check:
    def check(
        x: object,
        message: str | None = None,
        summarize: int | None = None,
        name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    ) -> None:
        checking.compare_sign(by, x, words, None, summarize, message)

    return _named(check, name, f"x {words}")


assert_equal = _comparing(checking.EQUAL, "assert_equal")
assert_less = _comparing(checking.LESS, "assert_less")
assert_less_equal = _comparing(checking.LESS_EQUAL, "assert_less_equal")
assert_greater = _comparing(checking.GREATER, "assert_greater")
assert_greater_equal = _comparing(checking.GREATER_EQUAL, "assert_greater_equal")
assert_negative = _signed(checking.LESS, "< 0", "assert_negative")
assert_positive = _signed(checking.GREATER, "> 0", "assert_positive")
assert_non_negative = _signed(checking.GREATER_EQUAL, ">= 0", "assert_non_negative")
assert_non_positive = _signed(checking.LESS_EQUAL, "<= 0", "assert_non_positive")


def assert_none_equal(
    x: object,
    y: object,
    summarize: int | None = None,
    message: str | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error if x != y does not hold for all elements.

    Raises:
        tf_losses.errors.InvalidArgumentError: it does not, or the dtypes or shapes do not go
            together.

    TensorFlow counterpart: `tf.debugging.assert_none_equal`, tensorflow/python/ops/check_ops.py.

    >>> assert_none_equal([1], [2])
    """
    checking.compare(checking.NONE_EQUAL, x, y, None, summarize, message)


def assert_near(
    x: object,
    y: object,
    rtol: object = None,
    atol: object = None,
    message: str | None = None,
    summarize: int | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error if |x - y| < atol + rtol * |y| does not hold for all elements.

    Args:
        x: a tensor, or anything `constant` takes.
        y: the same; it takes the dtype of `x`.
        rtol: ten times the distance from 1 to the next number, if not given.
        atol: the same.
        message: what the error begins with.
        summarize: how many values the error shows; 3 if not given.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: it does not.

    TensorFlow counterpart: `tf.debugging.assert_near`, tensorflow/python/ops/check_ops.py.

    >>> assert_near([1.0], [1.0000001])
    """
    checking.near(x, y, rtol, atol, None, summarize, message)


def assert_rank(x: object, rank: object, message: str | None = None, name: object = None) -> None:  # noqa: ARG001 (TensorFlow's signature)
    """Raise an error if a tensor has not so many axes.

    Raises:
        ValueError: it has not.

    TensorFlow counterpart: `tf.debugging.assert_rank`, tensorflow/python/ops/check_ops.py.

    >>> assert_rank([1.0], 1)
    """
    shape, (wanted,) = to_array(x, TF2).shape, _ranks([rank])
    if len(shape) != wanted:
        raise ValueError(
            f"{checking.prefix(message)}Tensor  must have rank {wanted}.  Received rank "
            f"{len(shape)}, shape {shape}"
        )


def assert_rank_at_least(
    x: object,
    rank: object,
    message: str | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error if a tensor has fewer axes.

    Raises:
        ValueError: it has.

    TensorFlow counterpart: `tf.debugging.assert_rank_at_least`, tensorflow/python/ops/check_ops.py.

    >>> assert_rank_at_least([[1.0]], 1)
    """
    shape, (wanted,) = to_array(x, TF2).shape, _ranks([rank])
    if len(shape) < wanted:
        raise ValueError(
            f"{checking.prefix(message)}Tensor  must have rank at least {wanted}.  Received rank "
            f"{len(shape)}, shape {shape}"
        )


def assert_rank_in(
    x: object,
    ranks: Any,  # noqa: ANN401 (numbers)
    message: str | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error if a tensor has none of these numbers of axes.

    Raises:
        ValueError: it has not.

    TensorFlow counterpart: `tf.debugging.assert_rank_in`, tensorflow/python/ops/check_ops.py.

    >>> assert_rank_in([[1.0]], (1, 2))
    """
    shape, wanted = to_array(x, TF2).shape, _ranks(ranks)
    if len(shape) not in wanted:
        raise ValueError(
            f"{checking.prefix(message)}Tensor  must have rank in {tuple(wanted)}.  Received rank "
            f"{len(shape)}, shape {shape}"
        )


def _ranks(given: Any) -> list[int]:  # noqa: ANN401 (numbers)
    found = [to_array(one, TF2) for one in given]
    for one in found:
        assert_type(one, "int32")
        if one.ndim:
            raise ValueError("Rank must be a scalar.")
    return [int(one) for one in found]


def assert_scalar(tensor: object, message: str | None = None, name: object = None) -> Any:  # noqa: ANN401, ARG001 (TensorFlow's signature)
    """Give a tensor, or raise an error if it has axes.

    Raises:
        ValueError: it has.

    TensorFlow counterpart: `tf.debugging.assert_scalar`, tensorflow/python/ops/check_ops.py.

    >>> assert_scalar(1.0)
    1.0
    """
    shape = to_array(tensor, TF2).shape
    if shape:
        raise ValueError(f"{checking.prefix(message)}Expected scalar shape, saw shape: {shape}.")
    return tensor


def assert_integer(x: object, message: str | None = None, name: object = None) -> None:  # noqa: ARG001 (TensorFlow's signature)
    """Raise an error if a tensor is not of whole numbers.

    Raises:
        TypeError: it is not.

    TensorFlow counterpart: `tf.debugging.assert_integer`, tensorflow/python/ops/check_ops.py.

    >>> assert_integer([1])
    """
    dtype = to_array(x, TF2).dtype
    if dtype.kind not in "iu":
        raise TypeError(
            f'{checking.prefix(message)}Expected "x" to be integer type.  Found: tensor of dtype '
            f"<dtype: '{python_name(dtype)}'>"
        )


def assert_type(
    tensor: object,
    tf_type: Any,  # noqa: ANN401 (what TensorFlow takes for a dtype)
    message: str | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error if a tensor has another dtype.

    Raises:
        TypeError: it has.

    TensorFlow counterpart: `tf.debugging.assert_type`, tensorflow/python/ops/check_ops.py.

    >>> assert_type([1.0], "float32")
    """
    found, wanted = to_array(tensor, TF2).dtype, as_dtype(tf_type)
    if found != wanted:
        raise TypeError(
            f"{checking.prefix(message)}tensor must be of type tf.{python_name(wanted)}; got "
            f"tf.{python_name(found)}"
        )


def is_numeric_tensor(tensor: object) -> bool:
    """Tell whether something is a tensor of numbers.

    TensorFlow counterpart: `tf.debugging.is_numeric_tensor`, tensorflow/python/ops/check_ops.py.

    >>> is_numeric_tensor([1.0])
    False
    """
    return isinstance(tensor, Tensor) and np.asarray(tensor).dtype.kind not in "bOSU"
