# SPDX-License-Identifier: Apache-2.0
"""Whose bits a graph has: what was chosen when it was made. How whole arrays are summed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v2 as tf
import tf_losses.dask
from bits import assert_same_bits
from tf_losses import gradients
from tf_losses._internal.dask import limits, settings, whole_sums
from tf_losses._internal.runtime import native, onednn, threads

dask = pytest.importorskip("dask", reason="Dask is not installed: pip install 'tf_losses[dask]'")
da = pytest.importorskip("dask.array", reason="dask.array is not installed")

from dask_arrays import (  # noqa: E402 (after what may be missing)
    LABELS,
    LOGITS,
    ROWS,
    alone,
    assert_same,
    cut,
)
from dask_cases import Drawn  # noqa: E402 (same)

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with alone():
        yield


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
