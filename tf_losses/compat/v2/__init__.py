# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf` that the losses need.

>>> import tf_losses.compat.v2 as tf
>>> tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[1.0, 1.0]]).numpy()
array([0.6931472], dtype=float32)
"""

from typing import TYPE_CHECKING

from tf_losses import errors, raw_ops
from tf_losses._internal import names as _names
from tf_losses._internal.config import VERSION as _VERSION

from . import config, keras, math, nn

__all__ = [
    "__version__",
    "config",
    "errors",
    "keras",
    "math",
    "nn",
    "raw_ops",
]
__version__ = _VERSION

if TYPE_CHECKING:
    from tf_losses import compat as compat
    from tf_losses._internal.faces.v2_tf import *
else:
    __all__ += ["compat", *_names.names_of(2, "tf")]
    __getattr__ = _names.lookup(__name__, 2, "tf")


def __dir__() -> list[str]:
    """List what is public."""
    return sorted(__all__)
