# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf.keras.backend`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.keras.backend import binary_crossentropy as binary_crossentropy
from tf_losses._internal.composed.keras.backend import binary_focal_crossentropy as binary_focal_crossentropy
from tf_losses._internal.composed.keras.backend import categorical_crossentropy as categorical_crossentropy
from tf_losses._internal.composed.keras.backend import categorical_focal_crossentropy as categorical_focal_crossentropy
from tf_losses._internal.composed.keras.backend import epsilon as epsilon
from tf_losses._internal.composed.keras.backend import floatx as floatx
from tf_losses._internal.composed.keras.backend import mean as mean
from tf_losses._internal.composed.keras.backend import set_epsilon as set_epsilon
from tf_losses._internal.composed.keras.backend import set_floatx as set_floatx
from tf_losses._internal.composed.keras.backend import sigmoid as sigmoid
from tf_losses._internal.composed.keras.backend import softmax as softmax
from tf_losses._internal.composed.keras.backend import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from tf_losses._internal.composed.keras.backend import sum as sum

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "epsilon",
    "floatx",
    "mean",
    "set_epsilon",
    "set_floatx",
    "sigmoid",
    "softmax",
    "sparse_categorical_crossentropy",
    "sum",
]
