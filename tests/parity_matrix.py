# SPDX-License-Identifier: Apache-2.0
"""`make parity-matrix`: the full parity command beside every known TensorFlow, one table.

Each version gets an environment of its own, with the wheel, and runs the command there. TensorFlow
1.15 needs CPython 3.7, for which there is no wheel: it is asked from the environment of another
version, if --python37 names one.
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

RELEASES = (
    *("2.13.1", "2.14.1", "2.15.1", "2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0"),
)
GOLDENS = Path(__file__).parent / "golden"


def main() -> int:
    """Run all versions; 0 if every cell is equal."""
    options = _options()
    options.envs.mkdir(exist_ok=True)
    found: dict[str, dict[str, Any]] = {}
    for release in options.releases:
        began = time.monotonic()
        command = _install(options.envs / release, release, options)
        report = options.envs / f"{release}.json"
        report.unlink(missing_ok=True)
        done = _run([command, "parity", "--full", "--json", str(report)], stdout=subprocess.PIPE)
        lines = done.stdout.decode().splitlines() if done.stdout else ["no output"]
        print(f"{release}: {lines[-1]} ({time.monotonic() - began:.0f} s)", flush=True)
        if report.exists():
            found[release] = json.loads(report.read_text())
        if options.record:
            short = ".".join(release.split(".")[:2])
            _run([command, "parity", "--record", str(GOLDENS / f"tensorflow-{short}.npz")])
    print(*_table(found), sep="\n")
    complete = len(found) == len(options.releases)
    return 0 if complete and all(report["equal"] for report in found.values()) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--envs", type=Path, default=Path(".venv-parity"))
    parser.add_argument("--releases", nargs="+", default=RELEASES)
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
    return str(env / "bin" / "tf-losses")


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
