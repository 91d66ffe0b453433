# SPDX-License-Identifier: Apache-2.0
"""An sdist that is the same, byte for byte, whenever and wherever a commit's is made."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from release_checks import RefusedError

_BUILD = "import sys; from setuptools import build_meta as b; b.build_sdist(sys.argv[1])"


def pack_again(sdist: Path, seconds: int) -> None:
    """Leave out of an archive what depends on when, where and by whom it was made."""
    unpacked = io.BytesIO()
    with (
        tarfile.open(sdist) as source,
        tarfile.open(fileobj=unpacked, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        for member in sorted(source.getmembers(), key=lambda member: member.name):
            kept = tarfile.TarInfo(member.name)
            kept.type, kept.size, kept.mtime = member.type, member.size, seconds
            kept.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            target.addfile(kept, source.extractfile(member))
    with (
        sdist.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=seconds) as packed,
    ):
        packed.write(unpacked.getvalue())


def build(tree: Path, made: Path, seconds: int) -> None:
    """Let setuptools make it."""
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(made)],
        cwd=tree,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(seconds)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:  # its last line is the error's own
        raise RefusedError(f"no sdist can be built: {done.stderr.strip().rpartition(chr(10))[2]}")


def make_sdist(root: Path, files: list[str], out: Path, seconds: int) -> Path:
    """Make it of a copy of these files alone: whatever else lies in the tree is not in it."""
    with tempfile.TemporaryDirectory() as folder:
        tree, made = Path(folder, "tree"), Path(folder, "made")
        made.mkdir()
        for name in files:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, tree / name)
        build(tree, made, seconds)
        (sdist,) = made.iterdir()
        pack_again(sdist, seconds)
        return Path(shutil.move(sdist, out / sdist.name))
