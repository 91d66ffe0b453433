# SPDX-License-Identifier: Apache-2.0
"""`tf.keras.losses`, in which names are imported when they are first asked for."""

from typing import TYPE_CHECKING

from tf_losses._internal import names as _names

if TYPE_CHECKING:
    from tf_losses._internal.faces.v2_keras_losses import *
else:
    __all__ = _names.names_of(2, "keras.losses")
    __getattr__ = _names.lookup(__name__, 2, "keras.losses")


def __dir__() -> list[str]:
    """List what is public."""
    return _names.names_of(2, "keras.losses")
