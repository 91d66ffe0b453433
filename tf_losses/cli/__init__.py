# SPDX-License-Identifier: Apache-2.0
"""The `tf-losses` command."""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING, Any, NoReturn

import tf_losses
from tf_losses._io.command import DIFFERS, InputError, in_frame, say
from tf_losses._io.text import printable
from tf_losses._losses.catalogue import NAMES, of
from tf_losses.cli import demo as _demo
from tf_losses.cli import evaluate
from tf_losses.cli import parity as _parity
from tf_losses.cli.libraries import chosen_library, library

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_EVAL_TEXT = """\
Compute the loss of every example in a pair of array files.

Files are read and worked through in pieces, so they may be larger than memory;
the losses have the bits that one call on the whole arrays would give. A file is FILE.npy,
FILE.npz, or FILE.npz:KEY; members of an .npz are unpacked to temporary files first (TMPDIR
says where). Files with pickled objects are refused."""

_EXIT_TEXT = """\
exit code: 0, or 1 if some losses differ from --recorded, or 2 if a file or option is bad"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is returned.

    >>> main(["eval", "sigmoid", "--logits", "missing.npy", "--labels", "missing.npy"])
    2
    """
    return in_frame(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    code: int = options.run(options)
    return code


class _Parser(argparse.ArgumentParser):
    """Escapes what it quotes of the arguments."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        super().error(printable(message))

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ANN401 (whatever can be written to)
        """Write help and the like; a closed pipe is no mistake (Python says so from 3.11 on)."""
        with contextlib.suppress(OSError):
            super()._print_message(message, file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tf-losses", description="TensorFlow's cross entropies with logits, bit for bit."
    )
    parser.add_argument("--version", action="version", version=tf_losses.__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="a worked example beside the naive formula")
    demo.set_defaults(run=_run_demo)
    _add_eval(
        commands.add_parser(
            "eval",
            help="losses of array files",
            description=_EVAL_TEXT,
            epilog=_EXIT_TEXT,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    parity = commands.add_parser(
        "parity",
        help="compare with TensorFlow",
        description=_parity.TEXT,
        epilog=_parity.EXIT_TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _parity.add_options(parity)
    return parser


def _add_eval(parser: argparse.ArgumentParser) -> None:
    names = sorted(NAMES)
    parser.add_argument("loss", metavar="LOSS", choices=names, help=", ".join(names))
    parser.add_argument("--logits", metavar="FILE", required=True)
    parser.add_argument("--labels", metavar="FILE", required=True)
    parser.add_argument(
        "--pos-weight",
        metavar="X|FILE",
        type=_number_or_file,
        help="weighted: a number, or an array that broadcasts with the logits",
    )
    parser.add_argument(
        "--axis", metavar="N", type=int, help="softmax: where the classes are (default: -1)"
    )
    parser.add_argument(
        "--out", metavar="FILE.npy", help="where to write the losses: a file, or a pipe"
    )
    parser.add_argument(
        "--recorded", metavar="FILE", help="losses recorded from TensorFlow to compare with"
    )
    parser.add_argument(
        "--libm",
        metavar="NAME",
        type=library,
        help="the C library of the machine that TensorFlow ran on, such as glibc-2.36, or host "
        "(default: this machine's, or the newest of glibc's)",
    )
    parser.add_argument(
        "--dtype",
        choices=["bfloat16"],
        help="the type of 16-bit elements without one, as NumPy saves bfloat16",
    )
    parser.add_argument(
        "--worst", metavar="N", type=_count, default=5, help="how many to list (default: 5)"
    )
    parser.set_defaults(run=_run_eval)


def _run_demo(_options: argparse.Namespace) -> int:
    _demo.main()
    return 0


def _run_eval(options: argparse.Namespace) -> int:
    if (options.pos_weight is not None) != of(options.loss).has_weight:
        raise InputError("--pos-weight goes with weighted, and weighted needs it")
    if options.axis is not None and not of(options.loss).has_axis:
        raise InputError(f"--axis goes with softmax, not with {options.loss}")
    request = evaluate.Request(
        loss=options.loss,
        logits=options.logits,
        labels=options.labels,
        pos_weight=options.pos_weight,
        axis=-1 if options.axis is None else options.axis,
        out=options.out,
        recorded=options.recorded,
        bfloat16=options.dtype == "bfloat16",
        worst=options.worst,
    )
    with chosen_library(options.libm):
        report = evaluate.evaluate(request)
    say(*report.lines, to_stderr=report.streamed)
    return 0 if report.equal else DIFFERS


def _number_or_file(text: str) -> float | str:
    """A number if the text is one, else the name of a file."""
    try:
        return float(text)
    except ValueError:
        return text


def _count(text: str) -> int:
    """A non-negative number for argparse."""
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count
