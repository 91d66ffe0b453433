# SPDX-License-Identifier: Apache-2.0
"""What `constant` takes for a dtype and a shape is what TensorFlow takes."""
# ruff: noqa: ANN401 (either library is an argument of its tests)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf

from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = [
    *("float", "double", "half", "int", "bool", "string", "str", "f4", ">f4", "<f4", "=f4", "e"),
    *("longdouble", "longlong", "datetime64[s]", "M8", "O", "S3", "U5", "V2", "void", "c8"),
    *("float16", "bfloat16", "float32", "float64", "int4", "uint8", "complex64", "float8_e5m2"),
    "nonsense",
]
DTYPES: list[Any] = [
    *NAMES,
    *(float, int, bool, complex, object, str, bytes),
    *(np.float32, np.longlong, np.ulonglong, np.longdouble, np.number, np.floating, np.bool_),
    *(np.dtype(">f4"), np.dtype("f8"), np.dtype("M8[s]"), np.dtype("S3"), np.dtype(">i8")),
    *(1, 3, 19, 14, ml_dtypes.bfloat16, ("f4", (2,)), [("a", "f4")], tf.float16),
]
SHAPES: list[Any] = [
    *(2, np.int64(2), True, np.array(2), np.array([2]), [2], (2,), {2}, range(2, 3), (1, 2)),
    *([np.int64(1), 2], [], -1, [-1], 2.0, [2.0], [[2]], "2", (2, 3.5), tf.TensorShape([2])),
]


def _outcome(library: Any, make: Callable[[Any], Any]) -> tuple[str, ...]:
    try:
        made = make(library)
    except (TypeError, ValueError) as error:
        # A boolean length is shown as it came there, as a number here.
        return type(error).__name__, str(error).replace("(True,)", "(1,)")
    array = np.asarray(made)
    return array.dtype.name, str(array.dtype.isnative), str(array.shape), str(array.tolist())


def _check(make: Callable[[Any], Any]) -> None:
    assert _outcome(v2, make) == _outcome(tf, make)


@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
def test_dtypes(dtype: Any) -> None:
    _check(lambda library: library.constant([1.0, 2.0], dtype=dtype))
    _check(lambda library: library.constant(np.array([1.0, 2.0]), dtype=dtype))
    _check(lambda library: library.convert_to_tensor(np.array([1.0, 2.0]), dtype=dtype))


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
def test_shapes(shape: Any) -> None:
    _check(lambda library: library.constant([1.0, 2.0], shape=shape))
    _check(lambda library: library.constant(1.5, shape=shape))


def test_a_constant_of_another_byte_order_can_be_watched() -> None:
    x = v2.constant(np.array([1.0, 2.0], ">f4"), dtype=np.dtype(">f4"))
    with v2.GradientTape() as tape:
        tape.watch(x)
        loss = v2.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], x)
    assert tape.gradient(loss, x).dtype == np.float32
