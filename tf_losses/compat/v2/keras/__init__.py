# SPDX-License-Identifier: Apache-2.0
"""`tf.keras`: the modules of `tf_losses.keras`, under this name."""

from typing import TYPE_CHECKING

from tf_losses import keras
from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION as _VERSION

__all__ = ["__version__", "activations", "backend", "losses", "metrics", "utils"]
# The same files, imported once more as modules of this package.
__path__ = keras.__path__

__version__ = _VERSION

if TYPE_CHECKING:
    from tf_losses.keras import activations as activations
    from tf_losses.keras import backend as backend
    from tf_losses.keras import losses as losses
    from tf_losses.keras import metrics as metrics
    from tf_losses.keras import utils as utils
else:
    __getattr__ = _names.lookup_of_modules(__name__, 2, "keras", __all__)


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
