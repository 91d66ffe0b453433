# SPDX-License-Identifier: Apache-2.0
"""What `tf-losses eval` does: losses of whole files, with the bits of one call on the whole.

A plan says how a loss is computed for a range of rows; a piece is such a range, computed here or by
a worker; the store has what the pieces gave; facts are what is said about it, as text, JSON or a
page.
"""
