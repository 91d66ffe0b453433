# SPDX-License-Identifier: Apache-2.0
"""Worker processes compute the bits of one call; their settings and their deaths do not show."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v2 as tf
from bits import assert_same_bits
from tf_losses import gradients
from tf_losses._internal.runtime import threads

da = pytest.importorskip("dask.array", reason="Dask is not installed")
distributed = pytest.importorskip(
    "distributed", reason="distributed is not installed: pip install 'tf_losses[distributed]'"
)

import clusters  # noqa: E402 (after what may be missing)
import dask_source  # noqa: E402 (same)
from clusters import HOST, PATIENCE  # noqa: E402 (same)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
CHUNKS = 40
ROWS = CHUNKS * dask_source.ROWS
LOGITS = np.concatenate([dask_source.chunk(number) for number in range(CHUNKS)])
LABELS = np.random.default_rng(1).integers(0, dask_source.CLASSES, ROWS)
SOFT = np.random.default_rng(2).random(LOGITS.shape).astype(np.float32)


def environment() -> dict[str, str]:
    """For programs that find what this process has found."""
    places = [Path(tf_losses.__file__).parents[1], Path(dask_source.__file__).parent]
    more = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([*map(str, places), *([more] if more else [])])
    # Other settings than this process has: those of the graph count.
    return os.environ | {"PYTHONPATH": path, "TF_LOSSES_TF_VERSION": "2.8"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes of two threads each."""
    before = dict(os.environ)
    os.environ.update(environment())
    try:
        with (
            distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=2,
                processes=True,
                host=HOST,
                dashboard_address=None,
                worker_dashboard_address=None,
            ) as made,
            distributed.Client(made, timeout=PATIENCE) as client,
        ):
            client.wait_for_workers(2, timeout=PATIENCE)
            yield client
    finally:
        os.environ.clear()
        os.environ.update(before)


def computed(client: Any, *arrays: Any) -> list[Array]:  # noqa: ANN401 (a client, Dask arrays)
    return [
        np.asarray(one.result(timeout=PATIENCE)) for one in client.compute(list(arrays), retries=5)
    ]


def called(classes: Any, labels: Any, logits: Any) -> list[Any]:  # noqa: ANN401 (arrays of either kind)
    """Losses, gradients and sums."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, logits)
    found = gradients.softmax_cross_entropy_with_logits_v2(labels, logits, with_loss=True)
    weight = np.ones(7, np.float32)
    return [
        losses,
        tf.reduce_mean(losses),
        *(part for part in found if part is not None),
        gradients.weighted_cross_entropy_with_logits(labels, logits, weight).pos_weight,
        tf.keras.losses.CategoricalCrossentropy(from_logits=True)(labels, logits),
    ]


def test_losses_gradients_and_sums(cluster: Any) -> None:  # noqa: ANN401 (a client)
    x, z = da.from_array(LOGITS, chunks=(100, 3)), da.from_array(SOFT, chunks=(333, 7))
    lazy = called(da.from_array(LABELS, chunks=500), z, x)
    wanted = called(LABELS, SOFT, LOGITS)
    for one, other in zip(computed(cluster, *lazy), wanted, strict=True):
        assert_same_bits(one, np.asarray(other), "cluster")


def test_what_is_chosen_here_is_computed_there(cluster: Any) -> None:  # noqa: ANN401 (a client)
    x, z = da.from_array(LOGITS, chunks=(100, 7)), da.from_array(SOFT, chunks=(100, 7))
    long = np.random.default_rng(0).normal(size=600_000).astype(np.float32)
    of_workers = cluster.submit(tf_losses.get_tf_version).result(timeout=PATIENCE)
    assert of_workers == "2.8"
    vendor, number = tf_losses.get_tf_processor(), threads.get_intra_op_parallelism_threads()
    lazy: list[Any] = []
    wanted: list[Array] = []
    try:
        for version, library, maker, count in (
            ("2.21", "glibc-2.41", "AuthenticAMD", 1),
            ("2.3", "glibc-2.28", "GenuineIntel", 2),
            ("1.15", "glibc-2.34", "AuthenticAMD", 3),
        ):
            tf_losses.set_tf_processor(maker)
            threads.set_intra_op_parallelism_threads(count)
            with tf_losses.tf_version(version), tf_losses.tf_libm(library):
                lazy += gradients.sigmoid_cross_entropy_with_logits(z, x, with_loss=True)[1::2]
                lazy.append(tf.reduce_sum(da.from_array(long, chunks=50_000)))
                wanted += gradients.sigmoid_cross_entropy_with_logits(SOFT, LOGITS, with_loss=True)[
                    1::2
                ]
                wanted.append(np.asarray(tf.reduce_sum(long)))
    finally:
        tf_losses.set_tf_processor(vendor)
        threads.set_intra_op_parallelism_threads(number)
    lazy = [one for one in lazy if one is not None]
    wanted = [one for one in wanted if one is not None]
    assert len({one.tobytes() for one in wanted}) > len(wanted) // 2  # they do differ
    for one, other in zip(computed(cluster, *lazy), wanted, strict=True):
        assert_same_bits(one, np.asarray(other), "settings")
    kept = cluster.run(tf_losses.get_tf_version)
    assert set(kept.values()) == {"2.8"}


def test_an_error_comes_back_as_what_it_is(cluster: Any) -> None:  # noqa: ANN401 (a client)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        da.from_array(LABELS + 1, chunks=500), da.from_array(LOGITS, chunks=(500, 7))
    )
    with pytest.raises(tf_losses.errors.InvalidArgumentError, match="outside the valid range"):
        cluster.compute(losses).result(timeout=PATIENCE)


# ---- a scheduler and workers that are begun by hand ----


def test_a_worker_that_is_killed_in_the_middle_does_not_show(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    with (
        clusters.scheduler_and_workers(tmp_path, environment()) as begun,
        distributed.Client(begun.address, timeout=PATIENCE) as client,
    ):
        numbers = da.from_array(np.arange(CHUNKS), chunks=1)
        x = numbers.map_blocks(
            dask_source.slow_chunk,
            folder=str(notes),
            seconds=0.1,
            new_axis=1,
            chunks=((dask_source.ROWS,) * CHUNKS, (dask_source.CLASSES,)),
            dtype=np.float32,
            meta=np.empty((0, 0), np.float32),
        )
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            da.from_array(LABELS, chunks=dask_source.ROWS), x
        )
        asked = client.compute([losses, tf.reduce_mean(losses)], retries=10)
        victim = begun.workers[0]
        clusters.wait_until(
            lambda: len(list(notes.glob(f"{victim.pid}-*"))) >= 3, "no work was begun", *begun.logs
        )
        os.kill(victim.pid, signal.SIGKILL)
        assert victim.wait(PATIENCE) == -signal.SIGKILL
        assert not all(one.done() for one in asked)  # it was in the middle
        found = [np.asarray(one.result(timeout=PATIENCE)) for one in asked]
    wanted = tf.nn.sparse_softmax_cross_entropy_with_logits(LABELS, LOGITS)
    assert_same_bits(found[0], np.asarray(wanted), "losses")
    assert_same_bits(found[1], np.asarray(tf.reduce_mean(wanted)), "mean")
    by = {int(note.name.partition("-")[0]) for note in notes.iterdir()}
    assert by == {one.pid for one in begun.workers}
