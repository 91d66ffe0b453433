# SPDX-License-Identifier: Apache-2.0
"""`make parity-matrix`: the parity command beside every TensorFlow from 1.5 on, one table.

One environment has the wheel, and the command there asks each TensorFlow, in an environment of its
own with the Python of its age, by `--python`. Where there is no such Python the release is left
out, which the last lines say. 34 environments are some 30 GB: `--thrifty` removes each after its
use, `--envs` uses those in a folder, under the number of their release.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from matrix_table import Outcome, groups, lines
from tensorflows import RECIPES, Environments, NoEnvironmentError, NoPythonError, Recipe, install

GOLDENS = Path(__file__).parents[1] / "golden"


def main() -> int:
    """Run all releases; 0 if something was compared, nothing differs and nothing failed."""
    options = _options()
    options.envs.mkdir(exist_ok=True, parents=True)
    options.command = _command(options)
    environments = Environments(options.envs, thrifty=options.thrifty)
    recipes = [RECIPES[release] for release in options.releases]
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(partial(_check, options, environments), recipes))
    print(*lines(outcomes), sep="\n")
    if options.record:
        _keep(options.envs, outcomes)
    compared = [outcome for outcome in outcomes if outcome.report]
    failed = any(outcome.failed or outcome.differs for outcome in outcomes)
    return 0 if compared and not failed else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wheels = parser.add_mutually_exclusive_group(required=True)
    wheels.add_argument("wheel", nargs="?", type=Path, help="of tf_losses")
    wheels.add_argument(
        "--with",
        dest="command",
        metavar="TF_LOSSES",
        help="a `tf-losses` command that is installed, instead of a wheel's",
    )
    parser.add_argument("--envs", type=Path, default=Path(".venv-parity"), metavar="DIR")
    parser.add_argument(
        "--releases", nargs="+", default=[*RECIPES], choices=[*RECIPES], metavar="X.Y.Z"
    )
    parser.add_argument("--quick", action="store_true", help="the quick table, not the full one")
    parser.add_argument("--thrifty", action="store_true", help="remove environments that it makes")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="releases at once")
    parser.add_argument(
        "--record",
        action="store_true",
        help="write tests/golden anew: a file for the newest release of each column",
    )
    return parser.parse_args()


def _command(options: argparse.Namespace) -> str:
    """Give the command that asks, which the wheel is installed for."""
    if options.command:
        return str(options.command)
    env = options.envs / "tf_losses"
    python = env / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(env)], check=True)
    install(python, ["--force-reinstall", "--no-deps", str(options.wheel)])
    install(python, [str(options.wheel), "ml_dtypes"])
    return str(python.with_name("tf-losses"))


def _check(options: argparse.Namespace, environments: Environments, recipe: Recipe) -> Outcome:
    """Compare with one release, and say in a line how it went."""
    began = time.monotonic()
    try:
        outcome = _compare(options, environments, recipe)
    except NoPythonError as error:
        outcome = Outcome(recipe.release, why=str(error))
    except NoEnvironmentError as error:
        outcome = Outcome(recipe.release, why=str(error), failed=True)
    finally:
        environments.leave(recipe)
    print(f"{outcome.summary} ({time.monotonic() - began:.0f} s)", flush=True)
    return outcome


def _compare(options: argparse.Namespace, environments: Environments, recipe: Recipe) -> Outcome:
    release = recipe.release
    report, record = (options.envs / f"{release}{ending}" for ending in (".json", ".npz"))
    report.unlink(missing_ok=True)
    parity = [options.command, "parity", "--python", str(environments.python(recipe))]
    table = "--quick" if options.quick else "--full"
    done = subprocess.run(
        [*parity, table, "--json", str(report)], capture_output=True, text=True, check=False
    )
    if options.record:
        subprocess.run([*parity, "--record", str(record)], check=True, capture_output=True)
    if not report.exists():
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        return Outcome(release, why=said[-1], failed=True)
    return Outcome(release, json.loads(report.read_text()))


def _keep(envs: Path, outcomes: list[Outcome]) -> None:
    """Keep the records of the newest of each column, and of those that had one before."""
    newest = {group[-1].release for group in groups(outcomes)}
    for outcome in outcomes:
        target = GOLDENS / f"tensorflow-{outcome.short}.npz"
        record = envs / f"{outcome.release}.npz"
        if record.exists():
            if outcome.is_known and (outcome.release in newest or target.exists()):
                target.write_bytes(record.read_bytes())
                print(f"recorded: {target.name}")
            record.unlink()


if __name__ == "__main__":
    sys.exit(main())
