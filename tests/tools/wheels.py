# SPDX-License-Identifier: Apache-2.0
"""Makes every wheel that can be made on one machine, checks it and tries it.

    python tests/tools/wheels.py PURE.whl OUT [--systems ...] [--pythons ...]

PURE.whl is a wheel built here: the Python part of all others is its. Each wheel is checked with
auditwheel (Linux), abi3audit and twine, and tried (smoke.py) with every Python that can run it,
with NumPy 1.26 or the oldest that this Python has, and the newest. A Python of another processor is
given as PROCESSOR=COMMAND, for example `aarch64="qemu-aarch64 -L root root/usr/bin/python3"`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import cross_build

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# The oldest NumPy that has wheels for it.
OLDEST_NUMPY = {"3.10": "1.26", "3.11": "1.26", "3.12": "1.26", "3.13": "2.1", "3.14": "2.3"}
TAG = "cp310-abi3"


class Verdict(NamedTuple):
    """What a check said of a wheel."""

    check: str
    text: str
    good: bool


def record(content: dict[str, bytes], info: str) -> bytes:
    """The list of a wheel's files with their hashes."""
    lines = []
    for name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    return "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()


def assemble(pure: Path, extensions: list[Path], tag: str, out: Path) -> Path:
    """Make a wheel of another one's Python part and these extensions."""
    with zipfile.ZipFile(pure) as source:
        content = {name: source.read(name) for name in source.namelist()}
    (info,) = {name.split("/")[0] for name in content if ".dist-info/" in name}
    kept = {
        name: data
        for name, data in content.items()
        if not name.endswith((".so", ".pyd", "/RECORD", "/WHEEL", "/"))
    }
    for path in extensions:
        kept[f"tf_losses/_internal/{path.name}"] = path.read_bytes()
    about = content[f"{info}/WHEEL"].decode().splitlines()
    about = [line for line in about if line and not line.startswith("Tag:")]
    kept[f"{info}/WHEEL"] = "\n".join([*about, f"Tag: {TAG}-{tag}", ""]).encode()
    kept[f"{info}/RECORD"] = record(kept, info)
    made = out / f"{info.removesuffix('.dist-info')}-{TAG}-{tag}.whl"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in kept.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return made


def run(command: list[str], **more: str) -> tuple[bool, str]:
    """Run a program; whether it ended well and what it said."""
    with tempfile.TemporaryDirectory() as folder:  # nothing that lies about is imported
        done = subprocess.run(
            command,
            env={**os.environ, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=folder,
        )
    return done.returncode == 0, done.stdout


def is_within(found: str, promised: str) -> bool:
    """Tell whether what a wheel needs of a C library is no newer than its name says.

    >>> is_within("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")
    True
    >>> is_within("manylinux_2_34_x86_64", "manylinux_2_28_x86_64")
    False
    """
    (kind, major, minor, processor), *promise = (tag.split("_", 3) for tag in (found, promised))
    ((other_kind, other_major, other_minor, other_processor),) = promise
    same = (kind, processor) == (other_kind, other_processor)
    return same and (int(major), int(minor)) <= (int(other_major), int(other_minor))


def audit(wheel: Path, system: cross_build.System) -> list[Verdict]:
    """Ask the programs that judge wheels."""
    found = []
    if system.name == "linux":
        good, said = run([sys.executable, "-m", "auditwheel", "show", str(wheel)])
        named = re.search(r'platform tag:\s+"(\w+)"', said)
        good = good and named is not None and is_within(named[1], system.tag)
        found.append(Verdict("auditwheel", named[1] if good and named else said, good))
    good, said = run([sys.executable, "-m", "abi3audit", "--strict", str(wheel)])
    found.append(Verdict("abi3audit", "passed" if good else said, good))
    good, said = run([sys.executable, "-m", "twine", "check", "--strict", str(wheel)])
    found.append(Verdict("twine", "passed" if good else said, good))
    return found


def has(command: list[str]) -> str:
    """The version of a Python, such as 3.12; nothing if it does not run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        good, said = run([*command, "-c", code])
    except OSError:
        return ""
    return said.strip() if good else ""


def pythons(given: list[str]) -> list[tuple[str, list[str], str]]:
    """The processor, command and version of every Python there is."""
    own = platform.machine()
    commands = [(own, [path]) for v in VERSIONS if (path := shutil.which(f"python{v}"))]
    pyenv = Path.home() / ".pyenv" / "versions"
    commands += [(own, [str(p)]) for p in sorted(pyenv.glob("3.*/bin/python3"))]
    for text in given:
        processor, _, command = text.rpartition("=")
        commands.append((processor or own, shlex.split(command)))
    found: dict[tuple[str, str], list[str]] = {}
    for processor, command in commands:
        version = has(command)
        if version in VERSIONS:
            found.setdefault((processor, version), command)
    return [(processor, command, version) for (processor, version), command in found.items()]


def trial(
    wheel: Path, system: cross_build.System, command: list[str], version: str, numpy: str
) -> Verdict:
    """Install a wheel into a folder of its own, by version and tags, and use it."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"numpy=={numpy}.*" if numpy else "numpy"
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", folder]
        install += ["--python-version", version, "--only-binary", ":all:"]
        install += ["--python-platform", f"{system.processor}-manylinux_2_28", str(wheel), wanted]
        good, said = run(install)
        if good:
            smoke = str(ROOT / "tests" / "tools" / "smoke.py")
            good, said = run([*command, "-S", smoke], PYTHONPATH=folder)
        last = said.strip().splitlines()[-1] if said.strip() else "said nothing"
        return Verdict(f"CPython {version}", last, good)


def trials(
    wheel: Path, system: cross_build.System, found: list[tuple[str, list[str], str]]
) -> list[Verdict]:
    """Try a wheel with every Python that can run it."""
    if "manylinux" not in system.tag or platform.system() != "Linux":
        return [Verdict("tried", "not here: no Python of this system", good=True)]
    tried = [
        trial(wheel, system, command, version, numpy)
        for processor, command, version in found
        if processor == system.processor
        for numpy in (OLDEST_NUMPY[version], "")
    ]
    reason = f"not here: no Python of {system.processor}; --pythons names one"
    return tried or [Verdict("tried", reason, good=system.processor != platform.machine())]


def verdicts_on(
    pure: Path,
    system: cross_build.System,
    out: Path,
    found: list[tuple[str, list[str], str]],
) -> list[Verdict]:
    """Make a system's wheel, check it and try it."""
    try:
        made = cross_build.extensions(system, ROOT / "build" / "cross" / system.target)
    except (subprocess.CalledProcessError, RuntimeError) as error:
        print(f"no wheel for {system.tag}")
        return [Verdict("built", str(error), good=False)]
    wheel = assemble(pure, made, system.tag, out)
    print(f"{wheel.name}: {wheel.stat().st_size:,} bytes", flush=True)
    return [*audit(wheel, system), *trials(wheel, system, found)]


def main() -> int:
    """Make, check and try; 0 if every verdict was good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pure", type=Path)
    parser.add_argument("out", type=Path)
    known = [system.target for system in cross_build.SYSTEMS]
    parser.add_argument("--systems", nargs="*", choices=known, help="all if none is named")
    parser.add_argument("--pythons", nargs="*", default=[], help="more than those in the PATH")
    options = parser.parse_args()
    if not options.pure.is_file():
        parser.error(f"no wheel {options.pure}: make wheel")
    options.out.mkdir(parents=True, exist_ok=True)
    found, good = pythons(options.pythons), True
    for system in cross_build.SYSTEMS:
        if options.systems and system.target not in options.systems:
            continue
        verdicts = verdicts_on(options.pure, system, options.out.resolve(), found)
        for verdict in verdicts:
            print(
                f"  {'good' if verdict.good else 'NOT GOOD'}: {verdict.check}: {verdict.text}",
                flush=True,
            )
        good = good and all(verdict.good for verdict in verdicts)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
