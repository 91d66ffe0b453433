# SPDX-License-Identifier: Apache-2.0
"""What stands on the C library and the interpreter: codes, dtypes, threads, settings."""
