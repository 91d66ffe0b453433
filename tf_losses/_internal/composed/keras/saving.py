# SPDX-License-Identifier: Apache-2.0
"""Losses and metrics to and from the configs that Keras saves, of Keras 2 and 3."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

from tf_losses._internal.composed.keras.settings import is_keras3
from tf_losses._internal.runtime.kinds import is_dict
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["register_keras_serializable"]

# What programs registered, by the names that configs have for it.
_registered: dict[str, Any] = {}


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Any:  # noqa: ANN401 (a decorator)
    """Let configs name a class or function of a program.

    Args:
        package: what it belongs to.
        name: what it is called; as it is if not given.

    TensorFlow counterpart: `tf.keras.utils.register_keras_serializable`,
    keras/src/saving/object_registration.py.

    >>> @register_keras_serializable(package="mine")
    ... def twice(y_true, y_pred):
    ...     return 2 * y_pred
    >>> registered_name(twice)
    'mine>twice'
    """

    def register(item: Any) -> Any:  # noqa: ANN401 (a class or a function)
        _registered[f"{package}>{name or item.__name__}"] = item
        return item

    return register


def registered_name(item: Any) -> str:  # noqa: ANN401 (a class or a function)
    """Give the name that configs have for a class or function."""
    found = (name for name, registered in _registered.items() if registered is item)
    return next(found, item.__name__)


def serialized(item: Any, module: str, known: Mapping[str, Any], *, legacy: bool = False) -> Any:  # noqa: ANN401 (anything)
    """Give the config of a loss, a metric or a function.

    Args:
        item: what is saved; None stays None.
        module: Keras's name of the module that known ones are in.
        known: what Keras has, by name.
        legacy: whether to write it as Keras did before 2.13.
    """
    if item is None:
        return None
    if inspect.isfunction(item):
        name = registered_name(item)
        if legacy:
            return name
        return {
            "module": "builtins",
            "class_name": "function",
            "config": name,
            "registered_name": "function",
        }
    of = type(cast("object", item))
    if legacy:
        return {"class_name": of.__name__, "config": item.get_config()}
    is_known = known.get(of.__name__) is of
    return {
        "module": module if is_known else of.__module__,
        "class_name": of.__name__,
        "config": item.get_config(),
        "registered_name": None if is_known else registered_name(of),
    }


def deserialized(config: Any, known: Mapping[str, Any], custom: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 (anything)
    """Give what a config stands for: a function, or an instance; what is none, as it is.

    Args:
        config: a name, or what `serialized` gives.
        known: what Keras has, by name.
        custom: what a program has besides.

    Raises:
        TypeError: the options do not fit the class.
    """
    if not (isinstance(config, str) or is_dict(config)):
        return config
    names, options = _names_in(config)
    everything = {**known, **_registered, **(custom or {})}
    found = next((everything[name] for name in names if name in everything), None)
    if found is None:
        return names[-1]
    if not isinstance(found, type):
        return found
    try:
        return found.from_config(dict(options))  # type: ignore[attr-defined]
    except TypeError as error:
        raise hinted(
            TypeError(f"{found} could not be deserialized properly: {error}"),
            f"The config has the options {', '.join(options) or 'none'}.",
        ) from error


def _names_in(config: str | dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Give the names that a config may be known by, and its options."""
    if isinstance(config, str):
        return [config], {}
    if "class_name" not in config:
        raise ValueError(f"Unknown `config` as a `dict`, config={config}")
    name = config["class_name"]
    options: dict[str, Any] | str = config.get("config") or {}
    registered = config.get("registered_name")
    if name == "function" or isinstance(options, str):
        return [str(one) for one in (registered, options) if one and one != "function"], {}
    return [str(one) for one in (registered, name) if one], options


def got(identifier: Any, known: Mapping[str, Any], what: str) -> Any:  # noqa: ANN401 (anything)
    """Give what an identifier stands for: a name, a config, or the thing itself.

    Raises:
        ValueError: nothing goes by it.
    """
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, (str, dict)):
        found = deserialized(identifier, known, None)
        if isinstance(found, str):
            found = None
    if not callable(found):
        raise hinted(
            ValueError(
                f"Could not interpret {what} identifier: {identifier}"
                if is_keras3() or not isinstance(identifier, str)
                else f"Unknown {what} function: {identifier!r}."
            ),
            f"Known are {', '.join(sorted(known))}; others are registered with "
            "keras.utils.register_keras_serializable.",
        )
    return found
