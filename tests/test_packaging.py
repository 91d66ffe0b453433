# SPDX-License-Identifier: Apache-2.0
"""What an installed package promises besides bits."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np

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


def test_versions_agree() -> None:
    project = Path(__file__).parent.with_name("pyproject.toml").read_text()
    assert f'\nversion = "{tf_losses.__version__}"\n' in project


def test_typed_and_with_data() -> None:
    files = resources.files("tf_losses")
    assert (files / "py.typed").is_file()
    made = json.loads((files / "data" / "digits.json").read_text())
    assert made["tensorflow"].startswith("2.21")
    logits = np.load(str(files / "data" / "digits_logits.npy"), allow_pickle=False)
    assert logits.shape == (1797, 10)
    assert logits.dtype == np.float32
