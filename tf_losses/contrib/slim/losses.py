# SPDX-License-Identifier: Apache-2.0
"""The same as `tf_losses.contrib.losses`."""

from typing import TYPE_CHECKING

from tf_losses._internal import names as _names

if TYPE_CHECKING:
    from tf_losses._internal.faces.v1_contrib_losses import *
else:
    __all__ = _names.names_of(1, "contrib.losses")
    __getattr__ = _names.lookup(__name__, 1, "contrib.losses")


def __dir__() -> list[str]:
    """List what is public."""
    return _names.names_of(1, "contrib.losses")
