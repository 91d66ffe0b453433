# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.math`, as far as it follows the logits of a loss."""

from typing import TYPE_CHECKING

from tf_losses._internal import names as _names

if TYPE_CHECKING:
    from tf_losses._internal.faces.v1_math import *
else:
    __all__ = _names.names_of(1, "math")
    __getattr__ = _names.lookup(__name__, 1, "math")


def __dir__() -> list[str]:
    """List what is public."""
    return _names.names_of(1, "math")
