# SPDX-License-Identifier: Apache-2.0
"""What an installed package promises besides bits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import tf_losses


def loaded_by(program: str) -> set[str]:
    """The modules in memory after a program has run in a fresh interpreter."""
    run = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_import_never_imports_tensorflow_or_what_only_the_command_needs() -> None:
    loaded = loaded_by("import tf_losses")
    heavy = {"tensorflow", "keras", "jax", "torch", "tqdm", "argparse", "zipfile", "tf_losses.cli"}
    # Some NumPy versions load a few of these themselves.
    assert not heavy & (loaded - loaded_by("import numpy"))


@pytest.mark.slow
def test_the_sdist_has_all_that_the_makefile_and_the_tests_need(tmp_path: Path) -> None:
    """Everything in the tree is in it, but what is made there and what only a repository has."""
    tree, out = tmp_path / "tree", tmp_path / "out"
    root = Path(__file__).parents[2]
    if not (root / "MANIFEST.in").exists():
        pytest.skip("this is a copy of some parts of the tree")
    parts = ("bench", "csrc", "docs", "tests", "tf_losses", ".ci", ".github")
    made = shutil.ignore_patterns("__pycache__", "*.so", "_ffi.c", ".*cache", "*.pyc")
    for part in parts:
        if (root / part).is_dir():
            shutil.copytree(root / part, tree / part, ignore=made)
    for path in root.iterdir():
        if path.is_file() and path.name not in (".gitignore", ".git"):
            shutil.copy(path, tree / path.name)
    files = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
    code = "import sys; from setuptools import build_meta as b; print(b.build_sdist(sys.argv[1]))"
    out.mkdir()
    subprocess.run(
        [sys.executable, "-c", code, str(out)], cwd=tree, check=True, capture_output=True
    )
    (archive,) = out.iterdir()
    with tarfile.open(archive) as packed:
        held = {name.split("/", 1)[1] for name in packed.getnames() if "/" in name}
    assert not files - held


def test_versions_agree() -> None:
    project = Path(__file__).parents[2].joinpath("pyproject.toml").read_text()
    assert f'\nversion = "{tf_losses.__version__}"\n' in project


def test_typed_and_with_data() -> None:
    files = resources.files("tf_losses")
    assert (files / "py.typed").is_file()
    made = json.loads((files / "data" / "digits.json").read_text())
    assert made["tensorflow"].startswith("2.21")
    logits = np.load(str(files / "data" / "digits_logits.npy"), allow_pickle=False)
    assert logits.shape == (1797, 10)
    assert logits.dtype == np.float32
