# SPDX-License-Identifier: Apache-2.0
"""`make parity-matrix` without TensorFlow: Pythons that are found, environments, the table."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

import matrix_table
import parity_matrix
import tensorflows
from matrix_table import Outcome
from tensorflows import NIGHTLY, RECIPES, Environments, NoEnvironmentError, NoPythonError
from tf_losses import versions
from tf_losses._internal.runtime.releases import UPCOMING

if TYPE_CHECKING:
    from pathlib import Path

# A Python: it takes any code, and makes environments whose Python is a copy of it; of what pip is
# told it keeps a list, and what belongs to a package's folder.
PYTHON = """#!/bin/sh
case "$2" in
venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
pip)
    env=$(dirname "$(dirname "$0")")
    shift 5
    echo "$@" >> "$env/installed"
    case "$*" in *broken*) echo "no such package" >&2; exit 1;; esac
    for requirement; do
        mkdir -p "$env/lib/python3.6/site-packages/$(echo "$requirement" | sed s/==/-/).dist-info"
    done;;
esac
"""


def write_program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH but for the shell's own programs; no pyenv, no uv."""
    folder = tmp_path / "search"
    folder.mkdir()
    for name in ("sh", "mkdir", "cp", "dirname", "sed"):
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    return folder


def test_every_release() -> None:
    """Those from 1.5 on, each minor once, oldest first: all known versions but the nightly's."""
    minors = [tuple(map(int, release.split(".")[:2])) for release in RECIPES if release != NIGHTLY]
    assert minors == [*((1, n) for n in range(5, 16)), *((2, n) for n in range(22))]
    named = {".".join(map(str, minor)) for minor in minors}
    assert named >= set(versions.known_tf_versions()) - UPCOMING
    assert RECIPES["1.12.3"].requirements == ("tensorflow==1.12.3", "numpy<1.19", "protobuf<3.21")
    assert RECIPES[NIGHTLY].requirements == ("--pre", "tf-nightly-cpu")


def test_a_python_on_path(search: Path) -> None:
    found = write_program(search / "python3.6", "#!/bin/sh\n")
    assert tensorflows.find_python("3.6") == str(found)
    assert tensorflows.find_python("3.7") is None


@pytest.mark.parametrize("told", ["variable", "program", "home"])
def test_a_python_of_pyenv(
    told: str, search: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest that works; the one on PATH is a shim whose version is not chosen."""
    write_program(search / "python3.6", "#!/bin/sh\nexit 127\n")
    root = tmp_path / "home/.pyenv" if told == "home" else tmp_path / "elsewhere"
    write_program(root / "versions/3.6.9/bin/python3.6", "#!/bin/sh\n")
    newest = write_program(root / "versions/3.6.15/bin/python3.6", "#!/bin/sh\n")
    write_program(root / "versions/3.6.16/bin/python3.6", "#!/bin/sh\nexit 1\n")
    if told == "variable":
        monkeypatch.setenv("PYENV_ROOT", str(root))
    if told == "program":
        write_program(search / "pyenv", f"#!/bin/sh\necho {root}\n")
    assert tensorflows.find_python("3.6") == str(newest)


def test_a_python_of_uv(search: Path, tmp_path: Path) -> None:
    python = write_program(tmp_path / "uv" / "python", "#!/bin/sh\n")
    write_program(search / "uv", f'#!/bin/sh\n[ "$4" = 3.8 ] && echo {python}\n')
    assert tensorflows.find_python("3.8") == str(python)
    assert tensorflows.find_python("3.9") is None


def test_this_python_is_what_it_is() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    found = tensorflows.find_python(version)
    assert found is None or version in found


def test_an_environment_is_made_once(search: Path, tmp_path: Path) -> None:
    """The old pip goes first, as it would take packages of newer Pythons."""
    write_program(search / "python3.6", PYTHON)
    recipe = RECIPES["1.12.3"]
    python = Environments(tmp_path / "envs").python(recipe)
    assert python == tmp_path / "envs" / "1.12.3" / "bin" / "python"
    told = (tmp_path / "envs/1.12.3/installed").read_text().splitlines()
    assert told == ["pip==21.3.1", "tensorflow==1.12.3 numpy<1.19 protobuf<3.21"]
    (search / "python3.6").unlink()
    environments = Environments(tmp_path / "envs", thrifty=True)
    assert environments.python(recipe) == python
    environments.leave(recipe)
    assert python.exists()  # it did not make this one


def test_a_thrifty_one_is_removed(search: Path, tmp_path: Path) -> None:
    write_program(search / "python3.7", PYTHON)
    environments = Environments(tmp_path / "envs", thrifty=True)
    python = environments.python(RECIPES["2.0.4"])
    assert python.exists()
    environments.leave(RECIPES["2.0.4"])
    assert not python.parents[1].exists()


@pytest.mark.usefixtures("search")
def test_no_python(tmp_path: Path) -> None:
    with pytest.raises(NoPythonError, match=r"no CPython 3\.7 on PATH, of pyenv or of uv"):
        Environments(tmp_path).python(RECIPES["2.0.4"])


def test_pip_fails(search: Path, tmp_path: Path) -> None:
    write_program(search / "python3.7", PYTHON)
    broken = tensorflows.Recipe("2.0.4", "3.7", "broken", ())
    with pytest.raises(NoEnvironmentError, match="pip install: no such package"):
        Environments(tmp_path).python(broken)


def cell(state: str = "equal", dtype: str = "float32", **more: object) -> dict[str, Any]:
    differing = int(state.removesuffix(" differ")) if state.endswith("differ") else 0
    elements = 100 if state == "equal" or differing else 0
    about: dict[str, Any] = {"loss": "sigmoid", "dtype": dtype, "direction": "forward"}
    about |= {"state": state, "elements": elements, "differing": differing}
    return about | {"first": "here" if differing else "", "not_compared": {}} | more


def outcome(release: str, family: str, *cells: dict[str, Any]) -> Outcome:
    about = {"tensorflow": release, "numpy": "1.2", "python": "3.6.15"}
    equal = not any(each["differing"] for each in cells)
    report = {"family": family, "reference": about, "cells": list(cells), "notes": []}
    short = ".".join(release.split(".")[:2])
    return Outcome(release, {**report, "equal": equal, "tf_version": short})


def test_columns() -> None:
    """Releases share one if they compute alike and every cell says the same."""
    without = cell("no kernel", "bfloat16", not_compared={"no kernel: of it": 3})
    has = cell("equal", "bfloat16")
    outcomes = [
        outcome("1.5.1", "1.12", cell(), without),
        outcome("1.6.0", "1.12", cell(), without),
        outcome("1.8.0", "1.12", cell(), has),
        outcome("1.13.2", "1.13", cell(), has),
        outcome("1.14.0", "1.12", cell(), without),
        outcome("1.15.5", "1.12", cell("7 differ"), has),
        Outcome("2.0.4", why="there is no CPython 3.7"),
        Outcome("2.1.4", why="it died", failed=True),
    ]
    found = [[each.short for each in column] for column in matrix_table.groups(outcomes)]
    assert found == [["1.5", "1.6", "1.14"], ["1.8"], ["1.13"], ["1.15"]]
    text = list(matrix_table.lines(outcomes))
    assert text[1].split() == ["1.5-1.6"]
    assert text[2].split() == ["loss", "dtype", "direction", "1.14", "1.8", "1.13", "1.15"]
    assert text[3].split()[3:] == ["equal", "equal", "equal", "7"]
    assert text[4].split()[3:] == ["no", "kernel", "equal", "equal", "equal"]
    assert any("1.15.5: " in line and "1 DIFFER" in line for line in text)
    assert "1.15.5 differs: here" in text
    assert "  2.0.4: left out: there is no CPython 3.7" in text
    assert "  2.1.4: failed: it died" in text
    assert any("1.5.1 1.6.0 1.14.0: sigmoid bfloat16: 9 outputs" in line for line in text)
    assert text[-1] == (
        "8 releases: 6 compared, 7 mismatches, 1 left out for want of a Python, 1 FAILED"
    )


def test_a_cell_of_which_a_part_was_left_out() -> None:
    column = outcome("1.15.5", "1.15", cell(not_compared={"nobody knows": 2}))
    assert list(matrix_table.lines([column]))[2].endswith(" equal*")


TF_LOSSES = """#!{python}
import json, os, sys
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
if "--json" in sys.argv:
    if "2.20.0" in options["--python"]:
        sys.exit("tf-losses: it died")
    open(sys.argv[-1], "w").write(os.environ["REPORT"])
else:
    open(sys.argv[-1], "w").write("recorded")
"""


def run_matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Outcome, *more: str) -> int:
    command = write_program(tmp_path / "tf-losses", TF_LOSSES.format(python=sys.executable))
    monkeypatch.setenv("REPORT", json.dumps(report.report))
    options = ["--with", str(command), "--envs", str(tmp_path / "envs"), *more]
    monkeypatch.setattr(sys, "argv", ["parity_matrix.py", *options])
    return parity_matrix.main()


def test_the_whole_run(
    search: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What equals is 0; what has no Python is named; what differs or fails is 1."""
    write_program(search / "python3.11", PYTHON)
    releases = ["--releases", "2.0.4", "2.21.0"]
    equal = outcome("2.21.0", "2.21", cell())
    assert run_matrix(tmp_path, monkeypatch, equal, *releases, "--jobs", "2") == 0
    out = capsys.readouterr().out
    assert "2.0.4: left out: there is no CPython 3.7 on PATH" in out
    assert out.endswith("2 releases: 1 compared, 0 mismatches, 1 left out for want of a Python\n")
    assert run_matrix(tmp_path, monkeypatch, equal, "--releases", "2.0.4") == 1
    differs = outcome("2.21.0", "2.21", cell("3 differ"))
    assert run_matrix(tmp_path, monkeypatch, differs, *releases) == 1
    assert run_matrix(tmp_path, monkeypatch, equal, *releases, "2.20.0") == 1
    assert "2.20.0: failed: tf-losses: it died" in capsys.readouterr().out


def test_the_wheel_has_an_environment_too(
    search: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose command asks all others."""
    fake = write_program(search / "python3.11", PYTHON)
    command = tmp_path / "envs/tf_losses/bin/tf-losses"
    write_program(command, TF_LOSSES.format(python=sys.executable))
    report = outcome("2.21.0", "2.21", cell()).report
    monkeypatch.setenv("REPORT", json.dumps(report))
    monkeypatch.setattr(sys, "executable", str(fake))
    options = ["x.whl", "--envs", str(tmp_path / "envs"), "--releases", "2.21.0"]
    monkeypatch.setattr(sys, "argv", ["parity_matrix.py", *options])
    assert parity_matrix.main() == 0
    told = (tmp_path / "envs/tf_losses/installed").read_text().splitlines()
    assert told == ["--force-reinstall --no-deps x.whl", "x.whl ml_dtypes"]


def test_records(search: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the newest of a column, and of those that were there."""
    write_program(search / "python3.11", PYTHON)
    goldens = tmp_path / "goldens"
    goldens.mkdir()
    monkeypatch.setattr(parity_matrix, "GOLDENS", goldens)
    report = outcome("2.21.0", "2.21", cell())
    assert run_matrix(tmp_path, monkeypatch, report, "--releases", "2.21.0", "--record") == 0
    assert [file.name for file in goldens.iterdir()] == ["tensorflow-2.21.npz"]
    newer = outcome("2.22.0", "2.21", cell())
    assert newer.report
    newer.report["tf_version"] = "2.21"  # the newest that is known
    assert run_matrix(tmp_path, monkeypatch, newer, "--releases", "2.21.0", "--record") == 0
    assert [file.name for file in goldens.iterdir()] == ["tensorflow-2.21.npz"]
