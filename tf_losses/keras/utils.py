# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.utils`, in which names are imported when they are first asked for."""

from tf_losses import _names

_AGE = 2 if __name__.startswith("tf_losses.compat.v2.") else 1  # this file is under three names

__all__: list[str] = []
__all__ += _names.names_of(_AGE, "keras.utils")
__getattr__ = _names.lookup(__name__, _AGE, "keras.utils")


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
