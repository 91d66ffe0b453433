# SPDX-License-Identifier: Apache-2.0
"""`tf.losses` beside TensorFlow's `tf.compat.v1.losses`: values, gradients and errors."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
from beside import described, result_of
from bits import assert_same_bits
from tf_losses._internal.composed.weighted_loss import Reduction
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

tf1 = tf.compat.v1
ROWS = ("softmax_cross_entropy", "sparse_softmax_cross_entropy")
BY_ELEMENT = (
    *("absolute_difference", "hinge_loss", "huber_loss", "log_loss", "mean_squared_error"),
    "sigmoid_cross_entropy",
)
SMOOTHED = ("sigmoid_cross_entropy", "softmax_cross_entropy")
NAMES = (*BY_ELEMENT, *ROWS, "cosine_distance")
REDUCTIONS = sorted(set(Reduction.all()))
SHAPES = ((33, 10), (4, 1, 7), (0, 3))
SPECIALS = (0.0, -0.0, 1.0, 1e-45, -1e-40, 1.2e-38, 1e-7, 3e38, np.inf, -np.inf, np.nan)


def drawn(name: str, dtype: str, shape: Shape, *, special: bool) -> tuple[Array, Array]:
    """Labels and predictions."""
    rng = cases.generator(name, dtype, shape, special)
    x = rng.random(shape) if name == "log_loss" else rng.normal(0, 3, shape)
    z = rng.random(shape)
    if special:
        for values in (x, z):
            hit = rng.random(shape) < 1 / 8
            values[hit] = rng.choice(SPECIALS, int(hit.sum()))
    with np.errstate(all="ignore"):
        x = x.astype(cases.DTYPES[dtype])
        if name == "sparse_softmax_cross_entropy":
            return rng.integers(0, shape[-1], shape[:-1]), x
        return z.astype(cases.DTYPES[dtype]), x


def losses_of(name: str, shape: Shape) -> Shape:
    """The shape of the losses before they are reduced."""
    if name in ROWS:
        return shape[:-1]
    return (*shape[:-1], 1) if name == "cosine_distance" else shape


def weights_of(shape: Shape, *key: object) -> Iterator[Any]:
    """Weights of every shape that broadcasts: numbers, whole, and with axes of 1."""
    rng = cases.generator("weights", shape, *key)
    yield from (1.0, 0.0, 0.3)
    for n in range(2 ** len(shape)):
        kept = tuple(length if n >> i & 1 else 1 for i, length in enumerate(shape))
        values = np.asarray(rng.random(kept) * rng.choice([0, -0.0, 1, 1, 1e-40], kept))
        yield values.astype(rng.choice(["float32", "float64", "float16"]))
    yield np.asarray(rng.integers(0, 2, shape), np.int32)
    yield np.asarray(0.7)


def assert_same(
    name: str,
    z: Array,
    x: Array,
    weights: Any,  # noqa: ANN401 (a number or an array)
    options: dict[str, Any],
    case: object,
) -> None:
    """Compare a loss and its gradients of labels, predictions and weights."""
    floats = [one for one in (x, z, weights) if isinstance(one, np.ndarray)]
    floats = [one for one in floats if one.dtype.kind not in "iu"]

    def use(module: Any, *given: Any) -> Any:  # noqa: ANN401 (either library)
        rest = iter(given[1:])
        labels = z if z.dtype.kind in "iu" else next(rest)
        factors = next(rest, weights)
        face = tf1 if module is tf else v1
        return getattr(face.losses, name)(labels, given[0], weights=factors, **options)

    ours, theirs = (result_of(m, use, *floats) for m in (v2, tf))
    for place, (mine, wanted) in enumerate(zip(ours, theirs, strict=True)):
        if wanted is None:
            assert mine is None, (case, place)
        else:
            assert mine is not None, (case, place)
            assert_same_bits(mine, wanted, f"{case}: {place}")


def assert_agree(name: str, *args: object, **options: object) -> None:
    """Compare a loss that both compute."""
    ours, theirs = (
        described(partial(getattr(m.losses, name), *args, **options)) for m in (v1, tf1)
    )
    assert ours == theirs, (name, args, options)
    assert len(ours) > 1, "refused"


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_losses(name: str, dtype: str) -> None:
    """Every weight, and with it a reduction and a smoothing."""
    turn = 0
    for shape in SHAPES:
        plain, special = (drawn(name, dtype, shape, special=special) for special in (False, True))
        for weights in weights_of(losses_of(name, shape), name, dtype):
            turn += 1
            options: dict[str, Any] = {"reduction": REDUCTIONS[turn % 5]}
            if name in SMOOTHED:
                options["label_smoothing"] = (0, 0.1, 0.25, 1.0)[turn % 4]
            if name == "huber_loss":
                options["delta"] = (1.0, 0.5, 2.3)[turn % 3]
            if name == "cosine_distance":
                options["axis"] = -1
            z, x = special if turn % 3 == 0 else plain
            assert_same(name, z, x, weights, options, (name, dtype, shape, options, weights))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", NAMES)
def test_every_reduction(name: str, reduction: str) -> None:
    z, x = drawn(name, "float32", (17, 6), special=False)
    options = {"axis": 1} if name == "cosine_distance" else {}
    shape = losses_of(name, (17, 6))
    for weights in (1.0, np.linspace(0, 2, int(np.prod(shape)), dtype=np.float32).reshape(shape)):
        assert_same(name, z, x, weights, {"reduction": reduction, **options}, (name, reduction))


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_pairs(dtype: str) -> None:
    for shape in ((33, 10), (3, 1), (5, 4, 3), (2, 0)):
        z, x = drawn("pairs", dtype, shape, special=False)
        of_rows = np.arange(shape[0], dtype=np.float32).reshape(-1, *(1,) * (len(shape) - 1))
        for weights in (1.0, 0.0, np.asarray(0.3, np.float32), of_rows, of_rows * 0):
            assert_same("mean_pairwise_squared_error", z, x, weights, {}, (dtype, shape, weights))


@pytest.mark.parametrize("dtype", [*cases.DTYPES, "int32", "bool"])
def test_losses_of_every_dtype_are_weighted(dtype: str) -> None:
    losses = np.arange(12).reshape(3, 4).astype(cases.DTYPES.get(dtype, dtype))
    for weights in (2.5, [[1.0], [0.0], [2.0]], np.array([[1, 0, 2, 3]]), True):
        for reduction in REDUCTIONS:
            assert_agree("compute_weighted_loss", losses, weights=weights, reduction=reduction)


REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("compute_weighted_loss", {"losses": np.ones((3, 4), "f"), "weights": np.ones(4)}),
    ("compute_weighted_loss", {"losses": np.ones((3, 4), "f"), "weights": np.ones((2, 4))}),
    ("compute_weighted_loss", {"losses": np.ones((3, 4), "f"), "weights": np.ones((3, 4, 1))}),
    ("compute_weighted_loss", {"losses": np.ones(3, "f"), "weights": None}),
    ("compute_weighted_loss", {"losses": np.ones(3, "f"), "reduction": "mean"}),
    ("absolute_difference", {"labels": None, "predictions": [1.0]}),
    ("absolute_difference", {"labels": [1.0], "predictions": None}),
    ("mean_squared_error", {"labels": [1.0, 2.0], "predictions": [1.0]}),
    ("mean_squared_error", {"labels": [1.0], "predictions": 1.0}),
    ("cosine_distance", {"labels": [[1.0]], "predictions": [[1.0]]}),
    ("cosine_distance", {"labels": [[1.0]], "predictions": [[1.0]], "axis": 1, "dim": 1}),
    ("cosine_distance", {"labels": [[1.0]], "predictions": [[1.0]], "axis": 2}),
    ("sigmoid_cross_entropy", {"multi_class_labels": [1.0], "logits": [[1.0]]}),
    ("sigmoid_cross_entropy", {"multi_class_labels": None, "logits": [[1.0]]}),
    ("sigmoid_cross_entropy", {"multi_class_labels": [1], "logits": [1]}),
    ("softmax_cross_entropy", {"onehot_labels": [[1.0, 0.0]], "logits": [[1.0]]}),
    ("sparse_softmax_cross_entropy", {"labels": [2], "logits": [[1.0, 2.0]]}),
    ("sparse_softmax_cross_entropy", {"labels": [[1, 0]], "logits": [[1.0, 2.0]]}),
    ("mean_pairwise_squared_error", {"labels": 1.0, "predictions": 2.0}),
    ("hinge_loss", {"labels": [1.0], "logits": [1.0], "scope": None, "reductions": "none"}),
    ("hinge_loss", {"labels": [1.0]}),
)


@pytest.mark.parametrize(("name", "arguments"), REFUSED)
def test_what_is_refused(name: str, arguments: dict[str, Any]) -> None:
    texts = []
    for m in (v1, tf1):
        with pytest.raises((TypeError, ValueError, tf.errors.InvalidArgumentError)) as error:
            getattr(m.losses, name)(**arguments)
        text = re.sub(r"^\{\{function_node .*?\}\} ", "", str(error.value))
        texts.append((type(error.value).__name__, text))
    assert texts[0][0] in (texts[1][0], "InvalidDtypeError", "InvalidArgumentError")
    assert texts[0][1][:35] == texts[1][1][:35]


def test_weights_and_labels_with_an_axis_too_many() -> None:
    x = cases.generator("squeezed").normal(size=(5, 3)).astype(np.float32)
    for labels in ([0, 1, 2, 0, 1], [[0], [1], [2], [0], [1]]):
        for weights in (np.arange(5.0), np.arange(5.0)[:, None], 2.0):
            assert_agree("sparse_softmax_cross_entropy", labels, x, weights)


def test_old_names_of_arguments() -> None:
    rows = np.array([[0.6, 0.8], [1.0, 0.0]], np.float32)
    assert_agree("cosine_distance", rows, rows[::-1].copy(), dim=1)
