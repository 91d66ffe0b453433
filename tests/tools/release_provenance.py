# SPDX-License-Identifier: Apache-2.0
"""Where the files of a release come from: checksums, and a statement as in-toto and SLSA have it.

The statement is not signed: it says what was done. The workflow `release` attests to its files.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import zipfile
from typing import TYPE_CHECKING, Any

from release_checks import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CHECKSUMS = "SHA256SUMS"
# What tfl_build_text() says, as it stands in the library.
_BUILD_TEXT = re.compile(rb"(?:gcc|clang) [^\0]{1,100}, FLT_EVAL_METHOD [^\0]*")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_checksums(paths: Iterable[Path], out: Path) -> Path:
    """Write what `sha256sum --check` reads."""
    lines = [f"{digest(path)}  {path.name}\n" for path in sorted(paths)]
    path = out / CHECKSUMS
    path.write_text("".join(lines), encoding="utf-8")
    return path


def build_text(wheel: Path) -> str:
    """How a wheel's library was compiled, in its own words."""
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if re.search(r"/_ffi\.[^/]*(so|pyd)$", name)]
        said = [_BUILD_TEXT.search(packed.read(name)) for name in names]
    if len(said) != 1 or said[0] is None:
        raise RefusedError(f"{wheel.name} does not tell how it was compiled")
    return said[0][0].decode()


def statement(
    paths: Iterable[Path], commit: str, command: list[str], *, dirty: bool, seconds: int
) -> dict[str, Any]:
    """What was made of which commit, by what."""
    paths = sorted(paths)
    compilers = {path.name: build_text(path) for path in paths if path.suffix == ".whl"}
    source = {"name": "the repository of tf_losses", "digest": {"gitCommit": commit}}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": path.name, "digest": {"sha256": digest(path)}} for path in paths],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:tf_losses:release:1",
                "externalParameters": {"command": command, "treeDiffersFromCommit": dirty},
                "internalParameters": {
                    "python": f"{platform.python_implementation()} {platform.python_version()}",
                    "platform": platform.platform(),
                    "sourceDateEpoch": seconds,
                    "compilers": compilers,
                },
                "resolvedDependencies": [source],
            },
            "runDetails": {"builder": {"id": "urn:tf_losses:tests/tools/release.py"}},
        },
    }


def write_statement(text: dict[str, Any], out: Path) -> Path:
    """Write it where it is looked for."""
    path = out / "provenance.json"
    path.write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")
    return path
