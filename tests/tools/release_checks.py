# SPDX-License-Identifier: Apache-2.0
"""What must hold before anything is released; each check refuses with a sentence."""

from __future__ import annotations

import re
import subprocess
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_BYTES = 2_500_000  # of a wheel: Makefile, WHEEL_LIMIT
# Tracked, but of use in a repository only.
NOT_IN_SDIST = {".gitignore"}
_VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)
_HEADING = re.compile(r"^## \[(?!Unreleased\])(.+?)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
_UNRELEASED = re.compile(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_TOLD = re.compile(r'^VERSION = "(.+)"$', re.MULTILINE)
_CITED = re.compile(r"^version: *(\S+)$", re.MULTILINE)
_CITED_DATE = re.compile(r"^date-released: *(\S+)$", re.MULTILINE)


class RefusedError(Exception):
    """Nothing is released, for the reason that the text gives."""


def found(pattern: re.Pattern[str], path: Path, what: str) -> tuple[str, ...]:
    """What a file says of something."""
    match = pattern.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if match is None:
        raise RefusedError(f"{path.name} names no {what}")
    return match.groups()


def version_to_release(root: Path, tag: str = "") -> str:
    """The version on which the package, its metadata, CHANGELOG, CITATION and the tag agree."""
    (version,) = found(_VERSION, root / "pyproject.toml", "version")
    heading, day = found(_HEADING, root / "CHANGELOG.md", "version with a date")
    (cited,) = found(_CITED, root / "CITATION.cff", "version")
    (cited_day,) = found(_CITED_DATE, root / "CITATION.cff", "day of release")
    (told,) = found(_TOLD, root / "tf_losses" / "_internal" / "config.py", "version")
    (pending,) = found(_UNRELEASED, root / "CHANGELOG.md", "part [Unreleased]")
    others = {"CHANGELOG.md's newest heading": heading, "CITATION.cff": cited, "config.py": told}
    for name, other in others.items():
        if other != version:
            raise RefusedError(f"pyproject.toml says version {version}, {name} {other}")
    if cited_day != day:
        raise RefusedError(f"CHANGELOG.md says released on {day}, CITATION.cff {cited_day}")
    if pending.strip():
        raise RefusedError(f"CHANGELOG.md has notes under [Unreleased]: they belong to {version}")
    if tag and tag != f"v{version}":
        raise RefusedError(f"the tag is {tag}, that of version {version} is v{version}")
    return version


def git(root: Path, *arguments: str) -> str:
    """What Git says of a repository."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(f"a release is made of a commit, and {root} has none: {done.stderr}")
    return done.stdout


def check_clean(root: Path) -> None:
    """Refuse a tree that differs from its commit."""
    if changed := git(root, "status", "--porcelain").splitlines():
        names = ", ".join(line[3:] for line in changed[:5])
        raise RefusedError(
            f"{len(changed)} files differ from the commit ({names}): commit them, "
            "or make a trial with --allow-dirty"
        )


def files_of(root: Path) -> list[str]:
    """Tracked files, and those that would be if everything were committed."""
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted(name for name in names.split("\0") if name and (root / name).is_file())


def check_sdist(sdist: Path, version: str, files: Iterable[str]) -> None:
    """Refuse an sdist in which something of the repository is missing."""
    with tarfile.open(sdist) as packed:
        held = set(packed.getnames())
    top = f"tf_losses-{version}"
    wanted = {"PKG-INFO", *files} - NOT_IN_SDIST
    if missing := sorted(name for name in wanted if f"{top}/{name}" not in held):
        raise RefusedError(f"{sdist.name} lacks {', '.join(missing[:5])} (of {len(missing)})")


def check_wheel(wheel: Path, version: str) -> None:
    """Refuse a wheel of another version, for one machine only, or of too many bytes."""
    if not wheel.name.startswith(f"tf_losses-{version}-"):
        raise RefusedError(f"{wheel.name} is no wheel of version {version}")
    if wheel.stem.rsplit("-", 1)[1].startswith("linux_"):
        raise RefusedError(f"{wheel.name} promises no C library: release manylinux wheels")
    if (size := wheel.stat().st_size) > MOST_BYTES:
        raise RefusedError(f"{wheel.name} has {size:,} bytes, more than {MOST_BYTES:,}")
