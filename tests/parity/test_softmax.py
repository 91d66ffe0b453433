# SPDX-License-Identifier: Apache-2.0
"""softmax and log_softmax beside TensorFlow's.

As it computes them on this processor, and as it does without oneDNN or with another instruction
set's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import tf_losses.compat.v1 as ours_v1
import tf_losses.compat.v2 as ours
from beside import described, result_of
from bits import assert_same_bits
from cases import DTYPES, SPECIAL_LOGITS, generator
from tf_losses import get_tf_onednn, set_num_threads, set_tf_onednn, tf_version
from tf_losses._internal.runtime import native

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Array = np.ndarray[Any, Any]

SHAPES = (
    *((rows, classes) for classes in range(1, 71) for rows in (1, 9)),
    *((2, classes) for classes in (100, 200, 250, 1000, 1023, 1025, 1777, 2539, 2540, 4097)),
    *((3, classes) for classes in (4507, 6955, 6956, 6957, 8191, 8193, 16385)),
    *((rows, 10) for rows in (7, 16, 31, 253, 254, 255, 695, 696, 697, 1400, 4097)),
    *((64, 250), (300, 33), (2000, 3), (5000, 1), (0, 3), (3, 0)),
)
SPREADS = (1.0, 10.0, 60.0)


def draw(dtype: str, shape: tuple[int, ...], spread: float, *, special: bool) -> Array:
    rng = generator("softmax", dtype, shape, spread, special)
    x = rng.normal(0.0, spread, shape)
    if special and x.size:
        hit = rng.random(shape) < 1 / (6 + shape[-1])
        x[hit] = rng.choice(SPECIAL_LOGITS, int(hit.sum()))
        x[rng.random(shape[0]) < 1 / 5] = -np.inf
    with np.errstate(over="ignore"):
        return x.astype(DTYPES[dtype])


def inputs_of(dtype: str) -> list[Array]:
    plain = [draw(dtype, shape, SPREADS[i % 3], special=False) for i, shape in enumerate(SHAPES)]
    return plain + [draw(dtype, shape, 10.0, special=True) for shape in SHAPES]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = get_tf_onednn()
    yield
    set_tf_onednn(before)
    native.isa_select(None)
    set_num_threads(0)


@pytest.mark.parametrize("isa", [name for name, runs in native.isa_known().items() if runs])
@pytest.mark.parametrize("dtype", DTYPES)
def test_same_bits_as_here(dtype: str, isa: str) -> None:
    native.isa_select(isa)
    for x in inputs_of(dtype):
        case = f"{dtype} {x.shape} {isa}"
        for name in ("softmax", "log_softmax"):
            want = np.asarray(getattr(tf.nn, name)(x).numpy())
            assert_same_bits(np.asarray(getattr(ours.nn, name)(x)), want, f"{name} {case}", x=x)


CHILD = """
import sys
import numpy as np, tensorflow as tf
given = np.load(sys.argv[1])
np.savez(sys.argv[2], **{name: tf.nn.softmax(given[name]).numpy() for name in given.files})
"""


def elsewhere(folder: Path, dtype: str, inputs: list[Array], **environment: str) -> list[Array]:
    """softmax by a TensorFlow that was started in another environment."""
    source, target = folder / "in.npz", folder / "out.npz"
    np.savez(source, **{f"{dtype}{i}": x for i, x in enumerate(inputs)})
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(source), str(target)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with np.load(target) as found:
        return [found[f"{dtype}{i}"] for i in range(len(inputs))]


@pytest.mark.parametrize(
    ("way", "environment"),
    [
        ("off", {"TF_ENABLE_ONEDNN_OPTS": "0"}),
        ("avx2", {"TF_ENABLE_ONEDNN_OPTS": "1", "ONEDNN_MAX_CPU_ISA": "AVX2"}),
    ],
)
def test_same_bits_as_elsewhere(way: str, environment: dict[str, str], tmp_path: Path) -> None:
    if not native.isa_known()["avx2"]:
        pytest.skip("this processor has no AVX2")
    inputs = inputs_of("float32")
    set_tf_onednn(way)
    for x, want in zip(inputs, elsewhere(tmp_path, "x", inputs, **environment), strict=True):
        assert_same_bits(np.asarray(ours.nn.softmax(x)), want, f"{way} {x.shape}", x=x)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_threads_change_no_bit(dtype: str, threads: int) -> None:
    x = draw(dtype, (4000, 70), 3.0, special=False)
    for name in ("softmax", "log_softmax"):
        set_num_threads(threads)
        got = np.asarray(getattr(ours.nn, name)(x))
        assert_same_bits(got, np.asarray(getattr(tf.nn, name)(x)), f"{name} {threads}", x=x)


RANKS = ((4,), (3, 5), (2, 3, 8), (2, 3, 4, 5), (2, 1, 2, 3, 9))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", RANKS)
def test_gradients_along_any_axis(shape: tuple[int, ...], dtype: str) -> None:
    rng = generator("softmax", shape, dtype)
    x, g = (rng.normal(0.0, 2.0, shape).astype(DTYPES[dtype]) for _ in range(2))
    for axis in (None, *range(-len(shape), len(shape))):
        for name in ("softmax", "log_softmax"):

            def use(module: Any, x: Any, g: Any, name: str = name, axis: Any = axis) -> Any:  # noqa: ANN401 (either library)
                return getattr(module.nn, name)(x, axis) * g

            for got, want in zip(result_of(ours, use, x, g), result_of(tf, use, x, g), strict=True):
                assert got is not None
                assert want is not None
                assert_same_bits(got, want, f"{name} {dtype} {shape} {axis}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradients_of_many_classes(dtype: str) -> None:
    for shape in ((5, 71), (3, 1000), (1, 4097), (300, 7)):
        for special in (False, True):
            x = draw(dtype, shape, 10.0, special=special)
            g = generator("upstream", shape).normal(size=shape).astype(x.dtype)
            for name in ("softmax", "log_softmax"):

                def use(module: Any, x: Any, g: Any, name: str = name) -> Any:  # noqa: ANN401 (either library)
                    return getattr(module.nn, name)(x) * g

                pairs = zip(result_of(ours, use, x, g), result_of(tf, use, x, g), strict=True)
                for got, want in pairs:
                    assert got is not None
                    assert want is not None
                    assert_same_bits(got, want, f"{name} {dtype} {shape} {special}")


REFUSED: tuple[tuple[Any, Any], ...] = (
    (np.ones((2, 3), np.int32), -1),
    (np.ones((2, 3)), 2),
    (np.ones((2, 3)), -3),
    (np.float64(1.0), -1),
    ("text", -1),
    (None, -1),
    ([1.0, 2.0], 0),
    ([[1, 2]], 0),
)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_errors(name: str, case: int) -> None:
    x, axis = REFUSED[case]
    got = described(lambda: getattr(ours.nn, name)(x, axis))
    assert got == described(lambda: getattr(tf.nn, name)(x, axis))
    got = described(lambda: getattr(ours_v1.nn, name)(x, dim=axis))
    assert got == described(lambda: getattr(tf.compat.v1.nn, name)(x, dim=axis))


def test_both_names_of_the_axis() -> None:
    with pytest.raises(ValueError, match="Cannot specify both 'dim' and 'axis'"):
        ours_v1.nn.softmax([1.0], axis=0, dim=0)


def test_no_tf_before_2_uses_onednn() -> None:
    x = draw("float32", (3, 100), 3.0, special=False)
    found = []
    for way in ("avx512", "off"):
        set_tf_onednn(way)
        with tf_version("1.15"):
            found.append(np.asarray(ours.nn.softmax(x)))
    assert_same_bits(*found, "1.15")
