# SPDX-License-Identifier: Apache-2.0
"""Record what each TensorFlow computes for Softmax, reductions and arithmetic.

Takes a folder of environments, as `make parity-matrix` makes them, and the releases to record:

    python tests/tools/record_operations.py .venv-parity 2.4.4 2.5.3

For each, the Python there runs tests/helpers/operation_calls.py, with the values in a file (older
NumPy draws and sums differently). tests/golden/operations.json keeps a digest of each result;
releases that are not named stay in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import tf_losses
from tf_losses import libm

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "helpers"))

import operation_cases as cases  # noqa: E402 (the folder is pytest's to find)

RECORD = TESTS / "golden" / "operations.json"


def main() -> None:
    folder, releases = Path(sys.argv[1]), sys.argv[2:]
    record = json.loads(RECORD.read_text())["releases"] if RECORD.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch, "given.npz"), Path(scratch, "made.npz")
        listed = cases.listed()
        calls = json.dumps([[case.function, case.dtype, case.axis] for case in listed])
        values = {str(i): cases.values_of(case) for i, case in enumerate(listed)}
        np.savez(given, cases=np.array(calls), threads=np.array(cases.THREADS), **values)
        for release in releases:
            python = folder / release / "bin" / "python"
            program = TESTS / "helpers" / "operation_calls.py"
            subprocess.run([python, program, given, made], check=True)
            with np.load(made) as found:
                record[release] = {
                    case.name: cases.digest(found[str(i)]) if str(i) in found else cases.REFUSED
                    for i, case in enumerate(listed)
                }
            print(release, len(made_here(record[release])), "results", flush=True)
            _write(record)


def made_here(results: dict[str, str]) -> list[str]:
    """Name what was not refused."""
    return [name for name, found in results.items() if found != cases.REFUSED]


def _write(record: dict[str, dict[str, str]]) -> None:
    here = {"libm": libm.host_libm(), "processor": tf_losses.get_tf_processor()}
    releases = sorted(record.items(), key=lambda item: [*map(int, item[0].split("."))])
    text = json.dumps({"here": here, "releases": dict(releases)}, indent=0)
    RECORD.write_text(f"{text}\n")


if __name__ == "__main__":
    main()
