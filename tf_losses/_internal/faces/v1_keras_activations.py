# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.keras.activations`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.keras.activations import linear as linear
from tf_losses._internal.composed.keras.activations import sigmoid as sigmoid
from tf_losses._internal.composed.keras.activations import softmax as softmax

__all__ = [
    "linear",
    "sigmoid",
    "softmax",
]
