# SPDX-License-Identifier: Apache-2.0
"""`make parity-matrix`: the full parity command beside every known TensorFlow, one table.

Each version gets an environment of its own, with the wheel, and runs the command there. TensorFlow
1.15 needs CPython 3.7, for which there is no wheel: it has an environment without, and is asked
from that of the newest version. It is left out where there is no CPython 3.7 (--python37).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

OLDEST = "1.15.5"
RELEASES = (
    *("2.13.1", "2.14.1", "2.15.1", "2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0"),
)
GOLDENS = Path(__file__).parents[1] / "golden"


def main() -> int:
    """Run all versions; 0 if every cell is equal."""
    options = _options()
    options.envs.mkdir(exist_ok=True)
    found: dict[str, dict[str, Any]] = {}
    releases = [release for release in options.releases if release != OLDEST]
    for release in releases:
        command = [_install(options.envs / release, release, options), "parity"]
        _check(release, command, options, found)
    oldest = [OLDEST] if _install_oldest(options) else []
    if oldest:
        python = options.envs / OLDEST / "bin" / "python"
        newest = releases[-1] if releases else RELEASES[-1]
        asked_by = (
            _command_of(options.envs / newest)
            if releases
            else _install(options.envs / newest, newest, options)
        )
        _check(OLDEST, [asked_by, "parity", "--python", str(python)], options, found)
    print(*_table(found), sep="\n")
    complete = {*releases, *oldest} == found.keys()
    return 0 if complete and all(report["equal"] for report in found.values()) else 1


def _check(
    release: str, command: list[str], options: argparse.Namespace, found: dict[str, dict[str, Any]]
) -> None:
    """Run the full table, print its last line, and keep the report."""
    began = time.monotonic()
    report = options.envs / f"{release}.json"
    report.unlink(missing_ok=True)
    done = _run([*command, "--full", "--json", str(report)], stdout=subprocess.PIPE)
    lines = done.stdout.decode().splitlines() if done.stdout else ["no output"]
    print(f"{release}: {lines[-1]} ({time.monotonic() - began:.0f} s)", flush=True)
    if report.exists():
        found[release] = json.loads(report.read_text())
    if options.record:
        short = ".".join(release.split(".")[:2])
        _run([*command, "--record", str(GOLDENS / f"tensorflow-{short}.npz")])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--envs", type=Path, default=Path(".venv-parity"))
    parser.add_argument("--releases", nargs="+", default=RELEASES)
    parser.add_argument("--python37", default="python3.7", help="CPython 3.7, for TensorFlow 1.15")
    parser.add_argument("--record", action="store_true", help="write tests/golden anew")
    return parser.parse_args()


def _run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401 (subprocess's own)
    return subprocess.run(command, check=False, **options)


def _install(env: Path, release: str, options: argparse.Namespace) -> str:
    """Make the environment, or bring its wheel up to date; gives the command."""
    python = env / "bin" / "python"
    if not python.exists():
        shutil.rmtree(env, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(env)]).check_returncode()
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, f"tensorflow-cpu=={release}", "ml_dtypes"]).check_returncode()
    _run([*pip, "--force-reinstall", "--no-deps", str(options.wheel)]).check_returncode()
    _run([*pip, str(options.wheel)]).check_returncode()
    return _command_of(env)


def _command_of(env: Path) -> str:
    return str(env / "bin" / "tf-losses")


def _install_oldest(options: argparse.Namespace) -> bool:
    """Make the environment of TensorFlow 1.15, if CPython 3.7 is there."""
    env = options.envs / OLDEST
    python = env / "bin" / "python"
    if not python.exists():
        made = (
            shutil.which(options.python37)
            and not _run(
                [options.python37, "-m", "venv", str(env)], stderr=subprocess.DEVNULL
            ).returncode
        )
        if not made:
            print(f"{OLDEST}: left out: no CPython 3.7 at {options.python37!r} (--python37)")
            return False
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, f"tensorflow=={OLDEST}", "protobuf<3.21"]).check_returncode()
    return True


def _table(found: dict[str, dict[str, Any]]) -> list[str]:
    """Lay out versions x (loss, dtype, direction), then what differs or was left out, and why."""
    keys = list(
        dict.fromkeys(
            (cell["loss"], cell["dtype"], cell["direction"])
            for report in found.values()
            for cell in report["cells"]
        )
    )
    cells = {
        (release, cell["loss"], cell["dtype"], cell["direction"]): cell
        for release, report in found.items()
        for cell in report["cells"]
    }
    lines = [f"{'loss':<15} {'dtype':<9} {'direction':<24}" + "".join(f"{r:>9}" for r in found)]
    for key in keys:
        row = (_state(cells.get((release, *key))) for release in found)
        lines.append(f"{key[0]:<15} {key[1]:<9} {key[2]:<24}" + "".join(f"{s:>9}" for s in row))
    for (release, *_), cell in cells.items():
        if cell["differing"]:
            lines.append(f"{release}: {cell['first']}")
        lines += [f"{release}: left out {n}: {why}" for why, n in cell["not_compared"].items()]
    return lines


def _state(cell: dict[str, Any] | None) -> str:
    if cell is None or not cell["elements"]:
        return "-"
    return f"{cell['differing']:,}" if cell["differing"] else "equal"


if __name__ == "__main__":
    sys.exit(main())
