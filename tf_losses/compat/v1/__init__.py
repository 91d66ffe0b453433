# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf.compat.v1` that the losses need.

>>> import tf_losses.compat.v1 as tf
>>> with tf.Session() as session:
...     session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0]))
array([0.6931472], dtype=float32)
"""

from tf_losses import errors
from tf_losses._session import Session
from tf_losses.compat.v1 import nn

__all__ = ["Session", "errors", "nn"]
