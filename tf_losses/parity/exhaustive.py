# SPDX-License-Identifier: Apache-2.0
"""All 2^32 float32 logits, and all arguments that exp and log can have, against TensorFlow.

It goes in chunks, and after each writes down where it is, so that it can be stopped and started
again. What a pass gives TensorFlow:

- sigmoid, weighted: every bit pattern as a logit, loss and logits' gradient.
- packet exp: rows of softmax with a 0 and seven numbers of at most 0, which are what exp gets;
  every one of them, infinity and NaN included. Loss and gradient; log gets the sums, from 1 to 8.
- library exp and log: rows of sparse_softmax with a 0 and one such number, which is too short a
  row for a packet; log gets every number from 1 to 2 that a sum can be.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses._internal.config import VERSION
from tf_losses._internal.io.output import destination
from tf_losses._internal.io.text import progress
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime import native
from tf_losses.parity import machine, shim
from tf_losses.parity.results import compare
from tf_losses.parity.table import (
    LOGITS,
    LOSS,
    LOSSES,
    Inputs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from tf_losses.parity.reference import Reference

    Array = np.ndarray[Any, np.dtype[Any]]

_ALL = 1 << 32
_NOT_POSITIVE = 1 << 31  # as many bit patterns have the sign bit
CHUNK = 1 << 20  # larger arrays take longer: each is fresh memory, on both sides
_LABELS = np.array([0.0, 1.0, 0.3, 0.5], np.float32)


@dataclass
class Progress:
    """How far a pass is, and what it found."""

    done: int = 0
    differing: int = 0
    first: str = ""
    seconds: float = 0.0

    def check(self) -> None:
        """Find out whether values from a file can be those of a pass.

        Raises:
            ValueError: they cannot.
        """
        numbers = type(self.done) is type(self.differing) is int
        others = type(self.first) is str and type(self.seconds) in (int, float)
        if not (numbers and others and 0 <= self.done <= _ALL and self.differing >= 0):
            raise ValueError(repr(self))


@dataclass(frozen=True)
class Pass:
    """One loss over a range of bit patterns."""

    name: str
    loss: str
    count: int
    make: Callable[[Array], tuple[Array, Array]]
    """Labels and logits from patterns, by whole rows."""
    row: int = 1
    """Patterns a row."""


def _flat(patterns: Array) -> tuple[Array, Array]:
    shift = int(patterns[0] // CHUNK) % _LABELS.size
    return np.resize(np.roll(_LABELS, shift), patterns.size), patterns.view(np.float32)


def _rows(patterns: Array, row: int) -> Array:
    """A zero and `row` numbers that are not positive, in rows."""
    values = (patterns | np.uint32(1 << 31)).view(np.float32).reshape(-1, row)
    return np.concatenate([np.zeros((len(values), 1), np.float32), values], axis=1)


def _softmax_rows(patterns: Array) -> tuple[Array, Array]:
    logits = _rows(patterns, 7)
    labels = np.zeros_like(logits)
    labels[:, 0], labels[:, 3] = 0.75, 0.25
    return labels, logits


def _sparse_rows(patterns: Array) -> tuple[Array, Array]:
    return np.zeros(patterns.size, np.int32), _rows(patterns, 1)


PASSES = (
    Pass("sigmoid", "sigmoid", _ALL, _flat),
    Pass("weighted", "weighted", _ALL, _flat),
    Pass("packet exp", "softmax", _NOT_POSITIVE, _softmax_rows, 7),
    Pass("library exp and log", "sparse_softmax", _NOT_POSITIVE, _sparse_rows),
)


def run(
    reference: Reference, state: Path, chunk: int = CHUNK, losses: Collection[str] = LOSSES
) -> Iterator[tuple[Pass, Progress]]:
    """Work through the passes of these losses from where the state file says they are.

    Yields each when it is done.
    """
    about = {
        **reference.versions,
        "bits": versions.get_tf_version(),
        "tf_losses": VERSION,
        "isa": native.isa_name(),
        **machine.describe(),
    }
    progresses = _load(state, about)
    for which in [one for one in PASSES if one.loss in losses]:
        at = progresses.setdefault(which.name, Progress())
        with progress(which.name, which.count, at.done) as advance:
            while at.done < which.count:
                began = time.monotonic()
                start = at.done
                _compare_chunk(reference, which, at, min(start + chunk, which.count))
                at.seconds += time.monotonic() - began
                _save(state, about, progresses)
                advance(at.done - start)
        yield which, at


def describe(which: Pass, at: Progress) -> str:
    """Sum a finished pass up in a line."""
    found = f"{at.differing:,} elements differ: {at.first}" if at.differing else "0 mismatches"
    return f"{which.name}: {at.done:,} arguments in {at.seconds:,.0f} s, {found}"


def _compare_chunk(reference: Reference, which: Pass, at: Progress, end: int) -> None:
    patterns = np.arange(at.done, end, dtype=np.uint64).astype(np.uint32)
    missing = -patterns.size % which.row
    labels, logits = which.make(np.pad(patterns, (0, missing), mode="edge"))
    weight = 2.5 if of(which.loss).has_weight else None
    inputs = Inputs(labels, logits, weight, None)
    expected = reference.compute(which.loss, inputs)
    found = shim.compute_named(which.loss, inputs)._asdict()
    alone = shim.compute_loss(which.loss, inputs)
    for output, actual in ((LOSS, alone), (LOSS, found["loss"]), (LOGITS, found["logits"])):
        near = {"logits": logits, "labels": labels}
        difference = compare(output, actual, expected[output], near)
        if difference is not None:
            at.differing += difference.count
            at.first = at.first or difference.first
    at.done = end


def _load(state: Path, about: dict[str, str]) -> dict[str, Progress]:
    """Read where an earlier run stopped, if it compared the same."""
    try:
        stored = json.loads(state.read_text())
        passes = {name: Progress(**values) for name, values in stored["passes"].items()}
        before = dict(stored["about"])
        for at in passes.values():
            at.check()
    except FileNotFoundError:
        return {}
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError(f"{state} does not say how far a run is: {error!r}") from None
    other = [f"{name} {before.get(name)}" for name in about if before.get(name) != about[name]]
    if other:
        raise ValueError(
            f"{state} is of another run ({', '.join(other)}): name another file with --state, or "
            "remove it"
        )
    return passes


def _save(state: Path, about: dict[str, str], progresses: dict[str, Progress]) -> None:
    passes = {name: asdict(at) for name, at in progresses.items()}
    content = json.dumps({"about": about, "passes": passes}, indent=1) + "\n"
    destination(str(state)).write(content.encode())
