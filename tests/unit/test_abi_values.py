# SPDX-License-Identifier: Apache-2.0
"""What the C interface computes and takes where mutants of it had survived (`make mutants`)."""

from __future__ import annotations

import numpy as np
import pytest

from tf_losses._runtime import native

ffi, lib = native.ffi, native.lib
NULL = ffi.NULL
ROWS, CLASSES = 2, 4


def forward(loss: int, layout: object, rows: int = ROWS) -> int:
    """A loss of eight elements, of which operands may repeat fewer."""
    values = ffi.new("double[]", [0.5] * 8)
    weight = values if loss == lib.TFL_WEIGHTED else NULL
    out = ffi.new("double[]", 8)
    version, f64 = lib.TFL_VERSION_SET, lib.TFL_F64
    places = (values, values, weight, layout, out)
    return int(lib.tfl_forward(version, loss, f64, f64, rows, CLASSES, *places))


def layout(shape: list[int], stride: list[int], weight_size: int = 1) -> object:
    return ffi.new("tfl_layout *", [len(shape), shape, stride, stride, [0, 0], weight_size])


@pytest.mark.parametrize("stride", [(4, 1), (0, 1), (1, 0), (0, 0)])
def test_operands_of_softmax_are_whole_or_repeated(stride: tuple[int, int]) -> None:
    assert forward(lib.TFL_SOFTMAX, layout([ROWS, CLASSES], list(stride))) == lib.TFL_OK


@pytest.mark.parametrize("stride", [(4, 2), (3, 1), (1, 1), (4, 0), (2, 0), (0, 2)])
def test_no_other_strides_of_softmax(stride: tuple[int, int]) -> None:
    made = layout([ROWS, CLASSES], list(stride))
    assert forward(lib.TFL_SOFTMAX, made) == lib.TFL_BAD_ARGUMENT


def test_a_layout_without_elements() -> None:
    assert forward(lib.TFL_WEIGHTED, layout([0, CLASSES], [CLASSES, 1]), rows=0) == lib.TFL_OK
    assert forward(lib.TFL_SOFTMAX, layout([0, CLASSES], [CLASSES, 1]), rows=0) == lib.TFL_OK


def test_a_weight_of_more_elements_than_there_can_be() -> None:
    made = layout([ROWS, CLASSES], [CLASSES, 1], weight_size=2**62)
    assert forward(lib.TFL_WEIGHTED, made) == lib.TFL_TOO_LARGE


@pytest.mark.parametrize("classes", [1, 3, 4, 7, 8, 13, 64])
@pytest.mark.parametrize(("block", "lanes"), [(0, 1), (3, 1), (64, 1), (3, 4), (64, 4)])
def test_row_products_of_integers(block: int, lanes: int, classes: int) -> None:
    generator = np.random.default_rng(classes)
    a, b = generator.integers(-9, 9, (2, 3, classes)).astype(np.float32)
    out = np.full(4, 7, np.float32)
    places = [ffi.from_buffer(array) for array in (a, b, out)]
    version, f32 = lib.TFL_VERSION_SET, lib.TFL_F32
    status = lib.tfl_row_products(version, f32, block, lanes, 3, classes, *places)
    assert status == lib.TFL_OK
    assert out.tolist() == [*(a * b).sum(1).tolist(), 7]


@pytest.mark.parametrize("repeated", [0, 1, 2])
@pytest.mark.parametrize("shape", [(), (5,), (3, 5), (2, 3, 5), (3, 5, 401, 7), (7, 20011)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_of_blocks(dtype: type, shape: tuple[int, ...], repeated: int) -> None:
    """A block computed twice, or left out, would show; which packets there are does not."""
    generator = np.random.default_rng(len(shape))
    x = np.asarray(generator.integers(1, 6, shape), dtype)
    y = np.asarray(generator.integers(0, 4, shape), dtype)
    out = np.full(shape, np.nan, dtype)
    places = [ffi.from_buffer(array) for array in (x, y, out)]
    number = {4: lib.TFL_F32, 8: lib.TFL_F64}[x.itemsize]
    sizes = ffi.new("int64_t[]", list(shape))
    version = lib.TFL_VERSION_SET
    status = lib.tfl_power(version, number, len(shape), sizes, repeated, *places)
    assert status == lib.TFL_OK
    np.testing.assert_allclose(out, x**y, rtol=1e-6)


@pytest.mark.parametrize(("rows", "classes"), [(0, 4), (4, 0), (0, 0)])
def test_nothing_to_compute_of_softmax(rows: int, classes: int) -> None:
    version, f32 = lib.TFL_VERSION_SET, lib.TFL_F32
    assert lib.tfl_softmax(version, f32, 0, rows, classes, NULL, NULL) == lib.TFL_OK
