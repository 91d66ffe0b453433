# SPDX-License-Identifier: Apache-2.0
"""Calls whose results are known, which `soak.py` makes over and over.

Each is drawn once and computed once, alone, on the portable path with one thread; whatever the
process does meanwhile, each later call must end in the same way: the same bits, the same refusal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

import cases
import tf_losses as tf1
from bits import differing
from layouts import misaligned
from tf_losses import errors, gradients, raw_ops
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bits import Array

DOCUMENTED = (ValueError, TypeError, errors.OpError, MemoryError)
# Rows and classes: most calls of a server are small; some have work for the pool, and some results
# are large enough for the memory that is kept (8 MiB).
SMALL, MIDDLE, LARGE = (40, 70), (300, 420), (1100, 1030)
_NAMES = {loss: f"{loss}_cross_entropy_with_logits" for loss in cases.LOSSES}
_GRADIENTS = {**_NAMES, cases.SOFTMAX: f"{_NAMES[cases.SOFTMAX]}_v2"}
_BY_ROW = (cases.SOFTMAX, cases.SPARSE_SOFTMAX)


@dataclass(frozen=True)
class Outcome:
    """Arrays, or the class and text of an exception."""

    arrays: tuple[Array, ...] = ()
    refusal: str = ""

    @property
    def elements(self) -> int:
        return sum(array.size for array in self.arrays)

    def equals(self, other: Outcome) -> bool:
        return (
            self.refusal == other.refusal
            and len(self.arrays) == len(other.arrays)
            and all(map(_same_bits, self.arrays, other.arrays))
        )


def _same_bits(one: Array, other: Array) -> bool:
    alike = (one.shape, one.dtype) == (other.shape, other.dtype)
    return alike and differing(one, other).size == 0


@dataclass(frozen=True)
class Call:
    """A loss, its arguments, whose bits it is to have, and how it comes out."""

    way: str
    loss: str
    arguments: tuple[Any, ...]
    release: str
    libm: str
    expected: Outcome = field(default=Outcome(), compare=False)

    @property
    def name(self) -> str:
        labels, logits = self.arguments[:2]
        return (
            f"{self.way} {self.loss} {logits.dtype}{list(logits.shape)} strides {logits.strides}, "
            f"labels {labels.dtype}{list(labels.shape)}, of {self.release} beside {self.libm}"
        )

    def outcome(self, function: Callable[[Call], Iterable[Any]] | None = None) -> Outcome:
        """What it gives here and now, by itself or computed in another way."""
        compute = function or WAYS[self.way]
        with tf1.tf_version(self.release), tf1.tf_libm(self.libm), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = compute(self)
            except DOCUMENTED as error:
                return Outcome(refusal=f"{type(error).__name__}: {error}")
        return Outcome(tuple(np.asarray(array) for array in found if array is not None))

    def is_met(self) -> bool:
        """Tell whether it comes out as it should."""
        return self.outcome().equals(self.expected)


# ---- ways to call a loss ----


def loss_of(call: Call) -> tuple[Any, ...]:
    return (getattr(v2.nn, _NAMES[call.loss])(*call.arguments),)


def gradient_of(call: Call) -> tuple[Any, ...]:
    found: tuple[Any, ...] = getattr(gradients, _GRADIENTS[call.loss])(
        *call.arguments, with_loss=True
    )
    return found


def _raw(call: Call) -> tuple[Any, ...]:
    labels, logits = call.arguments[:2]
    if call.loss == cases.SPARSE_SOFTMAX:
        return tuple(raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=logits, labels=labels))
    return tuple(raw_ops.SoftmaxCrossEntropyWithLogits(features=logits, labels=labels))


def _taped(call: Call) -> tuple[Any, ...]:
    labels, logits, *rest = call.arguments
    watched = v2.constant(logits)
    with v2.GradientTape() as tape:
        tape.watch(watched)
        loss = getattr(v2.nn, _NAMES[call.loss])(labels, watched, *rest)
        mean = v2.reduce_mean(loss)
    return loss, mean, tape.gradient(mean, watched)


def _prepared(call: Call) -> tuple[Any, ...]:
    """Into the same arrays again and again: what NumPy's `out=` is for elsewhere."""
    labels, logits, *rest = call.arguments
    arrays = (np.array(labels, order="C"), np.array(logits, order="C"))
    compute = gradients.repeated(call.loss, *arrays, *rest)
    for _ in range(3):
        found: tuple[Any, ...] = compute()
    return found


def _in_session(call: Call) -> tuple[Any, ...]:
    """A graph of its own for each call, as a careless program has it."""
    labels, logits, *rest = call.arguments
    with tf1.Graph().as_default():
        fed = tf1.placeholder(v2.as_dtype(logits.dtype), [None] * logits.ndim)
        loss = getattr(v2.nn, _NAMES[call.loss])(labels, fed, *rest)
        with tf1.Session() as session:
            return (session.run(loss, feed_dict={fed: logits}),)


WAYS: dict[str, Callable[[Call], Iterable[Any]]] = {
    "loss": loss_of,
    "gradient": gradient_of,
    "raw op": _raw,
    "tape": _taped,
    "prepared": _prepared,
    "session": _in_session,
}


# ---- what is drawn ----


def _shape(rng: np.random.Generator, loss: str, way: str, most: tuple[int, int]) -> tuple[int, ...]:
    if most != SMALL:
        return most
    rows, classes = (int(rng.integers(1, limit)) for limit in most)
    if way == "raw op":  # takes matrices only
        return (rows, classes)
    shapes = [(rows, classes), (1, classes), (2, rows, classes)]
    return shapes[rng.integers(3)] if loss in _BY_ROW else [*shapes, (classes,)][rng.integers(4)]


def _laid_out(rng: np.random.Generator, array: Array) -> Array:
    kind = rng.integers(8)
    if kind == 0:
        return np.asfortranarray(array)
    if kind == 1:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if kind == 2:
        return array[::-1].copy()[::-1]
    if kind == 3:
        return misaligned(array)
    if kind == 4:
        array.flags.writeable = False
    return array


def _labels(rng: np.random.Generator, loss: str, shape: tuple[int, ...], dtype: Any) -> Array:  # noqa: ANN401
    if loss != cases.SPARSE_SOFTMAX:
        return np.asarray(rng.random(shape)).astype(dtype)
    labels = rng.integers(0, shape[-1], shape[:-1]).astype(rng.choice([np.int32, np.int64]))
    if rng.integers(6) == 0:
        labels.flat[rng.integers(labels.size)] = rng.choice([-1, shape[-1]])
    return labels


def draw_call(rng: np.random.Generator, most: tuple[int, int] = SMALL) -> Call:
    """Any loss in any dtype, shape and layout, of any release, beside any C library."""
    loss, dtype = str(rng.choice(cases.LOSSES)), cases.DTYPES[rng.choice(list(cases.DTYPES))]
    ways = [way for way in WAYS if way != "raw op" or loss in _BY_ROW]
    way = str(rng.choice(ways))
    shape = _shape(rng, loss, way, most)
    logits = np.asarray(rng.normal(0, rng.choice([1, 8, 60]), shape))
    if rng.integers(3) == 0:
        hit = rng.random(shape) < 0.1
        logits[hit] = rng.choice(cases.SPECIAL_LOGITS, int(hit.sum()))
    with np.errstate(over="ignore"):
        logits = logits.astype(dtype)
    arrays = (_laid_out(rng, _labels(rng, loss, shape, dtype)), _laid_out(rng, logits))
    weight = (float(rng.choice(cases.POS_WEIGHTS)),) if loss == cases.WEIGHTED else ()
    release = str(rng.choice(tf1.known_tf_versions())) if rng.integers(2) else "2.21"
    libm = str(rng.choice(tf1.known_tf_libms())) if rng.integers(2) else tf1.get_tf_libm()
    return Call(way, loss, (*arrays, *weight), release, libm)


def draw_calls(rng: np.random.Generator, count: int) -> list[Call]:
    """So many, with their outcomes; a few of them of middle size, and two large ones."""
    sizes = [LARGE] * 2 + [MIDDLE] * (count // 25)
    drawn = [draw_call(rng, size) for size in sizes]
    drawn += [draw_call(rng) for _ in range(count - len(drawn))]
    isa, threads = native.isa_name(), native.get_num_threads()
    native.isa_select("portable")
    native.set_num_threads(1)
    known = [_with_outcome(call) for call in drawn]
    native.isa_select(isa)
    native.set_num_threads(threads)
    return known


def _with_outcome(call: Call) -> Call:
    return Call(call.way, call.loss, call.arguments, call.release, call.libm, call.outcome())


def mismatches(calls: list[Call]) -> list[str]:
    """Make calls; those that came out otherwise than they should."""
    return [call.name for call in calls if not call.is_met()]
