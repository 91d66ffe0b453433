# SPDX-License-Identifier: Apache-2.0
"""The checks of `asserting` with the arguments of TensorFlow 1.x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.signatures import one_of
from tf_losses._internal.operations import asserting, checking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tf_losses._internal.autodiff.tensor import Tensor

    Check = Callable[..., None]

__all__ = [
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
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
    "verify_tensor_all_finite",
]


def _named(check: Check, name: str) -> Check:
    """Give a check its name and its words."""
    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""Raise an error as `tf_losses.compat.v2.debugging.{name}` does.

    `data` is a list of what the error shows.

    TensorFlow counterpart: `tf.compat.v1.{name}`, tensorflow/python/ops/check_ops.py.
    """
    return check


def _comparing(by: checking.Comparison, name: str) -> Check:
    def check(
        x: object,
        y: object,
        data: Any = None,  # noqa: ANN401 (a list of anything)
        summarize: int | None = None,
        message: str | None = None,
        name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    ) -> None:
        if not (x is y and by is checking.EQUAL):
            checking.compare(by, x, y, data, summarize, message)

    return _named(check, name)


def _signed(by: checking.Comparison, words: str, name: str) -> Check:
    def check(
        x: object,
        data: Any = None,  # noqa: ANN401 (a list of anything)
        summarize: int | None = None,
        message: str | None = None,
        name: object = None,  # noqa: ARG001 (TensorFlow's signature)
    ) -> None:
        checking.compare_sign(by, x, words, data, summarize, message)

    return _named(check, name)


def _of_rank(of: Check, name: str) -> Check:
    def check(
        x: object,
        rank: object,
        data: object = None,  # noqa: ARG001 (TensorFlow's signature; ranks are known here)
        summarize: int | None = None,  # noqa: ARG001 (same)
        message: str | None = None,
        name: object = None,
    ) -> None:
        of(x, rank, message, name)

    return _named(check, name)


assert_equal = _comparing(checking.EQUAL, "assert_equal")
assert_none_equal = _comparing(checking.NONE_EQUAL, "assert_none_equal")
assert_less = _comparing(checking.LESS, "assert_less")
assert_less_equal = _comparing(checking.LESS_EQUAL, "assert_less_equal")
assert_greater = _comparing(checking.GREATER, "assert_greater")
assert_greater_equal = _comparing(checking.GREATER_EQUAL, "assert_greater_equal")
assert_negative = _signed(checking.LESS, "< 0", "assert_negative")
assert_positive = _signed(checking.GREATER, "> 0", "assert_positive")
assert_non_negative = _signed(checking.GREATER_EQUAL, ">= 0", "assert_non_negative")
assert_non_positive = _signed(checking.LESS_EQUAL, "<= 0", "assert_non_positive")
assert_rank = _of_rank(asserting.assert_rank, "assert_rank")
assert_rank_at_least = _of_rank(asserting.assert_rank_at_least, "assert_rank_at_least")


def assert_rank_in(
    x: object,
    ranks: object,
    data: object = None,  # noqa: ARG001 (TensorFlow's signature; ranks are known here)
    summarize: int | None = None,  # noqa: ARG001 (same)
    message: str | None = None,
    name: object = None,
) -> None:
    """Raise an error as `tf_losses.compat.v2.debugging.assert_rank_in` does.

    TensorFlow counterpart: `tf.compat.v1.assert_rank_in`, tensorflow/python/ops/check_ops.py.

    >>> assert_rank_in([1.0], [1])
    """
    asserting.assert_rank_in(x, ranks, message, name)


def assert_near(
    x: object,
    y: object,
    rtol: object = None,
    atol: object = None,
    data: Any = None,  # noqa: ANN401 (a list of anything)
    summarize: int | None = None,
    message: str | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> None:
    """Raise an error as `tf_losses.compat.v2.debugging.assert_near` does.

    TensorFlow counterpart: `tf.compat.v1.assert_near`, tensorflow/python/ops/check_ops.py.

    >>> assert_near([1.0], [1.0])
    """
    checking.near(x, y, rtol, atol, data, summarize, message)


def assert_scalar(tensor: object, name: object = None, message: str | None = None) -> Any:  # noqa: ANN401 (what came)
    """Give a tensor, or raise an error as `tf_losses.compat.v2.debugging.assert_scalar` does.

    TensorFlow counterpart: `tf.compat.v1.assert_scalar`, tensorflow/python/ops/check_ops.py.

    >>> assert_scalar(1.0)
    1.0
    """
    return asserting.assert_scalar(tensor, message, name)


def verify_tensor_all_finite(
    t: object = None,
    msg: str | None = None,
    name: object = None,
    x: object = None,
    message: str | None = None,
) -> Tensor:
    """Give a tensor, or an error if one of its values is not finite.

    Args:
        t: the old name of `x`.
        msg: the old name of `message`.
        name: not used.
        x: floating-point values.
        message: what the error begins with.

    Raises:
        tf_losses.errors.InvalidArgumentError: a value is not finite.

    TensorFlow counterpart: `tf.compat.v1.verify_tensor_all_finite`,
    tensorflow/python/ops/numerics.py.

    >>> verify_tensor_all_finite([1.0], "loss").numpy()
    array([1.], dtype=float32)
    """
    values = one_of("t", t, "x", x, TF2)
    text = one_of("msg", msg, "message", message, TF2)
    return checking.assert_all_finite(values, text or "", name)
