# SPDX-License-Identifier: Apache-2.0
"""The collections of TensorFlow 1.x: lists of values by name, in which losses find each other.

In TensorFlow a graph has its collections. Here is one set of them for the process; `using` puts
another in its place for a thread or task.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

__all__ = [
    "Collections",
    "GraphKeys",
    "add_to_collection",
    "add_to_collections",
    "current",
    "get_collection",
    "get_collection_ref",
    "using",
]


class GraphKeys:
    """The names of collections that TensorFlow itself knows.

    TensorFlow counterpart: `tf.GraphKeys`, tensorflow/python/framework/ops.py.

    >>> GraphKeys.LOSSES, GraphKeys.REGULARIZATION_LOSSES
    ('losses', 'regularization_losses')
    """

    GLOBAL_VARIABLES = "variables"
    LOCAL_VARIABLES = "local_variables"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    SUMMARIES = "summaries"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SAVERS = "savers"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    UPDATE_OPS = "update_ops"
    LOSSES = "losses"
    SAVEABLE_OBJECTS = "saveable_objects"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    SUMMARY_OP = "summary_op"
    GLOBAL_STEP = "global_step"
    EVAL_STEP = "eval_step"
    TRAIN_OP = "train_op"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    VARIABLES = GLOBAL_VARIABLES


class Collections:
    """Lists of values by name; threads may share them.

    >>> mine = Collections()
    >>> mine.add("losses", 1.5)
    >>> mine.get("losses"), mine.get("others")
    ([1.5], [])
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = RLock()
        self._lists: dict[Hashable, list[Any]] = {}

    def add(self, name: Hashable, value: Any) -> None:  # noqa: ANN401 (anything is kept)
        """Keep a value in the collection of a name."""
        with self._lock:
            self._lists.setdefault(name, []).append(value)

    def get(self, name: Hashable, scope: str | None = None) -> list[Any]:
        """Give a copy of a collection; with a scope, of what has a name that matches it."""
        with self._lock:
            found = list(self._lists.get(name, ()))
        if scope is None:
            return found
        matches = re.compile(scope).match
        return [item for item in found if hasattr(item, "name") and matches(item.name)]

    def get_ref(self, name: Hashable) -> list[Any]:
        """Give a collection itself, made if there is none."""
        with self._lock:
            return self._lists.setdefault(name, [])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._lists.clear()


_process = Collections()
_chosen: ContextVar[Collections | None] = ContextVar("collections", default=None)


def current() -> Collections:
    """Give the collections that names are looked up in here and now."""
    return _chosen.get() or _process


@contextmanager
def using(collections: Collections) -> Iterator[Collections]:
    """Let a block of this thread or task have other collections.

    >>> with using(Collections()):
    ...     add_to_collection("a", 1)
    ...     get_collection("a")
    [1]
    >>> get_collection("a")
    []
    """
    token = _chosen.set(collections)
    try:
        yield collections
    finally:
        _chosen.reset(token)


def add_to_collection(name: Hashable, value: Any) -> None:  # noqa: ANN401 (anything is kept)
    """Keep a value in a collection; the same value may be there several times.

    Args:
        name: that of the collection; `GraphKeys` has TensorFlow's.
        value: anything.

    TensorFlow counterpart: `tf.add_to_collection`, tensorflow/python/framework/ops.py.

    >>> with using(Collections()):
    ...     add_to_collection("mine", 2)
    ...     get_collection("mine")
    [2]
    """
    current().add(name, value)


def add_to_collections(names: str | Iterable[Hashable] | None, value: Any) -> None:  # noqa: ANN401 (anything is kept)
    """Keep a value in several collections, in each once.

    Args:
        names: those of the collections; a string is one of them.
        value: anything.

    TensorFlow counterpart: `tf.add_to_collections`, tensorflow/python/framework/ops.py.

    >>> with using(Collections()):
    ...     add_to_collections(["a", "b", "a"], 2)
    ...     get_collection("a"), get_collection("b")
    ([2], [2])
    """
    for name in {names} if isinstance(names, str) else set(names or ()):
        add_to_collection(name, value)


def get_collection(key: Hashable, scope: str | None = None) -> list[Any]:
    """Give a new list of what is in a collection, in the order in which it came.

    Args:
        key: the name of the collection.
        scope: a regular expression; only values with a `name` that begins so are given.

    TensorFlow counterpart: `tf.get_collection`, tensorflow/python/framework/ops.py.

    >>> get_collection("nothing here")
    []
    """
    return current().get(key, scope)


def get_collection_ref(key: Hashable) -> list[Any]:
    """Give the list of a collection itself: what is done to it is done to the collection.

    Args:
        key: the name of the collection.

    TensorFlow counterpart: `tf.get_collection_ref`, tensorflow/python/framework/ops.py.

    >>> with using(Collections()):
    ...     get_collection_ref("a").append(3)
    ...     get_collection("a")
    [3]
    """
    return current().get_ref(key)
