# SPDX-License-Identifier: Apache-2.0
"""`eval` in pieces gives the bits of one call on the whole."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_losses._internal.evaluation.evaluate import Report, evaluate
from tf_losses._internal.evaluation.request import Request
from tf_losses._internal.evaluation.summary import count_equal
from tf_losses._internal.io.command import InputError
from tf_losses.compat.v2 import nn

if TYPE_CHECKING:
    from pathlib import Path

Array = npt.NDArray[Any]

DTYPES = [np.dtype(name) for name in ("float16", "float32", "float64")]
DTYPES.append(np.dtype(ml_dtypes.bfloat16))
WHOLE = {
    "sigmoid": nn.sigmoid_cross_entropy_with_logits,
    "weighted": nn.weighted_cross_entropy_with_logits,
    "softmax": nn.softmax_cross_entropy_with_logits,
    "sparse_softmax": nn.sparse_softmax_cross_entropy_with_logits,
}
TINY, SMALL = 1, 5000  # piece_bytes: one packet at a time, and a few


def random_logits(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    """Logits of every size, some of them special."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=shape) * rng.choice([0.1, 3, 30], size=shape)
    special = rng.random(shape) < 0.002
    logits[special] = rng.choice([0.0, -0.0, np.inf, -np.inf, np.nan], size=special.sum())
    return logits.astype(dtype)


def random_labels(loss: str, logits: Array, axis: int, seed: int) -> Array:
    """Labels that fit the logits."""
    rng = np.random.default_rng(seed + 1)
    if loss == "sparse_softmax":
        return rng.integers(0, logits.shape[-1], logits.shape[:-1])
    labels = rng.random(logits.shape)
    if loss == "softmax":
        labels /= labels.sum(axis=axis, keepdims=True)
    return labels.astype(logits.dtype)


def check(
    tmp_path: Path,
    loss: str,
    logits: Array,
    labels: Array,
    piece_bytes: int,
    pos_weight: float | Array | None = None,
    axis: int = -1,
) -> Report:
    """Compare `eval` with one call; the report is handed back."""
    np.save(tmp_path / "logits.npy", logits)
    np.save(tmp_path / "labels.npy", labels)
    options: dict[str, Any] = {} if axis == -1 else {"axis": axis}
    weight: float | str | None = None
    if pos_weight is not None:
        options["pos_weight"] = pos_weight
        weight = pos_weight if isinstance(pos_weight, float) else str(tmp_path / "weight.npy")
        np.save(tmp_path / "weight.npy", pos_weight)
    expected = np.asarray(WHOLE[loss](labels=labels, logits=logits, **options))
    np.save(tmp_path / "expected.npy", expected)
    request = Request(
        loss=loss,
        logits=str(tmp_path / "logits.npy"),
        labels=str(tmp_path / "labels.npy"),
        pos_weight=weight,
        axis=axis,
        out=str(tmp_path / "out.npy"),
        recorded=str(tmp_path / "expected.npy"),
        bfloat16=logits.dtype == ml_dtypes.bfloat16,
    )
    report = evaluate(request, piece_bytes)
    written = np.load(tmp_path / "out.npy").view(expected.dtype)
    assert written.shape == expected.shape
    assert count_equal(written, expected) == expected.size
    assert report.equal
    assert report.lines[-1] == (
        f"{expected.size} of {expected.size} losses equal TensorFlow's recorded bits"
    )
    return report


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("loss", WHOLE)
@pytest.mark.parametrize("shape", [(1003, 10), (37, 5, 7), (16, 2100), (7, 1), (203,)], ids=str)
@pytest.mark.parametrize("piece_bytes", [TINY, SMALL])
def test_pieces_have_the_bits_of_the_whole(
    tmp_path: Path, loss: str, dtype: np.dtype[Any], shape: tuple[int, ...], piece_bytes: int
) -> None:
    logits = random_logits(shape, dtype, seed=len(shape))
    labels = random_labels(loss, logits, -1, seed=7)
    weight = 1.7 if loss == "weighted" else None
    check(tmp_path, loss, logits, labels, piece_bytes, weight)


@settings(max_examples=60, deadline=None)
@given(
    loss=st.sampled_from(sorted(WHOLE)),
    dtype=st.sampled_from(DTYPES),
    shape=st.lists(st.integers(0, 19), min_size=1, max_size=4),
    order=st.sampled_from("CF"),
    swap=st.booleans(),
    piece_bytes=st.integers(1, 3000),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_shape_and_layout(
    tmp_path_factory: pytest.TempPathFactory,
    loss: str,
    dtype: np.dtype[Any],
    shape: list[int],
    order: str,
    *,
    swap: bool,
    piece_bytes: int,
    seed: int,
) -> None:
    if "softmax" in loss:
        shape[-1] += 1
    logits = random_logits(tuple(shape), dtype, seed)
    labels = random_labels(loss, logits, -1, seed)
    weight = 0.3 if loss == "weighted" else None
    logits = np.asarray(logits, order=order)
    if swap and logits.dtype != ml_dtypes.bfloat16:
        logits = logits.astype(logits.dtype.newbyteorder())
    check(tmp_path_factory.mktemp("any"), loss, logits, labels, piece_bytes, weight)


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_softmax_over_any_axis(tmp_path: Path, dtype: np.dtype[Any], axis: int) -> None:
    logits = random_logits((5, 7, 3, 11), dtype, seed=axis)
    labels = random_labels("softmax", logits, axis, seed=axis)
    check(tmp_path, "softmax", logits, labels, TINY, axis=axis)


@pytest.mark.parametrize("shape", [(10,), (1, 10), (43, 1), (1, 1), (43, 10), (1, 43, 10)], ids=str)
def test_softmax_labels_spread(tmp_path: Path, shape: tuple[int, ...]) -> None:
    logits = random_logits((43, 10), np.dtype(np.float32), seed=3)
    labels = np.random.default_rng(4).random(shape, np.float32)
    check(tmp_path, "softmax", logits, labels, TINY)


def test_softmax_logits_of_one_class_spread(tmp_path: Path) -> None:
    logits = random_logits((43, 1), np.dtype(np.float32), seed=5)
    labels = np.random.default_rng(6).random((43, 10), np.float32)
    check(tmp_path, "softmax", logits, labels, TINY)


def test_softmax_label_types(tmp_path: Path) -> None:
    logits = random_logits((43, 4), np.dtype(np.float32), seed=5)
    one_hot = np.eye(4)[np.arange(43) % 4]
    for dtype in (np.float64, np.int64, np.bool_):
        check(tmp_path, "softmax", logits, one_hot.astype(dtype), TINY)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (1,), (10,), (43, 1), (1, 10), (43, 10)], ids=str)
@pytest.mark.parametrize("weight_dtype", [np.float32, np.float64])
def test_pos_weight_arrays(
    tmp_path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], weight_dtype: type
) -> None:
    logits = random_logits((43, 10), dtype, seed=8)
    labels = random_labels("weighted", logits, -1, seed=8)
    weight = np.asarray(np.random.default_rng(9).random(shape) * 3).astype(weight_dtype)
    report = check(tmp_path, "weighted", logits, labels, TINY, weight)
    assert "one piece" not in report.lines[1]


@pytest.mark.parametrize("shape", [(3, 1, 1), (2, 43, 10), (3, 43, 1)], ids=str)
def test_pos_weight_that_makes_the_losses_larger(tmp_path: Path, shape: tuple[int, ...]) -> None:
    logits = random_logits((43, 10), np.dtype(np.float32), seed=10)
    labels = random_labels("weighted", logits, -1, seed=10)
    weight = np.random.default_rng(11).random(shape, np.float32)
    report = check(tmp_path, "weighted", logits, labels, TINY, weight)
    assert report.lines[1].startswith("computed in one piece: pos_weight makes")


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("keys", [("logits", "labels"), ("a", "b")])
def test_npz(tmp_path: Path, keys: tuple[str, str], *, compressed: bool) -> None:
    logits = random_logits((43, 10), np.dtype(np.float32), seed=12)
    labels = random_labels("sparse_softmax", logits, -1, seed=12)
    save = np.savez_compressed if compressed else np.savez
    save(tmp_path / "both.npz", **dict(zip(keys, (logits, labels), strict=True)))
    np.savez(tmp_path / "losses.npz", WHOLE["sparse_softmax"](labels=labels, logits=logits))
    suffixes = ("", "") if "logits" in keys else (":a", ":b")
    both = str(tmp_path / "both.npz")
    report = evaluate(
        Request(
            "sparse_softmax",
            logits=both + suffixes[0],
            labels=both + suffixes[1],
            recorded=str(tmp_path / "losses.npz"),
        )
    )
    assert report.equal


def test_scalars(tmp_path: Path) -> None:
    one = np.float32(0.5)
    check(tmp_path, "sigmoid", np.asarray(one), np.asarray(one), TINY)
    check(tmp_path, "weighted", np.asarray(one), np.asarray(one), TINY, 2.0)


def test_worst_examples_are_listed_with_their_labels(tmp_path: Path) -> None:
    logits = np.zeros((4, 3), np.float32)
    logits[1] = [9, 0, 0]
    logits[3] = [np.nan, 0, 0]
    np.save(tmp_path / "x.npy", logits)
    x = str(tmp_path / "x.npy")
    np.save(tmp_path / "z.npy", np.array([0, 2, 1, 0]))
    report = evaluate(Request("sparse_softmax", x, str(tmp_path / "z.npy"), worst=2))
    assert report.lines[1] == "finite 3, inf 0, nan 1"
    assert [line.split() for line in report.lines[-3:]] == [
        ["index", "label", "loss"],
        ["1", "2", "9.00025"],
        ["0", "0", "1.09861"],
    ]
    np.save(tmp_path / "z.npy", np.array([[1, 0, 0], [0, 0.25, 0.75], [0, 1, 0], [1, 0, 0]]))
    report = evaluate(Request("softmax", x, str(tmp_path / "z.npy"), worst=1))
    assert report.lines[-1].split() == ["1", "2", "(0.75)", "9.00025"]
    np.save(tmp_path / "z.npy", np.float32(logits > 0))
    report = evaluate(Request("sigmoid", x, str(tmp_path / "z.npy"), worst=1))
    assert report.lines[-1].split() == ["(0,", "0)", "0", "0.693147"]


def test_differing_losses_are_counted(tmp_path: Path) -> None:
    logits = random_logits((20, 3), np.dtype(np.float32), seed=1)
    labels = random_labels("sigmoid", logits, -1, seed=1)
    report = check(tmp_path, "sigmoid", logits, labels, SMALL)
    recorded = np.load(tmp_path / "expected.npy")
    recorded[3, 1] = -1
    np.save(tmp_path / "recorded.npy", recorded)
    report = evaluate(
        Request(
            "sigmoid",
            str(tmp_path / "logits.npy"),
            str(tmp_path / "labels.npy"),
            recorded=str(tmp_path / "recorded.npy"),
        )
    )
    assert not report.equal
    assert report.lines[-1].startswith("59 of 60 losses equal")


def test_a_failed_evaluation_leaves_nothing(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((40, 3), np.float32))
    np.save(tmp_path / "z.npy", np.arange(40))
    out = tmp_path / "out.npy"
    out.write_text("kept")
    request = Request(
        "sparse_softmax", str(tmp_path / "x.npy"), str(tmp_path / "z.npy"), out=str(out)
    )
    with pytest.raises(InputError, match=r"z\.npy: label 3 at index 3 is outside \[0, 3\)"):
        evaluate(request, TINY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.npy", "x.npy", "z.npy"]
    assert out.read_text() == "kept"


def test_without_tqdm_there_is_no_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as if it were not installed
    logits = random_logits((20, 3), np.dtype(np.float32), seed=2)
    check(tmp_path, "sigmoid", logits, random_labels("sigmoid", logits, -1, seed=2), TINY)
