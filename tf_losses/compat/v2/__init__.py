# SPDX-License-Identifier: Apache-2.0
"""The part of TensorFlow 2.x's `tf` that the losses need.

>>> import tf_losses.compat.v2 as tf
>>> tf.nn.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[1.0, 1.0]])
array([0.6931472], dtype=float32)
"""

from tf_losses import errors, raw_ops
from tf_losses._autodiff.arithmetic import add, add_n, divide, multiply, negative, subtract
from tf_losses._autodiff.arrays import constant, convert_to_tensor, reduce_mean, reduce_sum
from tf_losses._autodiff.tape import GradientTape, UnconnectedGradients, stop_gradient

from . import config, nn

__all__ = [
    "GradientTape",
    "UnconnectedGradients",
    "add",
    "add_n",
    "config",
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
