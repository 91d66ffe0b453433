# SPDX-License-Identifier: Apache-2.0
"""Tensors, and the tapes that follow them."""
