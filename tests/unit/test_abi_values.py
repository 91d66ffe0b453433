# SPDX-License-Identifier: Apache-2.0
"""What the C interface computes and takes where mutants of it had survived (`make mutants`)."""

from __future__ import annotations

import numpy as np
import pytest

from tf_losses._internal.runtime import native

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


WAYS_TO_REPEAT = [(4, 1), (0, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize("of_labels", WAYS_TO_REPEAT)
@pytest.mark.parametrize("of_logits", WAYS_TO_REPEAT)
def test_an_operand_that_repeats_is_as_one_that_is_whole(
    of_logits: tuple[int, int], of_labels: tuple[int, int]
) -> None:
    generator = np.random.default_rng(1)
    logits, labels = generator.random((2, ROWS * CLASSES))
    found = []
    for is_whole in (False, True):
        operands, strides = [], []
        for values, stride in ((logits, of_logits), (labels, of_labels)):
            places = [stride[0] * i + stride[1] * j for i in range(ROWS) for j in range(CLASSES)]
            operands.append(values[places] if is_whole else values)
            strides.append([CLASSES, 1] if is_whole else list(stride))
        made = ffi.new("tfl_layout *", [2, [ROWS, CLASSES], strides[1], strides[0], [0, 0], 0])
        out = np.full(ROWS, np.nan)
        taken = [ffi.from_buffer(array) for array in (operands[1], operands[0])]
        status = lib.tfl_forward(
            lib.TFL_VERSION_SET, lib.TFL_SOFTMAX, lib.TFL_F64, lib.TFL_F64, ROWS, CLASSES,
            *taken, NULL, made, ffi.from_buffer(out),
        )  # fmt: skip
        assert status == lib.TFL_OK
        found.append(out.tolist())
    assert found[0] == found[1]


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


# A power that fills a packet has another result than one that does not.
TELLING = {np.float32: (18.8443660736084, -0.5195148587226868, 8),
           np.float64: (3.3216831425230406, 5.152228258630665, 4)}  # fmt: skip
# Cycles of an element's memory and power: (repeated * 16 * 11 / 64 + 5 / 4) of float64, and so on.
BLOCKS = {
    (np.float32, 1): 20000, (np.float32, 2): 11851, (np.float64, 1): 10000, (np.float64, 2): 5925
}  # fmt: skip


@pytest.mark.parametrize("repeated", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_of_powers_are_of_40000_cycles(dtype: type, repeated: int) -> None:
    """Where a block ends, what fills no packet is computed as TensorFlow's scalars are."""
    x, y, lanes = TELLING[dtype]
    columns = 2 * BLOCKS[dtype, repeated] + 3
    operands = [np.full((2, columns), value, dtype) for value in (x, y)]
    out = np.full((2, columns), np.nan, dtype)
    status = lib.tfl_power(
        lib.TFL_VERSION_SET, lib.TFL_F32 if lanes == 8 else lib.TFL_F64, 2,
        ffi.new("int64_t[]", [2, columns]), repeated,
        *[ffi.from_buffer(array) for array in (*operands, out)],
    )  # fmt: skip
    assert status == lib.TFL_OK
    block = BLOCKS[dtype, repeated]
    ends = [n for begin in (0, block, 2 * block) for n in (min(begin + block, columns) - begin,)]
    rest = [i >= size - size % lanes for size in ends for i in range(size)]
    assert (out == out[0, -1]).tolist() == [rest, rest]


@pytest.mark.parametrize("loss", [lib.TFL_SIGMOID, lib.TFL_SOFTMAX])
@pytest.mark.parametrize(("rows", "classes"), [(0, 4), (4, 0), (0, 0)])
def test_losses_without_elements_need_no_inputs(loss: int, rows: int, classes: int) -> None:
    version, f64, out = lib.TFL_VERSION_SET, lib.TFL_F64, ffi.new("double[4]")
    status = lib.tfl_forward(version, loss, f64, f64, rows, classes, NULL, NULL, NULL, NULL, out)
    assert status == lib.TFL_OK


@pytest.mark.parametrize(("rows", "classes"), [(0, 4), (4, 0), (0, 0)])
def test_nothing_to_compute_of_softmax(rows: int, classes: int) -> None:
    version, f32 = lib.TFL_VERSION_SET, lib.TFL_F32
    assert lib.tfl_softmax(version, f32, 0, rows, classes, NULL, NULL) == lib.TFL_OK


@pytest.mark.parametrize("missing", [0, 1])
def test_softmax_needs_both_arrays(missing: int) -> None:
    places = [ffi.new("float[4]"), ffi.new("float[4]")]
    places[missing] = NULL
    status = lib.tfl_softmax(lib.TFL_VERSION_SET, lib.TFL_F32, 0, 1, 4, *places)
    assert status == lib.TFL_BAD_ARGUMENT


@pytest.mark.parametrize("logarithm", [0, 1])
@pytest.mark.parametrize("rows", [65, 100, 129])
def test_softmax_writes_no_row_behind_the_last(rows: int, logarithm: int) -> None:
    """Rows are computed 64 at a time."""
    logits, out = np.zeros((256, 4), np.float32), np.full((256, 4), 7, np.float32)
    places = ffi.from_buffer(logits), ffi.from_buffer(out)
    status = lib.tfl_softmax(lib.TFL_VERSION_SET, lib.TFL_F32, logarithm, rows, 4, *places)
    assert status == lib.TFL_OK
    assert (out[rows:] == 7).all()
    assert (out[:rows] != 7).all()


def test_there_is_no_loss_behind_the_last() -> None:
    losses = [lib.TFL_SIGMOID, lib.TFL_SOFTMAX, lib.TFL_SPARSE_SOFTMAX, lib.TFL_WEIGHTED]
    values, out = ffi.new("double[]", [0.5] * 8), ffi.new("double[8]")
    version, f64, behind = lib.TFL_VERSION_SET, lib.TFL_F64, max(losses) + 1
    for weight in (NULL, values):
        places = (values, values, weight, NULL, out)
        status = lib.tfl_forward(version, behind, f64, f64, ROWS, CLASSES, *places)
        assert status == lib.TFL_BAD_ARGUMENT
    assert lib.tfl_self_check_hash(version, behind, f64, 0, 0, 0) == 0


@pytest.mark.parametrize("classes", [4, 8, 11, 64, 77])
def test_row_products_of_fused_lanes(classes: int) -> None:
    """Vectors of four go to two sums in turn; of 12 bits, products and sums are exact in double."""
    generator = np.random.default_rng(classes)
    integers, exponents = generator.integers(
        ((-(2**11),), (-15,)), ((2**11,), (-6,)), (2, 6 * classes)
    )
    a, b = np.ldexp(integers.astype(np.float32), exponents).reshape(2, 3, classes)
    sums = np.zeros((3, 2, 4), np.float32)
    for i in range(classes):
        place = np.s_[:, i // 4 % 2, i % 4]
        sums[place] = sums[place] + a[:, i].astype(np.float64) * b[:, i]
    lanes = sums[:, 0] + sums[:, 1]
    expected = (lanes[:, 0] + lanes[:, 1]) + (lanes[:, 2] + lanes[:, 3])
    out = np.empty(3, np.float32)
    places = [ffi.from_buffer(array) for array in (a, b, out)]
    version, f32 = lib.TFL_VERSION_SET, lib.TFL_F32
    assert lib.tfl_row_products(version, f32, 128, 4, 3, classes, *places) == lib.TFL_OK
    assert out.tolist() == expected.tolist()
