# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 2.x's two namespaces: `compat.v1` is its `tf.compat.v1`, `compat.v2` its `tf`.

They contradict each other (and TensorFlow 1.x, which is `tf_losses` itself) in positional
calls, so each has its own signatures over the same losses.

>>> import tf_losses.compat.v2 as tf
>>> tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [2.0, 2.0]).numpy()
array([0.126928, 2.126928], dtype=float32)
"""

import sys

from tf_losses.compat import v1, v2
from tf_losses.compat.text import as_bytes, as_str, as_str_any, as_text

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text", "v1", "v2"]

# In TensorFlow each of them has this namespace again: `tf.compat.v1` is found in `compat.v2`.
v1.compat = v2.compat = sys.modules[__name__]
