# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's cross entropies with logits, bit for bit, without TensorFlow.

`import tf_losses as tf` serves programs written for TensorFlow 1.x, `import
tf_losses.compat.v2 as tf` those of today. Losses are NumPy arrays.

>>> import tf_losses as tf
>>> tf.nn.sigmoid_cross_entropy_with_logits(labels=[0.0, 1.0, 0.5], logits=[1.0, -2.0, 0.0])
array([1.3132617, 2.126928 , 0.6931472], dtype=float32)
"""

import os as _os

from tf_losses import compat, errors, nn
from tf_losses._config import (
    VERSION,
    get_num_threads,
    read_environment,
    set_num_threads,
    show_config,
)
from tf_losses._session import Session

__all__ = [
    "Session",
    "__version__",
    "compat",
    "errors",
    "get_num_threads",
    "nn",
    "set_num_threads",
    "show_config",
]

__version__ = VERSION

read_environment(_os.environ)
