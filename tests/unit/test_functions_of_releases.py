# SPDX-License-Identifier: Apache-2.0
"""exp, tanh, powers and their like of each release and C library: near the true value.

Their bits are compared with one TensorFlow, in test_transcendental.py. Those of others differ
in the last places: a wrong coefficient or a wrong branch shows in more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

import tf_losses
from registers import IS_X86
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

    from bits import Array

pytestmark = pytest.mark.skipif(
    not IS_X86, reason="what float32's 1/x and roots begin with is known of x86-64's processors"
)

# One release of each family of functions, the newest.
RELEASES = ("2.21", "2.20", "2.19", "2.16", "1.15")
LONG = np.longdouble
TRUE: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "reciprocal": lambda x: 1 / x,
}
ABOVE_0 = ("log", "rsqrt", "sqrt")
# At the arguments below, in units of the last place.
FARTHEST = 7
# What the C library computes, and where its result is one number exactly.
_NONE = (np.inf, np.nan)
OF_THE_LIBRARY = {
    "exp": (*_NONE, -np.inf, 0.0, 1e4, -1e4),
    "log": (*_NONE, 0.0, -0.0, -1.0, 1.0),
    "log1p": (*_NONE, -1.0, -2.0, 0.0, -0.0),
}
# Longer than any packet, and what is left behind the last.
SIZES = (1, 3, 8, 1003)


def drawn(name: str, dtype: type, size: int) -> Array:
    """Draw arguments whose result no release computes as a small difference of large numbers."""
    rng = np.random.default_rng(size)
    x = rng.normal(0, 1, size) * rng.choice([1e-4, 0.1, 1.0, 6.0], size)
    if name in ABOVE_0:
        x = np.abs(x) + 1e-5
    elif name == "log1p":
        x = np.where(x > -0.9, x, -x)
    elif name in ("sigmoid", "softplus"):
        x = np.clip(x, -1, 15)
    return x.astype(dtype)


def ulps(found: Any, x: Array, true: Array) -> float:  # noqa: ANN401 (a tensor)
    """Tell the largest distance from the true values, in units of their last place."""
    made = np.asarray(found)
    assert made.dtype == x.dtype
    return float(
        np.max(np.abs(made.astype(LONG) - true) / np.spacing(np.abs(true.astype(x.dtype))))
    )


def computed(name: str, x: Array) -> Any:  # noqa: ANN401 (a tensor)
    return getattr(v2.math, name)(v2.constant(x))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", TRUE)
def test_functions_are_near_the_true_value(name: str, dtype: type, release: str) -> None:
    with tf_losses.tf_version(release):
        for size in SIZES:
            x = drawn(name, dtype, size)
            assert ulps(computed(name, x), x, TRUE[name](x.astype(LONG))) < FARTHEST


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
def test_powers_are_near_the_true_value(dtype: type, release: str) -> None:
    rng = np.random.default_rng(1)
    with tf_losses.tf_version(release):
        for size in SIZES:
            x: Array = rng.uniform(0.1, 6, size).astype(dtype)
            y: Array = rng.uniform(-3, 3, size).astype(dtype)
            true = x.astype(LONG) ** y.astype(LONG)
            assert ulps(v2.pow(v2.constant(x), v2.constant(y)), x, true) < 2


# What is computed in another way than by the release before.
CHANGED = {
    ("2.20", "2.21"): {
        "softplus float64", "log1p float64", "reciprocal float32", "expm1 float64",
    },
    ("2.19", "2.20"): {"tanh float32", "tanh float64"},
    ("2.16", "2.19"): {"sigmoid float32"},
    ("1.15", "2.16"): {
        "exp float32", "expm1 float32", "log float32", "log float64", "log1p float32",
        "reciprocal float32", "rsqrt float32", "sigmoid float32", "sigmoid float64",
        "softplus float32", "softplus float64", "sqrt float32", "tanh float32",
    },
}  # fmt: skip


@pytest.mark.parametrize("releases", CHANGED)
def test_what_a_release_computes_in_another_way(releases: tuple[str, str]) -> None:
    def bits(release: str) -> dict[str, bytes]:
        with tf_losses.tf_version(release):
            return {
                f"{name} {np.dtype(dtype)}": np.asarray(
                    computed(name, drawn(name, dtype, 1003))
                ).tobytes()
                for name in TRUE
                for dtype in (np.float32, np.float64)
            }

    before, after = map(bits, releases)
    assert {name for name in before if before[name] != after[name]} == CHANGED[releases]


@pytest.mark.parametrize("library", tf_losses.known_tf_libms())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OF_THE_LIBRARY)
def test_functions_of_the_c_library(name: str, dtype: type, library: str) -> None:
    """Few elements are no packet: the C library's function computes them, of any library."""
    with tf_losses.tf_libm(library):
        round_numbers = np.array([1, 3, 7], dtype)  # log1p takes a short way
        for values in (round_numbers, *np.split(drawn(name, dtype, 1002), 334)):
            assert ulps(computed(name, values), values, TRUE[name](values.astype(LONG))) < 1
        for value in OF_THE_LIBRARY[name]:
            x: Array = np.array([value], dtype)
            with np.errstate(all="ignore"):
                expected = getattr(np, name)(x)
            np.testing.assert_array_equal(np.asarray(computed(name, x)), expected)
