# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.backend`, in which names are imported when they are first asked for."""

from tf_losses import _names

__all__: list[str] = []
__all__ += _names.names_of(2, "keras.backend")
__getattr__ = _names.lookup(__name__, 2, "keras.backend")


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
