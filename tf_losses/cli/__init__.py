# SPDX-License-Identifier: Apache-2.0
"""The `tf-losses` command."""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING, Any, NoReturn

import tf_losses
from tf_losses._internal.io.command import closed_output, in_frame
from tf_losses._internal.io.text import printable
from tf_losses.cli import compare as _compare
from tf_losses.cli import demo as _demo
from tf_losses.cli import evaluation
from tf_losses.cli import parity as _parity

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


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
        """Write help and the like; a closed pipe is no mistake (Python says so from 3.11 on).

        Raises:
            InputError: there is no standard output.
        """
        if file is None:
            raise closed_output()
        with contextlib.suppress(OSError):
            super()._print_message(message, file)


_EXIT_TEXT = """\
exit code: 0, or 1 where results differ, or 2 if a file, an option or standard output cannot be
used. A pipe whose reader leaves, as in `| head`, changes nothing about it."""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tf-losses",
        description="TensorFlow's cross entropies with logits, bit for bit.",
        epilog=_EXIT_TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=tf_losses.__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="a worked example beside the naive formula")
    demo.set_defaults(run=_run_demo)
    for name, text, command in (
        ("eval", "losses of files", evaluation),
        ("compare", "how far apart the numbers of two files are", _compare),
        ("parity", "compare with TensorFlow", _parity),
    ):
        options = commands.add_parser(
            name,
            help=text,
            description=command.TEXT,
            epilog=command.EXIT_TEXT,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_options(options)
    return parser


def _run_demo(_options: argparse.Namespace) -> int:
    _demo.main()
    return 0
