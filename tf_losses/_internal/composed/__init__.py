# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow composes of operations: losses by name, their collections, metrics."""
