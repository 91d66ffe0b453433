# SPDX-License-Identifier: Apache-2.0
"""Array files: `.npy` read in place, a member of an `.npz` unpacked beside."""

from __future__ import annotations

import os
import shutil
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._io.array_file import ArrayFile, refuse_special
from tf_losses._io.command import InputError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from tf_losses._io.output import Destination

_NPY_MAGIC = b"\x93NUMPY"
_ZIP_MAGIC = b"PK\x03\x04"
# What the np.save of a bfloat16 array leaves in the header: NumPy has no name for the type.
_UNNAMED_16_BITS = np.dtype("V2")


def open_array(spec: str, role: str, scratch: Path, *, bfloat16: bool = False) -> ArrayFile:
    """Open an array file for reading.

    Args:
        spec: `file.npy`, `file.npz` or `file.npz:key`.
        role: What the array is for; the key looked for when an `.npz` holds several.
        scratch: Directory for unpacked members of an `.npz`, which cannot be read in place.
        bfloat16: Take unnamed 16-bit elements for bfloat16.

    Raises:
        InputError: The file is missing, damaged, or holds something else.
    """
    path, key = split(spec)
    try:
        refuse_special(path, spec)
        with path.open("rb") as file:
            magic = file.read(len(_NPY_MAGIC))
        if magic.startswith(_ZIP_MAGIC):
            path = _unpack(path, key, role, scratch)
        elif key or magic != _NPY_MAGIC:
            kind = ".npz" if key else ".npy or .npz"
            raise InputError(f"{path}: not an {kind} file")
        array = _open(path, spec, scratch)
    except OSError as error:
        raise InputError(f"{spec}: {error.strerror or error}") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{spec}: {first_line(error)}") from error
    # NumPy reads headers with Python's own parser, and sorts keys of which one may be bytes.
    except (SyntaxError, TokenError, TypeError, RecursionError, MemoryError) as error:
        raise InputError(f"{spec}: damaged header of an .npy file") from error
    try:
        return _as_bfloat16(array, spec, wanted=bfloat16)
    except InputError:
        array.close()
        raise


def _open(path: Path, spec: str, scratch: Path) -> ArrayFile:
    """Look at the header of an `.npy` file; the map that NumPy makes for that is not touched."""
    with warnings.catch_warnings():
        # "Created on Python 2": true or damaged, it is nothing that a user need act on.
        warnings.simplefilter("ignore", UserWarning)
        mapped = np.lib.format.open_memmap(path, mode="r")
    fortran = mapped.flags.f_contiguous and not mapped.flags.c_contiguous
    return ArrayFile(
        path, spec, mapped.offset, mapped.dtype, mapped.shape, scratch, fortran=fortran
    )


def split(spec: str) -> tuple[Path, str]:
    """Part `file.npz:key`; a file of exactly that name goes first."""
    path, colon, key = spec.rpartition(":")
    if not colon or not path or os.path.exists(spec):  # noqa: PTH110 (which raises nothing)
        return Path(spec), ""
    return Path(path), key


def _unpack(path: Path, key: str, role: str, scratch: Path) -> Path:
    """Write one member of an archive to a file of its own, without holding it in memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive.namelist(), key, role, path)
            target = scratch / f"{role}.npy"
            with archive.open(member) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    except (InputError, OSError, MemoryError):
        raise
    except Exception as error:  # a damaged archive fails in as many ways as there are decoders
        raise InputError(f"{path}: damaged: {first_line(error)}") from error
    return target


def _member(names: list[str], key: str, role: str, path: Path) -> str:
    """The archive's member for `key`, else the only one, else the one named like its role."""
    keys = {name.removesuffix(".npy"): name for name in names if name.endswith(".npy")}
    if not key:
        key = next(iter(keys)) if len(keys) == 1 else role
    if key not in keys:
        held = ", ".join(sorted(keys)) or "no arrays"
        raise InputError(f"{path}: no array {key!r} in it; it holds {held} (write {path}:KEY)")
    return keys[key]


def _as_bfloat16(array: ArrayFile, spec: str, *, wanted: bool) -> ArrayFile:
    """Name the type of unnamed 16-bit elements."""
    if array.dtype != _UNNAMED_16_BITS:
        return array
    if not wanted:
        raise InputError(
            f"{spec}: 16-bit elements without a type; for bfloat16 add --dtype bfloat16"
        )
    return array.view(bfloat16_dtype())


def bfloat16_dtype() -> np.dtype[Any]:
    """ml_dtypes' bfloat16.

    Raises:
        InputError: ml_dtypes is not installed.
    """
    try:
        import ml_dtypes  # noqa: PLC0415 (optional, and only for this type)
    except ImportError as error:
        raise InputError("--dtype bfloat16 needs the package ml_dtypes") from error
    dtype: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return dtype


@contextmanager
def new_array(
    target: Destination, shape: tuple[int, ...], dtype: np.dtype[Any], scratch: Path
) -> Iterator[npt.NDArray[Any]]:
    """Map a new `.npy` file for writing; it gets its name only when the block ends well.

    Raises:
        InputError: The file cannot be made, or the disk has no room for it.
    """
    with target.part(scratch) as part:
        array = np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape)
        _reserve(part)
        yield array
        array.flush()


def _reserve(path: Path) -> None:
    """Claim a sparse file's blocks: a full disk is an error here, and a crash in the map."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
