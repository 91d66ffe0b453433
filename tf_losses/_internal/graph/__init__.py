# SPDX-License-Identifier: Apache-2.0
"""Programs of the 1.x age: graphs of symbolic tensors, placeholders, and sessions that run them."""
