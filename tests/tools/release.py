# SPDX-License-Identifier: Apache-2.0
"""Makes a release of the wheels that lie in a folder: `make release`.

    python tests/tools/release.py WHEELS OUT [--tag TAG] [--allow-dirty]
    python tests/tools/release.py --only-check [--tag TAG]

OUT gets the wheels, the sdist, a bill of materials, checksums and a statement of where they come
from, in the place of an earlier release. If anything is refused, OUT stays as it was.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from release_checks import (
    RefusedError,
    check_clean,
    check_sdist,
    check_wheel,
    files_of,
    git,
    version_to_release,
)
from release_contents import check_contents
from release_provenance import CHECKSUMS, statement, write_checksums, write_statement
from release_sbom import tomllib, write_bill
from release_sdist import make_sdist

ROOT = Path(__file__).resolve().parents[2]


def run(what: str, command: list[str], folder: Path) -> str:
    """Run a program, which must end well; what it said last."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RefusedError(f"{what}: {done.stdout.strip()}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def try_it(out: Path, version: str) -> str:
    """Install the wheel that fits here into a fresh environment, and use it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("no environment", [sys.executable, "-m", "venv", "env"], folder)
        python = str(next(folder.glob("env/[bS]*/python*")))  # bin, Scripts
        install = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        own = ["--no-index", "--no-deps", "--find-links", str(out), f"tf_losses=={version}"]
        run("no wheel for this machine", [*install, *own], folder)
        run("what it requires", [*install, *project["dependencies"]], folder)
        return run("smoke.py", [python, str(ROOT / "tests" / "tools" / "smoke.py")], folder)


def make(wheels: list[Path], out: Path, version: str, *, dirty: bool) -> list[Path]:
    """Put everything into a folder, checked."""
    commit, seconds = git(ROOT, "log", "-1", "--format=%H %ct").split()
    files = files_of(ROOT)
    made = [make_sdist(ROOT, files, out, int(seconds))]
    check_sdist(made[0], version, files)
    for wheel in wheels:
        check_wheel(wheel, version)
        check_contents(wheel, version, files)
        made.append(Path(shutil.copy(wheel, out)))
    twine = [sys.executable, "-m", "twine", "check", "--strict", *map(str, made)]
    print("twine:", run("twine", twine, out))
    print("tried:", try_it(out, version))
    made.append(write_bill(ROOT, version, out))
    command = ["tests/tools/release.py", *sys.argv[1:]]
    told = statement(made, commit, command, dirty=dirty, seconds=int(seconds))
    made.append(write_statement(told, out))
    return [*made, write_checksums(made, out)]


def check_replaceable(out: Path) -> None:
    """Refuse to delete what is no earlier release."""
    is_empty = out.is_dir() and not any(out.iterdir())
    if out.exists() and not is_empty and not (out / CHECKSUMS).is_file():
        raise RefusedError(f"{out} has other files than a release's: name a folder of its own")


def release(options: argparse.Namespace) -> None:
    """Check, make, and put it where it is wanted."""
    version = version_to_release(ROOT, options.tag)
    dirty = bool(git(ROOT, "status", "--porcelain"))
    if not options.allow_dirty:
        check_clean(ROOT)
    if options.only_check:
        print(f"version {version}: the texts agree")
        return
    wheels = sorted(options.wheels.glob("*.whl"))
    if not wheels:
        raise RefusedError(f"no wheels in {options.wheels}: make wheels")
    check_replaceable(options.out)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out.parent) as folder:
        made = Path(folder, "release")
        made.mkdir()
        names = [path.name for path in make(wheels, made, version, dirty=dirty)]
        shutil.rmtree(options.out, ignore_errors=True)
        made.rename(options.out)
    for name in names:
        print(f"{(options.out / name).stat().st_size:>10,} {options.out / name}")
    if dirty:
        print("A TRIAL: the tree differs from its commit")


def absolute(text: str) -> Path:
    """A path that is the same for programs that run in another folder."""
    return Path(text).resolve()


def main() -> int:
    """Make a release; 1, with a sentence, if it is refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheels", type=absolute, nargs="?", default="dist/all")
    parser.add_argument("out", type=absolute, nargs="?", default="dist/release")
    parser.add_argument("--tag", default="", help="of the commit: v and the version")
    parser.add_argument("--allow-dirty", action="store_true", help="a trial")
    parser.add_argument("--only-check", action="store_true", help="the texts and the tree")
    try:
        release(parser.parse_args())
    except (RefusedError, OSError) as refused:  # such as a folder that cannot be written to
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
