# SPDX-License-Identifier: Apache-2.0
"""What Keras is set to, and which Keras the chosen TensorFlow comes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses import versions
from tf_losses._internal.arguments.conversions import as_dtype

if TYPE_CHECKING:
    from tf_losses._internal.runtime.dtypes import Dtype

__all__ = ["epsilon", "floatx", "set_epsilon", "set_floatx"]

_FLOATS = ("bfloat16", "float16", "float32", "float64")

# One for the process, as in Keras.
_floatx = "float32"
_epsilon = 1e-7


def is_keras3() -> bool:
    """Tell whether the TensorFlow chosen here and now has Keras 3; else it is Keras 2.

    >>> with versions.tf_version("2.15"):
    ...     is_keras3()
    False
    """
    return versions.release().has_keras3


def smooths_along_axis() -> bool:
    """Tell whether labels are smoothed over the classes of `axis`, not those of the last one.

    >>> with versions.tf_version("2.13"):
    ...     smooths_along_axis()
    False
    """
    release = versions.release()
    return not release.has_keras3 and release.keras2_smooths_along_axis


def floatx() -> str:
    """Name the dtype of losses and metrics that are told none.

    TensorFlow counterpart: `tf.keras.backend.floatx`, keras/src/backend/config.py.

    >>> floatx()
    'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Choose the dtype of losses and metrics that are told none.

    Args:
        value: "bfloat16", "float16", "float32" or "float64".

    Raises:
        ValueError: it is none of them.

    TensorFlow counterpart: `tf.keras.backend.set_floatx`, keras/src/backend/config.py.

    >>> set_floatx("float32")
    """
    global _floatx  # noqa: PLW0603 (one for the process)
    if value not in _FLOATS:
        raise ValueError(f"Unknown `floatx` value: {value}. Expected one of {_FLOATS}")
    _floatx = str(value)


def epsilon() -> float:
    """Give the small number that keeps logarithms and divisions from infinity.

    TensorFlow counterpart: `tf.keras.backend.epsilon`, keras/src/backend/config.py.

    >>> epsilon()
    1e-07
    """
    return _epsilon


def set_epsilon(value: float) -> None:
    """Choose what `epsilon` gives.

    TensorFlow counterpart: `tf.keras.backend.set_epsilon`, keras/src/backend/config.py.

    >>> set_epsilon(1e-7)
    """
    global _epsilon  # noqa: PLW0603 (one for the process)
    _epsilon = value


def float_dtype() -> Dtype:
    """Give the dtype that `floatx` names."""
    return as_dtype(_floatx)
