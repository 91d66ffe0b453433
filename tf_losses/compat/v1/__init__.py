# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf.compat.v1` that the losses need.

>>> import tf_losses.compat.v1 as tf
>>> with tf.Session() as session:
...     session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0]))
array([0.6931472], dtype=float32)
"""

from typing import TYPE_CHECKING

from tf_losses import errors, raw_ops
from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION as _VERSION

from . import keras, losses, math, metrics, nn

__all__ = [
    "__version__",
    "errors",
    "keras",
    "losses",
    "math",
    "metrics",
    "nn",
    "raw_ops",
]
__version__ = _VERSION

if TYPE_CHECKING:
    from tf_losses import compat as compat
    from tf_losses._internal.faces.v1_tf import *
else:
    __all__ += ["compat", *_names.names_of(1, "tf")]
    __getattr__ = _names.lookup(__name__, 1, "tf")


def __dir__() -> list[str]:
    """List what is public."""
    return sorted(__all__)
