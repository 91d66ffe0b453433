# SPDX-License-Identifier: Apache-2.0
"""What TensorFlow takes for an argument, and what it says to anything else."""
