# SPDX-License-Identifier: Apache-2.0
"""Where Dask arrays are cut: each rule beside a case that it is there for."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v2 as tf
import tf_losses.dask
from tf_losses import gradients
from tf_losses._internal.dask.cutting import Rule, aligned

dask = pytest.importorskip("dask", reason="Dask is not installed: pip install 'tf_losses[dask]'")
da = pytest.importorskip("dask.array", reason="dask.array is not installed")

from dask_arrays import alone, assert_same  # noqa: E402 (after what may be missing)
from dask_cases import Drawn  # noqa: E402 (same)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

NUMBERS = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with alone():
        yield


def drawn(*shape: int, dtype: Any = np.float32) -> Array:  # noqa: ANN401 (a dtype)
    return (NUMBERS.normal(size=shape) * 4).astype(dtype)


def test_no_element_changes_its_way_in_a_piece() -> None:
    """What is left over from packets in the pieces is what is left over in the whole."""
    draws = Drawn(0)
    cuts = 0
    for _ in range(1000):
        rank = draws.random.randint(1, 4)
        shape = tuple(draws.random.choice([1, 2, 3, 8, 9, 16, 17, 40]) for _ in range(rank))
        chunks = aligned(shape, tuple(map(draws.chunks, shape)), Rule())
        places = np.arange(math.prod(shape)).reshape(shape)
        ends = [np.cumsum((0, *lengths)) for lengths in chunks]
        over = places.size - places.size % 8
        for block in itertools.product(*(range(len(lengths)) for lengths in chunks)):
            ranges = [slice(end[i], end[i + 1]) for end, i in zip(ends, block, strict=True)]
            piece = places[tuple(ranges)].ravel()
            left = piece[piece.size - piece.size % 8 :]
            assert left.tolist() == piece[piece >= over].tolist(), (shape, chunks)
            cuts += 1
    assert cuts > 2000


def test_rows_that_are_halved_keep_their_packets() -> None:
    """Where a row begins, modulo a packet, decides where its sum is halved."""
    x, z = drawn(16, 17, 8301), abs(drawn(16, 17, 8301))
    lazy = [da.from_array(one, chunks=(8, 8, -1)) for one in (z, x)]
    for function in (
        tf.nn.softmax_cross_entropy_with_logits,
        tf.keras.losses.mean_squared_error,
        lambda _, x: tf.reduce_sum(x, -1),
    ):
        found = function(*lazy)
        assert found.npartitions == 2
        assert_same(found, function(z, x), "long rows")


@pytest.mark.parametrize("version", ["2.21", "2.1", "1.15", "2.0", "1.14"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_the_gradient_of_softmax_is_cut_where_tiles_begin(version: str, dtype: Any) -> None:  # noqa: ANN401 (a dtype)
    for classes in (3, 10, 37):
        rows = 60_000 // classes
        x, z = drawn(rows, classes, dtype=dtype), abs(drawn(rows, classes, dtype=dtype))
        lazy = [da.from_array(one, chunks=(rows // 7 // 8 * 8, -1)) for one in (z, x)]
        with tf_losses.tf_version(version):
            wanted = gradients.softmax_cross_entropy_with_logits_v2(z, x)
            found = gradients.softmax_cross_entropy_with_logits_v2(*lazy)
        assert found.logits.npartitions > 1
        assert_same(found, wanted, f"{version} {classes}")


@pytest.mark.parametrize("version", ["1.13", "1.14"])
def test_pieces_are_as_large_as_makes_packets_end(version: str) -> None:
    x, z = drawn(5000, 5), abs(drawn(5000, 5))
    lazy = [da.from_array(one, chunks=(800, 5)) for one in (z, x)]
    with tf_losses.tf_version(version):
        wanted = gradients.softmax_cross_entropy_with_logits_v2(z, x)
        found = gradients.softmax_cross_entropy_with_logits_v2(*lazy)
    assert found.logits.npartitions > 1
    assert_same(found, wanted, version)


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
@pytest.mark.parametrize("loss", ["sigmoid", "softmax", "weighted"])
def test_pieces_are_as_large_as_flushes(version: str, loss: str) -> None:
    """These releases flushed subnormal numbers in large calls only."""
    # exp(-87.6) is subnormal, and so is a label of 1e-40.
    far = {"sigmoid": (-87.6, 0), "weighted": (87.6, 1), "softmax": (0, 1e-40)}
    x, z = (np.full((40_000, 5), one, np.float32) for one in far[loss])
    more = (2.0,) if loss == "weighted" else ()
    lazy = [da.from_array(one, chunks=(400, 5)) for one in (z, x)]
    function = getattr(tf.nn, f"{loss}_cross_entropy_with_logits")
    with tf_losses.tf_version(version):
        wanted, found = function(z, x, *more), function(*lazy, *more)
        small = function(z[:400], x[:400], *more)
    assert not np.array_equal(small, np.asarray(wanted)[:400])
    assert found.npartitions > 1
    assert_same(found, wanted, version)


@pytest.mark.parametrize("version", ["2.21", "2.15", "1.15"])
def test_a_weight_stays_smaller_than_a_piece(version: str) -> None:
    """Graphs multiply a weight that is as large as the labels in another order."""
    x, z, upstream, weight = drawn(64, 8), abs(drawn(64, 8)), drawn(64, 8), abs(drawn(8))
    lazy = [da.from_array(one, chunks=(1, 8)) for one in (z, x)]
    with tf_losses.tf_version(version):
        function = gradients.weighted_cross_entropy_with_logits
        options: dict[str, Any] = {"mode": "function", "wrt": ["labels", "logits"]}
        wanted = function(z, x, weight, upstream, **options)
        found = function(*lazy, weight, upstream, **options)
    assert found.logits.npartitions > 1
    assert_same(found, wanted, version)


def test_the_last_row_is_no_piece_by_itself() -> None:
    """A single row is summed as a whole array is, which threads share."""
    x, z = abs(drawn(17, 120_001)), abs(drawn(17, 120_001))
    lazy = [da.from_array(one, chunks=(8, -1)) for one in (z, x)]
    before = tf.config.threading.get_intra_op_parallelism_threads()
    tf.config.threading.set_intra_op_parallelism_threads(7)
    try:
        wanted = tf.keras.losses.mean_squared_error(z, x)
        found = tf.keras.losses.mean_squared_error(*lazy)
        assert_same(found, wanted, "rows")
        assert found.npartitions > 1
        assert_same(tf.reduce_mean(lazy[0], 1), tf.reduce_mean(z, 1), "means")
        assert_same(tf.reduce_sum(lazy[0].T, 0), tf.reduce_sum(np.ascontiguousarray(z.T), 0), "T")
    finally:
        tf.config.threading.set_intra_op_parallelism_threads(before)


def test_chunks_that_fit_are_left_alone() -> None:
    x, z = (da.from_array(drawn(1000, 7), chunks=(200, 7)) for _ in range(2))
    for found in (
        tf.nn.sigmoid_cross_entropy_with_logits(z, x),
        tf.nn.softmax_cross_entropy_with_logits(z, x),
    ):
        size = tf_losses.dask.graph_size(found)
        assert (size.pieces, size.cuts) == (5, 0)
    both = gradients.sigmoid_cross_entropy_with_logits(z, x, with_loss=True)
    assert tf_losses.dask.graph_size(both.labels, both.logits, both.loss).pieces == 5
    image = da.zeros((1, 64, 64, 3), chunks=(1, 16, 64, 3), dtype=np.float32)
    found = tf.nn.softmax_cross_entropy_with_logits(image, image)
    assert found.chunks == ((1,), (16,) * 4, (64,))
    assert tf_losses.dask.graph_size(found).cuts == 0


def test_arrays_that_are_aligned_before_are_not_cut_again() -> None:
    x = da.from_array(drawn(1003, 7), chunks=(90, 3))
    for loss in ("sigmoid", "softmax"):
        made = tf_losses.dask.align(x, loss, gradient=True)
        assert tf_losses.dask.align(made, loss, gradient=True) is made
        function = getattr(gradients, f"{loss}_cross_entropy_with_logits")
        found = function(da.zeros_like(made), made).logits
        assert tf_losses.dask.graph_size(found).cuts == tf_losses.dask.graph_size(made).cuts
    with pytest.raises(ValueError, match="Unknown loss"):
        tf_losses.dask.align(x, "hinge")
    with pytest.raises(ValueError, match="no axis"):
        tf_losses.dask.align(x, "softmax", axis=2)
    with pytest.raises(TypeError, match="ndarray"):
        tf_losses.dask.align(drawn(3, 3), "softmax")
