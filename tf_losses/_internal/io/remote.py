# SPDX-License-Identifier: Apache-2.0
"""Files that fsspec reads: `s3://`, `gs://`, `http://`, `memory://` and whatever else it knows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.place import CHANGED, Place, Unpacked, refusing

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(::[A-Za-z][A-Za-z0-9+.\-]*)*://")
_READ_AHEAD_BYTES = 1 << 18
_LOCAL = "file://"
# What says that a file is another one, of the systems that say it.
_VERSIONS = ("size", "ETag", "etag", "mtime", "LastModified", "created", "generation")

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_url(name: str) -> bool:
    """Tell a URL from the name of a file.

    >>> is_url("s3://bucket/x.npy"), is_url("x.npz:key")
    (True, False)
    """
    return _URL.match(name) is not None


def local_name(name: str) -> str:
    """Without the scheme of files on this machine.

    >>> local_name("file:///a/b.npy"), local_name("s3://a/b.npy")
    ('/a/b.npy', 's3://a/b.npy')
    """
    return name.removeprefix(_LOCAL)


class Remote(Place):
    """A file behind a URL; ranges of it are read.

    Args:
        url: where it is.
        scratch: for what must be on this machine.
    """

    def __init__(self, url: str) -> None:
        """Find out what reads it, and whether it is a folder."""
        super().__init__(Path(), url)
        self._system, self._inside = _system(url)
        try:
            with refusing(url):
                kind = self._system.info(self._inside)["type"]
        except InputError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise InputError(f"{url}: No such file or directory") from error
            raise
        # A server of HTTP does not tell; all of a file would be read to find out.
        self.is_folder = kind == "directory" or (url.startswith("http") and url.endswith("/"))

    @property
    def paths(self) -> tuple[Path, ...]:
        """None is on this machine."""
        return ()

    def open(self) -> IO[bytes]:
        """Open it for reading; little more is read ahead."""
        self._refuse_changed()
        file = self._system.open(
            self._inside, "rb", block_size=_READ_AHEAD_BYTES, cache_type="readahead"
        )
        return cast("IO[bytes]", file)

    def open_buffered(self) -> IO[bytes]:
        """Open it for what reads little at a time."""
        return self.open()

    def check(self, file: IO[bytes] | None = None) -> None:
        """Ask nothing: a question takes as long as a range. Opening it asks."""

    def _refuse_changed(self) -> None:
        info = self._system.info(self._inside)
        seen = tuple(str(info.get(key)) for key in _VERSIONS)
        if self._version is None:
            self._version = seen
        if seen != self._version:
            raise InputError(f"{self.name}: {CHANGED}")

    _version: tuple[str, ...] | None = None

    def on_this_machine(self, scratch: Path) -> Place:
        """Copy it when it is wanted."""

        def copy(target: Path) -> None:
            with refusing(self.name), self.open() as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)

        return Unpacked(self, scratch, copy)

    def store(self) -> Any:  # noqa: ANN401 (whatever zarr opens)
        """A folder, for zarr."""
        zarr = needed("zarr", "zarr", self.name)
        return zarr.storage.FsspecStore.from_url(self.name, read_only=True)

    def inside(self, name: str) -> Place:
        """One of its entries."""
        return Remote(name)

    def entries(self) -> list[str]:
        """The URLs in a folder."""
        with refusing(self.name):
            return list(_urls(self._system, self._system.ls(self._inside, detail=False)))


def found(pattern: str) -> list[str]:
    """The URLs that a pattern stands for."""
    system, inside = _system(pattern)
    with refusing(pattern):
        return list(_urls(system, system.glob(inside)))


def _system(url: str) -> tuple[Any, str]:
    fsspec = needed("fsspec", "remote", url)
    try:
        system, inside = fsspec.core.url_to_fs(url)
    except ImportError as error:  # of the package for one scheme
        raise InputError(f"{url}: {error}") from error
    except Exception as error:  # each system has its own
        raise InputError(f"{url}: {error}") from error
    return system, inside


def _urls(system: Any, names: list[str]) -> Iterator[str]:  # noqa: ANN401 (fsspec has no types)
    return (str(system.unstrip_protocol(name)) for name in names)
