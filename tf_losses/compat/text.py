# SPDX-License-Identifier: Apache-2.0
"""Text and bytes, as `tf.compat` changes one into the other.

TensorFlow counterpart: tensorflow/python/util/compat.py.
"""

from __future__ import annotations

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text"]


def as_bytes(bytes_or_text: bytes | str, encoding: str = "utf-8") -> bytes:
    """Give bytes.

    Raises:
        TypeError: it is neither text nor bytes.

    >>> as_bytes("loss")
    b'loss'
    """
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, (bytes, bytearray)):
        return bytes(bytes_or_text)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: bytes | str, encoding: str = "utf-8") -> str:
    """Give text.

    Raises:
        TypeError: it is neither text nor bytes.

    >>> as_text(b"loss")
    'loss'
    """
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: object, encoding: str = "utf-8") -> str:
    """Give text, of anything.

    >>> as_str_any(0.5)
    '0.5'
    """
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)
