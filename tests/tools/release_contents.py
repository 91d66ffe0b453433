# SPDX-License-Identifier: Apache-2.0
"""What a wheel holds: this tree's package, both libraries and the licence, and nothing else."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import zipfile
from typing import TYPE_CHECKING

from release_checks import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LIBRARIES = ("_ffi", "_older")
_LIBRARY = re.compile(r"tf_losses/_internal/(\w+)\.[\w.-]*(?:so|pyd)")
ABOUT = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt")


def read(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel."""
    try:
        with zipfile.ZipFile(wheel) as packed:
            return {name: packed.read(name) for name in packed.namelist() if name[-1] != "/"}
    except zipfile.BadZipFile as error:
        raise RefusedError(f"{wheel.name} cannot be read: {error}") from error


def check_contents(wheel: Path, version: str, files: Iterable[str]) -> None:
    """Refuse a wheel that lacks something, or holds what is not for its users."""
    content = read(wheel)
    libraries = [match[1] for name in content if (match := _LIBRARY.fullmatch(name))]
    if sorted(libraries) != sorted(LIBRARIES):
        raise RefusedError(f"{wheel.name} has the libraries {libraries}, not {[*LIBRARIES]}")
    info = f"tf_losses-{version}.dist-info"
    wanted = {name for name in files if name.startswith("tf_losses/")}
    wanted |= {f"{info}/{name}" for name in ABOUT}
    held = {name for name in content if not _LIBRARY.fullmatch(name)}
    for what, names in (("lacks", wanted - held), ("has besides", held - wanted)):
        if names:
            raise RefusedError(f"{wheel.name} {what} {', '.join(sorted(names)[:5])} ({len(names)})")
    check_record(wheel.name, content, f"{info}/RECORD")


def check_record(wheel: str, content: dict[str, bytes], record: str) -> None:
    """Refuse a wheel whose list of files says otherwise than its files."""
    lines = csv.reader(io.StringIO(content[record].decode()))
    listed = {name: tuple(told) for name, *told in filter(None, lines)}
    found = {name: (_digest(data), str(len(data))) for name, data in content.items()}
    if wrong := sorted(name for name, _ in listed.items() ^ {**found, record: ("", "")}.items()):
        raise RefusedError(f"{wheel}: RECORD is wrong about {', '.join(dict.fromkeys(wrong))}")


def _digest(data: bytes) -> str:
    packed = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={packed.rstrip(b'=').decode()}"
