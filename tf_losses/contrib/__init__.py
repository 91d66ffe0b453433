# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.contrib`, as far as it has losses."""

from . import legacy_seq2seq, losses, seq2seq, slim

__all__ = ["legacy_seq2seq", "losses", "seq2seq", "slim"]
