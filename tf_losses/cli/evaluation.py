# SPDX-License-Identifier: Apache-2.0
"""The options of `tf-losses eval`."""

from __future__ import annotations

import argparse
import re
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from tf_losses import versions
from tf_losses._internal.evaluation.request import GIBIBYTE, REDUCTIONS, Request
from tf_losses._internal.io.command import DIFFERS, InputError, say
from tf_losses._internal.losses.catalogue import NAMES, of
from tf_losses._internal.runtime import threads
from tf_losses.cli.libraries import chosen_library, library

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = """\
Compute the loss of every example in files of logits and labels.

Files are read and worked through in pieces, so they may be larger than memory;
the losses have the bits that one call on the whole arrays would give. A file is .npy, .npz
(FILE.npz:KEY), Parquet, Zarr, HDF5 (FILE.h5:/path), TFRecord, JSON lines or CSV; several are one
array if they are named by a pattern ('logits-*.npy') or by their folder. docs/files.md says how
each is read. Files with pickled objects are refused."""

EXIT_TEXT = """\
exit code: 0, or 1 if some losses differ from --recorded, or 2 if a file or option is bad"""

_MOST_THREADS = 1 << 31
"""Of TensorFlow's int32."""
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
# Options that go into the request as they are.
_PLAIN = (
    *("logits", "pos_weight", "out", "recorded", "worst", "from_probabilities", "cast_labels"),
    *("label_smoothing", "mask", "weights", "reduction", "logits_column", "labels_column"),
    *("weights_column", "id_column", "ids", "by", "by_class", "class_names", "json", "html"),
    *("resume", "scheduler", "workers", "memory"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    names = sorted(NAMES)
    parser.add_argument("loss", metavar="LOSS", nargs="?", choices=names, help=", ".join(names))
    _add_inputs(parser.add_argument_group("what is read"))
    _add_meaning(parser.add_argument_group("what is computed"))
    _add_outputs(parser.add_argument_group("what is written"))
    _add_ways(parser.add_argument_group("how"))
    parser.set_defaults(run=run)


def _add_inputs(group: Any) -> None:  # noqa: ANN401 (argparse has no public name for it)
    add = group.add_argument
    add("--logits", metavar="FILE", required=True)
    add("--labels", metavar="FILE", help="default: a column of the logits' file")
    add("--logits-column", metavar="NAME", help="the column, or columns ('logit_*'), or array")
    add("--labels-column", metavar="NAME")
    add("--mask", metavar="FILE", help="0 or false for each loss that does not count")
    add("--weights", metavar="FILE", help="a weight for each loss, in the --reduction")
    add("--weights-column", metavar="NAME", help="the same, a column of the labels' file")
    add("--ids", metavar="FILE", help="a name for each example, in tables and outputs")
    add("--id-column", metavar="NAME", help="the same, a column of the labels' file")
    add("--class-names", metavar="FILE", help="a name a line, or a JSON list")
    add("--recorded", metavar="FILE", help="losses recorded from TensorFlow to compare with")
    add(
        "--dtype",
        choices=["bfloat16", "float16", "float32", "float64"],
        help="the type of numbers in text, which has none (default: float32); bfloat16 also of "
        "16-bit elements without one, as NumPy saves it",
    )
    add("--cast-labels", action="store_true", help="take labels of any type that are exact")


def _add_meaning(group: Any) -> None:  # noqa: ANN401 (as above)
    add = group.add_argument
    add("--loss", dest="keras", metavar="FILE.json", help="what keras.losses.serialize gave")
    add(
        "--pos-weight",
        metavar="X|FILE",
        type=_number_or_file,
        help="weighted: a number, or an array that broadcasts with the logits",
    )
    add("--axis", metavar="N", type=int, help="softmax: where the classes are (default: -1)")
    add("--from-probabilities", action="store_true", help="not logits: clip and log, as Keras does")
    add("--label-smoothing", metavar="X", type=_fraction, default=0.0, help="from 0 to 1")
    add(
        "--ignore-index",
        metavar="N",
        type=int,
        action="append",
        default=[],
        help="a label whose losses are 0 and do not count, such as 255 or -100; may be given again",
    )
    add(
        "--reduction",
        metavar="NAME",
        choices=REDUCTIONS,
        help=f"one number in TensorFlow's order of additions: {', '.join(REDUCTIONS)}",
    )
    add(
        "--intra-op-threads",
        metavar="N",
        type=_threads_number,
        help="TensorFlow's threads, which decide the order in which --reduction adds up (default: "
        "one for each processor here)",
    )
    add("--tf-version", metavar="X.Y", help="whose bits (default: the newest known)")
    add(
        "--libm",
        metavar="NAME",
        type=library,
        help="the C library of the machine that TensorFlow ran on, such as glibc-2.36, or host "
        "(default: this machine's, or the newest of glibc's)",
    )


def _add_outputs(group: Any) -> None:  # noqa: ANN401 (as above)
    add = group.add_argument
    add("--out", metavar="FILE", help="where to write the losses: a file of any format, or a pipe")
    add("--json", metavar="FILE", help="write what was found as JSON")
    add("--html", metavar="FILE", help="write what was found as a page with plots")
    add(
        "--top",
        "--worst",
        dest="worst",
        metavar="N",
        type=_count,
        default=5,
        help="how many of the worst to list (default: 5)",
    )
    add("--by-class", action="store_true", help="a table of the losses by class")
    add("--by", metavar="COLUMN", help="a table by a column of the labels' file")


def _add_ways(group: Any) -> None:  # noqa: ANN401 (as above)
    add = group.add_argument
    add("--resume", action="store_true", help="go on where a run with the same --out was ended")
    add("--workers", metavar="N", type=_count, default=0, help="compute in N processes, by Dask")
    add("--scheduler", metavar="ADDRESS", help="compute on a Dask cluster, such as tcp://host:8786")
    add(
        "--memory",
        metavar="SIZE",
        type=_size,
        default=GIBIBYTE,
        help="how much memory to use, such as 512M or 4G (default: 1G)",
    )


def run(options: argparse.Namespace) -> int:
    """Do what the options say; the exit code is returned."""
    from tf_losses._internal.evaluation.evaluate import evaluate  # noqa: PLC0415 (not for other commands)

    with (
        _version(options.tf_version),
        chosen_library(options.libm),
        _threads(options.intra_op_threads),
    ):
        report = evaluate(_request(options))
    say(*report.lines, to_stderr=report.streamed)
    return 0 if report.equal else DIFFERS


def _version(name: str | None) -> AbstractContextManager[str | None]:
    try:
        return nullcontext() if name is None else versions.tf_version(name)
    except ValueError as error:
        raise InputError(str(error)) from None


def _threads(count: int | None) -> AbstractContextManager[None]:
    return nullcontext() if count is None else threads.intra_op_of(count)


def _request(options: argparse.Namespace) -> Request:
    from tf_losses._internal.evaluation.evaluate import with_keras  # noqa: PLC0415 (as above)
    from tf_losses._internal.io.opening import split  # noqa: PLC0415 (as above)

    found = {name: getattr(options, name) for name in _PLAIN}
    found["ignore_index"] = tuple(options.ignore_index)
    if (options.loss is None) == (options.keras is None):
        raise InputError("name a loss, or a Keras config by --loss; one of the two")
    if options.keras is not None:
        if options.from_probabilities or options.label_smoothing or options.axis is not None:
            raise InputError("--loss says all about the loss: no other option of it goes with it")
        found = with_keras(found, options.keras)
    else:
        found["loss"] = options.loss
    _refuse_together(options, found["loss"])
    return Request(
        **found,
        labels=options.labels or split(options.logits)[0],
        axis=-1 if options.axis is None else options.axis,
        bfloat16=options.dtype == "bfloat16",
        numbers=options.dtype or "float32",
    )


def _refuse_together(options: argparse.Namespace, loss: str) -> None:
    """Refuse options that would have no effect beside others."""
    if (options.pos_weight is not None) != of(loss).has_weight:
        raise InputError("--pos-weight goes with weighted, and weighted needs it")
    if options.axis is not None and not of(loss).has_axis:
        raise InputError(f"--axis goes with softmax, not with {loss}")
    if options.labels is None and options.labels_column is None:
        raise InputError("name the labels: --labels FILE, or --labels-column of the logits' file")
    for one, other in (("weights", "weights_column"), ("ids", "id_column")):
        if getattr(options, one) is not None and getattr(options, other) is not None:
            raise InputError(f"--{one} and --{other.replace('_', '-')}: one of the two")
    if options.workers and options.scheduler is not None:
        raise InputError("--workers and --scheduler: one of the two")


def _number_or_file(text: str) -> float | str:
    """A number if the text is one, else the name of a file."""
    try:
        return float(text)
    except ValueError:
        return text


def _checked(read: Callable[[str], float], text: str) -> float:
    try:
        number = read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"no number: {text!r}") from None
    if not number >= 0:
        raise argparse.ArgumentTypeError(f"no number from 0 on: {text!r}")
    return number


def _count(text: str) -> int:
    """A non-negative number for argparse."""
    return int(_checked(int, text))


def _threads_number(text: str) -> int:
    """A number of threads for argparse."""
    number = _count(text)
    if not 0 < number < _MOST_THREADS:
        raise argparse.ArgumentTypeError(f"no number from 1 to {_MOST_THREADS - 1}: {text!r}")
    return number


def _fraction(text: str) -> float:
    """A number from 0 to 1 for argparse."""
    number = _checked(float, text)
    if number > 1:
        raise argparse.ArgumentTypeError(f"no number from 0 to 1: {text!r}")
    return number


def _size(text: str) -> int:
    """A number of bytes for argparse, with a unit of 1024 or without.

    >>> _size("512M"), _size("2GiB")
    (536870912, 2147483648)
    """
    found = re.fullmatch(r"(\d+)([KMGT]?)(?:i?B)?", text, re.IGNORECASE)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(f"no size such as 512M or 4G: {text!r}")
    return int(found[1]) * _UNITS[found[2].upper()]
