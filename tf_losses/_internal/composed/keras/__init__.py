# SPDX-License-Identifier: Apache-2.0
"""Keras's losses and metrics: Keras 2 or 3, as the chosen TensorFlow has it."""
