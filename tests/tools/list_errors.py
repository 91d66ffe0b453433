# SPDX-License-Identifier: Apache-2.0
"""Write docs/errors.md: what is said about a mistake, why, and what to do, as it comes out.

python tests/tools/list_errors.py > docs/errors.md

Notes of Python's are those of 3.11 and later; earlier ones have them in the message.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass

import numpy as np

import tf_losses as tf1
from tf_losses import errors
from tf_losses.compat import v2 as tf

HEAD = """<!-- Written by tests/tools/list_errors.py; do not edit. -->
# Errors

`tf_losses.errors` (also `tf.errors`) has TensorFlow's classes: `InvalidArgumentError` and its kin.
Messages begin with TensorFlow's own, so an `except` or a `match=` written for TensorFlow works.
What to do about it follows as a note, which Python prints below the message (from 3.11 on; before,
it is the message's end). [Files](files.md#speeds-and-what-is-said-about-bad-files) lists what the
command says about bad files, [When things go wrong](faults.md) what becomes of memory, threads,
signals and the like.

| Class | Also a | Raised when |
| --- | --- | --- |
"""


@dataclass(frozen=True)
class Mistake:
    """A call that fails, and why."""

    title: str
    why: str
    call: str


MISTAKES = [
    Mistake(
        "A label that is no class",
        "Classes are counted from 0. Rows that stand for nothing (padding, -1, 255) have no loss "
        "in TensorFlow either; `tf-losses eval --ignore-index` leaves them out of files.",
        "tf.nn.sparse_softmax_cross_entropy_with_logits([0, 5], [[1.0, 2.0], [0.0, 1.0]])",
    ),
    Mistake(
        "Class numbers that are floats",
        "NumPy makes float64 of a list with a fraction, pandas of a column with a gap.",
        "tf.nn.sparse_softmax_cross_entropy_with_logits([1.0], [[1.0, 2.0]])",
    ),
    Mistake(
        "One axis too many",
        "Labels as a column, as Keras's generators give them.",
        "tf.nn.sparse_softmax_cross_entropy_with_logits([[1]], [[1.0, 2.0]])",
    ),
    Mistake(
        "Labels of another dtype",
        "NumPy's numbers are float64 unless told otherwise; the logits are float32.",
        "tf.nn.sigmoid_cross_entropy_with_logits(np.array([1.0]), np.float32([2.0]))",
    ),
    Mistake(
        "Labels of another shape",
        "`sigmoid` broadcasts nothing, as in TensorFlow; `softmax` repeats labels along rows.",
        "tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [2.0])",
    ),
    Mistake(
        "Logits that are whole numbers",
        "A list of ints is int32. Write one of them as a fraction, or give an array.",
        "tf.nn.softmax_cross_entropy_with_logits([[1, 0]], [[1, 2]])",
    ),
    Mistake(
        "A negative axis",
        "Of all negative axes TensorFlow takes -1 only.",
        "tf.nn.softmax_cross_entropy_with_logits([[1.0, 0.0]], [[1.0, 2.0]], axis=-2)",
    ),
    Mistake(
        "A list as weight",
        "TensorFlow computes `pos_weight - 1` before it makes a tensor of it.",
        "tf.nn.weighted_cross_entropy_with_logits([1.0], [2.0], [1.5])",
    ),
    Mistake(
        "Arguments without names",
        "TensorFlow 1's `tf.nn` has a guard in front of its arguments, since their order changed.",
        "tf1.nn.sigmoid_cross_entropy_with_logits([1.0], [2.0])",
    ),
    Mistake(
        "Two tensors of two dtypes",
        "Numbers and arrays take a tensor's dtype; a tensor keeps its own.",
        "tf.constant([1.0]) + tf.constant([1])",
    ),
    Mistake(
        "A name that is not there",
        "Models and their training are not here.",
        "tf.Variable",
    ),
    Mistake(
        "A name of the other age",
        "TensorFlow 1's names are in `tf_losses` and `tf_losses.compat.v1`.",
        "tf.placeholder",
    ),
    Mistake(
        "A placeholder without a value",
        "What a session computes depends on it.",
        "tf1.Session().run(tf1.placeholder(tf1.float32, [None]) + 1.0)",
    ),
    Mistake(
        "A symbol as a condition",
        "`if` asks for a value, which a symbol has in a session only.",
        "bool(tf1.placeholder(tf1.bool, []))",
    ),
    Mistake(
        "A gradient of what follows that does not fit",
        "`upstream` has the loss's shape: one number for each loss.",
        "tf1.gradients.sigmoid_cross_entropy_with_logits([1.0], [2.0], upstream=[1.0, 2.0])",
    ),
    Mistake(
        "A function that no tape follows",
        "NumPy's functions take the values; TensorFlow would give None without a word.",
        "through_numpy()",
    ),
    Mistake(
        "An unknown release",
        "A release that is newer than this package.",
        'tf1.set_tf_version("2.99")',
    ),
    Mistake(
        "A release as a number",
        "2.20 is 2.2 to Python.",
        "tf1.set_tf_version(2.20)",
    ),
    Mistake(
        "A C library that is too old",
        "glibc's exp, log and log1p are known from 2.28 on.",
        'tf1.set_tf_libm("glibc-2.17")',
    ),
    Mistake(
        "A release without a kernel",
        "bfloat16 came late; some functions of older releases were never looked at.",
        "old_exp()",
    ),
]


def through_numpy() -> object:
    """Ask for a gradient through np.exp."""
    x = tf.constant([1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = np.exp(tf.nn.sigmoid_cross_entropy_with_logits([1.0], x))
    return tape.gradient(y, x)


def old_exp() -> object:
    """Ask for a function that is not known of a release."""
    with tf1.tf_version("2.5"):
        return tf.exp([1.0])


SHOWN = {
    "through_numpy()": "tape.gradient(np.exp(loss), x)",
    "old_exp()": 'tf.exp([1.0])  # after set_tf_version("2.5")',
}
NAMES = {"np": np, "tf": tf, "tf1": tf1, "through_numpy": through_numpy, "old_exp": old_exp}


def said(mistake: Mistake) -> tuple[str, list[str]]:
    """Give the class and the first line of what is raised, and the notes."""
    try:
        eval(mistake.call, dict(NAMES))  # noqa: S307 (the calls above)
    except Exception as error:  # noqa: BLE001 (whatever it is)
        first, *more = str(error).splitlines()
        notes = list(getattr(error, "__notes__", [])) or [line for line in more if line.strip()]
        return f"{type(error).__name__}: {first}", [] if first in notes else notes
    raise AssertionError(f"nothing is raised by {mistake.call}")


def _entry(mistake: Mistake) -> list[str]:
    message, notes = said(mistake)
    call = SHOWN.get(mistake.call, mistake.call)
    notes = [note for note in notes if not note.startswith(("\t", ";"))]
    lines = ["", f"## {mistake.title}", "", f"`{call}`", "", f"> {_plain(message)}", ""]
    return [*lines, *([_plain(" ".join(notes)), ""] if notes else []), f"*Why:* {mistake.why}"]


def _plain(text: str) -> str:
    """Keep Markdown from what only looks like it: <...> and the stars of a signature."""
    return text.replace("<", "&lt;").replace("*", "\\*")


def _classes() -> list[str]:
    lines = []
    for name in errors.__all__:
        of = getattr(errors, name)
        if inspect.isclass(of) and of.__doc__:
            also = ", ".join(f"`{base.__name__}`" for base in of.__bases__ if base is not object)
            lines.append(f"| `{name}` | {also} | {of.__doc__.splitlines()[0].rstrip('.')} |")
    return lines


def page() -> str:
    """Give the page."""
    lines = [HEAD.rstrip("\n"), *_classes()]
    for mistake in MISTAKES:
        lines += _entry(mistake)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
