# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf.random`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.graph.settings import set_random_seed as set_seed

__all__ = [
    "set_seed",
]
