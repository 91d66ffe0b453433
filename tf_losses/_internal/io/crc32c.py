# SPDX-License-Identifier: Apache-2.0
"""CRC-32C, as TFRecord files have it: of many stretches of bytes at a time.

The polynomial is Castagnoli's (RFC 3720, appendix B.4); the masking is that of TensorFlow's record
format: a sum of bytes that hold sums would be weak.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_POLYNOMIAL = 0x82F63B78  # with the lowest power in the highest bit
_MASK_DELTA = 0xA282EAD8
_ALL = 0xFFFFFFFF


@cache
def library() -> Callable[[bytes], int] | None:
    """The fast function of google-crc32c, if it is installed."""
    try:
        import google_crc32c  # noqa: PLC0415 (optional)
    except ImportError:
        return None
    found: Callable[[bytes], int] = google_crc32c.value
    return found


def masked(content: bytes) -> int:
    """The masked sum of some bytes.

    >>> hex(masked(b"123456789"))  # whose sum is 0xE3069283
    '0xc78ab0e5'
    """
    fast = library()
    found = _table_value(content) if fast is None else fast(content)
    return _mask(found)


def masked_each(buffer: bytes, starts: Array, lengths: Array) -> Array:
    """The masked sums of stretches of a buffer."""
    fast = library()
    if fast is None:
        return _masked(_table_values(np.frombuffer(buffer, np.uint8), starts, lengths))
    ends = (starts + lengths).tolist()
    found = [fast(buffer[a:b]) for a, b in zip(starts.tolist(), ends, strict=True)]
    return _masked(np.array(found, np.uint32))


def _mask(value: int) -> int:
    return (((value >> 15) | (value << 17)) + _MASK_DELTA) & _ALL


def _masked(values: Array) -> Array:
    with np.errstate(over="ignore"):
        rotated = (values >> np.uint32(15)) | (values << np.uint32(17))
        return np.asarray(rotated + np.uint32(_MASK_DELTA))


@cache
def _table() -> Array:
    """What each byte does to a sum."""
    values = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        values = (values >> np.uint32(1)) ^ np.where(values & 1, np.uint32(_POLYNOMIAL), 0)
    return values.astype(np.uint32)


def _table_value(content: bytes) -> int:
    table = _table().tolist()
    value = _ALL
    for byte in content:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ _ALL


def _table_values(buffer: Array, starts: Array, lengths: Array) -> Array:
    """The sums of all stretches together, byte by byte; the longest come first."""
    table = _table()
    order = np.argsort(-lengths, kind="stable")
    starts, ends = starts[order], lengths[order]
    values = np.full(len(starts), _ALL, np.uint32)
    left = len(starts)
    for place in range(int(ends[0]) if left else 0):
        while ends[left - 1] <= place:
            left -= 1
        sums = values[:left]
        chosen = (sums ^ buffer[starts[:left] + place]) & np.uint32(0xFF)
        values[:left] = table[chosen] ^ (sums >> np.uint32(8))
    found = np.empty_like(values)
    found[order] = values ^ np.uint32(_ALL)
    return found
