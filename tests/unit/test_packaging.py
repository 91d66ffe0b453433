# SPDX-License-Identifier: Apache-2.0
"""What an installed package promises besides bits."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import tf_losses

ROOT = Path(__file__).parents[2]


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
    made = shutil.ignore_patterns("_build", "__pycache__", "*.so", "_ffi.c", ".*cache", "*.pyc")
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


@pytest.mark.slow
def test_the_sdist_builds_and_tests_from_itself_alone(tmp_path: Path) -> None:
    """Unpacked somewhere else, built in place, and some of its own tests and goldens run.

    Built without optimization, which takes a third of the time; bits do not depend on it.
    """
    if not (ROOT / "MANIFEST.in").exists():
        pytest.skip("this is a copy of some parts of the tree")
    tree = tmp_path / "tree"
    ignored = (
        "__pycache__",
        "*.so",
        ".*cache",
        "build",
        "_build",
        "dist",
        ".venv*",
        ".git",
        "*.egg-info",
        ".hypothesis",
    )
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*ignored))
    code = "import sys; from setuptools import build_meta as b; print(b.build_sdist(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    shutil.rmtree(tree)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (made,) = tmp_path.glob("tf_losses-*/")
    compiler = tmp_path / "cc"
    usual = os.environ.get("CC") or sysconfig.get_config_var("CC")
    compiler.write_text(f'#!/bin/sh\nexec {usual} "$@" -O0\n')
    compiler.chmod(0o755)
    building = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    unoptimized = {**os.environ, "CC": str(compiler)}
    subprocess.run(building, cwd=made, env=unoptimized, check=True, capture_output=True)
    env = {**os.environ, "PYTHONPATH": f"{made}{os.pathsep}{made / 'tests' / 'helpers'}"}
    tests = ["tests/unit/test_signs.py", "tests/unit/test_parity.py", "-m", "fast"]
    testing = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(testing, cwd=made, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout


# In the place of a C compiler: it writes what it was asked for, and when.
COMPILER = """#!{python}
import os, sys, time
told = sys.argv[1:]
made = told[told.index("-o") + 1]
def write(what):
    with open({log!r}, "a") as log:
        log.write(f"{{what}} {{made}}\\n")
write("begin" if "-c" in told else "link")
time.sleep(0.05)
if "-c" in told:
    write("end")
open(made, "w").close()
sys.exit(made.endswith({broken!r}))
"""


def built_by_nobody(folder: Path, jobs: int, broken: str = "-") -> tuple[int, list[str]]:
    """The exit code of a build, and what it asked the compiler for."""
    compiler, log = folder / "cc", folder / "log"
    compiler.write_text(COMPILER.format(python=sys.executable, log=str(log), broken=broken))
    compiler.chmod(0o755)
    command = [sys.executable, "setup.py", "-q", "build_ext", f"--parallel={jobs}", "--force"]
    command += [f"--build-temp={folder / 'temp'}", f"--build-lib={folder / 'lib'}"]
    env = {**os.environ, "CC": str(compiler), "LDSHARED": f"{compiler} -shared"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
    return done.returncode, log.read_text().splitlines()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the compiler is a script")
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_build_compiles_several_sources_at_once(jobs: int, tmp_path: Path) -> None:
    """As many as it is told; it links when all are compiled."""
    code, asked = built_by_nobody(tmp_path, jobs)
    assert code == 0
    assert sum(line.startswith("link ") for line in asked) == 2
    running, most = set[str](), 0
    for line in asked:
        what, made = line.split(" ", 1)
        if what == "begin":
            assert made not in running
            running.add(made)
            most = max(most, len(running))
        elif what == "end":
            running.remove(made)
        else:
            assert not running
    assert most <= jobs
    assert (most > 1) == (jobs > 1)
    sources = {path.stem for path in ROOT.glob("csrc/*/*.c")}
    assert sources <= {Path(line).stem for line in asked if line.startswith("end ")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the compiler is a script")
def test_a_source_that_cannot_be_compiled_ends_the_build(tmp_path: Path) -> None:
    code, asked = built_by_nobody(tmp_path, 3, "functions.o")
    assert code != 0
    assert not [line for line in asked if line.startswith("link ")]


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


# ---- other systems ----


def test_only_the_host_knows_the_system() -> None:
    """Nothing outside csrc/host asks which system it is, or has its headers."""
    asked = re.compile(r"_WIN32|__linux__|__APPLE__|<(pthread|windows|unistd|sched|sys/\w+)\.h>")
    for path in (ROOT / "csrc").rglob("*.[ch]"):
        if path.parent.name != "host":
            assert not asked.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_system_is_told_to_keep_arithmetic(system: str) -> None:
    sys.path.insert(0, str(ROOT / "csrc"))
    import build_ffi  # noqa: PLC0415 (a build script, no package)

    for processor in ("x86_64", "aarch64"):
        flags = build_ffi.compile_flags(system, processor, gcc=True)
        assert {"-ffp-contract=off", "-fno-fast-math", "-std=gnu11"} <= set(flags)
        assert ("-mfpmath=sse" in flags) == (processor == "x86_64")
        # Windows' stacks are not aligned for what gcc stores there.
        assert ("-Wa,-muse-unaligned-vector-move" in flags) == (system == "win32")
        assert ("-pthread" in flags) == (system != "win32")
    assert "-fno-unsafe-math-optimizations" in build_ffi.link_flags(system)


def test_microsofts_compiler_is_refused() -> None:
    text = (ROOT / "csrc" / "host" / "environment.h").read_text(encoding="utf-8")
    assert re.search(r"_MSC_VER.*\n#error .*MinGW", text)


def test_crashes_have_names_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module loads without the signals that Windows has not."""
    monkeypatch.delattr(signal, "SIGBUS", raising=False)
    from tf_losses.parity import reference  # noqa: PLC0415 (loaded anew)

    spec = importlib.util.spec_from_file_location("reference_anew", reference.__file__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert int(signal.SIGSEGV) in module._CRASHES  # noqa: SLF001 (the point)
