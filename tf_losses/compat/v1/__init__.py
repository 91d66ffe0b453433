# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf.compat.v1` that the losses need.

>>> import tf_losses.compat.v1 as tf
>>> with tf.Session() as session:
...     session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0]))
array([0.6931472], dtype=float32)
"""

from tf_losses import errors, raw_ops
from tf_losses._autodiff.arithmetic import add, add_n, divide, multiply, negative, subtract
from tf_losses._autodiff.arrays import constant, convert_to_tensor, reduce_mean, reduce_sum
from tf_losses._autodiff.tape import GradientTape, UnconnectedGradients, stop_gradient
from tf_losses._session import Session

from . import nn

__all__ = [
    "GradientTape",
    "Session",
    "UnconnectedGradients",
    "add",
    "add_n",
    "constant",
    "convert_to_tensor",
    "divide",
    "errors",
    "multiply",
    "negative",
    "nn",
    "raw_ops",
    "reduce_mean",
    "reduce_sum",
    "stop_gradient",
    "subtract",
]
