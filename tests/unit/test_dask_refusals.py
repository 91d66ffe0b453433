# SPDX-License-Identifier: Apache-2.0
"""What is not computed of Dask arrays says so, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
import tf_losses.compat.v1 as tf1
import tf_losses.compat.v2 as tf
import tf_losses.dask
from tf_losses import gradients

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
)

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with alone():
        yield


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


class Foreign:
    """An array of another library."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:  # noqa: ANN401 (NumPy's)
        return np.ones(7, dtype)


def test_a_weight_of_another_library_is_refused() -> None:
    x, z = cut(LOGITS), cut(LABELS)
    for function in (
        tf.nn.weighted_cross_entropy_with_logits,
        gradients.weighted_cross_entropy_with_logits,
    ):
        with pytest.raises(TypeError, match="Foreign") as caught:
            function(z, x, Foreign())
        assert "np.asarray" in "".join(caught.value.__notes__)


def test_a_weight_that_is_a_tensor_stays_one() -> None:
    weight = np.random.default_rng(0).random((ROWS, 1)).astype(np.float32)
    for given in (tf.constant(weight), tf.constant(weight[0]), tf.constant(weight[0, 0])):
        wanted = tf.nn.weighted_cross_entropy_with_logits(LABELS, LOGITS, given)
        found = tf.nn.weighted_cross_entropy_with_logits(cut(LABELS), cut(LOGITS), given)
        assert_same(found, wanted, str(given.shape))
