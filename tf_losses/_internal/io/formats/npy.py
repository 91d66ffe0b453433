# SPDX-License-Identifier: Apache-2.0
"""NumPy's `.npy`: an array, read in place."""

from __future__ import annotations

import math
import sys
import warnings
from tokenize import TokenError
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.io.array_file import ArrayFile
from tf_losses._internal.io.command import InputError, first_line
from tf_losses._internal.io.place import CUT_SHORT

if TYPE_CHECKING:
    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening, Source

MAGIC = b"\x93NUMPY"
_MOST_AXES = 32  # of NumPy before 2.0
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def open_source(place: Place, column: str | None, _role: str, opening: Opening) -> Source:
    """Open an `.npy` file.

    Raises:
        InputError: it is none, is damaged, or holds something else.
    """
    if column is not None:
        raise InputError(f"{place.name}: one array without a name; it has no {column!r}")
    return array_at(place, opening)


def array_at(place: Place, opening: Opening, kind: str = "npy") -> ArrayFile:
    """Read the header of an `.npy` file."""
    with place.open() as file:
        try:
            shape, fortran, dtype = _header(file)
        # NumPy reads headers with Python's own parser, and sorts keys of which one may be bytes.
        except (SyntaxError, TokenError, TypeError, RecursionError, MemoryError) as error:
            raise InputError(f"{place.name}: damaged header of an .npy file") from error
        except (ValueError, OverflowError) as error:
            raise InputError(f"{place.name}: {first_line(error)}") from error
        offset = file.tell()
        size = file.seek(0, 2)
    if dtype.hasobject:
        raise InputError(f"{place.name}: Python objects, which are not read from a file")
    if offset + math.prod(shape) * dtype.itemsize > size:
        raise InputError(f"{place.name}: {CUT_SHORT}")
    fortran = fortran and len(shape) > 1
    return ArrayFile(place, offset, dtype, shape, opening.scratch, fortran=fortran, kind=kind)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"version {version[0]}.{version[1]} of the .npy format is not known")
    with warnings.catch_warnings():
        # "Created on Python 2": true or damaged, it is nothing that a user need act on.
        warnings.simplefilter("ignore", UserWarning)
        shape, fortran, dtype = _HEADERS[version](file)
    bytes_if_filled = math.prod(max(1, length) for length in shape) * max(1, dtype.itemsize)
    if min(shape, default=0) < 0 or len(shape) > _MOST_AXES or bytes_if_filled > sys.maxsize:
        raise ValueError("the header of the .npy file has a shape that no array has")
    return shape, fortran, dtype
