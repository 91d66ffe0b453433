# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf.keras.utils`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.keras.utils import register_keras_serializable as register_keras_serializable
from tf_losses._internal.composed.keras.utils import to_categorical as to_categorical

__all__ = [
    "register_keras_serializable",
    "to_categorical",
]
