# SPDX-License-Identifier: Apache-2.0
"""Array files as memory maps: `.npy` in place, a member of an `.npz` unpacked beside."""

from __future__ import annotations

import os
import shutil
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

_NPY_MAGIC = b"\x93NUMPY"
_ZIP_MAGIC = b"PK\x03\x04"
# What the np.save of a bfloat16 array leaves in the header: NumPy has no name for the type.
_UNNAMED_16_BITS = np.dtype("V2")


class InputError(Exception):
    """A file or option that cannot be used; the text is one line for the user."""


def open_array(spec: str, role: str, scratch: Path, *, bfloat16: bool = False) -> npt.NDArray[Any]:
    """Map an array file read-only.

    Args:
        spec: `file.npy`, `file.npz` or `file.npz:key`.
        role: What the array is for; the key looked for when an `.npz` holds several.
        scratch: Directory for unpacked members of an `.npz`, which cannot be mapped in place.
        bfloat16: Take unnamed 16-bit elements for bfloat16.

    Raises:
        InputError: The file is missing, damaged, or holds something else.
    """
    path, key = _split(spec)
    try:
        with path.open("rb") as file:
            magic = file.read(len(_NPY_MAGIC))
        if magic.startswith(_ZIP_MAGIC):
            path = _unpack(path, key, role, scratch)
        elif key or magic != _NPY_MAGIC:
            kind = ".npz" if key else ".npy or .npz"
            raise InputError(f"{path}: not an {kind} file")
        array = _map(path)
    except OSError as error:
        raise InputError(f"{spec}: {error.strerror or error}") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{spec}: {first_line(error)}") from error
    # NumPy reads headers with Python's own parser, and sorts keys of which one may be bytes.
    except (SyntaxError, TokenError, TypeError) as error:
        raise InputError(f"{spec}: damaged header of an .npy file") from error
    return _as_bfloat16(array, spec, wanted=bfloat16)


def _map(path: Path) -> npt.NDArray[Any]:
    """Map an `.npy` file."""
    with warnings.catch_warnings():
        # "Created on Python 2": true or damaged, it is nothing that a user need act on.
        warnings.simplefilter("ignore", UserWarning)
        return np.lib.format.open_memmap(path, mode="r")


def _split(spec: str) -> tuple[Path, str]:
    """Part `file.npz:key`; a file of exactly that name goes first."""
    path, colon, key = spec.rpartition(":")
    if not colon or not path or Path(spec).exists():
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
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{path}: {first_line(error)}") from error
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


def _as_bfloat16(array: npt.NDArray[Any], spec: str, *, wanted: bool) -> npt.NDArray[Any]:
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


def first_line(error: Exception) -> str:
    """The first line of an exception's text, or its class if it has none."""
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


@contextmanager
def new_array(
    path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Iterator[npt.NDArray[Any]]:
    """Map a new `.npy` file for writing; it gets its name only when the block ends well.

    Raises:
        InputError: The file cannot be made, or the disk has no room for it.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            array = np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape)
            _reserve(part)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from error
        yield array
        array.flush()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _reserve(path: Path) -> None:
    """Claim a sparse file's blocks: a full disk is an error here, and a crash in the map."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
