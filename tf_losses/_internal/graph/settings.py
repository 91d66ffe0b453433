# SPDX-License-Identifier: Apache-2.0
"""What programs of TensorFlow set before they compute, and what changes nothing here.

There are no devices to choose from, no variables, and nothing is random.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tf_losses._internal.graph.graphs import name_scope

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "ConfigProto",
    "GPUOptions",
    "OptimizerOptions",
    "RunMetadata",
    "RunOptions",
    "device",
    "global_variables",
    "local_variables",
    "model_variables",
    "set_random_seed",
    "trainable_variables",
    "variable_scope",
]


class ConfigProto(SimpleNamespace):
    """Settings of a session; any may be set. Only that of the graph optimizer has an effect.

    TensorFlow counterpart: `tf.compat.v1.ConfigProto`, tensorflow/core/protobuf/config.proto.

    >>> config = ConfigProto(allow_soft_placement=True)
    >>> config.gpu_options.allow_growth = True
    >>> config.gpu_options.allow_growth
    True
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (settings of settings)
        """Give a group of settings."""
        if name.startswith("_"):
            raise AttributeError(name)
        made = ConfigProto()
        setattr(self, name, made)
        return made


GPUOptions = OptimizerOptions = RunOptions = RunMetadata = ConfigProto


# What stands for OFF in a RewriterConfig.
_OFF = 2


def is_optimized(config: Any) -> bool:  # noqa: ANN401 (a ConfigProto, or None)
    """Tell whether a session's graphs are optimized, as they are unless switched off.

    >>> config = ConfigProto()
    >>> config.graph_options.rewrite_options.disable_meta_optimizer = True
    >>> is_optimized(None), is_optimized(config)
    (True, False)
    """
    options = getattr(getattr(config, "graph_options", None), "rewrite_options", None)
    if getattr(options, "disable_meta_optimizer", None) is True:
        return False
    rules = ("constant_folding", "arithmetic_optimization")
    return not all(getattr(options, rule, None) == _OFF for rule in rules)


@contextmanager
def device(device_name_or_function: object = None) -> Generator[None, None, None]:  # noqa: ARG001 (TensorFlow's signature)
    """Compute in a `with` block as outside of it: there is one device.

    TensorFlow counterpart: `tf.device`, tensorflow/python/framework/ops.py.

    >>> with device("/gpu:0"):
    ...     print("on the processor")
    on the processor
    """
    yield


@contextmanager
def variable_scope(
    name_or_scope: Any = None,  # noqa: ANN401 (a name, or a scope)
    default_name: str | None = None,
    values: object = None,
    **options: object,  # noqa: ARG001 (TensorFlow's signature)
) -> Generator[Any, None, None]:
    """Put a name before those of the symbols of a `with` block; there are no variables.

    TensorFlow counterpart: `tf.compat.v1.variable_scope`, tensorflow/python/ops/variable_scope.py.

    >>> with variable_scope("loss") as scope:
    ...     scope.name
    'loss'
    """
    name = getattr(name_or_scope, "name", name_or_scope)
    with name_scope(name, default_name, values) as scope:
        yield SimpleNamespace(
            name=scope.rstrip("/"), original_name_scope=scope, reuse_variables=lambda: None
        )


def trainable_variables(scope: str | None = None) -> list[Any]:  # noqa: ARG001 (TensorFlow's signature)
    """Give an empty list: there are no variables.

    TensorFlow counterpart: `tf.compat.v1.trainable_variables`.

    >>> trainable_variables()
    []
    """
    return []


global_variables = local_variables = model_variables = trainable_variables


def set_random_seed(seed: int) -> None:
    """Do nothing: nothing here is random.

    TensorFlow counterpart: `tf.compat.v1.set_random_seed`, `tf.random.set_seed`.

    >>> set_random_seed(0)
    """
