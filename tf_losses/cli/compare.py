# SPDX-License-Identifier: Apache-2.0
"""`tf-losses compare`: two files of results, how many ulp apart."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from tf_losses._internal.io.command import DIFFERS, say
from tf_losses._internal.io.output import destination
from tf_losses.parity.distances import MOST_ULPS, Distances

TEXT = """\
Compare the elements of two files: how many are equal, how many 1 ulp, 2 ulp and more apart, and
where the first are that are farther apart than --max-ulp allows, with their bits.

A ulp is the step from one representable number to the next; -0 and 0 are 1 apart. Files are of
any format that eval reads: .npy, .npz (FILE.npz:KEY), Parquet (FILE.parquet:COLUMN), Zarr, HDF5
(FILE.h5:/path), TFRecord, JSON lines or CSV, or several as one array ('losses-*.npy'). Of a file
with several arrays the one named losses is taken. Shapes and dtypes must be the same; integers are
equal or not."""

EXIT_TEXT = """\
exit code: 0 if no element is farther apart than --max-ulp, 1 if any is, 2 if a file or option is
bad"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("actual", metavar="ACTUAL", help="the file that is tested")
    add("expected", metavar="EXPECTED", help="what it should hold")
    add(
        "--max-ulp",
        metavar="N",
        type=_ulps,
        default=0,
        help="how far apart elements may be (default: 0, equal bits)",
    )
    add(
        "--equal-nan",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether any NaN equals any other (default: it does)",
    )
    add(
        "--dtype",
        choices=["bfloat16", "float16", "float32", "float64"],
        help="the type of numbers in text, which has none (default: float32); bfloat16 also of "
        "16-bit elements without one, as NumPy saves it",
    )
    add("--json", metavar="FILE", help="write what was found as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do what the options say; the exit code is returned."""
    from tf_losses._internal.evaluation.scratch import scratch_folder  # noqa: PLC0415 (not for others)
    from tf_losses.parity import comparison  # noqa: PLC0415 (as above)

    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder())
        actual, expected = (
            comparison.opened(stack, spec, scratch, options.dtype)
            for spec in (options.actual, options.expected)
        )
        dtype = comparison.common_dtype(actual, expected)
        paths = [*actual.paths, *expected.paths]
        target = None if options.json is None else destination(options.json, paths)
        found = Distances(actual.shape, dtype, options.max_ulp, options.equal_nan)
        comparison.compare(actual, expected, found)
        result = comparison.Comparison(options.actual, options.expected, found)
        if target is not None:
            target.write(result.to_json().encode())
    say(*result.lines(), to_stderr=target is not None and target.is_stream)
    return 0 if found.within else DIFFERS


def _ulps(text: str) -> int:
    """A number of ulp for argparse."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"no whole number: {text!r}") from None
    if not 0 <= number <= MOST_ULPS:
        raise argparse.ArgumentTypeError(f"no number from 0 to 2**53 - 1: {text!r}")
    return number
