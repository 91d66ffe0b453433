# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.contrib.seq2seq`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.sequence_loss import sequence_loss as sequence_loss

__all__ = [
    "sequence_loss",
]
