# SPDX-License-Identifier: Apache-2.0
"""The frame of TFRecord files: where records are, and whether they are whole.

A record is its length in 8 bytes, the sum of these in 4, its content, and the sum of that in 4.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io import crc32c
from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.place import read_exactly

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

HEAD, FOOT = 12, 4
FRAME = HEAD + FOOT
BLOCK_BYTES = 1 << 24  # read together, unless one record is longer
_RUN = 16  # records of one length, after which more are expected


def record_offsets(file: IO[bytes], name: str) -> Array:
    """Where each record begins, and where the last one ends."""
    parts: list[Array] = []
    left, begin = b"", 0
    need = HEAD
    while True:
        content = file.read(max(BLOCK_BYTES, need - len(left)))
        if not content:
            break
        buffer = left + content
        places, used, need = _scan(buffer, begin, name)
        parts.append(places)
        left, begin = buffer[used:], begin + used
    if left:
        raise InputError(f"{name}: the file ends in the middle of a record: cut short?")
    return np.concatenate([*parts, np.array([begin], np.int64)])


def _scan(buffer: bytes, begin: int, name: str) -> tuple[Array, int, int]:
    """Find the records that end in a buffer; gives what is used of it, and what the next needs."""
    places: list[Array] = []
    alone: list[int] = []
    strides: dict[bytes, int] = {}
    used = run = 0
    last, need = b"", HEAD
    while used + HEAD <= len(buffer):
        head = buffer[used : used + HEAD]
        if head not in strides:
            strides[head] = _stride(head, name, begin + used)
        stride = strides[head]
        if used + stride > len(buffer):
            need = stride
            break
        alone.append(begin + used)
        used += stride
        run = run + 1 if head == last else 0
        last = head
        if run == _RUN:
            count = _alike(buffer, used, stride)
            places += [np.array(alone), begin + used + stride * np.arange(count, dtype=np.int64)]
            alone, run, used = [], 0, used + count * stride
    return np.concatenate([*places, np.array(alone, np.int64)]), used, need


def _stride(head: bytes, name: str, place: int) -> int:
    """The bytes of a record, by the length that it begins with."""
    if crc32c.masked(head[:8]) != int.from_bytes(head[8:], "little"):
        raise InputError(f"{name}: no record at byte {place}: damaged?")
    return int.from_bytes(head[:8], "little") + FRAME


def _alike(buffer: bytes, used: int, stride: int) -> int:
    """How many records with the same head as the last one follow it."""
    view = np.frombuffer(buffer, np.uint8)
    head = view[used - stride :][:HEAD]
    found, step = 0, 64
    while True:
        step = min(step * 4, (len(buffer) - used) // stride - found)
        begin = used + found * stride
        heads = view[begin : begin + step * stride].reshape(step, stride)[:, :HEAD]
        other = np.flatnonzero((heads != head).any(axis=1))
        if other.size or not step:
            return found + (int(other[0]) if other.size else 0)
        found += step


def read_records(file: IO[bytes], offsets: Array, name: str, first: int) -> bytes:
    """Read records one after the other, and check their sums."""
    begin, end = int(offsets[0]), int(offsets[-1])
    file.seek(begin)
    buffer = read_exactly(file, end - begin, name)
    starts = offsets[:-1] - begin + HEAD
    ends = offsets[1:] - begin - FOOT
    feet = np.lib.stride_tricks.sliding_window_view(np.frombuffer(buffer, np.uint8), FOOT)[ends]
    sums = np.ascontiguousarray(feet).view("<u4")[:, 0]
    wrong = np.flatnonzero(sums != crc32c.masked_each(buffer, starts, ends - starts))
    if wrong.size:
        raise InputError(f"{name}: record {first + int(wrong[0])} is damaged: its sum is wrong")
    return buffer
