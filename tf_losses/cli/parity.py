# SPDX-License-Identifier: Apache-2.0
"""`tf-losses parity`: its options, and what it does with them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tf_losses import versions
from tf_losses._internal.io.command import DIFFERS, InputError, say
from tf_losses._internal.io.output import Destination, destination
from tf_losses._internal.io.text import progress
from tf_losses._internal.runtime import native
from tf_losses.cli.libraries import chosen_library, library
from tf_losses.parity import check, exhaustive, goldens, machine, report
from tf_losses.parity.cells import Cells
from tf_losses.parity.reference import NoReferenceError, Reference
from tf_losses.parity.results import Unavailable
from tf_losses.parity.runs import choose_version, has_bfloat16, listed_cases, replay
from tf_losses.parity.table import LOSSES, cases

if TYPE_CHECKING:
    import argparse


TEXT = """\
Compare tf_losses with TensorFlow, bit for bit: losses x dtypes x shapes x special values, forward
and gradients.

TensorFlow runs in a process of its own, by this Python or by the one that --python names. Where
there is none, --replay compares with results that --record wrote down elsewhere."""

EXIT_TEXT = """\
exit code: 0 if all that was compared is equal, 1 if anything differs, 2 if nothing could be"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    tables = parser.add_mutually_exclusive_group()
    tables.add_argument(
        "--quick", dest="table", action="store_const", const="quick", help="some seconds (default)"
    )
    tables.add_argument(
        "--full", dest="table", action="store_const", const="full", help="a minute or two"
    )
    tables.add_argument(
        "--exhaustive",
        choices=["float32"],
        help="every float32 logit, and every argument of exp and log: half an hour",
    )
    parser.add_argument(
        "--loss",
        choices=LOSSES,
        action="append",
        help="of --exhaustive only what belongs to this loss; may be given again",
    )
    parser.add_argument(
        "--python", metavar="PYTHON", default=sys.executable, help="whose TensorFlow to run"
    )
    parser.add_argument(
        "--tf-version",
        metavar="X.Y",
        help="whose bits tf_losses computes (default: the reference's version)",
    )
    parser.add_argument(
        "--libm",
        metavar="NAME",
        type=library,
        help="whose exp, log and log1p tf_losses computes (default: this machine's own, or those "
        "of the file)",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the drawn values")
    parser.add_argument("--json", metavar="FILE", help="write the cells as JSON")
    parser.add_argument("--html", metavar="FILE", help="write the cells as a page")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--record", metavar="FILE.npz", help="write TensorFlow's results down")
    files.add_argument("--replay", metavar="FILE.npz", help="compare with results written down")
    parser.add_argument(
        "--state",
        metavar="FILE",
        default="tf-losses-exhaustive.json",
        help="where --exhaustive keeps how far it is (default: %(default)s)",
    )
    parser.set_defaults(run=run, table=None)


def run(options: argparse.Namespace) -> int:
    """Do what the options say; the exit code is returned."""
    _refuse_together(options)
    targets = _targets(options)
    try:
        if options.replay:
            return _replay(options, targets)
        with Reference(options.python) as reference:
            if options.exhaustive:
                return _exhaustive(options, reference)
            if options.record:
                return _record(options, reference, targets["record"])
            return _compare(options, reference, targets)
    except (NoReferenceError, goldens.GoldensError, Unavailable, ValueError) as error:
        raise InputError(str(error)) from None


def _refuse_together(options: argparse.Namespace) -> None:
    """Refuse options that would have no effect beside others."""
    reported = options.json or options.html
    if options.exhaustive and (options.replay or options.record or reported):
        raise InputError(
            "--exhaustive goes with --python, --tf-version, --libm, --loss and --state only"
        )
    if options.loss and not options.exhaustive:
        raise InputError("--loss goes with --exhaustive")
    if options.record and (reported or options.tf_version or options.libm):
        raise InputError("--record compares nothing: it goes with --python, --full and --seed")


def _targets(options: argparse.Namespace) -> dict[str, Destination]:
    """Find out where everything will be written, before anything is computed."""
    python: str = options.python
    inputs: list[str] = [path for path in (options.replay, shutil.which(python)) if path]
    found: dict[str, Destination] = {}
    for name in ("record", "json", "html", *(("state",) if options.exhaustive else ())):
        given = getattr(options, name)
        if given is not None:
            found[name] = destination(given, inputs, found.values())
    if "state" in found and found["state"].is_stream:
        raise InputError(f"{options.state}: is a pipe; a file is needed, which is read as well")
    return found


def _compare(
    options: argparse.Namespace, reference: Reference, targets: dict[str, Destination]
) -> int:
    table = options.table or "quick"
    version, notes = choose_version(options.tf_version, reference.versions["tensorflow"])
    notes += machine.other_platform(reference.versions)
    settings = {"table": table, "seed": options.seed, "isa": native.isa_name()}
    cells = Cells(version, dict(reference.versions), machine.describe(), settings, notes)
    listed = listed_cases(table, cells)
    with (
        versions.tf_version(version),
        chosen_library(options.libm),
        progress("cases", len(listed)) as advance,
    ):
        check.compare_live(cells, reference, listed, options.seed, advance)
    return _finish(targets, cells)


def _record(options: argparse.Namespace, reference: Reference, target: Destination) -> int:
    table = options.table or "quick"
    listed = list(cases(table))
    if not has_bfloat16():
        raise InputError("--record needs the package ml_dtypes, as a record is complete")
    with progress("cases", len(listed)) as advance:
        recorded = check.record(reference, listed, options.seed, table, advance)
    content = recorded.to_bytes()
    target.write(content)
    say(
        f"{target.name}: TensorFlow {reference.versions['tensorflow']}, {len(listed)} cases, "
        f"{len(recorded.hashes):,} arrays, {len(content):,} bytes",
        to_stderr=target.is_stream,
    )
    return 0


def _replay(options: argparse.Namespace, targets: dict[str, Destination]) -> int:
    if options.table or options.seed:
        raise InputError("--replay takes table and seed from the file")
    recorded = goldens.load(Path(options.replay))
    version, notes = choose_version(options.tf_version, recorded.tensorflow["tensorflow"])
    cells = replay(recorded, version, notes, options.libm)
    return _finish(targets, cells)


def _exhaustive(options: argparse.Namespace, reference: Reference) -> int:
    version, notes = choose_version(options.tf_version, reference.versions["tensorflow"])
    notes += machine.other_platform(reference.versions)
    say(f"reference: TensorFlow {reference.versions['tensorflow']}; bits of {version}", *notes)
    code, losses = 0, options.loss or LOSSES
    with versions.tf_version(version), chosen_library(options.libm):
        for which, at in exhaustive.run(reference, Path(options.state), losses=losses):
            say(exhaustive.describe(which, at))
            code = DIFFERS if at.differing else code
    return code


def _finish(targets: dict[str, Destination], cells: Cells) -> int:
    say(*report.lines(cells), to_stderr=any(target.is_stream for target in targets.values()))
    if "json" in targets:
        targets["json"].write((json.dumps(report.to_json(cells), indent=1) + "\n").encode())
    if "html" in targets:
        targets["html"].write(report.to_html(cells).encode(errors="backslashreplace"))
    if not cells.compared:
        raise InputError("nothing was compared")
    return 0 if cells.equal else DIFFERS
