# SPDX-License-Identifier: Apache-2.0
"""`tf.keras`, as far as it computes losses and metrics: there are no models here.

It is Keras 3 or 2, as the chosen TensorFlow has it (3 from 2.16 on).

>>> import tf_losses as tf
>>> loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
>>> loss([1], [[1.0, 1.0]]).numpy()
np.float32(0.6931472)
"""

from typing import TYPE_CHECKING

from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION as _VERSION

__all__ = ["__version__", "activations", "backend", "losses", "metrics", "utils"]

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
