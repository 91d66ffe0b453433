# SPDX-License-Identifier: Apache-2.0
"""How this thread computes, as its floating-point control registers say."""

from __future__ import annotations

import ctypes
import ctypes.util
import platform
import struct

_LIBM = ctypes.CDLL(ctypes.util.find_library("m"))
_EXCEPTIONS = 0x3F  # which there were: not how the thread computes
IS_X86 = platform.machine() in ("x86_64", "AMD64")


def read() -> tuple[int, ...]:
    """On x86-64 the control words of x87 and SSE; elsewhere the rounding mode alone."""
    if not IS_X86:
        return (int(_LIBM.fegetround()),)
    environment = ctypes.create_string_buffer(64)
    _LIBM.fegetenv(environment)
    (x87,) = struct.unpack_from("<H", environment, 0)
    (sse,) = struct.unpack_from("<I", environment, 28)
    return x87, sse & ~_EXCEPTIONS
