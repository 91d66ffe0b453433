# SPDX-License-Identifier: Apache-2.0
"""Files that are compressed as a whole, by gzip or zlib."""

from __future__ import annotations

import gzip
import shutil
import zlib
from typing import IO, TYPE_CHECKING

from tf_losses._internal.io.place import Place, Unpacked, refusing

if TYPE_CHECKING:
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_ZLIB_METHOD = b"\x78"


def is_compressed(begins: bytes) -> bool:
    r"""Whether a file that begins so may be compressed; other files may begin so too.

    >>> is_compressed(b"\x1f\x8b"), is_compressed(b"\x78\x9c"), is_compressed(b"xy")
    (True, True, False)
    """
    is_zlib = begins[:1] == _ZLIB_METHOD and int.from_bytes(begins[:2], "big") % 31 == 0
    return begins.startswith(_GZIP) or is_zlib


def plain(place: Place, scratch: Path) -> Place:
    """The file, or one that it is unpacked to."""
    with place.open() as file:
        begins = file.read(2)
    if not is_compressed(begins):
        return place

    def unpack(target: Path) -> None:
        with refusing(place.name), place.open_buffered() as file, target.open("wb") as sink:
            if begins == _GZIP:
                with gzip.GzipFile(fileobj=file) as source:
                    shutil.copyfileobj(source, sink, 1 << 20)
            else:
                _inflate(file, sink)

    return Unpacked(place, scratch, unpack)


def _inflate(file: IO[bytes], sink: IO[bytes]) -> None:
    decoder = zlib.decompressobj()
    while content := file.read(1 << 18):
        sink.write(decoder.decompress(content))
    sink.write(decoder.flush())
    if not decoder.eof:
        raise EOFError("the compressed file ends early: cut short?")
