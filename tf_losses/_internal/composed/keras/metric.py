# SPDX-License-Identifier: Apache-2.0
"""Keras's `Metric`, which programs subclass, and the numbers that it counts up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arithmetic import add
from tf_losses._internal.autodiff.shapes import ones, zeros
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.composed.keras import ops
from tf_losses._internal.composed.keras.loss import (
    numbered_name,
    ordered_in_keras2,
    policy_dtype,
    readable,
)
from tf_losses._internal.composed.keras.settings import float_dtype, floatx, is_keras3

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Metric"]


class MetricVariable:
    """A tensor that a metric replaces; no tape follows it.

    >>> count = MetricVariable("count", zeros([]))
    >>> count.assign_add(2.0).numpy()
    np.float32(2.0)
    """

    def __init__(self, name: str, value: Tensor) -> None:
        """Begin with a value."""
        self.name = name
        self._value = value

    @property
    def value(self) -> Tensor:
        """What it is now."""
        return self._value

    @property
    def dtype(self) -> Any:  # noqa: ANN401 (TensorFlow's dtype)
        """Its dtype."""
        return self._value.dtype

    @property
    def shape(self) -> Any:  # noqa: ANN401 (TensorFlow's shape)
        """Its shape."""
        return self._value.shape

    def assign(self, value: Any) -> MetricVariable:  # noqa: ANN401 (anything TensorFlow converts)
        """Replace it by a value of its shape."""
        given = np.asarray(ops.as_tensor(value, ops.dtype_of(self._value)))
        self._value = tensor(np.array(np.broadcast_to(given, self.shape), order="C"))
        return self

    def assign_add(self, value: Any) -> MetricVariable:  # noqa: ANN401 (anything TensorFlow converts)
        """Add to it."""
        return self.assign(add(self._value, to_array(value, TF2)))

    def numpy(self) -> Any:  # noqa: ANN401 (an array, or a scalar where there are no axes)
        """Copy the value into a plain array."""
        return self._value.numpy()

    def __array__(self, dtype: Any = None, copy: object = None) -> Any:  # noqa: ANN401 (NumPy's protocol)
        """Let operations read the value."""
        del copy
        return np.asarray(self._value, dtype)

    def __float__(self) -> float:
        """Give a single number."""
        return float(self._value)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 (as of a tensor)
        """Give a part."""
        return self._value[index]


for _method in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "neg"):

    def _operate(self: MetricVariable, *other: Any, _name: str = f"__{_method}__") -> Any:  # noqa: ANN401 (as of a tensor)
        return getattr(self.value, _name)(*other)

    setattr(MetricVariable, f"__{_method}__", _operate)


class Metric:
    """What is counted up over batches: `update_state` adds one, `result` tells how it stands.

    Args:
        dtype: of the numbers that are counted up; `floatx` if not given. Keras 2 has it second.
        name: what it is called.

    TensorFlow counterpart: `tf.keras.metrics.Metric`, keras/src/metrics/metric.py.

    >>> class Total(Metric):
    ...     def __init__(self):
    ...         super().__init__(name="total")
    ...         self.total = self.add_weight(name="total", initializer="zeros")
    ...
    ...     def update_state(self, values):
    ...         self.total.assign_add(ops.reduce_sum(ops.as_tensor(values)))
    ...
    ...     def result(self):
    ...         return self.total.value
    >>> Total()([1.0, 2.0]).numpy()
    np.float32(3.0)
    """

    @ordered_in_keras2("self", "name", "dtype")
    def __init__(self, dtype: Any = None, name: str | None = None) -> None:  # noqa: ANN401 (what TensorFlow takes for one)
        """Set what it is called, and what it counts in."""
        self.name = name or numbered_name(type(self).__name__)
        self._dtype = policy_dtype(dtype or floatx())
        self.variables: list[MetricVariable] = []

    @property
    def dtype(self) -> str:
        """Name what is counted in."""
        return str(self._dtype.name)

    @property
    def weights(self) -> list[MetricVariable]:
        """The variables, as Keras 2 calls them."""
        return self.variables

    @ordered_in_keras2("self", "name", "shape", "aggregation", "synchronization", "initializer")
    def add_weight(
        self,
        shape: Any = (),  # noqa: ANN401 (a shape)
        initializer: Any = None,  # noqa: ANN401 (a name, or what gives a value)
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        name: str | None = None,
        **options: object,
    ) -> MetricVariable:
        """Add a number, or several, to count up.

        Args:
            shape: how many there are. Keras 2 has the name first.
            initializer: "zeros", which is what they are without one, "ones", or a function of a
                shape and a dtype.
            dtype: if not given, `floatx` in Keras 3, and the metric's in Keras 2.
            name: what it is called.
            **options: not used.
        """
        del options
        if dtype is None:
            target = float_dtype() if is_keras3() else self._dtype
        else:
            target = as_dtype(dtype)
        if callable(initializer):
            value = ops.as_tensor(initializer(shape, dtype=target), target)
        else:
            value = (ones if initializer == "ones" else zeros)(list(shape), target)
        variable = MetricVariable(name or "variable", value)
        self.variables.append(variable)
        return variable

    def add_variable(
        self,
        shape: Any,  # noqa: ANN401 (a shape)
        initializer: Any,  # noqa: ANN401 (zeros, or what gives another value)
        dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
        aggregation: str = "sum",  # noqa: ARG002 (Keras's signature)
        name: str | None = None,
    ) -> MetricVariable:
        """Do what `add_weight` does."""
        return self.add_weight(shape=shape, initializer=initializer, dtype=dtype, name=name)

    def update_state(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (subclasses say)
        """Add a batch; subclasses do."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def result(self) -> Any:  # noqa: ANN401 (subclasses say)
        """Tell how it stands; subclasses do."""
        raise NotImplementedError("Must be implemented in subclasses.")

    def reset_state(self) -> None:
        """Begin again."""
        for variable in self.variables:
            variable.assign(0)

    def reset_states(self) -> None:
        """Begin again, by the old name."""
        self.reset_state()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (those of `update_state`)
        """Add a batch, and tell how it stands."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """Give what the metric can be made of again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a metric of a config."""
        return cls(**readable(config, keeps_dtype=True))

    def __repr__(self) -> str:
        """Tell its class and name."""
        return f"<{type(self).__name__} name={self.name}>"
