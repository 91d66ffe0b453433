# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.contrib.legacy_seq2seq`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.legacy_sequence_loss import sequence_loss as sequence_loss
from tf_losses._internal.composed.legacy_sequence_loss import sequence_loss_by_example as sequence_loss_by_example

__all__ = [
    "sequence_loss",
    "sequence_loss_by_example",
]
