# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.metrics`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.metrics_v1 import accuracy as accuracy
from tf_losses._internal.composed.metrics_v1 import mean as mean
from tf_losses._internal.composed.metrics_v1 import mean_absolute_error as mean_absolute_error
from tf_losses._internal.composed.metrics_v1 import mean_squared_error as mean_squared_error
from tf_losses._internal.composed.metrics_v1 import precision as precision
from tf_losses._internal.composed.metrics_v1 import recall as recall

__all__ = [
    "accuracy",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "precision",
    "recall",
]
