# SPDX-License-Identifier: Apache-2.0
"""Every TensorFlow that is compared with, and an environment for each with the Python it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NIGHTLY = "nightly"
# Python 3.6 comes with a pip that takes packages which say that they need a newer Python.
_PIP_OF = {"3.6": "pip==21.3.1"}


@dataclass(frozen=True)
class Recipe:
    """What an environment is made of."""

    release: str
    """Its exact number, or NIGHTLY."""
    python: str
    """The newest CPython that it has a package for."""
    package: str
    beside: tuple[str, ...]
    """Packages that changed since: what a release asks for was to be had in its year."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What pip is told."""
        if self.release == NIGHTLY:
            return ("--pre", self.package)
        return (f"{self.package}=={self.release}", *self.beside)


_OLD = ("numpy<1.19", "protobuf<3.21")
_LATER = ("numpy<1.24", "protobuf<3.21")
_AGES = (
    ("1.5.1 1.6.0 1.7.1 1.8.0 1.9.0 1.10.1 1.11.0 1.12.3", "3.6", "tensorflow", _OLD),
    ("1.13.2 1.14.0 1.15.5 2.0.4", "3.7", "tensorflow", _OLD),
    ("2.1.4", "3.7", "tensorflow-cpu", _OLD),
    ("2.2.3 2.3.4", "3.8", "tensorflow-cpu", _OLD),
    ("2.4.4", "3.8", "tensorflow-cpu", _LATER),
    ("2.5.3 2.6.5", "3.9", "tensorflow-cpu", _LATER),
    ("2.7.4", "3.9", "tensorflow", _LATER),
    ("2.8.4 2.9.3 2.10.1 2.11.1", "3.10", "tensorflow-cpu", _LATER),
    ("2.12.1 2.13.1 2.14.1 2.15.1 2.16.2 2.17.1", "3.11", "tensorflow-cpu", ()),
    ("2.18.1 2.19.1 2.20.0 2.21.0", "3.11", "tensorflow-cpu", ()),
    (NIGHTLY, "3.11", "tf-nightly-cpu", ()),
)
RECIPES = {
    release: Recipe(release, python, package, beside)
    for releases, python, package, beside in _AGES
    for release in releases.split()
}


class NoEnvironmentError(Exception):
    """An environment cannot be made; the text says why."""


class NoPythonError(NoEnvironmentError):
    """There is no Python for it on this machine."""


def find_python(version: str) -> str | None:
    """Find a CPython X.Y that can make environments: on PATH, of pyenv, of uv."""
    code = (
        "import sys, ensurepip, venv; "
        "sys.exit((sys.implementation.name, *sys.version_info[:2]) != ('cpython', "
        f"{version.replace('.', ', ')}))"
    )
    return next((python for python in _candidates(version) if _says([python, "-c", code])), None)


def _candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    for folder in os.get_exec_path():
        if python := shutil.which(name, path=folder):
            yield python
    for versions in _pyenv_folders():
        numbered = versions.glob(f"{version}.[0-9]*/bin/{name}")
        yield from map(str, sorted(numbered, key=_last_number, reverse=True))
    if found := _says(["uv", "python", "find", "--no-python-downloads", version]):
        yield found


def _pyenv_folders() -> Iterator[Path]:
    roots = (os.environ.get("PYENV_ROOT"), _says(["pyenv", "root"]), Path.home() / ".pyenv")
    yield from dict.fromkeys(Path(root) / "versions" for root in roots if root)


def _last_number(python: Path) -> int:
    digits = python.parents[1].name.rpartition(".")[2]
    return int(digits) if digits.isdigit() else -1


def _says(command: list[str]) -> str | None:
    """Run a program that may not be there; what it prints, "yes" if that is nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or "yes"


class Environments:
    """Environments in a folder, each under the number of its release."""

    def __init__(self, folder: Path, *, thrifty: bool = False) -> None:
        """Name the folder; `thrifty` removes each environment after its use."""
        self._folder = folder
        self._thrifty = thrifty
        self._made: set[str] = set()

    def python(self, recipe: Recipe) -> Path:
        """Give the Python of an environment, which is made if it is not there.

        Raises:
            NoPythonError: there is no Python for it.
            NoEnvironmentError: pip fails.
        """
        env = self._folder / recipe.release
        python = env / "bin" / "python"
        if _holds(env, recipe):
            return python
        base = find_python(recipe.python)
        if base is None:
            raise NoPythonError(f"there is no CPython {recipe.python} on PATH, of pyenv or of uv")
        shutil.rmtree(env, ignore_errors=True)
        self._made.add(recipe.release)
        run([base, "-m", "venv", str(env)])
        if recipe.python in _PIP_OF:
            install(python, [_PIP_OF[recipe.python]])
        install(python, recipe.requirements)
        return python

    def leave(self, recipe: Recipe) -> None:
        """Say that an environment is not needed any longer."""
        if self._thrifty and recipe.release in self._made:
            shutil.rmtree(self._folder / recipe.release, ignore_errors=True)


def _holds(env: Path, recipe: Recipe) -> bool:
    """Tell whether a release is installed there; pip writes this folder last."""
    release = "*" if recipe.release == NIGHTLY else f"{recipe.release}*"
    names = {recipe.package.replace("-", "_"), "tensorflow"}
    found = (env.glob(f"lib/python3*/site-packages/{n}-{release}.dist-info") for n in names)
    return (env / "bin" / "python").exists() and any(map(any, found))


def install(python: Path, requirements: Sequence[str]) -> None:
    """Have pip install something.

    Raises:
        NoEnvironmentError: it fails.
    """
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, *requirements])


def run(command: list[str]) -> None:
    """Run a program; what it prints is kept for the case that it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise NoEnvironmentError(f"{' '.join(command[:4])}: {lines[-1]}")
