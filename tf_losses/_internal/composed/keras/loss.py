# SPDX-License-Identifier: Apache-2.0
"""Keras's `Loss`, which programs subclass, and the one that wraps a function."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from tf_losses._internal.arguments import nest
from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.signatures import published
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.composed.keras import ops, reductions
from tf_losses._internal.composed.keras.settings import floatx, is_keras3
from tf_losses._internal.runtime.kinds import is_dict
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from tf_losses._internal.runtime.dtypes import Dtype

    _F = TypeVar("_F", bound=Callable[..., Any])

__all__ = ["Loss"]


class _Default(str):
    """The reduction of who names none: Keras 2 calls it "auto"."""

    __slots__ = ()


DEFAULT: Any = _Default("sum_over_batch_size")


def ordered_in_keras2(*names: str) -> Callable[[_F], _F]:
    """Let positional arguments stand in Keras 2's order where that is the chosen one."""

    def decorate(function: _F) -> _F:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (those of the function)
            if is_keras3():
                return function(*args, **kwargs)
            if len(args) > len(names):
                raise TypeError(
                    f"{function.__qualname__}() takes {len(names)} positional arguments but "
                    f"{len(args)} were given"
                )
            first = dict(zip(names, args, strict=False))
            for name in first.keys() & kwargs.keys():
                raise TypeError(
                    f"{function.__qualname__}() got multiple values for argument {name!r}"
                )
            return function(**first, **kwargs)

        return call  # type: ignore[return-value]

    return decorate


class Loss:
    """A loss: `call` computes one for each sample, this weighs and reduces them.

    Args:
        name: what it is called.
        reduction: "sum_over_batch_size", "sum" or "none"; in Keras 3 also "mean",
            "mean_with_sample_weight" and None, in Keras 2 "auto". Keras 2 has it first.
        dtype: what labels, predictions and weights are cast to, `floatx` if not given. Keras 2
            does not cast, and has no such argument.

    Raises:
        ValueError: the reduction is none.
        TypeError: Keras 2 is told a dtype.

    TensorFlow counterpart: `tf.keras.losses.Loss`, keras/src/losses/loss.py.

    >>> class Difference(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return y_pred - y_true
    >>> Difference(name="difference")([1.0, 2.0], [1.5, 3.0]).numpy()
    np.float32(0.75)
    """

    @ordered_in_keras2("self", "reduction", "name")
    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = DEFAULT,
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    ) -> None:
        """Set what the loss is called, and how it is reduced."""
        if dtype is not None and not is_keras3():
            raise hinted(
                TypeError(
                    f"{type(self).__name__}.__init__() got an unexpected keyword argument 'dtype'"
                ),
                "Keras 2 has none (TensorFlow 2.15 and before): cast the predictions.",
            )
        self.name = name or (numbered_name(type(self).__name__) if is_keras3() else name)
        if reduction is DEFAULT:
            reduction = "sum_over_batch_size" if is_keras3() else "auto"
        self.reduction = reductions.standardized(reduction)
        self._dtype = policy_dtype(dtype or floatx())

    @property
    def dtype(self) -> str:
        """Name what is computed in."""
        return str(self._dtype.name)

    @published
    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:  # noqa: ANN401 (anything TensorFlow converts)
        """Compute the loss.

        Args:
            y_true: labels.
            y_pred: predictions.
            sample_weight: weights of samples, or of all that `call` gives.

        Returns:
            A tensor: one number, or one for each sample if nothing is reduced.
        """
        masks = [getattr(y_pred, "_keras_mask", None)]
        if is_keras3():
            y_pred, y_true = _converted(y_pred, self._dtype), _converted(y_true, self._dtype)
        losses = self.call(y_true, y_pred)
        masks = [m for m in (*masks, getattr(losses, "_keras_mask", None)) if m is not None]
        mask = functools.reduce(ops.logical_and, masks) if masks else None
        return reductions.reduced(losses, sample_weight, mask, self.reduction, self._dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:  # noqa: ANN401 (subclasses say)
        """Compute one loss for each sample; subclasses do."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def get_config(self) -> dict[str, Any]:
        """Give what the loss can be made of again."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a loss of a config, of Keras 2 or 3, whichever is chosen."""
        return cls(**readable(config))


class LossFunctionWrapper(Loss):
    """A loss that is computed by a function.

    Args:
        fn: from labels and predictions to a loss for each sample.
        reduction: as in `Loss`.
        name: as in `Loss`.
        dtype: as in `Loss`.
        **kwargs: what `fn` is told besides.
    """

    # What Keras 3 keeps of `kwargs` in a config, and as attributes.
    _kept: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = DEFAULT,
        name: str | None = None,
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        **kwargs: Any,  # noqa: ANN401 (what the function takes)
    ) -> None:
        """Set the function."""
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs
        for key in self._kept:
            setattr(self, key, kwargs[key])

    def call(self, y_true: Any, y_pred: Any) -> Any:  # noqa: ANN401 (anything TensorFlow converts)
        """Compute one loss for each sample."""
        if is_keras3():
            y_true, y_pred = reductions.same_rank(y_true, y_pred)
        elif isinstance(y_true, Tensor) and isinstance(y_pred, Tensor):
            y_pred, y_true = reductions.squeezed_pair(y_pred, y_true)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """Give what the loss can be made of again."""
        config = super().get_config()
        if not is_keras3():
            return {**config, **self._fn_kwargs, "fn": self.fn.__name__}
        if type(self) is LossFunctionWrapper:
            return {**config, "fn": self.fn.__name__, **self._fn_kwargs}
        return {**config, **{key: self._fn_kwargs[key] for key in self._kept}}

    def __repr__(self) -> str:
        """Tell the function and what it is told."""
        return f"<LossFunctionWrapper({self.fn}, kwargs={self._fn_kwargs})>"


def readable(config: dict[str, Any], *, keeps_dtype: bool = False) -> dict[str, Any]:
    """Let the chosen Keras read a config that the other one wrote.

    >>> readable({"name": "mse", "reduction": "auto", "fn": "mean_squared_error"})
    {'name': 'mse', 'reduction': 'sum_over_batch_size'}
    """
    found = {key: value for key, value in config.items() if key != "fn"}
    if is_keras3():
        if found.get("reduction") == "auto":
            found["reduction"] = "sum_over_batch_size"
    else:
        if not keeps_dtype:
            found.pop("dtype", None)
        if found.get("reduction", "auto") is None:
            found["reduction"] = "none"
    return found


def policy_dtype(dtype: Any) -> Dtype:  # noqa: ANN401 (a dtype, or a policy in a config)
    """Give the dtype that a policy computes in; a config has it as a dict.

    >>> policy_dtype({"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}).name
    'bfloat16'
    """
    if is_dict(dtype):
        dtype = dtype["config"]["name"]
    name = getattr(dtype, "compute_dtype", dtype)
    return as_dtype(name.removeprefix("mixed_") if isinstance(name, str) else name)


def _converted(structure: Any, dtype: Dtype) -> Any:  # noqa: ANN401 (a tensor, or a structure of them)
    """Make tensors of one dtype; lists of numbers are one tensor."""
    if not isinstance(structure, (dict, list, tuple)):
        return ops.as_tensor(structure, dtype)
    leaves = list(nest.leaves(structure))
    if not isinstance(structure, dict) and all(np.ndim(leaf) == 0 for leaf in leaves):
        return ops.as_tensor(structure, dtype)
    return nest.pack(structure, [ops.as_tensor(leaf, dtype) for leaf in leaves])


_made: Counter[str] = Counter()


def numbered_name(class_name: str) -> str:
    """Name a loss after its class, as Keras 3 does: my_loss, my_loss_1 ..."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    _made[name] += 1
    return name if _made[name] == 1 else f"{name}_{_made[name] - 1}"
