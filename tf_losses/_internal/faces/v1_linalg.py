# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.linalg`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.operations.filling import eye as eye

__all__ = [
    "eye",
]
