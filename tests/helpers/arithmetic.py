# SPDX-License-Identifier: Apache-2.0
"""Whether floating-point arithmetic of this thread is as Python found it."""

from __future__ import annotations

import struct

# From bytes, since the compiler computes with constants itself.
_TINY, _ONE, _HALF_STEP, _QUARTER_STEP = struct.unpack(
    "4d", struct.pack("4d", 5e-324, 1.0, 2.0**-53, 2.0**-54)
)


def is_usual() -> bool:
    """Subnormals are numbers, and results are rounded to nearest."""
    product = struct.pack("d", _TINY * _ONE)  # not compared as numbers: zero would be equal
    up, down = _ONE + _HALF_STEP, _ONE - _QUARTER_STEP
    return product == struct.pack("q", 1) and up == _ONE and down == _ONE
