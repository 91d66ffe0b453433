# SPDX-License-Identifier: Apache-2.0
"""The formats of files: one module each, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tf_losses._internal.io.place import Place
    from tf_losses._internal.io.source import Opening, Source
    from tf_losses._internal.io.tables import Layout, Table


@dataclass(frozen=True)
class Format:
    """How files of one kind are known, and what reads them."""

    name: str
    """Also that of the module."""
    suffixes: tuple[str, ...]
    magic: bytes = b""
    """What each begins with."""
    extra: str = ""
    """Of the package: what installs the libraries that it needs."""

    @property
    def open_source(self) -> Callable[[Place, str | None, str, Opening], Source]:
        """Opens one column of a file, chosen by its name or, without one, by its role."""
        module = import_module(f"{__name__}.{self.name}")
        opener: Callable[[Place, str | None, str, Opening], Source] = module.open_source
        return opener

    @property
    def new_table(self) -> Callable[[Path, Layout, Path], Table]:
        """Begins a file of this kind."""
        module = import_module(f"tf_losses._internal.io.tables.{self.name}")
        made: Callable[[Path, Layout, Path], Table] = module.NewTable
        return made


FORMATS = (
    Format("npy", (".npy",), b"\x93NUMPY"),
    Format("npz", (".npz",), b"PK\x03\x04"),
    Format("parquet", (".parquet", ".pq"), b"PAR1", "parquet"),
    Format("zarr", (".zarr", ".zarr.zip"), b"", "zarr"),
    Format("hdf5", (".h5", ".hdf5", ".hdf"), b"\x89HDF\r\n\x1a\n", "hdf5"),
    Format("tfrecord", (".tfrecord", ".tfrecords"), b"", "tfrecord"),
    Format("jsonl", (".jsonl", ".ndjson", ".json")),
    Format("csv", (".csv", ".tsv")),
)
BY_NAME = {known.name: known for known in FORMATS}
