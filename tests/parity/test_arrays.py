# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ANN401, B023 (either library; what is defined in a loop is called in it)
"""Operations that move, choose and count values, beside TensorFlow."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import array_calls
import array_cases
import cases
from bits import assert_same_bits
from tf_losses._internal import names as _names
from tf_losses._internal.operations.indexing import getitem
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 4  # random cases of each operation and dtype


class Face:
    """A face of this package, or of TensorFlow, with what else the cases use."""

    def __init__(self, module: Any, age: int | None) -> None:
        self._module = module
        self.getitem = (lambda x, index: x[index]) if age is None else getitem
        if age is not None:
            self.debugging = SimpleNamespace(
                **{name: _names.find(age, "debugging", name) for name in NAMES[age]}
            )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


NAMES = {age: _names.names_of(age, "debugging") for age in (1, 2)}
MINE, THEIRS = Face(v2, 2), Face(tf, None)
FACES = {1: (Face(v1, 1), Face(tf.compat.v1, None)), 2: (MINE, THEIRS)}


def kind_of(error: Exception) -> str:
    kinds = ("InvalidArgumentError", "UnimplementedError", "ValueError", "TypeError")
    names = [kind.__name__ for kind in type(error).__mro__]
    return next((name for name in names if name in kinds), names[0])


def outcome(use: Callable[[], Any]) -> tuple[object, ...]:
    """What came of a call: a dtype, a shape and bytes, or the kind of an error."""
    try:
        made = use()
    except Exception as error:  # noqa: BLE001 (whatever either raises)
        return (kind_of(error),)
    if not hasattr(made, "numpy"):
        return ("plain", made)
    array = np.asarray(made.numpy())
    return array.dtype.name, array.shape, array.tobytes()


def values_and_gradients(
    m: Face, use: Callable[..., Any], arrays: list[Any], dtype: str, seed: int
) -> list[Any]:
    """The result of a case and its gradients; or the kind of an error."""
    sources = [m.constant(array) for array in arrays]
    try:
        with m.GradientTape() as tape:
            for source in sources:
                tape.watch(source)
            inputs = [x if str(x.numpy().dtype) == dtype else m.cast(x, dtype) for x in sources]
            made = use(m, *inputs)
        found = [np.array(made.numpy())] if dtype != "bfloat16" else [plain(made)]
        if found[0].dtype.kind in "iu":
            return found
        r = np.random.default_rng(seed)
        upstream = r.normal(0, 1e-38 if seed % 5 == 0 else 2, tuple(made.shape))
        upstream = np.where(r.random(upstream.shape) < 0.1, -0.0, upstream).astype(np.float32)
        given = m.cast(m.constant(upstream), dtype)
        gradients = tape.gradient(made, sources, output_gradients=given)
    except Exception as error:  # noqa: BLE001 (whatever either raises)
        return [kind_of(error)]
    return found + [g if g is None else np.array(m.convert_to_tensor(g).numpy()) for g in gradients]


def plain(made: Any) -> Any:
    array = made.numpy()
    return array.view(np.uint16) if array.ndim else np.float32(array).reshape(())


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("name", array_cases.OPERATIONS)
def test_random_uses(name: str, dtype: str) -> None:
    for seed in range(TIMES):
        r = cases.generator("arrays", name, dtype, seed)
        use, arrays = array_cases.OPERATIONS[name](r)
        wide = np.float64 if dtype == "float64" else np.float32
        with np.errstate(over="ignore"):
            arrays = [np.array(array, wide) for array in arrays]
        ours, theirs = (values_and_gradients(m, use, arrays, dtype, seed) for m in (MINE, THEIRS))
        case = f"{name} {seed} {[array.shape for array in arrays]}"
        assert len(ours) == len(theirs), (case, ours, theirs)
        for mine, wanted in zip(ours, theirs, strict=True):
            if wanted is None or isinstance(wanted, str):
                assert mine == wanted, case
            elif wanted.dtype.kind in "fV":
                assert_same_bits(mine, wanted, case)
            else:
                np.testing.assert_array_equal(mine, wanted, case, strict=True)


@pytest.mark.parametrize("age", FACES)
@pytest.mark.parametrize("name", array_calls.CALLS)
def test_calls(name: str, age: int) -> None:
    ours, theirs = FACES[age]
    call = array_calls.CALLS[name]
    assert outcome(lambda: call(ours)) == outcome(lambda: call(theirs))


def said(call: Callable[[], Any]) -> str:
    """The text of an error and its kind; or what a call gives."""
    try:
        return str(call())
    except Exception as error:  # noqa: BLE001 (whatever either raises)
        return kind_of(error) + str(error).split("}} ")[-1].split(" [Op:")[0]


@pytest.mark.parametrize("age", FACES)
@pytest.mark.parametrize("name", array_calls.CHECKS)
def test_checks_say_what_tensorflow_says(name: str, age: int) -> None:
    ours, theirs = FACES[age]
    call = array_calls.CHECKS[name]
    texts = [said(lambda m=m: call(m)) for m in (ours, theirs)]
    # Hints stand below, before CPython 3.11.
    if sys.version_info >= (3, 11):
        assert texts[0] == texts[1]
    else:
        assert texts[0].startswith(texts[1])


@pytest.mark.parametrize("name", array_calls.INDEX)
def test_indices(name: str) -> None:
    items = array_calls.INDEX[name]
    ours, theirs = (
        outcome(lambda m=m: m.getitem(m.constant(array_calls.X), items)) for m in (MINE, THEIRS)
    )
    assert ours == theirs


@pytest.mark.parametrize("name", array_calls.TENSOR_INDEX)
def test_indices_that_are_tensors(name: str) -> None:
    ours, theirs = (
        outcome(lambda m=m: m.getitem(m.constant(array_calls.X), array_calls.TENSOR_INDEX[name](m)))
        for m in (MINE, THEIRS)
    )
    assert ours == theirs


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int8", "bool"])
def test_places_of_extremes(name: str, dtype: str) -> None:
    r = cases.generator("places", name, dtype)
    special = [np.nan, np.inf, -np.inf, 1e-40, -1e-40, -3.4028235e38, 3.4028235e38, 65504.0]
    for _ in range(30):
        shape = tuple(int(n) for n in r.integers(1, 20, size=r.integers(1, 4)))
        axis = int(r.integers(-len(shape), len(shape)))
        drawn = np.round(r.normal(0, 2, shape), int(r.integers(0, 3)))
        if dtype.startswith("float"):
            hit = r.random(shape) < r.choice([0.0, 0.3, 0.9, 1.0])
            drawn = np.where(hit, r.choice(special[: r.integers(1, 9)], size=shape), drawn)
        with np.errstate(over="ignore"):
            drawn = drawn.astype(dtype)
        ours, theirs = (getattr(m, name)(m.constant(drawn), axis).numpy() for m in (MINE, THEIRS))
        np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize("seed", range(60))
def test_in_top_k(seed: int) -> None:
    r = cases.generator("in_top_k", seed)
    rows, classes = int(r.integers(0, 6)), int(r.integers(1, 9))
    predictions = np.round(r.normal(size=(rows, classes)), 1).astype(np.float32)
    hit = r.random(predictions.shape) < r.choice([0.0, 0.3])
    predictions[hit] = r.choice([np.nan, np.inf, -np.inf, 1e-40])
    targets = r.integers(-1, classes + 1, size=rows).astype(str(r.choice(["int32", "int64"])))
    k = int(r.integers(0, classes + 2))
    for order, (ours, theirs) in FACES.items():
        both = (targets, predictions) if order == 2 else (predictions, targets)
        np.testing.assert_array_equal(
            ours.nn.in_top_k(*both, k).numpy(), theirs.nn.in_top_k(*both, k).numpy()
        )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64"])
def test_numbers_in_equal_steps(dtype: str) -> None:
    r = cases.generator("range", dtype)
    for _ in range(25):
        first, last, by = r.normal(0, 10, 3)
        if r.random() < 0.3:
            first, last, by = min(first, last), max(first, last), abs(by) / 10
        if dtype.startswith("int") or r.random() < 0.2:
            first, last, by = round(first), round(last), round(by)
        count = int(r.integers(-1, 40))
        for use in (
            lambda m: m.range(*(m.constant(n, dtype) for n in (first, last, by))),
            lambda m: m.range(m.constant(last, dtype)),
            lambda m: m.linspace(m.constant(first, dtype), m.constant(last, dtype), count),
            lambda m: m.linspace(m.constant([first, by], dtype), m.constant(last, dtype), count),
        ):
            assert outcome(lambda: use(MINE)) == outcome(lambda: use(THEIRS)), (first, last, by)


def test_confusion_matrix_and_bincount() -> None:
    r = cases.generator("counts")
    for turn in range(36):
        labels, predictions = r.integers(0, 4, size=(2, 5))
        weights = r.normal(size=5).astype(np.float32) if turn % 3 else None
        numbers = r.integers(-1 if turn % 9 == 0 else 0, 6, size=r.integers(0, 9))
        limits = {"minlength": [None, 3, 8][turn % 3], "maxlength": [None, 2, 4, 9][turn % 4]}
        each = np.full(numbers.shape, 0.1, np.float32) if turn % 2 else None
        for use in (
            lambda m: m.math.confusion_matrix(
                labels, predictions, [None, 4, 5, 3][turn % 4], weights, dtype="float32"
            ),
            lambda m: m.math.bincount(numbers, each, **limits),
        ):
            assert outcome(lambda: use(MINE)) == outcome(lambda: use(THEIRS)), turn


def printed(use: Callable[[], Any], capfd: pytest.CaptureFixture[str]) -> str:
    """What a call writes, wherever it writes it."""
    capfd.readouterr()
    use()
    sys.stderr.flush()
    return capfd.readouterr().err


@pytest.mark.parametrize("ends", [None, -1, 1, 2, 5])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int8", "bool"])
def test_print(dtype: str, ends: int | None, capfd: pytest.CaptureFixture[str]) -> None:
    r = cases.generator("print", dtype, ends)
    tf.compat.v1.Print([1.0], [[1.0]])  # which warns once that it is old
    for _ in range(4):
        shape = tuple(
            int(n) for n in r.integers(0 if r.random() < 0.1 else 1, 9, size=r.integers(4))
        )
        with np.errstate(over="ignore"):
            array = r.normal(0, 10.0 ** r.integers(-6, 9), shape).astype(dtype)
        for use in (
            lambda m: m.print("a", m.constant(array), 3.5, [m.constant(array), 1], summarize=ends),
            lambda m: m.print({"b": m.constant(array), "a": [1, "x"]}, sep="|", end="!"),
        ):
            ours, theirs = (printed(lambda m=m: use(m), capfd) for m in (MINE, THEIRS))
            assert ours == theirs
        ours, theirs = (
            printed(
                lambda m=m: m.Print(
                    m.constant(array), [m.constant(array), [1, 2]], "seen ", None, ends
                ),
                capfd,
            )
            for m in FACES[1]
        )
        assert ours == theirs


def test_print_to_other_streams(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    v2.print("x", v2.constant([1.0]), output_stream=sys.stdout)
    v2.print("y", output_stream=f"file://{tmp_path / 'log'}")
    assert (out.getvalue(), (tmp_path / "log").read_text()) == ("x [1]\n", "y\n")
    with pytest.raises(ValueError, match="Unsupported output stream"):
        v2.print("z", output_stream="nowhere")
    with pytest.raises(ValueError, match="Unrecognized keyword"):
        v2.print("z", stream=sys.stdout)


def test_control_flow_computes_at_once() -> None:
    seen = []
    with v2.control_dependencies([v2.constant(1.0), lambda: seen.append(1)]):
        v2.group(v2.constant(1.0))
        v2.no_op()
    assert seen == [1]
    assert v1.cond(v1.constant(1) == 1, fn1=lambda: [2], fn2=lambda: [3]) == 2
