# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.contrib.slim`, as far as it has losses."""

from . import losses

__all__ = ["losses"]
