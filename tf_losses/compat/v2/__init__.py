# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf` that the losses need.

>>> import tf_losses.compat.v2 as tf
>>> tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[1.0, 1.0]])
array([0.6931472], dtype=float32)
"""

from tf_losses import errors
from tf_losses.compat.v2 import nn

__all__ = ["errors", "nn"]
