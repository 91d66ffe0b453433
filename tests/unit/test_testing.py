# SPDX-License-Identifier: Apache-2.0
"""`tf_losses.testing` and the pytest plugin: what a failure says, and what passes."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from tf_losses._internal.runtime.releases import NEWEST, RELEASES
from tf_losses.compat.v2 import nn
from tf_losses.parity import goldens
from tf_losses.testing import Parity, assert_bits_equal

pytest_plugins = ["pytester"]

GOLDEN = Path(__file__).parents[1] / "golden" / "tensorflow-2.18.npz"


SUBNORMAL = (
    "likely cause: subnormal numbers (denormals): TensorFlow counts them as 0 (FTZ and DAZ are "
    "set), other libraries do not"
)


def message(actual: object, expected: object) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_bits_equal(actual, expected)
    return str(caught.value)


def test_float64_labels() -> None:
    """The commonest mistake: NumPy makes float64 of lists and random numbers."""
    x = np.float32([0.3, -1.2])
    wide = nn.sigmoid_cross_entropy_with_logits(np.array([0.1, 0.9]), x.astype(np.float64))
    narrow = nn.sigmoid_cross_entropy_with_logits(np.float32([0.1, 0.9]), x)
    assert message(wide, narrow) == (
        "the dtype is float64, not float32\n"
        "likely cause: float64 labels or weights came in somewhere (NumPy's default for lists and "
        "random numbers) and made the computation float64; cast them to float32"
    )


def test_denormals() -> None:
    """NumPy keeps subnormal numbers, TensorFlow does not."""
    z, x = np.zeros((2, 2), np.float32), np.float32([[-88.0, -90.0], [1.0, 2.0]])
    ours = nn.sigmoid_cross_entropy_with_logits(z, x)
    naive = ours.copy()
    naive.view(np.uint32)[0] = 0x0041EDC4, 0x0008EB64  # exp(-88) and exp(-90)
    assert message(naive, ours).splitlines() == [
        "2 of 4 elements differ, by at most 4,320,708 ulp",
        "  2 equal, 2 at more than 8 ulp",
        "  [0, 0] 6.054601e-39 (0x0041edc4), not 0.0 (0x00000000): 4,320,708 ulp",
        "  [0, 1] 8.19126e-40 (0x0008eb64), not 0.0 (0x00000000): 584,548 ulp",
        SUBNORMAL,
    ]


def test_another_formula() -> None:
    z, x = np.float32([0.0, 1.0, 0.5]), np.float32([0.3, -1.2, 2.5])
    other = (np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0) - x * z + np.float32(1e-7)).astype("f")
    text = message(other, nn.sigmoid_cross_entropy_with_logits(z, x))
    assert "last places: another order of operations" in text


def test_nan() -> None:
    text = message(np.float32([np.nan, 1.0]), np.float32([88.0, 1.0]))
    assert "1 of 2 elements differ, where one is NaN" in text
    assert "a formula that overflows" in text


def test_signs_and_zeros() -> None:
    assert "only signs of zeros" in message(np.float32([0.0]), np.float32([-0.0]))
    assert "signs: a gradient that is subtracted" in message(np.ones(2), -np.ones(2))


def test_float32_on_the_way() -> None:
    x = np.array([0.1, 0.7])
    text = message(x.astype(np.float32).astype(np.float64), x)
    assert "the actual values were float32 on the way" in text
    assert "other inputs" in message(np.array([1.1, 2.2]), np.array([5.3, 7.7]))


def test_shapes_places_and_many() -> None:
    assert message(np.ones((2, 1)), np.ones(2)) == "the shape is (2, 1), not (2,)"
    a = np.zeros((3, 4), np.float32)
    a[1, 2] = 1
    assert "[1, 2] 1.0 (0x3f800000), not 0.0" in message(a, np.zeros((3, 4), np.float32))
    assert "... and 95 more" in message(np.ones(100), np.full(100, 7.0))


# ---- other frameworks: how close is close ----


FLOATS = ["float16", "float32", "float64", ml_dtypes.bfloat16]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("far", [1, 2, 3, 8, 9])
def test_ulps_that_are_allowed(dtype: object, far: int) -> None:
    """They are steps in the element's own dtype, upwards, downwards and through zero."""
    x = np.array([1.5, -1.5, 0.0, 2.0]).astype(dtype)
    bits = x.view(f"u{x.dtype.itemsize}")
    moved = bits.copy()
    moved[:3] += far
    y = moved.view(x.dtype)
    for a, b in ((x, y), (y, x)):
        assert_bits_equal(a, b, max_ulp=far)
        assert_bits_equal(a, b, max_ulp=(1 << 53) - 1)
        with pytest.raises(AssertionError, match=f"3 of 4 .*, by at most {far} ulp"):
            assert_bits_equal(a, b, max_ulp=far - 1)


def test_ulps_are_counted_and_shown() -> None:
    x = np.ones(20, np.float32)
    y = x.copy()
    y.view(np.uint32)[:14] += np.array([1, 1, 1, 2, 3, 8, 9, 100, *[7] * 6], np.uint32)
    y[15], y[17] = np.nan, -1.0
    x[16] = y[16] = np.nan
    with pytest.raises(AssertionError) as caught:
        assert_bits_equal(x.reshape(4, 5), y.reshape(4, 5), what="them", max_ulp=2)
    assert str(caught.value).splitlines()[:-1] == [
        "them: 12 of 20 elements differ by more than 2 ulp, by at most 2,130,706,433 ulp",
        "  4 equal, 3 at 1 ulp, 1 at 2 ulp, 8 at 3 to 8 ulp, 3 at more than 8 ulp, 1 beside NaN",
        "  [0, 4] 1.0 (0x3f800000), not 1.0000004 (0x3f800003): 3 ulp",
        "  [1, 0] 1.0 (0x3f800000), not 1.000001 (0x3f800008): 8 ulp",
        "  [1, 1] 1.0 (0x3f800000), not 1.0000011 (0x3f800009): 9 ulp",
        "  [1, 2] 1.0 (0x3f800000), not 1.0000119 (0x3f800064): 100 ulp",
        "  [1, 3] 1.0 (0x3f800000), not 1.0000008 (0x3f800007): 7 ulp",
        "  ... and 7 more",
        "  farthest: [3, 2] 1.0 (0x3f800000), not -1.0 (0xbf800000): 2,130,706,433 ulp",
    ]


def test_nan_is_equal_or_not() -> None:
    x = np.float32([np.nan, 1.0])
    assert_bits_equal(x, x)
    with pytest.raises(AssertionError, match=r"(?s)1 of 2 .* where one is NaN.*1 beside NaN"):
        assert_bits_equal(x, x, equal_nan=False)
    with pytest.raises(AssertionError, match="1 of 2"):
        assert_bits_equal(x, np.float32([2.0, 1.0]), max_ulp=(1 << 53) - 1)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (-1, ValueError),
        (1 << 53, ValueError),
        (1.0, TypeError),
        (True, TypeError),
        ("1", TypeError),
    ],
)
def test_ulps_that_are_no_number(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="max_ulp must be"):
        assert_bits_equal(1.0, 1.0, max_ulp=value)


def test_the_fixture_takes_them_too() -> None:
    parity, z, x = Parity(), np.float32([0.5, 0.25]), np.float32([1.0, np.nan])
    found = parity.expected("sigmoid", z, x)
    for name, check in (
        ("loss", parity.assert_loss_equal),
        ("logits", parity.assert_gradient_equal),
    ):
        near = np.nextafter(found[name], np.float32(9))
        check(near, "sigmoid", z, x, max_ulp=1)
        with pytest.raises(AssertionError, match="1 of 2 elements differ, by at most 1 ulp"):
            check(near, "sigmoid", z, x)
        with pytest.raises(AssertionError, match="1 of 2 elements differ, where one is NaN"):
            check(found[name], "sigmoid", z, x, equal_nan=False)


@pytest.mark.parametrize("dtype", FLOATS)
def test_equal_bits_pass(dtype: object) -> None:
    x = np.array([1.0, -0.0, np.inf, np.nan]).astype(dtype)
    assert_bits_equal(x, x.copy())
    assert_bits_equal(x[::2], x[::2].copy())
    assert_bits_equal(np.empty(0, dtype), np.empty(0, dtype))


def test_integers_and_numbers() -> None:
    assert_bits_equal([1, 2], [1, 2])
    assert "[1] 2, not 3" in message([1, 2], [1, 3])


@pytest.mark.parametrize(
    "value",
    [np.ma.array([1.0, 2.0], mask=[0, 1]), np.array([1j]), np.array([None]), np.longdouble([1])],
    ids=["mask", "complex", "object", "longdouble"],
)
def test_what_has_no_bits_to_compare(value: np.ndarray) -> None:
    with pytest.raises(TypeError, match="compare"):
        assert_bits_equal(value, value)


def test_byte_orders_are_one() -> None:
    x = np.float32([1.0, 2.0])
    assert_bits_equal(x.astype(">f4"), x)
    assert "[1] 2.0 (0x40000000), not 3.0" in message(x.astype(">f4"), np.float32([1.0, 3.0]))


def test_what_a_record_does_not_prove_is_not_passed() -> None:
    loaded = goldens.load(GOLDEN)
    loaded.machine["maker"] = "SomebodyElse"
    parity, z, x = Parity(loaded), np.float32([[0.5]]), np.float32([[1.0]])
    found = parity.expected("sigmoid", z, x)
    parity.assert_loss_equal(found["loss"], "sigmoid", z, x)
    with pytest.raises(AssertionError, match="was not proven on this machine: RCPPS of Somebody"):
        parity.assert_gradient_equal(found["logits"], "sigmoid", z, x)


@pytest.mark.tensorflow
def test_arrays_of_other_libraries() -> None:
    tf = pytest.importorskip("tensorflow")

    class Dlpack:
        """What has nothing else."""

        def __init__(self, array: np.ndarray) -> None:
            self._array = array

        def __dlpack__(self, **options: object) -> object:
            return self._array.__dlpack__(**options)

        def __dlpack_device__(self) -> tuple[int, int]:
            return self._array.__dlpack_device__()

    x = np.float32([1.0, 2.0])
    assert_bits_equal(tf.constant(x), x)
    assert_bits_equal(Dlpack(x), x)
    assert_bits_equal(tf.constant(x, tf.bfloat16), x.astype(ml_dtypes.bfloat16))


def test_parity_names_what_there_is() -> None:
    parity = Parity()
    with pytest.raises(ValueError, match="Unknown loss: 'hinge'; there are sigmoid, weighted"):
        parity.expected("hinge", [1.0], [1.0])
    with pytest.raises(ValueError, match="`wrt` can name logits"):
        parity.assert_gradient_equal(1, "sparse_softmax", [0], np.float32([[1, 2]]), wrt="labels")


PROJECT = """
import numpy as np
from tf_losses import versions
from tf_losses.compat.v2 import nn
from tf_losses.parity import goldens
from tf_losses.testing import assert_bits_equal

Z, X = np.float64([[0.2, 0.9]]), np.float64([[0.4, 1.7]])

def test_right(tf_losses_parity):
    assert tf_losses_parity.tf_version == "VERSION"
    found = tf_losses_parity.expected("sigmoid", Z, X)
    tf_losses_parity.assert_loss_equal(found["loss"], "sigmoid", Z, X)
    tf_losses_parity.assert_gradient_equal(found["logits"], "sigmoid", Z, X)

def test_wrong(tf_losses_parity):
    actual = nn.sigmoid_cross_entropy_with_logits(1 - Z, X)
    tf_losses_parity.assert_loss_equal(actual, "sigmoid", Z, X)
"""


def test_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROJECT.replace("VERSION", "2.18"))
    result = pytester.runpytest(f"--tf-goldens={GOLDEN}")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: sigmoid loss: 2 of 2 elements differ*"])


def test_the_plugin_without_goldens(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROJECT.replace("VERSION", NEWEST))
    pytester.runpytest().assert_outcomes(passed=1, failed=1)


def test_the_plugin_refuses_a_bad_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROJECT)
    result = pytester.runpytest("--tf-goldens=missing.npz")
    result.stdout.fnmatch_lines(["*--tf-goldens: missing.npz: No such file*"])


def test_goldens_that_are_not_reproduced(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a version that is taken for another one."""
    monkeypatch.setitem(RELEASES, "2.18", RELEASES["2.16"])
    pytester.makepyfile(PROJECT.replace("VERSION", "2.18"))
    result = pytester.runpytest(f"--tf-goldens={GOLDEN}")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*tensorflow-2.18.npz is not reproduced on this machine*"])
