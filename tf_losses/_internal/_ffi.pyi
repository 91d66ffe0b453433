# SPDX-License-Identifier: Apache-2.0
# The compiled binding carries no types: every value of C's is one of cffi's.

from typing import Any

ffi: Any
lib: Any
