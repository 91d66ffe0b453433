# SPDX-License-Identifier: Apache-2.0
"""Dask arrays give lazily what one call on the whole gives, to the bit; or say why not."""

from __future__ import annotations

import itertools
import pickle
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v1 as tf1
import tf_losses.compat.v2 as tf
import tf_losses.dask
from tf_losses import gradients
from tf_losses._internal.runtime import threads

dask = pytest.importorskip("dask", reason="Dask is not installed: pip install 'tf_losses[dask]'")
da = pytest.importorskip("dask.array", reason="dask.array is not installed")

from dask_arrays import (  # noqa: E402 (after what may be missing)
    CLASSES,
    LABELS,
    LOGITS,
    ROWS,
    alone,
    assert_same,
    cut,
    parts_of,
)
from dask_cases import Drawn  # noqa: E402 (same)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

pytestmark = pytest.mark.filterwarnings("ignore")  # what Keras and NumPy say of drawn values
CASES = 800
GROUPS = 20
KINDS = ("loss", "gradients", "reduction", "keras", "old")


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with alone():
        yield


# ---- the bits of one call ----

pieces: Counter[str] = Counter()


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_drawn_calls_have_the_bits_of_one_call(group: int) -> None:
    drawn = Drawn(group)
    for number in range(CASES // GROUPS):
        case = drawn.case(KINDS[number % len(KINDS)])
        threads.set_intra_op_parallelism_threads(case.threads)
        what = f"{case.what}, {case.version}, {case.threads} threads"
        with tf_losses.tf_version(case.version):
            wanted = result_of(case.call, lambda one: one)
            found = result_of(case.call, Cutter(drawn))
        if isinstance(wanted, Exception):
            assert (type(found), str(found)) == (type(wanted), str(wanted)), what
            pieces["refused"] += 1
            continue
        assert not isinstance(found, Exception), f"{what}: {found!r}"
        with dask.config.set(scheduler=drawn.random.choice(["synchronous", "threads"])):
            assert_same(found, wanted, what)
        pieces["in one" if all(one.npartitions == 1 for one in parts_of(found)) else "cut"] += 1


def result_of(call: Any, given: Any) -> Any:  # noqa: ANN401 (a call, and what it gives)
    try:
        return call(given)
    except Exception as error:  # noqa: BLE001 (the two have to be alike)
        return error


class Cutter:
    """Makes Dask arrays of arguments, but not of every one."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.made = 0

    def __call__(self, one: Any) -> Any:  # noqa: ANN401 (an argument)
        left_alone = self.made and self.drawn.random.random() < 0.2
        if left_alone or not isinstance(one, np.ndarray):
            return one
        self.made += 1
        return da.from_array(one, chunks=tuple(map(self.drawn.chunks, one.shape)))


def test_enough_of_them_were_cut() -> None:
    if sum(pieces.values()) != CASES:
        pytest.skip("only some of the drawn calls were made")
    assert pieces["cut"] > CASES // 4
    assert pieces["refused"] < CASES // 3


def test_every_spelling_takes_them() -> None:
    x, z, y = cut(LOGITS, 90, 7), cut(LABELS, 100, 3), cut(CLASSES, 300)
    wanted = tf.nn.sigmoid_cross_entropy_with_logits(LABELS, LOGITS)
    for space in (tf_losses.nn, tf1.nn, tf.nn):
        found = space.sigmoid_cross_entropy_with_logits(labels=z, logits=x)
        assert_same(found, wanted, space.__name__)
    of_softmax = tf.nn.softmax_cross_entropy_with_logits(LABELS, LOGITS)
    of_classes = tf.nn.sparse_softmax_cross_entropy_with_logits(CLASSES, LOGITS)
    for space in (tf_losses.nn, tf1.nn):
        found = space.softmax_cross_entropy_with_logits(labels=z, logits=x)
        assert_same(found, of_softmax, space.__name__)
        assert_same(space.softmax_cross_entropy_with_logits_v2(z, x), of_softmax, space.__name__)
        found = space.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)
        assert_same(found, of_classes, space.__name__)
        found = space.weighted_cross_entropy_with_logits(z, x, 2.0)
        assert_same(found, tf.nn.weighted_cross_entropy_with_logits(LABELS, LOGITS, 2.0), "")
    assert_same(tf1.reduce_sum(x, reduction_indices=[1]), tf.reduce_sum(LOGITS, 1), "old name")
    found = gradients.softmax_cross_entropy_with_logits(z, x)
    assert_same(found, gradients.softmax_cross_entropy_with_logits(LABELS, LOGITS), "stopped")


def test_labels_that_are_repeated() -> None:
    x, one = cut(LOGITS, 90, 7), LABELS[:1]
    for labels in (one, one[0], LABELS[:, :1]):
        wanted = tf.nn.softmax_cross_entropy_with_logits(labels, LOGITS)
        for given in (labels, cut(labels)):
            assert_same(tf.nn.softmax_cross_entropy_with_logits(given, x), wanted, str(given))


def test_what_is_not_drawn() -> None:
    x, some = cut(LOGITS, 90, 7), LOGITS > 0
    for face, function in itertools.product((tf, tf1), ("reduce_all", "reduce_any")):
        for axis in (None, 0, 1):
            wanted = np.asarray(getattr(face, function)(some, axis))
            found = getattr(face, function)(x > 0, axis)
            assert np.array_equal(found.compute(), wanted)
            assert found.dtype == bool
    integers = np.arange(24, dtype=np.int32).reshape(4, 6)
    for axis in (None, 0, (0, 1)):
        wanted = np.asarray(tf.reduce_mean(integers, axis))
        assert np.array_equal(tf.reduce_mean(cut(integers, 2, 2), axis).compute(), wanted)
    weights = np.random.default_rng(0).random((ROWS, 1)).astype(np.float32)
    for given, one in itertools.product((weights, cut(weights)), tf1.losses.Reduction.all()):
        wanted = tf1.losses.compute_weighted_loss(LOGITS, weights, reduction=one)
        found = tf1.losses.compute_weighted_loss(x, given, reduction=one)
        assert_same(found, wanted, one)


def test_what_was_computed_goes_on() -> None:
    """A graph of several steps: losses, their mean's gradient, and the logits' gradient of it."""
    x, y = cut(LOGITS, 90, 7), cut(CLASSES, 300)
    upstream = tf.nn.sparse_softmax_cross_entropy_with_logits(y, x)
    found = gradients.sparse_softmax_cross_entropy_with_logits(y, x, upstream)
    plain = tf.nn.sparse_softmax_cross_entropy_with_logits(CLASSES, LOGITS).numpy()
    wanted = gradients.sparse_softmax_cross_entropy_with_logits(CLASSES, LOGITS, plain)
    assert_same(found, wanted, "two steps")
    assert_same(tf.reduce_mean(upstream), tf.reduce_mean(plain), "mean")


# ---- lazy, and small ----

OURS = ("piece-", "part-")  # what Dask calls our tasks


def never(_block: Array) -> Array:
    raise AssertionError("this was to be lazy")


def test_nothing_is_computed_by_a_call() -> None:
    x = cut(LOGITS, 90, 3).map_blocks(never, dtype=np.float32, meta=LOGITS[:0])
    z, y = cut(LABELS), cut(CLASSES)
    made = [
        tf.nn.sigmoid_cross_entropy_with_logits(z, x),
        tf.nn.sparse_softmax_cross_entropy_with_logits(y, x),
        tf.reduce_mean(x),
        tf.reduce_sum(x, 0),
        tf.keras.losses.CategoricalCrossentropy(from_logits=True)(z, x),
        tf1.losses.sigmoid_cross_entropy(z, x),
        *parts_of(gradients.weighted_cross_entropy_with_logits(z, x, np.ones(7, np.float32))),
    ]
    for array in made:
        with pytest.raises(AssertionError, match="lazy"):
            array.compute()


def test_graphs_are_small() -> None:
    """What travels to a worker for a piece: a name, the settings, and what is plain."""
    x = da.zeros((800_000, 10), chunks=(1000, 10), dtype=np.float32)
    y = da.zeros(800_000, chunks=1000, dtype=np.int64)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, x)
    found = gradients.weighted_cross_entropy_with_logits(x, x, np.ones(10, np.float32), x)
    for array in (losses, found.logits, tf.reduce_mean(losses), found.pos_weight):
        tasks = dict(array.__dask_graph__())
        sizes = [len(pickle.dumps(tasks[key])) for key in tasks if key[0].startswith(OURS)]
        assert len(sizes) >= 800
        assert max(sizes) < 1000


# ---- without Dask ----


def test_nobody_who_does_not_use_dask_loads_it() -> None:
    program = (
        "import sys, numpy as np, tf_losses, tf_losses.compat.v2 as tf, tf_losses.dask;"
        "tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits([1.0], [2.0]));"
        "tf_losses.gradients.sigmoid_cross_entropy_with_logits([1.0], [2.0]);"
        "assert 'dask' not in sys.modules and 'tf_losses._internal.dask.calls' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_numpy_arrays_give_tensors_where_dask_is_loaded() -> None:
    found = tf.nn.sigmoid_cross_entropy_with_logits(LABELS, LOGITS)
    assert isinstance(found, tf.Tensor)
    assert isinstance(tf.reduce_sum(LOGITS), tf.Tensor)
