# SPDX-License-Identifier: Apache-2.0
"""The collections of TensorFlow 1.x: lists of values by name, in which losses find each other.

A graph has its own. Until there are graphs, the process has one set of them, which the first
default graph takes over.
"""

from __future__ import annotations

import re
from threading import RLock
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.signatures import symbolic

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

__all__ = [
    "Collections",
    "GraphKeys",
    "add_to_collection",
    "add_to_collections",
    "current",
    "get_collection",
    "get_collection_ref",
    "on_looking_up",
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


# Says which collections those of the process are: the default graph's, once there are graphs.
_providers: list[Callable[[], Collections]] = []
_process = Collections()


def current() -> Collections:
    """Give the collections that names are looked up in here and now."""
    return _providers[0]() if _providers else _process


def on_looking_up(provider: Callable[[], Collections]) -> None:
    """Set who has the collections."""
    _providers[:] = [provider]


@symbolic
def add_to_collection(name: Hashable, value: Any) -> None:  # noqa: ANN401 (anything is kept)
    """Keep a value in a collection; the same value may be there several times.

    Args:
        name: that of the collection; `GraphKeys` has TensorFlow's.
        value: anything.

    TensorFlow counterpart: `tf.add_to_collection`, tensorflow/python/framework/ops.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.add_to_collection("mine", 2)
    ...     tf.get_collection("mine")
    [2]
    """
    current().add(name, value)


@symbolic
def add_to_collections(names: str | Iterable[Hashable] | None, value: Any) -> None:  # noqa: ANN401 (anything is kept)
    """Keep a value in several collections, in each once.

    Args:
        names: those of the collections; a string is one of them.
        value: anything.

    TensorFlow counterpart: `tf.add_to_collections`, tensorflow/python/framework/ops.py.

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.add_to_collections(["a", "b", "a"], 2)
    ...     tf.get_collection("a"), tf.get_collection("b")
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

    >>> import tf_losses as tf
    >>> with tf.Graph().as_default():
    ...     tf.get_collection_ref("a").append(3)
    ...     tf.get_collection("a")
    [3]
    """
    return current().get_ref(key)
