# SPDX-License-Identifier: Apache-2.0
"""`tf.print` and `tf.Print`: what they write, letter for letter.

TensorFlow writes to the process's own streams; here Python's `sys.stderr` and `sys.stdout` are
written to, as whoever replaces them expects.
"""

from __future__ import annotations

import math
import pprint
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import nest
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.arguments.symbols import acting
from tf_losses._internal.autodiff.plumbing import identity
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Print", "print"]


@acting
def print(*inputs: Any, **kwargs: Any) -> None:  # noqa: A001, ANN401 (TensorFlow's signature)
    r"""Write tensors and whatever else, with a few values from both ends of every axis.

    Args:
        *inputs: tensors, structures that hold some, texts and other objects.
        **kwargs: `output_stream` (sys.stderr, sys.stdout, or `"file://..."` to add to a file),
            `summarize` (how many values of both ends; 3, and all for -1), `sep`, `end`, `name`.

    Raises:
        ValueError: another keyword came, or another stream.

    TensorFlow counterpart: `tf.print`, tensorflow/python/ops/logging_ops.py.

    >>> print("loss:", 0.5, output_stream=sys.stdout, end="\n")
    loss: 0.5
    """
    stream = kwargs.pop("output_stream", None)
    kwargs.pop("name", None)
    ends = kwargs.pop("summarize", 3)
    sep, end = kwargs.pop("sep", " "), kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    text = sep.join(_text(one, 3 if ends is None else int(ends)) for one in inputs) + end
    if isinstance(stream, str) and stream.startswith("file://"):
        with Path(stream.removeprefix("file://")).open("a", encoding="utf-8") as file:
            file.write(text)
        return
    if stream not in (None, sys.stderr, sys.stdout, sys.__stderr__, sys.__stdout__):
        raise hinted(
            ValueError(
                f"Unsupported output stream, logging level, or file.{stream}. Supported "
                "streams are sys.stdout, sys.stderr, tf.logging.info, tf.logging.warning, "
                "tf.logging.error. File needs to be in the form of 'file://<filepath>'."
            ),
            "The streams of logging are not supported here.",
        )
    target: Any = stream or sys.stderr
    target.write(text)
    target.flush()


# Stands for a tensor while the structure around it is written.
_MARK = "{tensor %d}"


def _text(item: Any, ends: int) -> str:  # noqa: ANN401 (anything)
    if isinstance(item, str):
        return item
    if isinstance(item, Tensor):
        return summary(np.asarray(item), ends)
    tensors: list[Tensor] = []

    def marked(leaf: object) -> object:
        if not isinstance(leaf, Tensor):
            return leaf
        tensors.append(leaf)
        return _MARK % (len(tensors) - 1)

    leaves = [marked(leaf) for leaf in nest.leaves(item)]
    text = pprint.pformat(nest.pack(item, leaves) if tensors else item)
    for place, one in enumerate(tensors):
        text = text.replace(repr(_MARK % place), summary(np.asarray(one), ends))
    return text


def summary(array: Array, ends: int) -> str:
    """Write an array as `tf.print` does.

    >>> summary(np.arange(8), 2)
    '[0 1 ... 6 7]'
    """
    at_ends = array.size if ends < 0 else min(ends, array.size)
    if array.dtype.kind == "b" and at_ends == 0:  # TensorFlow writes them by a way of their own
        return ""
    if array.ndim == 0:
        return _number(array[()]) if at_ends else "..."
    return _axis(array, 0, array.ndim, at_ends)


def _axis(array: Array, depth: int, rank: int, ends: int) -> str:
    if depth == rank:
        return _number(array[()])
    gap = " " if depth == rank - 1 else "\n" * (rank - depth - 1) + " " * (depth + 1)
    count = len(array)
    shown = [*range(min(ends, count)), *range(max(ends, count - ends), count)]
    parts = [_axis(array[i, ...], depth + 1, rank, ends) for i in shown]
    if count > 2 * ends:
        parts.insert(ends, "...")
    text = gap.join(parts)
    # TensorFlow puts the gap before each part of the end, also where nothing came before it.
    return f"[{gap if ends == 0 and count else ''}{text}]"


def _number(value: Any) -> str:  # noqa: ANN401 (a scalar of any dtype)
    kind = np.asarray(value).dtype
    if kind.kind in "biu":
        return str(int(value))
    if kind.kind == "c":
        return f"({_real(value.real)},{_real(value.imag)})"
    if kind.kind in "OSU":
        return str(value)
    return _real(value)


def _real(value: Any) -> str:  # noqa: ANN401 (a floating-point scalar)
    """Write with as few of 6 or 9 digits (15 or 17 of float64) as tell it from all others."""
    wide = np.asarray(value).dtype == np.float64
    number = float(value)
    if math.isnan(number):
        return "nan"
    short, long, back = (15, 17, float) if wide else (6, 9, np.float32)
    text = f"{number:.{short}g}"
    return text if back(text) == number else f"{number:.{long}g}"


@acting
def Print(  # noqa: N802 (TensorFlow's name)
    input_: object,
    data: Any,  # noqa: ANN401 (TensorFlow's signature)
    message: str | None = None,
    first_n: int | None = None,  # noqa: ARG001 (TensorFlow's signature; every call writes here)
    summarize: int | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Tensor:
    """Write the first values of some tensors to sys.stderr, and give back another one.

    Args:
        input_: what comes back.
        data: a list of tensors to write.
        message: what to write in front.
        first_n: not used: every call writes.
        summarize: how many values of each; 3 if not given.
        name: not used.

    Returns:
        `input_`, whose gradient goes through.

    TensorFlow counterpart: `tf.Print`, tensorflow/core/kernels/logging_ops.cc.

    >>> Print([1.0], [[1, 2]], "seen: ").numpy()
    array([1.], dtype=float32)
    """
    most = 3 if summarize is None else summarize
    shown = "".join(f"[{_first_values(to_array(one, TF2), most)}]" for one in data)
    sys.stderr.write(f"{message or ''}{shown}\n")
    sys.stderr.flush()
    return identity(input_)


def _first_values(array: Array, most: int) -> str:
    limit = array.size if most < 0 else min(most, array.size)
    more = "..." if array.size > limit else ""
    if array.ndim == 0:
        return (_number(array[()]) if limit else "") + more
    left = iter(range(limit))
    return "".join(_nested(array, 0, left, array.ndim)) + more


def _nested(array: Array, depth: int, left: Iterator[int], rank: int) -> Iterator[str]:
    if depth == rank - 1:
        numbers = [_number(array[i]) for i, _ in zip(range(len(array)), left, strict=False)]
        yield " ".join(numbers)
        if depth and len(numbers) < len(array):
            yield "..."
        return
    for part in array:
        if not _any_left(left):
            return
        yield "["
        yield from _nested(part, depth + 1, left, rank)
        yield "]"


def _any_left(left: Any) -> bool:  # noqa: ANN401 (an iterator of a range)
    return bool(left.__length_hint__())
