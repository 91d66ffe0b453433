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
    return _bytes(bytes_or_text, encoding)


def as_text(bytes_or_text: bytes | str, encoding: str = "utf-8") -> str:
    """Give text.

    Raises:
        TypeError: it is neither text nor bytes.

    >>> as_text(b"loss")
    'loss'
    """
    return _text(bytes_or_text, encoding)


# Anything may come, whatever the signatures say.


def _bytes(given: object, encoding: str) -> bytes:
    if isinstance(given, str):
        return given.encode(encoding)
    if isinstance(given, (bytes, bytearray)):
        return bytes(given)
    raise _neither(given)


def _text(given: object, encoding: str) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, bytes):
        return given.decode(encoding)
    raise _neither(given)


def _neither(given: object) -> TypeError:
    return TypeError(f"Expected binary or unicode string, got {given!r}")


as_str = as_text


def as_str_any(value: object, encoding: str = "utf-8") -> str:
    """Give text, of anything.

    >>> as_str_any(0.5)
    '0.5'
    """
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)
