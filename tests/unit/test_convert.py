# SPDX-License-Identifier: Apache-2.0
"""Arguments become arrays as in TensorFlow, whatever they are, and are left as they were."""
# ruff: noqa: ANN401 (arguments of all kinds are what is tested)

from __future__ import annotations

import array
import collections
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

from tf_losses import errors
from tf_losses.compat.v2 import nn as v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOGITS = np.array([[4, 2, 1], [0, 5, 1]], np.float32)
LABELS = np.array([[1, 0, 0], [0, 0.8, 0.2]], np.float32)


def sigmoid_dtype(labels: Any) -> np.dtype[Any]:
    return v2.sigmoid_cross_entropy_with_logits(labels, labels).dtype


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (0.5, "float32"),
        ([0.5, 1], "float32"),
        ([0, 0.5, True], "float32"),
        ((0.5,), "float32"),
        ([[0.5], [1.0]], "float32"),
        (np.float64(0.5), "float64"),
        ([np.float64(0.5)], "float64"),
        ([np.float16(0.5), 1.0], "float16"),
        ([np.array([0.5])], "float64"),
        (memoryview(np.array([0.5])), "float32"),
        (array.array("d", [0.5]), "float32"),
        (collections.deque([0.5]), "float32"),
        ([], "float32"),
        ([[], []], "float32"),
        (np.ma.masked_array([0.5], mask=[True]), "float64"),
        (np.array([0.5], ">f4"), "float32"),
        (ml_dtypes.bfloat16(0.5), "bfloat16"),
    ],
)
def test_dtype_of_an_argument(value: Any, dtype: str) -> None:
    assert sigmoid_dtype(value).name == dtype


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, r"Attempt to convert a value \(None\) with an unsupported type"),
        ([1.0, None], "Can't convert Python sequence with mixed types to Tensor."),
        ([True, 1.0], "Can't convert Python sequence with mixed types to Tensor."),
        ([[1.0], [1.0, 2.0]], "Can't convert non-rectangular Python sequence to Tensor."),
        ([[1.0], 2.0], "Can't convert non-rectangular Python sequence to Tensor."),
        ([1.0, [2.0]], "Can't convert Python sequence with mixed types to Tensor."),
        (2**63, "Can't convert Python sequence with out-of-range integer to Tensor."),
        ([1e40], "Can't convert Python sequence with a value out of range"),
        ({"a": 1}, r"Attempt to convert a value \({'a': 1}\) with an unsupported type"),
        ({1.0}, r"Attempt to convert a value \({1.0}\) with an unsupported type"),
        (np.array([1.0], object), r"\(Unsupported object type float\)"),
        (np.array([1.0], np.longdouble), "NPY_LONGDOUBLE"),
        (np.array([0], "M8[s]"), "NPY_DATETIME"),
        (np.array([0], "m8[s]"), "NPY_TIMEDELTA"),
        (np.zeros(1, "i4,f4"), "Unsupported numpy data type"),
        (np.zeros(1, "V2"), "Unexpected numpy data type"),
    ],
)
def test_refused_argument(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        v2.softmax_cross_entropy_with_logits(value, LOGITS)


def test_a_list_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="non-rectangular"):
        v2.softmax_cross_entropy_with_logits(endless, LOGITS)


class _Array:
    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        return self.values


class _Exporter:
    def __dlpack__(self, **options: Any) -> Any:
        return LOGITS.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return LOGITS.__dlpack_device__()


def test_objects_with_array_or_dlpack() -> None:
    expected = v2.softmax_cross_entropy_with_logits(LABELS, LOGITS)
    for logits in (_Array(LOGITS), _Exporter()):
        assert np.array_equal(v2.softmax_cross_entropy_with_logits(LABELS, logits), expected)
    with pytest.raises(ValueError, match="Value returned by __array__ is not a NumPy array"):
        v2.softmax_cross_entropy_with_logits(LABELS, _Array([1.0]))


@pytest.mark.tensorflow
def test_tensors_of_tensorflow() -> None:
    tf = pytest.importorskip("tensorflow")
    labels, logits = tf.constant(LABELS), tf.Variable(LOGITS)
    expected = v2.softmax_cross_entropy_with_logits(LABELS, LOGITS)
    assert np.array_equal(v2.softmax_cross_entropy_with_logits(labels, logits), expected)
    rows = [labels[0], labels[1]]
    assert np.array_equal(v2.softmax_cross_entropy_with_logits(rows, logits), expected)
    with pytest.raises(errors.InvalidArgumentError, match="double tensor but is a float"):
        v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, tf.constant(2.0, tf.float64))


def layouts(values: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the same values in other layouts."""
    yield np.asfortranarray(values)
    yield np.repeat(values, 2, axis=-1)[..., ::2]
    yield values[::-1].copy()[::-1]
    yield values.astype(values.dtype.newbyteorder(">"))
    raw = np.frombuffer(b"\0" + values.tobytes(), np.uint8)
    yield raw[1:].view(values.dtype).reshape(values.shape)
    yield values.copy()
    values = values.copy()
    values.setflags(write=False)
    yield values
    yield values.view(np.matrix)  # type: ignore[misc]


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (v2.sigmoid_cross_entropy_with_logits, LABELS),
        (v2.softmax_cross_entropy_with_logits, LABELS),
        (lambda z, x: v2.softmax_cross_entropy_with_logits(z, x, axis=0), LABELS),
        (lambda z, x: v2.weighted_cross_entropy_with_logits(z, x, 1.5), LABELS),
        (
            lambda z, x: v2.sparse_softmax_cross_entropy_with_logits(
                np.argmax(np.asarray(z), -1), x
            ),
            LABELS,
        ),
    ],
)
def test_layout_changes_nothing_and_inputs_stay(
    loss: Callable[[Any, Any], np.ndarray[Any, Any]], labels: np.ndarray[Any, Any]
) -> None:
    expected = loss(labels, LOGITS).tobytes()
    for z, x in zip(layouts(labels), layouts(LOGITS), strict=True):
        before = z.tobytes(), x.tobytes()
        assert loss(z, x).tobytes() == expected
        assert (z.tobytes(), x.tobytes()) == before


def test_subnormal_labels_count_as_zero_in_a_wider_dtype_too() -> None:
    labels = np.array([[1e-40, -1e-40, 0.5]], np.float32)
    zeros = np.array([[0.0, -0.0, 0.5]])
    logits = np.array([[1e300, -1e300, 0.0]])
    got = v2.softmax_cross_entropy_with_logits(labels, logits)
    assert got.tobytes() == v2.softmax_cross_entropy_with_logits(zeros, logits).tobytes()


@pytest.mark.parametrize("rank", range(12))
def test_any_rank(rank: int) -> None:
    shape = (1,) * max(rank - 2, 0) + (2, 3)[: min(rank, 2)]
    values = np.ones(shape, np.float32)
    assert v2.sigmoid_cross_entropy_with_logits(values, values).shape == shape
    assert v2.weighted_cross_entropy_with_logits(values, values, values).shape == shape
    if rank:
        assert v2.softmax_cross_entropy_with_logits(values, values).shape == shape[:-1]
        labels = np.zeros(shape[:-1], np.int64)
        assert v2.sparse_softmax_cross_entropy_with_logits(labels, values).shape == shape[:-1]


def test_a_weight_that_enlarges_the_result() -> None:
    weight = np.arange(8, dtype=np.float32).reshape(4, 1, 2, 1)
    got = v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, weight)
    assert got.shape == (4, 1, 2, 3)
    for outer in range(4):
        single = v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, weight[outer, 0])
        assert got[outer, 0].tobytes() == single.tobytes()


def test_a_weight_spread_along_too_many_axes() -> None:
    values = np.ones((1, 2) * 6, np.float32)
    with pytest.raises(errors.UnimplementedError, match="Broadcast between"):
        v2.weighted_cross_entropy_with_logits(values, values, np.ones((2, 1) * 6))
