# SPDX-License-Identifier: Apache-2.0
"""What the page's plots show, found in passes over the losses: for people, not anybody's bits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation.details import NO_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from tf_losses._internal.evaluation.store import Store

    Array = npt.NDArray[Any]

BINS, FINE = 40, 5
"""Bars of the histogram, and steps of the ECDF in each."""
BANDS = 10
"""Of confidence, in the reliability diagram."""


def distribution(store: Store) -> dict[str, Any]:
    """Count losses in bins whose edges are equal factors apart; the ECDF with finer ones."""
    least, most = np.inf, 0.0
    for _, usable in _with_a_logarithm(store):
        if usable.size:
            least, most = min(least, usable.min()), max(most, usable.max())
    if not most:
        return {}
    # Losses too small to be seen stand in the first bin.
    low = max(least, most * 1e-12)
    edges = np.geomspace(low, max(most, low * (1 + 1e-6)), BINS * FINE + 1)
    edges[0], edges[-1] = low, max(most, edges[-2])
    found, below, above = np.zeros(BINS * FINE, np.int64), 0, 0
    for block, usable in _with_a_logarithm(store):
        below += int((block <= 0).sum())
        above += int((block == np.inf).sum())
        found += np.histogram(np.clip(usable, edges[0], edges[-1]), edges)[0]
    total = below + above + int(found.sum())
    reached = (below + np.concatenate([[0], np.cumsum(found)])) / total
    return {
        "histogram": {
            "edges": edges[::FINE].tolist(),
            "counts": found.reshape(BINS, FINE).sum(axis=1).tolist(),
            "at_or_below_zero": below,
            "above": above,
        },
        "ecdf": [[float(at), float(part)] for at, part in zip(edges, reached, strict=True)],
    }


def _with_a_logarithm(store: Store) -> Iterator[tuple[Array, Array]]:
    """Give the losses that count, a block at a time, and those of them that have a logarithm."""
    for part, counts in store.blocks():
        block = store["losses"][part].astype(np.float64)[counts]
        yield block, block[np.isfinite(block) & (block > 0)]


def reliability(store: Store) -> list[dict[str, Any]]:
    """Compare how sure predictions were with how often they were right, in bands."""
    count, right = np.zeros(BANDS, np.int64), np.zeros(BANDS, np.int64)
    sure = np.zeros(BANDS)
    for part, counts in store.blocks():
        confidence = store["confidence"][part].astype(np.float64)
        usable = counts & np.isfinite(confidence)
        bands = np.clip((confidence[usable] * BANDS).astype(np.intp), 0, BANDS - 1)
        hits = (store["target"][part] == store["predicted"][part])[usable]
        count += np.bincount(bands, minlength=BANDS)
        right += np.bincount(bands[hits], minlength=BANDS)
        sure += np.bincount(bands, confidence[usable], BANDS)
    return [
        {
            "from": band / BANDS,
            "to": (band + 1) / BANDS,
            "count": int(count[band]),
            "confidence": float(sure[band]) / int(count[band]),
            "accuracy": int(right[band]) / int(count[band]),
        }
        for band in range(BANDS)
        if count[band]
    ]


def accuracy(store: Store) -> tuple[int, int]:
    """Count what was predicted right, and what has a class."""
    right = total = 0
    for part, counts in store.blocks():
        target = store["target"][part]
        counted = counts & (target != NO_CLASS)
        total += int(counted.sum())
        right += int(((target == store["predicted"][part]) & counted).sum())
    return right, total


def confusion(store: Store, worst: Sequence[int]) -> list[tuple[int, int, int]]:
    """Count which class was taken for which among the worst examples, most frequent first."""
    target, predicted = store["target"], store["predicted"]
    pairs = Counter(
        (int(target[index]), int(predicted[index]))
        for index in worst
        if NO_CLASS not in (target[index], predicted[index]) and target[index] != predicted[index]
    )
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [(*pair, count) for pair, count in ordered]
