# SPDX-License-Identifier: Apache-2.0
"""`gradients.repeated` gives what single calls give, of what the arrays hold at the time."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import cases
import tf_losses
from bits import assert_same_bits
from tf_losses import errors, gradients

SINGLE = {
    "sigmoid": gradients.sigmoid_cross_entropy_with_logits,
    "weighted": gradients.weighted_cross_entropy_with_logits,
    "softmax": gradients.softmax_cross_entropy_with_logits_v2,
    "sparse_softmax": gradients.sparse_softmax_cross_entropy_with_logits,
}


def drawn(loss: str, dtype: type, seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(7, 5)).astype(dtype)
    if loss == "sparse_softmax":
        return rng.integers(0, 5, 7), logits
    labels = rng.random((7, 5)).astype(dtype)
    return (labels, logits, 1.75) if loss == "weighted" else (labels, logits)


@pytest.mark.parametrize("dtype", cases.DTYPES.values(), ids=cases.DTYPES)
@pytest.mark.parametrize("loss", SINGLE)
@pytest.mark.parametrize("with_upstream", [False, True])
def test_repeated_calls(loss: str, dtype: type, *, with_upstream: bool) -> None:
    arguments = drawn(loss, dtype, 1)
    shape = (7,) if "softmax" in loss else (7, 5)
    g = np.full(shape, 0.5, dtype) if with_upstream else None
    compute = gradients.repeated(loss, *arguments, upstream=g, mode="function")
    for seed in (2, 3):
        for array, new in zip(arguments[:2], drawn(loss, dtype, seed), strict=False):
            array[...] = new
        gc.collect()  # of what C is told, nothing may go
        found = compute()
        assert found is compute.results
        wanted = {} if loss == "sparse_softmax" else {"wrt": "logits"}
        single = SINGLE[loss](*arguments, upstream=g, mode="function", with_loss=True, **wanted)
        assert found.labels is None
        for name in ("loss", "logits"):
            assert_same_bits(getattr(found, name), getattr(single, name), name)


def test_what_is_wanted() -> None:
    labels, logits = drawn("softmax", np.float32, 1)
    assert gradients.repeated("softmax", labels, logits, wrt=())().logits is None
    both = gradients.repeated("softmax", labels, logits, wrt=("labels", "logits"))()
    assert both.labels is not None
    assert_same_bits(
        both.labels, gradients.softmax_cross_entropy_with_logits_v2(labels, logits).labels, "labels"
    )


def test_the_version_is_that_of_the_beginning() -> None:
    labels, logits = np.ones(8, np.float32), np.full(8, 1.1, np.float32)
    with tf_losses.tf_version("2.4"):
        compute = gradients.repeated("sigmoid", labels, logits)
        old = gradients.sigmoid_cross_entropy_with_logits(labels, logits, with_loss=True).loss
    now = gradients.sigmoid_cross_entropy_with_logits(labels, logits, with_loss=True).loss
    assert not np.array_equal(old, now)
    assert_same_bits(compute().loss, old, "2.4")


def test_a_label_that_becomes_none_is_refused() -> None:
    labels, logits = drawn("sparse_softmax", np.float32, 1)
    compute = gradients.repeated("sparse_softmax", labels, logits)
    compute()
    labels[3] = 5
    with pytest.raises(errors.InvalidArgumentError, match="label value of 5"):
        compute()
    labels[3] = 4
    assert compute().loss is not None


LABELS, LOGITS = drawn("sigmoid", np.float32, 1)[:2]


@pytest.mark.parametrize(
    ("loss", "arguments", "said"),
    [
        ("sigmoid", (LABELS.tolist(), LOGITS), "`labels` cannot"),
        ("sigmoid", (LABELS, LOGITS[::-1]), "`logits` cannot"),
        ("softmax", (LABELS.astype(np.float64), LOGITS), "`labels` cannot"),
        ("sigmoid", (LABELS, LOGITS, None, LOGITS.tolist()), "`upstream` cannot"),
        ("sigmoid", (LABELS, LOGITS, None, np.asfortranarray(LOGITS)), "`upstream` cannot"),
        ("weighted", (LABELS, LOGITS, np.ones(5, np.float32)), "not one number"),
        ("weighted", (LABELS, LOGITS, np.array(2, np.float32)), "not one number"),
        ("weighted", (LABELS, LOGITS), "not one number"),
        ("sigmoid", (LABELS, LOGITS, 2.0), 'Only "weighted" takes one'),
        ("cross_entropy", (LABELS, LOGITS), "unknown loss 'cross_entropy'"),
        ("sigmoid", (LABELS[:3], LOGITS), "shape"),
    ],
)
def test_refused(loss: str, arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises((ValueError, errors.InvalidArgumentError), match=said):
        gradients.repeated(loss, *arguments)


def test_a_mode_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown mode"):
        gradients.repeated("sigmoid", LABELS, LOGITS, mode=["eager"])  # type: ignore[arg-type]
