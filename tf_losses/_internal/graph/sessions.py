# SPDX-License-Identifier: Apache-2.0
"""Sessions: what computes symbols, and hands back what has been computed already.

TensorFlow counterpart: tensorflow/python/client/session.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

import numpy as np

from tf_losses._internal.arguments.nest import check_depth, keyed_as, listed_as
from tf_losses._internal.arguments.symbols import Symbol
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.tensor import Tensor, plain_dtype, tensor
from tf_losses._internal.graph.default_sessions import default_session, enter_session, leave_session
from tf_losses._internal.graph.graphs import Graph, get_default_graph
from tf_losses._internal.graph.nodes import Operation
from tf_losses._internal.graph.placeholders import Placeholder
from tf_losses._internal.graph.runs import run
from tf_losses._internal.graph.settings import is_optimized
from tf_losses._internal.runtime.kinds import is_dict, is_listed, is_numpy
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from types import TracebackType

    from numpy.typing import NDArray
    from typing_extensions import Self

_Key = TypeVar("_Key")

__all__ = ["InteractiveSession", "Session", "get_default_session"]


class Session:
    """Computes symbolic tensors; what has its value already is handed back.

    Args:
        target: TensorFlow's argument; not used.
        graph: whose symbols it takes; the default graph if not given.
        config: of it, whether the graph optimizer is switched off
            (`graph_options.rewrite_options.disable_meta_optimizer`).

    TensorFlow counterpart: `tf.compat.v1.Session`, tensorflow/python/client/session.py.

    >>> import tf_losses as tf
    >>> logits = tf.placeholder(tf.float32, [None])
    >>> loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0], logits=logits)
    >>> with tf.Session() as session:
    ...     session.run({"loss": loss}, feed_dict={logits: [1.0, 1.0]})
    {'loss': array([1.3132617, 0.3132617], dtype=float32)}
    """

    def __init__(
        self,
        target: str = "",  # noqa: ARG002 (TensorFlow's signature)
        graph: Graph | None = None,
        config: object = None,
    ) -> None:
        """Open the session."""
        self._closed = False
        self._optimized = is_optimized(config)
        self.graph = graph or get_default_graph()

    def __enter__(self) -> Self:
        """Use the session in a `with` statement, in which it is the default one."""
        enter_session(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the session."""
        leave_session(self)
        self.close()

    @contextmanager
    def as_default(self) -> Generator[Self, None, None]:
        """Let the session be the default one in a `with` block, which does not close it."""
        enter_session(self)
        try:
            yield self
        finally:
            leave_session(self)

    def close(self) -> None:
        """Close the session; a second time does nothing."""
        self._closed = True

    @overload
    def run(
        self,
        fetches: Tensor,
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,
        run_metadata: object = None,
    ) -> NDArray[Any]: ...
    @overload
    def run(
        self,
        fetches: list[Tensor],
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,
        run_metadata: object = None,
    ) -> list[NDArray[Any]]: ...
    @overload
    def run(
        self,
        fetches: tuple[Tensor, ...],
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,
        run_metadata: object = None,
    ) -> tuple[NDArray[Any], ...]: ...
    @overload
    def run(
        self,
        fetches: dict[_Key, Tensor],
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,
        run_metadata: object = None,
    ) -> dict[_Key, NDArray[Any]]: ...
    @overload
    def run(
        self,
        fetches: object,
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,
        run_metadata: object = None,
    ) -> Any: ...  # noqa: ANN401 (the same structure)
    def run(
        self,
        fetches: object,
        feed_dict: Mapping[Any, Any] | None = None,
        options: object = None,  # noqa: ARG002 (TensorFlow's signature)
        run_metadata: object = None,  # noqa: ARG002 (same)
    ) -> Any:
        """Compute symbols, each once, and hand back values.

        Args:
            fetches: a symbol, its name, an operation, or a value that is known; or a list, tuple,
                named tuple or dict of such or of further such structures.
            feed_dict: values for placeholders, or for any other symbols.
            options: TensorFlow's argument; not used.
            run_metadata: the same.

        Returns:
            The values in the structure of `fetches`, as plain arrays; NumPy scalars where there are
            no axes; None for an operation.

        Raises:
            RuntimeError: the session is closed.
            TypeError: something else is fetched or fed.
            ValueError: a name or a symbol is not of this graph, or a value does not fit its
                placeholder.
            tf_losses.errors.InvalidArgumentError: a placeholder is not fed, or an operation refuses
                its arguments.

        >>> Session().run([np.ones(2), (np.zeros(1),)])
        [array([1., 1.]), (array([0.]),)]
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        fed = {} if feed_dict is None else self._fed(feed_dict)
        wanted: list[Symbol] = []
        asked = _mapped(fetches, lambda fetch: self._asked(fetch, wanted))
        values = run(self.graph, wanted, fed, optimized=self._optimized)
        return _mapped(asked, lambda fetch: _plain(fetch, values))

    def make_callable(self, fetches: object, feed_list: Any = None) -> Callable[..., Any]:  # noqa: ANN401 (as `run` takes them)
        """Give a function that runs the same fetches with values for these feeds."""

        def call(*values: Any) -> Any:  # noqa: ANN401 (what is fed, and what comes of it)
            return self.run(fetches, dict(zip(feed_list or (), values, strict=True)))

        return call

    def list_devices(self) -> list[Any]:
        """Give an empty list: there are no devices to choose from."""
        return []

    def _fed(self, feed_dict: Mapping[Any, Any]) -> dict[Symbol, Any]:
        if not hasattr(feed_dict, "keys"):
            raise TypeError("input must be a dictionary")
        return {self._key(key): _value_for(self._key(key), feed_dict[key]) for key in feed_dict}

    def _key(self, key: object) -> Symbol:
        if isinstance(key, str):
            try:
                return self._named(key)
            except ValueError as error:
                raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error}") from error
        if isinstance(key, Symbol):
            return self._own(key)
        raise hinted(
            TypeError(
                "Cannot interpret feed_dict key as Tensor: "
                f"Can not convert a {type(key).__name__} into a Tensor."
            ),
            "Feed a placeholder, or another symbolic tensor. What was computed at once keeps its "
            "value: pass another value to the function that computed it.",
        )

    def _asked(self, fetch: Any, wanted: list[Symbol]) -> Any:  # noqa: ANN401 (a leaf of fetches)
        """Give what a fetch stands for, and take down which symbols that needs."""
        if isinstance(fetch, str):
            fetch = self._named(fetch)
        if isinstance(fetch, Operation):
            wanted += [self._own(symbol) for symbol in fetch.needs()]
        elif isinstance(fetch, Symbol):
            wanted.append(self._own(fetch))
        elif not is_numpy(fetch):
            _refuse(fetch)
        return fetch

    def _named(self, name: str) -> Symbol:
        try:
            return self.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
        except KeyError as error:
            raise hinted(
                ValueError(
                    f"Fetch argument {name!r} cannot be interpreted as a Tensor. "
                    f'("The name {name!r} refers to an Operation not in the graph.")'
                ),
                "Symbols have the names they were given, with ':0'.",
            ) from error

    def _own(self, symbol: Symbol) -> Symbol:
        if symbol.graph is not self.graph:
            raise hinted(
                ValueError(
                    f"Fetch argument {symbol!r} cannot be interpreted as a Tensor. "
                    f"(Tensor {symbol} is not an element of this graph.)"
                ),
                "Open the session in the block of the symbol's graph, or with graph=...",
            )
        return symbol


class InteractiveSession(Session):
    """A session that is the default one from its beginning until it is closed.

    TensorFlow counterpart: `tf.compat.v1.InteractiveSession`, tensorflow/python/client/session.py.

    >>> import tf_losses as tf
    >>> session = InteractiveSession()
    >>> x = tf.placeholder_with_default([1.0, 2.0], [2])
    >>> (x * 2).eval()
    array([2., 4.], dtype=float32)
    >>> session.close()
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: object = None) -> None:
        """Open the session, in which TensorFlow optimizes no graph: it prunes and places each."""
        super().__init__(target, graph, config)
        self._optimized = False
        enter_session(self)

    def close(self) -> None:
        """Close the session; it is the default one no longer."""
        leave_session(self)
        super().close()


def get_default_session() -> Session | None:
    """Give the session whose block this is; None outside of any.

    TensorFlow counterpart: `tf.compat.v1.get_default_session`, tensorflow/python/framework/ops.py.

    >>> with Session() as session:
    ...     get_default_session() is session
    True
    """
    found: Session | None = default_session()
    return found


def _value_for(symbol: Symbol, value: object) -> Tensor:
    if isinstance(value, Symbol):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include "
            "Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the "
            f"tensor object was {value} which was passed to the feed with key {symbol}."
        )
    if isinstance(symbol, Placeholder):
        made: Tensor = symbol.fed(value)
        return made
    first = symbol.samples[0]
    dtype = plain_dtype(first) if isinstance(first, Tensor) else None
    return tensor(np.array(read(value, dtype), order="C"))


def _mapped(fetches: Any, of_leaf: Callable[[Any], Any], depth: int = 0) -> Any:  # noqa: ANN401 (any structure)
    """Replace each leaf of a structure, which keeps its types."""
    if is_listed(fetches) or is_dict(fetches):
        check_depth(depth)
    if is_dict(fetches):
        made = {key: _mapped(fetch, of_leaf, depth + 1) for key, fetch in fetches.items()}
        return keyed_as(fetches, made)
    if is_listed(fetches):
        return listed_as(fetches, [_mapped(fetch, of_leaf, depth + 1) for fetch in fetches])
    return of_leaf(fetches)


def _plain(fetch: Any, values: Mapping[Symbol, Any]) -> Any:  # noqa: ANN401 (a fetch, and its value)
    if isinstance(fetch, Operation):
        return None
    value = values[fetch] if isinstance(fetch, Symbol) else fetch
    if is_listed(value):
        return listed_as(value, [_plain(item, values) for item in value])
    array = np.array(value) if isinstance(value, Tensor) else np.asarray(value)
    return array if array.ndim else array[()]


def _refuse(fetch: object) -> NoReturn:
    message = f"Fetch argument {fetch!r} has invalid type {type(fetch)}"
    if fetch is not None:
        name = type(fetch).__name__
        message += (
            f", must be a string or Tensor. (Can not convert a {name} into a Tensor or Operation.)"
        )
    raise hinted(TypeError(message), "Fetch tensors, or a list, tuple or dict of them.")
