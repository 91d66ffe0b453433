# SPDX-License-Identifier: Apache-2.0
"""Who is timed: one module a library, each loaded in a process of its own.

A module has `NAME` and a class `Library(threads)` which offers what `base.Library` says.
"""

MODULES = (
    *("ours", "tensorflow_", "pytorch", "jax_", "numeric", "compiled", "expressions", "copying"),
)
