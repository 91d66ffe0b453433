# SPDX-License-Identifier: Apache-2.0
"""The proof as a tool: tf_losses against TensorFlow, or against what TensorFlow gave elsewhere.

`tf-losses parity` is the command; `tf_losses.testing` has the comparison for test suites.
"""
