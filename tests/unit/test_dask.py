# SPDX-License-Identifier: Apache-2.0
"""Dask arrays give lazily what one call on the whole gives, to the bit; or say why not."""

from __future__ import annotations

import doctest
import itertools
import math
import pickle
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v1 as tf1
import tf_losses.compat.v2 as tf
import tf_losses.dask
from bits import assert_same_bits
from tf_losses import gradients
from tf_losses._dask import limits, settings, whole_sums
from tf_losses._dask.cutting import Rule, aligned
from tf_losses._runtime import native, onednn, threads

dask = pytest.importorskip("dask", reason="Dask is not installed: pip install 'tf_losses[dask]'")
da = pytest.importorskip("dask.array", reason="dask.array is not installed")

from dask_cases import Drawn  # noqa: E402 (after what may be missing)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

pytestmark = pytest.mark.filterwarnings("ignore")  # what Keras and NumPy say of drawn values
CASES = 800
GROUPS = 20
KINDS = ("loss", "gradients", "reduction", "keras", "old")
ROWS = 1003
LOGITS = np.random.default_rng(1).normal(size=(ROWS, 7)).astype(np.float32)
LABELS = np.random.default_rng(2).random((ROWS, 7)).astype(np.float32)
CLASSES = np.random.default_rng(3).integers(0, 7, ROWS)


@pytest.fixture(autouse=True)
def _one_scheduler() -> Iterator[None]:
    with dask.config.set(scheduler="synchronous"):
        yield


@pytest.fixture
def intra_op_threads() -> Iterator[None]:
    before = threads.get_intra_op_parallelism_threads()
    yield
    threads.set_intra_op_parallelism_threads(before)


def cut(array: Array, *sizes: int) -> Any:  # noqa: ANN401 (Dask's, untyped)
    return da.from_array(array, chunks=sizes or (100,) * array.ndim)


def parts_of(found: Any) -> list[Any]:  # noqa: ANN401 (one array, or gradients)
    return [part for part in found if part is not None] if isinstance(found, tuple) else [found]


def assert_same(found: Any, wanted: Any, case: str) -> None:  # noqa: ANN401 (arrays)
    lazy, plain = parts_of(found), parts_of(wanted)
    assert len(lazy) == len(plain), case
    for one, (array, other) in enumerate(zip(lazy, plain, strict=True)):
        assert isinstance(array, da.Array), case
        (computed,) = dask.compute(array)
        assert type(computed) in (np.ndarray, other.dtype.type), (case, type(computed))
        expected = np.asarray(other)
        assert array.dtype == expected.dtype, case
        assert array.shape == expected.shape, case
        assert_same_bits(np.asarray(computed), expected, f"{case}, part {one}")


# ---- the bits of one call ----

pieces: Counter[str] = Counter()


@pytest.mark.usefixtures("intra_op_threads")
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


def test_what_was_computed_goes_on() -> None:
    """A graph of several steps: losses, their mean's gradient, and the logits' gradient of it."""
    x, y = cut(LOGITS, 90, 7), cut(CLASSES, 300)
    upstream = tf.nn.sparse_softmax_cross_entropy_with_logits(y, x)
    found = gradients.sparse_softmax_cross_entropy_with_logits(y, x, upstream)
    plain = tf.nn.sparse_softmax_cross_entropy_with_logits(CLASSES, LOGITS).numpy()
    wanted = gradients.sparse_softmax_cross_entropy_with_logits(CLASSES, LOGITS, plain)
    assert_same(found, wanted, "two steps")
    assert_same(tf.reduce_mean(upstream), tf.reduce_mean(plain), "mean")


# ---- cuts ----


def test_no_element_changes_its_way_in_a_piece() -> None:
    """What is left over from packets in the pieces is what is left over in the whole."""
    drawn = Drawn(0)
    cuts = 0
    for _ in range(2000):
        rank = drawn.random.randint(1, 4)
        shape = tuple(drawn.random.choice([1, 2, 3, 8, 9, 16, 17, 40]) for _ in range(rank))
        chunks = aligned(shape, tuple(map(drawn.chunks, shape)), Rule())
        places = np.arange(math.prod(shape)).reshape(shape)
        ends = [np.cumsum((0, *lengths)) for lengths in chunks]
        over = places.size - places.size % 8
        for block in itertools.product(*(range(len(lengths)) for lengths in chunks)):
            ranges = [slice(end[i], end[i + 1]) for end, i in zip(ends, block, strict=True)]
            piece = places[tuple(ranges)].ravel()
            left = piece[piece.size - piece.size % 8 :]
            assert left.tolist() == piece[piece >= over].tolist(), (shape, chunks)
            cuts += 1
    assert cuts > 4000


def test_chunks_that_fit_are_left_alone() -> None:
    x = da.from_array(LOGITS[:1000], chunks=(200, 7))
    z = da.from_array(LABELS[:1000], chunks=(200, 7))
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
    x = cut(LOGITS, 90, 3)
    for loss, gradient in itertools.product(("sigmoid", "softmax"), (False, True)):
        made = tf_losses.dask.align(x, loss, gradient=gradient)
        assert tf_losses.dask.align(made, loss, gradient=gradient) is made
        function = getattr(gradients, f"{loss}_cross_entropy_with_logits")
        found = function(da.zeros_like(made), made).logits
        assert gradient is False or tf_losses.dask.graph_size(found).cuts == (
            tf_losses.dask.graph_size(made).cuts
        )
    with pytest.raises(ValueError, match="Unknown loss"):
        tf_losses.dask.align(x, "hinge")
    with pytest.raises(ValueError, match="no axis"):
        tf_losses.dask.align(x, "softmax", axis=2)
    with pytest.raises(TypeError, match="ndarray"):
        tf_losses.dask.align(LOGITS, "softmax")


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


# ---- whose bits ----


def test_a_graph_keeps_what_was_chosen_when_it_was_made() -> None:
    x, z = cut(LOGITS), cut(LABELS)
    made, wanted = {}, {}
    for version, library in (("2.3", "glibc-2.28"), ("1.15", "glibc-2.41"), ("2.21", "host")):
        with tf_losses.tf_version(version), tf_losses.tf_libm(library):
            made[version] = gradients.sigmoid_cross_entropy_with_logits(z, x, with_loss=True)
            wanted[version] = gradients.sigmoid_cross_entropy_with_logits(
                LABELS, LOGITS, with_loss=True
            )
    assert not np.array_equal(wanted["2.3"].logits, wanted["2.21"].logits)
    assert not np.array_equal(wanted["1.15"].loss, wanted["2.21"].loss)
    for version, found in made.items():
        assert_same(found, wanted[version], version)


@pytest.mark.usefixtures("intra_op_threads")
def test_so_do_the_threads_of_tensorflow() -> None:
    x = np.random.default_rng(0).normal(size=600_000).astype(np.float32)
    made, wanted = [], []
    for number in (1, 2, 3):
        threads.set_intra_op_parallelism_threads(number)
        made.append(tf.reduce_sum(cut(x, 50_000)))
        wanted.append(tf.reduce_sum(x))
    assert len({float(one) for one in wanted}) > 1
    for found, one in zip(made, wanted, strict=True):
        assert_same(found, one, "threads")


def test_so_does_the_vendor_even_side_by_side() -> None:
    x, z = cut(LOGITS), cut(LABELS)
    before = tf_losses.get_tf_processor()
    made, wanted = {}, {}
    try:
        for vendor in ("GenuineIntel", "AuthenticAMD"):
            tf_losses.set_tf_processor(vendor)
            made[vendor] = gradients.sigmoid_cross_entropy_with_logits(z, x).logits
            wanted[vendor] = gradients.sigmoid_cross_entropy_with_logits(LABELS, LOGITS).logits
    finally:
        tf_losses.set_tf_processor(before)
    assert not np.array_equal(*wanted.values())
    for scheduler in ("synchronous", "threads"):
        found = dask.compute(made, scheduler=scheduler)[0]
        for vendor, one in found.items():
            assert_same_bits(one, wanted[vendor], f"{vendor}, {scheduler}")
    assert tf_losses.get_tf_processor() == before


def test_keras_settings_travel() -> None:
    before = tf.keras.backend.epsilon()
    predicted = np.random.default_rng(0).random((ROWS, 7)).astype(np.float32)
    try:
        tf.keras.backend.set_epsilon(0.25)
        found = tf.keras.losses.binary_crossentropy(cut(LABELS), cut(predicted))
        wanted = tf.keras.losses.binary_crossentropy(LABELS, predicted)
    finally:
        tf.keras.backend.set_epsilon(before)
    assert_same(found, wanted, "epsilon")
    assert tf.keras.backend.epsilon() == before


def test_a_piece_has_one_thread_and_leaves_the_process_as_it_was() -> None:
    before = native.get_num_threads()
    native.set_num_threads(3)
    chosen = settings.Settings.here()
    try:
        with chosen.chosen():
            assert native.get_num_threads() == 1
            with chosen.chosen():
                assert native.get_num_threads() == 1
            assert native.get_num_threads() == 1
        assert native.get_num_threads() == 3
        with chosen.chosen():
            native.set_num_threads(2)  # somebody else, meanwhile
        assert native.get_num_threads() == 2
    finally:
        native.set_num_threads(before)


def test_pieces_of_another_vendor_wait() -> None:
    here = settings.Settings.here()
    other = "GenuineIntel" if here.shared.vendor == "AuthenticAMD" else "AuthenticAMD"
    there = settings.Settings(here.version, here.libm, "off", 1, here.shared._replace(vendor=other))
    seen: list[str | None] = []

    def work() -> None:
        with there.chosen():
            seen.append(native.get_vendor())
            seen.append(onednn.get())

    with here.chosen():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(0.2)
        assert seen == []
    thread.join()
    assert seen == [other, "off"]
    assert native.get_vendor() == here.shared.vendor


# ---- sums of the whole ----


@pytest.mark.usefixtures("intra_op_threads")
def test_large_sums_go_down_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_sums, "_LEAST_BYTES", 1000)
    drawn, numbers, ranges = Drawn(5), np.random.default_rng(5), 0
    with_trees = [v for v in tf_losses.known_tf_versions() if v.startswith(("2.", "1.13", "1.15"))]
    for _ in range(60):
        size = drawn.random.choice([30_000, 250_000, 777_777]) + drawn.random.randrange(20)
        dtype = drawn.random.choice([np.float32, np.float64])
        x = (numbers.normal(size=size) * 10.0 ** numbers.integers(-3, 3, size)).astype(dtype)
        given = cut(x, drawn.random.choice([size, size // 3, size // 7 + 1]))
        monkeypatch.setattr(whole_sums, "_NODE_BYTES", drawn.random.choice([70_000, 200_000]))
        threads.set_intra_op_parallelism_threads(drawn.random.choice([1, 2, 3, 7, 13]))
        function = drawn.random.choice([tf.reduce_sum, tf.reduce_mean])
        with tf_losses.tf_version(version := drawn.random.choice(with_trees)):
            found, wanted = function(given), function(x)
        ranges += tf_losses.dask.graph_size(found).pieces
        case = f"{size} {dtype.__name__} {version} {threads.intra_op()}"
        assert_same(found, wanted, case)
    assert ranges > 400


@pytest.mark.slow
@pytest.mark.usefixtures("intra_op_threads")
@pytest.mark.parametrize("version", ["2.7", "2.21"])
def test_blocks_that_old_releases_counted_in_floats(version: str) -> None:
    x = np.random.default_rng(0).random(2**25 + 4099).astype(np.float32)
    threads.set_intra_op_parallelism_threads(3)
    with tf_losses.tf_version(version):
        assert_same(tf.reduce_sum(cut(x, 2**22)), tf.reduce_sum(x), version)


def test_what_one_task_may_bring_together_is_bounded() -> None:
    x = da.zeros((1000, 1000), chunks=(10, 1000), dtype=np.float32)
    before = tf_losses.dask.get_gather_limit()
    tf_losses.dask.set_gather_limit(3000)
    try:
        for call in (
            tf.reduce_max,
            lambda x: tf.reduce_sum(x.astype(np.float16)),
            lambda x: tf.keras.losses.MeanSquaredError()(x, x),
        ):
            with pytest.raises(tf_losses.errors.ResourceExhaustedError, match="one task") as caught:
                call(x)
            assert "set_gather_limit" in "".join(caught.value.__notes__)
        assert float(tf.reduce_sum(x).compute()) == 0  # by ranges
        tf.reduce_sum(x, 1)  # row by row
    finally:
        tf_losses.dask.set_gather_limit(before)
    assert limits.get_gather_limit() == before
    with pytest.raises(ValueError, match="out of range"):
        tf_losses.dask.set_gather_limit(-1)


# ---- what is refused ----


def test_chunks_of_unknown_size_say_what_to_do() -> None:
    x = cut(LOGITS, 90, 7)
    for call in (
        lambda x: tf.nn.softmax_cross_entropy_with_logits(x, x),
        lambda x: gradients.sigmoid_cross_entropy_with_logits(x, x),
        lambda x: tf.reduce_sum(x, 1),
        lambda x: tf1.losses.log_loss(x, x),
    ):
        with pytest.raises(ValueError, match="unknown size") as caught:
            call(x[x[:, 0] > 0])
        assert "compute_chunk_sizes()" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("face", [tf_losses.nn, tf.nn])
def test_errors_are_those_of_numpy_arrays_and_come_at_once(face: Any) -> None:  # noqa: ANN401 (a module)
    wide, short = LOGITS.astype(np.float64), LOGITS[:10]
    calls = [
        ("sigmoid_cross_entropy_with_logits", {"labels": wide, "logits": LOGITS}),
        ("sigmoid_cross_entropy_with_logits", {"labels": short, "logits": LOGITS}),
        ("sigmoid_cross_entropy_with_logits", {"labels": CLASSES, "logits": CLASSES}),
        ("softmax_cross_entropy_with_logits", {"labels": short, "logits": LOGITS}),
        ("softmax_cross_entropy_with_logits", {"labels": LABELS, "logits": CLASSES}),
        ("softmax_cross_entropy_with_logits", {"labels": LABELS.sum(), "logits": LOGITS}),
        ("sparse_softmax_cross_entropy_with_logits", {"labels": LABELS, "logits": LOGITS}),
        ("sparse_softmax_cross_entropy_with_logits", {"labels": CLASSES[:9], "logits": LOGITS}),
        ("sparse_softmax_cross_entropy_with_logits", {"labels": CLASSES, "logits": LOGITS[:, :0]}),
        ("sparse_softmax_cross_entropy_with_logits", {"labels": LABELS[:, 0], "logits": LOGITS}),
        (
            "weighted_cross_entropy_with_logits",
            {"labels": LABELS, "logits": LOGITS, "pos_weight": np.ones(6)},
        ),
    ]
    for name, arguments in calls:
        with pytest.raises(Exception) as wanted:  # noqa: PT011 (any: the next has to be alike)
            getattr(face, name)(**arguments)
        lazy = {
            key: cut(one) if isinstance(one, np.ndarray) else one for key, one in arguments.items()
        }
        with pytest.raises(type(wanted.value)) as caught:
            getattr(face, name)(**lazy)
        assert str(caught.value) == str(wanted.value), name


def test_an_error_of_arrays_too_large_to_try_out_is_one_all_the_same() -> None:
    x = da.zeros((10**9, 10), chunks=(10**6, 10), dtype=np.float32)
    with pytest.raises(tf_losses.errors.InvalidArgumentError, match="1000000000, 10"):
        tf.nn.sigmoid_cross_entropy_with_logits(x[:-8], x)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(x, x)
    assert losses.shape == x.shape


def test_labels_that_are_no_classes_are_found_where_they_are_computed() -> None:
    y = CLASSES.copy()
    y[500] = 7
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(cut(y, 100), cut(LOGITS, 100, 7))
    with pytest.raises(tf_losses.errors.InvalidArgumentError, match="label value of 7") as caught:
        losses.compute()
    assert "one piece" in "".join(caught.value.__notes__)


def test_what_does_not_take_them_says_so() -> None:
    x, z = cut(LOGITS), cut(LABELS)
    for call in (
        lambda: tf.exp(x),
        lambda: tf.constant(x),
        lambda: tf.keras.losses.hinge(z, x),
        lambda: tf.keras.losses.binary_focal_crossentropy(z, x),
        lambda: tf.keras.metrics.Mean()(x),
        lambda: tf.nn.sigmoid_cross_entropy_with_logits([z, z], [x, x]),
        lambda: tf_losses.raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=z),
    ):
        with pytest.raises(TypeError, match="Dask collection has no values yet") as caught:
            call()
        assert "compute()" in "".join(caught.value.__notes__)


def test_what_cannot_be_done_piece_by_piece_says_why() -> None:
    x, z, y = cut(LOGITS), cut(LABELS), cut(CLASSES)
    with pytest.raises(tf_losses.errors.UnimplementedError, match="Second derivatives"):
        gradients.sparse_softmax_cross_entropy_with_logits(y, x, grad_grad=x)
    with pytest.raises(tf_losses.errors.UnimplementedError, match="Second derivatives"):
        gradients.softmax_cross_entropy_with_logits_v2(z, x, grad_grad=LOGITS)
    larger = np.ones((2, ROWS, 7), np.float32)
    for weight in (larger, cut(larger)):
        with pytest.raises(ValueError, match="larger than the logits"):
            tf.nn.weighted_cross_entropy_with_logits(z, x, weight)
    with pytest.raises(ValueError, match="larger than the logits"):
        tf.nn.weighted_cross_entropy_with_logits(z[:1], x[:1], np.ones((5, 7), np.float32))
    for loss in (
        tf.keras.losses.Hinge(),
        tf.keras.losses.CategoricalFocalCrossentropy(),
        tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
    ):
        with pytest.raises(tf_losses.errors.UnimplementedError, match="not computed of Dask"):
            loss(y, x)


def test_a_weight_that_is_a_tensor_stays_one() -> None:
    weight = np.random.default_rng(0).random((ROWS, 1)).astype(np.float32)
    for given in (tf.constant(weight), tf.constant(weight[0]), tf.constant(weight[0, 0])):
        wanted = tf.nn.weighted_cross_entropy_with_logits(LABELS, LOGITS, given)
        found = tf.nn.weighted_cross_entropy_with_logits(cut(LABELS), cut(LOGITS), given)
        assert_same(found, wanted, str(given.shape))


# ---- without Dask ----


def test_nobody_who_does_not_use_dask_loads_it() -> None:
    program = (
        "import sys, numpy as np, tf_losses, tf_losses.compat.v2 as tf, tf_losses.dask;"
        "tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits([1.0], [2.0]));"
        "tf_losses.gradients.sigmoid_cross_entropy_with_logits([1.0], [2.0]);"
        "assert 'dask' not in sys.modules and 'tf_losses._dask.calls' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_numpy_arrays_give_tensors_where_dask_is_loaded() -> None:
    found = tf.nn.sigmoid_cross_entropy_with_logits(LABELS, LOGITS)
    assert isinstance(found, tf.Tensor)
    assert isinstance(tf.reduce_sum(LOGITS), tf.Tensor)


def test_the_examples_of_the_guide() -> None:
    guide = Path(__file__).parents[2] / "docs" / "dask.md"
    found = doctest.testfile(str(guide), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.attempted > 10
    assert found.failed == 0
