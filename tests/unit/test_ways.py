# SPDX-License-Identifier: Apache-2.0
"""What single releases compute otherwise, as they gave it: signs, orders, where packets begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits, differing
from tf_losses import gradients, versions
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.losses import weighted
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.usefixtures("restore_native")

KNOWN = versions.known_tf_versions()
# Its exp is another one in packets, up to 2.4, than in the C library.
ODD = np.float32(-3.8)
ISAS = [name for name, runs in native.isa_known().items() if runs]


def age(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("version", ["1.15", "2.2", "2.3", "2.8", "2.21"])
def test_the_sign_of_a_loss_of_one_class(version: str, isa: str) -> None:
    """XLA compiled bfloat16 in 2.3, where nothing is added to -1 * 0."""
    native.isa_select(isa)
    for dtype in (np.float16, ml_dtypes.bfloat16, np.float32, np.float64):
        sign = -1.0 if (version, dtype) == ("2.3", ml_dtypes.bfloat16) else 1.0
        for rows in (1, 7, 300):
            logits, labels = np.full((rows, 1), 2.5, dtype), np.zeros(rows, np.int32)
            expected = np.copysign(np.zeros(rows), sign).astype(dtype)
            with tf_losses.tf_version(version):
                alone = v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                found = gradients.sparse_softmax_cross_entropy_with_logits(
                    labels, logits, with_loss=True
                )
                two = v2.nn.sparse_softmax_cross_entropy_with_logits(
                    labels, np.repeat(logits, 2, axis=1) - np.array([[0, 90]], dtype)
                )
            for loss in (alone, found.loss):
                assert_same_bits(np.asarray(loss), expected, f"{version} {rows}")
            assert not np.signbit(np.asarray(two)).any()


def labels_gradient(weight: NDArray[np.float32], *, constant: bool, order: str) -> None:
    """Compare the labels' gradient of a loss that pos_weight makes twice as large as the logits."""
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(64, 1)).astype(np.float32), rng.random((64, 1)).astype(np.float32)
    g = rng.normal(size=np.broadcast_shapes(x.shape, weight.shape)).astype(np.float32)
    t = np.asarray(v2.nn.weighted_cross_entropy_with_logits(np.ones_like(x), x, 1.0))
    k = weight - np.float32(1)
    products = {"(g*t)*k": (g * t) * k, "g*(t*k)": g * (t * k), "(g*k)*t": (g * k) * t}
    expected = {
        name: -((g[:, :1] + g[:, 1:]) * x) + (product[:, :1] + product[:, 1:])
        for name, product in products.items()
    }
    for name, other in expected.items():
        assert name == order or differing(other, expected[order]).size
    mode = native.FUNCTION | (native.CONSTANT if constant else 0)
    call, shape = weighted.check(z, x, weight, TF2)
    dz, _, _ = weighted.backward(call, shape, g, (True, True, False), mode, 1)
    assert dz is not None
    assert_same_bits(dz, expected[order], f"{constant} {order}")
    if order != "(g*t)*k":  # but g*t is needed for pos_weight's own gradient
        dz, _, dq = weighted.backward(call, shape, g, (True, True, True), mode, 1)
        assert dz is not None
        assert dq is not None
        assert_same_bits(dz, expected["(g*t)*k"], "with pos_weight's")


@pytest.mark.parametrize("constant", [False, True], ids=["tensor", "constant"])
@pytest.mark.parametrize("version", KNOWN)
def test_the_order_of_products_of_a_larger_result(version: str, *, constant: bool) -> None:
    """In graphs, as measured with 1.5, 1.8, 1.13 to 2.3, 2.8, 2.12, 2.16, 2.20 and 2.21."""
    weight = np.array([[2.7, 3.9]], np.float32)
    moves = age(version) >= (2, 2) or (constant and age(version) >= (1, 15))
    with tf_losses.tf_version(version):
        labels_gradient(weight, constant=constant, order="g*(t*k)" if moves else "(g*t)*k")


@pytest.mark.parametrize("constant", [False, True], ids=["tensor", "constant"])
@pytest.mark.parametrize("version", KNOWN)
def test_the_order_of_products_of_a_smaller_weight(version: str, *, constant: bool) -> None:
    """In graphs that give no gradient of it."""
    rng = np.random.default_rng(7)
    x, z, g = rng.normal(size=(3, 64, 2)).astype(np.float32)
    weight = np.array([[2.7, 3.9]], np.float32)
    k = weight - np.float32(1)
    mode = native.FUNCTION | (native.CONSTANT if constant else 0)
    with tf_losses.tf_version(version):
        t = np.asarray(v2.nn.weighted_cross_entropy_with_logits(np.ones_like(x), x, 1.0))
        call, shape = weighted.check(z, x, weight, TF2)
        dz, _, _ = weighted.backward(call, shape, g, (True, True, False), mode, 1)
    assert dz is not None
    products = {"(g*t)*k": (g * t) * k, "g*(t*k)": g * (t * k), "(g*k)*t": (g * k) * t}
    moved = "g*(t*k)" if constant and age(version) >= (1, 15) else "(g*t)*k"
    order = "(g*k)*t" if age(version) >= (2, 2) else moved
    assert_same_bits(dz, -(g * x) + products[order], order)
    for name, other in products.items():
        assert name == order or differing(dz, -(g * x) + other).size


@pytest.mark.parametrize("constant", [False, True], ids=["tensor", "constant"])
def test_a_weight_as_large_as_the_result_moves_if_it_is_constant(*, constant: bool) -> None:
    weight = np.random.default_rng(6).exponential(2, (64, 2)).astype(np.float32)
    labels_gradient(weight, constant=constant, order="g*(t*k)" if constant else "(g*t)*k")


def one_by_one(version: str, row: NDArray[np.float32]) -> list[int]:
    """Tell where Softmax took the C library's exp, for a number that packets give another for."""
    found = np.empty_like(row)
    with tf_losses.tf_version(version):
        native.softmax(native.F32, 1, row.size, row, found, logarithm=False, onednn=None)
    return [int(i) for i in np.flatnonzero(found[1:] != found[1]) + 1]


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(
    ("version", "left_over"),
    [
        ("1.15", [*range(4072, 4080), *range(4872, 4876)]),
        ("2.1", list(range(4072, 4076))),
        ("2.2", list(range(4872, 4876))),
    ],
)
def test_where_packets_of_softmax_begin(version: str, left_over: list[int], isa: str) -> None:
    """Where a tile begins, or, in 1.15, where the result is aligned to them."""
    native.isa_select(isa)
    row = np.full(4876, ODD, np.float32)
    row[0] = 0
    assert one_by_one(version, row[:12]) == [8, 9, 10, 11]
    assert one_by_one(version, row) == left_over


@pytest.mark.parametrize("version", KNOWN)
def test_whose_softmax_a_release_has(version: str) -> None:
    """OneDNN's from 2.12 on, where it is asked for."""
    logits = np.linspace(-9, 9, 27, dtype=np.float32).reshape(1, 27)
    found = {}
    before = tf_losses.get_tf_onednn()
    try:
        with tf_losses.tf_version(version):
            for name in ("off", "avx512"):
                tf_losses.set_tf_onednn(name)
                found[name] = np.asarray(v2.nn.softmax(logits))
    finally:
        tf_losses.set_tf_onednn(before)
    differs = differing(found["avx512"], found["off"]).size > 0
    assert differs == (age(version) >= (2, 12))
