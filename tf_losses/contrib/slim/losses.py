# SPDX-License-Identifier: Apache-2.0
"""The same as `tf_losses.contrib.losses`."""

from tf_losses import _names

__all__: list[str] = []
__all__ += _names.names_of(1, "contrib.losses")
__getattr__ = _names.lookup(__name__, 1, "contrib.losses")


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
