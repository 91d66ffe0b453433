# SPDX-License-Identifier: Apache-2.0
"""Dask arrays: what there is beside passing them to a loss.

The losses with logits, `tf_losses.gradients`, reductions and most losses with names take Dask
arrays as they take NumPy's, and give lazy Dask arrays that have the bits of one call on the whole;
docs/dask.md says which, and what is refused. Here is what needs a name: `align` cuts an array as a
loss will, `graph_size` tells what a graph has, and two functions bound what one task brings
together.

>>> import dask.array as da
>>> import tf_losses.compat.v2 as tf
>>> logits = da.ones((1000, 3), chunks=(300, 3), dtype="float32")
>>> labels = da.zeros(1000, chunks=500, dtype="int64")
>>> losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
>>> losses.chunks
((304, 296, 304, 96),)
>>> tf.reduce_mean(losses).compute()
array(1.0986121, dtype=float32)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from tf_losses._internal.dask.cutting import aligned, check_known
from tf_losses._internal.dask.limits import get_gather_limit, set_gather_limit
from tf_losses._internal.dask.units import rule_of
from tf_losses._internal.losses.catalogue import NAMES, of
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from tf_losses._internal.dask.cutting import Chunks

    DaskArray = Any

__all__ = ["GraphSize", "align", "get_gather_limit", "graph_size", "set_gather_limit"]


def align(logits: DaskArray, loss: str, *, gradient: bool = False, axis: int = -1) -> DaskArray:
    """Cut an array where a loss will cut its logits, in the version chosen here and now.

    A loss cuts what it is given by itself. Who computes several things of the same logits, or keeps
    them in a cluster's memory (`persist`), saves the copies by doing it once, before.

    Args:
        logits: a Dask array.
        loss: "sigmoid", "weighted", "softmax" or "sparse_softmax".
        gradient: whether gradients will be computed: those of softmax ask for more.
        axis: of the classes, for softmax.

    Returns:
        The array itself where its chunks fit, else one with other chunks.

    Raises:
        ValueError: there is no such loss or axis, or chunks have unknown sizes.
        TypeError: `logits` is no Dask array.

    >>> import dask.array as da
    >>> align(da.ones((40, 4), chunks=(10, 2)), "softmax").chunks
    ((8, 16, 8, 8), (4,))
    >>> align(da.ones((40, 4), chunks=(10, 4)), "sigmoid").chunks
    ((10, 10, 10, 10), (4,))
    """
    if loss not in NAMES:
        raise hinted(ValueError(f"Unknown loss: {loss!r}"), f"`loss` can be {', '.join(NAMES)}.")
    if not hasattr(logits, "__dask_graph__") or not hasattr(logits, "chunks"):
        raise TypeError(f"`logits` came as {type(logits).__name__}; align cuts Dask arrays.")
    check_known(logits, "logits")
    chunks = _chunks_for(logits, loss, gradient=gradient, axis=axis)
    return logits if chunks == logits.chunks else logits.rechunk(chunks)


def _chunks_for(logits: DaskArray, loss: str, *, gradient: bool, axis: int) -> Chunks:
    shape = logits.shape
    whole = []
    if of(loss).by_row:
        if not -len(shape) <= axis < len(shape):
            raise hinted(
                ValueError(f"There is no axis {axis}."), f"`logits` have {len(shape)} axes."
            )
        whole = [axis % len(shape) if of(loss).has_axis else len(shape) - 1]
    classes = math.prod(shape[place] for place in whole)
    rows = math.prod(length for place, length in enumerate(shape) if place not in whole)
    rule = rule_of(loss, logits.dtype, rows, classes, gradient=gradient)
    return aligned(shape, logits.chunks, rule, whole)


class GraphSize(NamedTuple):
    """How large a graph is."""

    tasks: int
    """All tasks, also those that make the arrays it begins with."""
    pieces: int
    """Those that compute losses, gradients or sums."""
    cuts: int
    """Those that cut chunks and join them again (Dask's rechunk)."""


def graph_size(*arrays: DaskArray) -> GraphSize:
    """Count the tasks behind some Dask arrays, those that they share once.

    Args:
        *arrays: Dask arrays.

    >>> import dask.array as da
    >>> import tf_losses.compat.v2 as tf
    >>> x = da.ones((1600, 4), chunks=(400, 4), dtype="float32")
    >>> graph_size(tf.nn.sigmoid_cross_entropy_with_logits(x, x))
    GraphSize(tasks=8, pieces=4, cuts=0)
    """
    layers: dict[str, int] = {}
    moved: set[str] = set()
    for array in arrays:
        graph = array.__dask_graph__()
        for name, layer in graph.layers.items():
            layers[name] = len(layer)
            if name.startswith("rechunk-") and graph.dependencies[name]:  # else it was persisted
                moved.add(name)
    pieces = sum(count for name, count in layers.items() if name.startswith("piece-"))
    return GraphSize(sum(layers.values()), pieces, sum(layers[name] for name in moved))
