# SPDX-License-Identifier: Apache-2.0
"""`tf.Session` for programs of the 1.x age: everything is computed already, `run` hands it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._arguments.nest import check_depth
from tf_losses._autodiff.tensor import Tensor
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["Session"]


class Session:
    """A session that has nothing left to do.

    The losses are computed when they are called, so `run` only hands back their values, in the
    structure they are asked for.

    Args:
        target: TensorFlow's argument; not used.
        graph: the same.
        config: the same.

    TensorFlow counterpart: `tf.compat.v1.Session`, tensorflow/python/client/session.py.

    >>> import tf_losses as tf
    >>> loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0], logits=[1.0, 1.0])
    >>> with tf.Session() as session:
    ...     session.run({"loss": loss})
    {'loss': array([1.3132617, 0.3132617], dtype=float32)}
    """

    def __init__(
        self,
        target: str = "",  # noqa: ARG002 (TensorFlow's signature)
        graph: object = None,  # noqa: ARG002 (same)
        config: object = None,  # noqa: ARG002 (same)
    ) -> None:
        """Open the session."""
        self._closed = False

    def __enter__(self) -> Self:
        """Use the session in a `with` statement."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the session."""
        self.close()

    def close(self) -> None:
        """Close the session; a second time does nothing."""
        self._closed = True

    def run(
        self,
        fetches: Any,  # noqa: ANN401 (any structure of values)
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,  # noqa: ARG002 (TensorFlow's signature)
        run_metadata: object = None,  # noqa: ARG002 (same)
    ) -> Any:  # noqa: ANN401 (the same structure)
        """Hand back values.

        Args:
            fetches: a value of one of the losses, or a list, tuple, named tuple or dict of
                values or of further such structures.
            feed_dict: has to be empty, as there are no placeholders.
            options: TensorFlow's argument; not used.
            run_metadata: the same.

        Returns:
            The values in the structure of `fetches`; a value without axes as a NumPy scalar.

        Raises:
            RuntimeError: the session is closed.
            TypeError: something else than a value is fetched, or something is fed.

        >>> Session().run([np.ones(2), (np.zeros(1),)])
        [array([1., 1.]), (array([0.]),)]
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if feed_dict is not None:
            _check_feed(feed_dict)
        return _values(fetches)


def _check_feed(feed_dict: Mapping[Any, Any]) -> None:
    if not hasattr(feed_dict, "keys"):
        raise TypeError("input must be a dictionary")
    for key in feed_dict:
        raise hinted(
            TypeError(
                "Cannot interpret feed_dict key as Tensor: "
                f"Can not convert a {type(key).__name__} into a Tensor."
            ),
            "There are no placeholders here: losses are computed when they are called. "
            "Pass the value to the loss itself.",
        )


def _values(fetches: Any, depth: int = 0) -> Any:  # noqa: ANN401 (any structure)
    if isinstance(fetches, (np.ndarray, np.generic)):
        values = np.array(fetches) if isinstance(fetches, Tensor) else np.asarray(fetches)
        return values if values.ndim else values[()]
    check_depth(depth)
    if isinstance(fetches, (list, tuple)):
        items = [_values(fetch, depth + 1) for fetch in fetches]
        if hasattr(fetches, "_fields"):
            return type(fetches)(*items)
        return type(fetches)(items)
    if isinstance(fetches, dict):
        return type(fetches)((key, _values(fetch, depth + 1)) for key, fetch in fetches.items())
    return _refuse(fetches)


def _refuse(fetch: object) -> NoReturn:
    hint = "Fetch what a loss returned, or a list, tuple or dict of such values."
    if isinstance(fetch, str):
        raise hinted(
            ValueError(
                f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. "
                f'("The name {fetch!r} refers to an Operation not in the graph.")'
            ),
            hint,
        )
    message = f"Fetch argument {fetch!r} has invalid type {type(fetch)}"
    if fetch is not None:
        name = type(fetch).__name__
        message += (
            f", must be a string or Tensor. (Can not convert a {name} into a Tensor or Operation.)"
        )
    raise hinted(TypeError(message), hint)
