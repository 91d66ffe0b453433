# SPDX-License-Identifier: Apache-2.0
"""Draw docs/bits-*.svg: which releases and machines give the same bits, as they come out here.

python tests/tools/draw_versions.py

Every loss, gradient and sum is computed as every known release does, then as the newest one does on
other machines. What has the same bits in a column has the same colour; what that of the newest
release has, the darkest one. The bits do not depend on the machine that draws.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np

import tf_losses
from tf_losses import gradients
from tf_losses._internal.runtime import onednn
from tf_losses._internal.runtime.releases import NEWEST, RELEASES
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Array = np.ndarray

FOLDER = Path(__file__).parents[2] / "docs"
FILES = {
    "bits-float32-float64.svg": (np.float32, np.float64),
    "bits-float16-bfloat16.svg": (np.float16, ml_dtypes.bfloat16),
}
# Rows that end in the middle of packets, rows that fill them, and many short arrays, whose rest is
# what the C library computes.
CERTAIN = (64, 40)  # with labels of 0 and 1, and logits of 0
SHAPES = [(37, 21), CERTAIN, *[(1, 7)] * 60]
LIBRARIES = [name for name in tf_losses.known_tf_libms() if name != "host"]
# What stands for "all else as usual", in the rows of releases and of other machines.
LIBRARY, VENDOR, ONEDNN = "glibc-2.34", "GenuineIntel", "off"


def drawn(shape: tuple[int, ...], seed: int, least: float, most: float) -> Array:
    """Numbers that are the same with every NumPy: a congruential generator's."""
    state, found = np.uint32(seed * 2654435761 % 2**32), []
    for _ in range(int(np.prod(shape))):
        state = np.uint32((int(state) * 1664525 + 1013904223) % 2**32)
        found.append(int(state) / 2**32)
    return (least + (most - least) * np.array(found)).reshape(shape)


def _inputs() -> list[tuple[Array, Array, Array]]:
    """Logits, probabilities and class numbers of each shape, in float64."""
    found = []
    for at, shape in enumerate(SHAPES):
        logits, labels = drawn(shape, 3 * at + 1, -9, 9), drawn(shape, 3 * at + 2, 0, 1)
        if shape == CERTAIN:
            logits[::5], labels = 0, labels.round()
        found.append((logits, labels, drawn(shape[:1], 3 * at + 3, 0, shape[1]).astype(np.int64)))
    return found


def _gradient(loss: Callable[..., gradients.Gradients], *inputs: object) -> Array:
    found = loss(*inputs).logits
    assert found is not None
    return found


# Weights larger than 1, as a program has them.
WEIGHT = 1.7
COLUMNS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "sigmoid": lambda x, z, _: v2.nn.sigmoid_cross_entropy_with_logits(z, x),
    "sigmoid, gradient": lambda x, z, _: _gradient(
        gradients.sigmoid_cross_entropy_with_logits, z, x
    ),
    "weighted": lambda x, z, _: v2.nn.weighted_cross_entropy_with_logits(z, x, WEIGHT),
    "weighted, gradient": lambda x, z, _: _gradient(
        gradients.weighted_cross_entropy_with_logits, z, x, WEIGHT
    ),
    "softmax": lambda x, z, _: v2.nn.softmax_cross_entropy_with_logits(z, x),
    "softmax, gradient": lambda x, z, _: _gradient(
        gradients.softmax_cross_entropy_with_logits_v2, z, x
    ),
    "sparse_softmax": lambda x, _, y: v2.nn.sparse_softmax_cross_entropy_with_logits(y, x),
    "sparse_softmax, gradient": lambda x, _, y: _gradient(
        gradients.sparse_softmax_cross_entropy_with_logits, y, x
    ),
    "tf.nn.softmax": lambda x, *_: v2.nn.softmax(x),
    "sum of a row": lambda x, *_: v2.reduce_sum(x, axis=1),
}


@contextmanager
def computed_as(version: str, library: str, vendor: str, onednn_isa: str) -> Iterator[None]:
    """Compute as a release does on a machine."""
    before = tf_losses.get_tf_processor()
    with ExitStack() as stack:
        stack.enter_context(tf_losses.tf_version(version))
        stack.enter_context(tf_losses.tf_libm(library))
        stack.enter_context(onednn.chosen(onednn_isa))
        stack.callback(tf_losses.set_tf_processor, before)
        tf_losses.set_tf_processor(vendor)
        yield


def rows() -> dict[str, tuple[str, str, str, str]]:
    """What is drawn from the top down: releases, then the newest one on other machines."""
    found = {name: (name, LIBRARY, VENDOR, ONEDNN) for name in RELEASES}
    found |= {
        name.replace("-", " ", 1): (NEWEST, name, VENDOR, ONEDNN)
        for name in LIBRARIES
        if name != LIBRARY
    }
    found["on AMD"] = (NEWEST, LIBRARY, "AuthenticAMD", ONEDNN)
    return found | {
        f"oneDNN, {isa}": (NEWEST, LIBRARY, VENDOR, isa) for isa in onednn.CHOICES if isa != ONEDNN
    }


def _digest(
    compute: Callable[[Array, Array, Array], Array], inputs: list[tuple[Array, Array, Array]]
) -> str:
    """Of all that a column computes in one row; "" where there is no kernel."""
    hashed = hashlib.sha256()
    try:
        for logits, labels, classes in inputs:
            hashed.update(np.ascontiguousarray(compute(logits, labels, classes)).tobytes())
    except (tf_losses.errors.OpError, LookupError, TypeError):
        return ""
    return hashed.hexdigest()


def computed(dtype: type) -> dict[str, list[str]]:
    """Give, by column, a digest for each row."""
    wide = _inputs()
    inputs = [(x.astype(dtype), z.astype(dtype), y) for x, z, y in wide]
    found: dict[str, list[str]] = {name: [] for name in COLUMNS}
    for setting in rows().values():
        with computed_as(*setting):
            for name, compute in COLUMNS.items():
                found[name].append(_digest(compute, inputs))
    return found


# ---- the picture ----

INKS = ("#1f4e79", "#e07b39", "#7fb069", "#b565a7", "#d9b44a", "#5fa8a3", "#a05195", "#8a8d91")
LABEL, CELL, LINE, HEAD, GAP, BETWEEN = 100, 15, 14, 158, 16, 12
STYLE = (
    "text{font:10.5px system-ui,sans-serif;fill:#1c1e21}.t{font-weight:600;font-size:12px}"
    "rect{stroke:#fff;stroke-width:1}.none{fill:#fff;stroke:#b9bdc3;stroke-dasharray:2 2}"
)


def _inks(digests: list[str]) -> list[str]:
    """Give each row's colour: the newest release's is the first, others in order from it back."""
    newest = list(RELEASES).index(NEWEST)
    order = [digests[newest], *reversed(digests[: len(RELEASES)]), *digests[len(RELEASES) :]]
    kinds = [kind for kind in dict.fromkeys(order) if kind]
    return [INKS[kinds.index(kind) % len(INKS)] if kind else "" for kind in digests]


def _top(row: int) -> int:
    return HEAD + row * LINE + (GAP if row >= len(RELEASES) else 0)


def _column(left: int, name: str, inks: list[str]) -> Iterator[str]:
    middle = left + CELL / 2 + 4
    yield f'<text transform="translate({middle} {HEAD - 6}) rotate(-90)">{name}</text>'
    begin = 0
    for row in range(1, len(inks) + 1):
        ends = row in (len(inks), len(RELEASES))
        if ends or inks[row] != inks[begin]:
            kind = f'fill="{inks[begin]}"' if inks[begin] else 'class="none"'
            height = _top(row - 1) + LINE - _top(begin)
            yield f'<rect x="{left}" y="{_top(begin)}" width="{CELL}" height="{height}" {kind}/>'
            begin = row


def picture(dtypes: tuple[type, ...]) -> str:
    """Give the SVG of some dtypes, side by side."""
    names = list(rows())
    panel = len(COLUMNS) * CELL
    width = LABEL + len(dtypes) * (panel + BETWEEN)
    height = _top(len(names)) + 6
    titles = ", ".join(np.dtype(dtype).name for dtype in dtypes)
    found = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>Which releases and machines give the same bits: {titles}</title>",
        f'<style>{STYLE}</style><rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for row, name in enumerate(names):
        at = _top(row) + LINE - 3
        found.append(f'<text x="{LABEL - 6}" y="{at}" text-anchor="end">{name}</text>')
    for place, dtype in enumerate(dtypes):
        left = LABEL + place * (panel + BETWEEN)
        found.append(f'<text class="t" x="{left}" y="12">{np.dtype(dtype).name}</text>')
        for at, (name, digests) in enumerate(computed(dtype).items()):
            found += _column(left + at * CELL, name, _inks(digests))
    return "\n".join([*found, "</svg>"]) + "\n"


if __name__ == "__main__":
    for name, dtypes in FILES.items():
        (FOLDER / name).write_text(picture(dtypes), encoding="utf-8")
