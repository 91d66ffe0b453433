# SPDX-License-Identifier: Apache-2.0
"""What C reads of NumPy's arrays by itself, and that it shows in nothing but speed."""

# ruff: noqa: ANN401, SLF001 (arrays of any kind; the module that C is stands behind)

from __future__ import annotations

import ctypes
import gc
import itertools
import platform
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import cases
from bits import assert_same_bits
from layouts import misaligned, read_only
from tf_losses import errors, gradients
from tf_losses._internal.runtime import arrays
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(
    platform.python_implementation() != "CPython", reason="of CPython's objects"
)

LABELS = np.random.default_rng(1).random((12, 6))
LOGITS = np.random.default_rng(2).normal(size=(12, 6))
NUMBERS = np.arange(12) % 6
DTYPES = pytest.mark.parametrize("dtype", cases.DTYPES.values(), ids=cases.DTYPES)


class Subclass(np.ndarray):
    pass


FORMS: dict[str, Callable[[np.ndarray], Any]] = {
    "plain": np.copy,
    "read-only": read_only,
    "Fortran's order": np.asfortranarray,
    "every other": lambda a: np.repeat(a, 2, axis=0)[::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "not aligned": misaligned,
    "tensor": v2.constant,
    "subclass": lambda a: a.view(Subclass),
    "one more axis": lambda a: a[None],
    "nothing": lambda a: a[:0],
    "one": lambda a: a[:1],
    "an equal dtype": lambda a: a.astype(a.dtype.newbyteorder("=")),
}


def calls(z: Any, x: Any, numbers: Any) -> dict[str, Callable[[], Any]]:
    nn = v2.nn
    return {
        "sigmoid": lambda: nn.sigmoid_cross_entropy_with_logits(z, x),
        "sigmoid by name": lambda: nn.sigmoid_cross_entropy_with_logits(logits=x, labels=z),
        "weighted by name": lambda: nn.weighted_cross_entropy_with_logits(z, x, pos_weight=2.5),
        "softmax along": lambda: nn.softmax_cross_entropy_with_logits(z, x, axis=0),
        "weighted": lambda: nn.weighted_cross_entropy_with_logits(z, x, 2.5),
        "softmax": lambda: nn.softmax_cross_entropy_with_logits(z, x),
        "sparse": lambda: nn.sparse_softmax_cross_entropy_with_logits(numbers, x),
        "sigmoid's": lambda: gradients.sigmoid_cross_entropy_with_logits(z, x, with_loss=True),
        "weighted's": lambda: gradients.weighted_cross_entropy_with_logits(
            z, x, 2.5, wrt="logits", mode="function", with_loss=True
        ),
        "softmax's": lambda: gradients.softmax_cross_entropy_with_logits_v2(z, x),
        "softmax's by name": lambda: gradients.softmax_cross_entropy_with_logits_v2(
            labels=z, logits=x, wrt="labels", with_loss=False
        ),
        "weighted's of one": lambda: gradients.weighted_cross_entropy_with_logits(
            z, x, 2.5, wrt="labels", with_loss=True
        ),
        "weighted's of all": lambda: gradients.weighted_cross_entropy_with_logits(z, x, 2.5),
        "sigmoid's with upstream": lambda: gradients.sigmoid_cross_entropy_with_logits(
            z, x, upstream=np.ones_like(x), wrt="logits"
        ),
        "softmax's of 1.x": lambda: gradients.softmax_cross_entropy_with_logits(z, x, wrt=None),
        "sparse's": lambda: gradients.sparse_softmax_cross_entropy_with_logits(numbers, x),
    }


def outcome(call: Callable[[], Any]) -> tuple[Any, ...]:
    """What comes of a call: arrays, or an error."""
    try:
        found = call()
    except (ValueError, TypeError) as error:
        return (type(error), str(error))
    return found if isinstance(found, tuple) else (found,)


def assert_same(short: tuple[Any, ...], long: tuple[Any, ...], name: str) -> None:
    assert len(short) == len(long), name
    for a, b in zip(short, long, strict=True):
        assert type(a) is type(b), name
        if isinstance(a, np.ndarray):
            assert a.flags.writeable == b.flags.writeable, name
            assert_same_bits(np.asarray(a), np.asarray(b), name)
        else:
            assert a == b, name


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let C read no arrays from now on."""

    def begin() -> None:
        for name in (
            *("arguments.signatures._call", "runtime.arrays.loss"),
            *("losses.fast_gradients._differentiate", "losses.fast_gradients._gradients"),
        ):
            monkeypatch.setattr(f"tf_losses._internal.{name}", arrays._takes_nothing)

    return begin


def test_arrays_are_read_here() -> None:
    assert arrays._module is not None


@DTYPES
@pytest.mark.parametrize("of_logits", FORMS)
@pytest.mark.parametrize("of_labels", ["plain", "tensor", "not aligned"])
def test_all_forms_give_what_the_long_way_gives(
    dtype: type, of_labels: str, of_logits: str, long_way: Callable[[], None]
) -> None:
    x = FORMS[of_logits](LOGITS.astype(dtype))
    z = FORMS[of_labels](np.resize(LABELS, x.shape).astype(dtype))
    numbers = FORMS[of_labels](np.resize(NUMBERS, x.shape[:-1]))
    made = calls(z, x, numbers)
    short = {name: outcome(call) for name, call in made.items()}
    long_way()
    for name, call in made.items():
        assert_same(short[name], outcome(call), f"{name}, {of_logits}")


OTHERS: dict[str, tuple[Any, Any, Any]] = {
    "other shapes": (LABELS[:, :5].copy(), LOGITS, NUMBERS[:5].copy()),
    "other ranks": (LABELS.ravel(), LOGITS, NUMBERS.reshape(3, 4)),
    "other dtypes": (LABELS.astype(np.float32), LOGITS, NUMBERS.astype(np.uint8)),
    "other byte order": (LABELS.astype(">f8"), LOGITS.astype(">f8"), NUMBERS.astype(">i8")),
    "whole numbers": (NUMBERS, NUMBERS, NUMBERS),
    "no axes": (LABELS[0, 0], LOGITS[0, 0], NUMBERS[0]),
    "no classes": (LABELS[:, :0], LOGITS[:, :0], NUMBERS),
    "a label that is no class": (LABELS, LOGITS, NUMBERS + 3),
    "objects": (LABELS.astype(object), LOGITS.astype(object), NUMBERS.astype(object)),
    "text": (LABELS.astype(str), LOGITS.astype(str), NUMBERS.astype(str)),
    "repeated": (np.broadcast_to(1.0, (4, 3)), np.broadcast_to(2.0, (4, 3)), np.zeros(4, int)),
    "lists": (LABELS.tolist(), LOGITS.tolist(), NUMBERS.tolist()),
    "None": (None, LOGITS, None),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_arguments_go_the_long_way(kind: str, long_way: Callable[[], None]) -> None:
    made = calls(*OTHERS[kind])
    short = {name: outcome(call) for name, call in made.items()}
    long_way()
    for name, call in made.items():
        assert_same(short[name], outcome(call), f"{name}, {kind}")


def test_more_elements_than_memory_are_refused() -> None:
    z = np.broadcast_to(np.float32(1), (2**40, 2**20))
    with pytest.raises(errors.ResourceExhaustedError):
        v2.nn.sigmoid_cross_entropy_with_logits(z, z)


@pytest.mark.parametrize("loss", ["sigmoid", "sparse_softmax"])
def test_what_with_loss_raises_is_raised(loss: str) -> None:
    class Neither:
        def __bool__(self) -> bool:
            raise RuntimeError("neither true nor false")

    x = LOGITS.astype(np.float32)
    gradients_of = getattr(gradients, f"{loss}_cross_entropy_with_logits")
    with pytest.raises(RuntimeError, match="neither true nor false"):
        gradients_of(x if loss == "sigmoid" else NUMBERS, x, with_loss=Neither())


def test_a_weight_lives_as_long_as_a_call() -> None:
    """Of 16 bits it is kept in a cache, which other threads empty while C computes."""
    x, few = np.ones(1 << 18, np.float16), np.ones(4, np.float16)
    weighted = v2.nn.weighted_cross_entropy_with_logits
    right, done = weighted(x, x, 3.5), threading.Event()

    def use_other_weights() -> None:
        for weight in itertools.cycle(range(100, 1100)):
            if done.is_set():
                return
            weighted(few, few, float(weight))

    others = [threading.Thread(target=use_other_weights) for _ in range(3)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in others:
            thread.start()
        for _ in range(1000):
            assert_same_bits(np.asarray(weighted(x, x, 3.5)), np.asarray(right), "weighted")
    finally:
        done.set()
        for thread in others:
            thread.join()
        sys.setswitchinterval(interval)


@pytest.mark.skipif(sys.version_info < (3, 14), reason="before Python 3.14 tuples keep no hash")
def test_gradients_are_no_key() -> None:
    found = gradients.sigmoid_cross_entropy_with_logits(LABELS, LOGITS)
    with pytest.raises(TypeError, match="unhashable"):
        hash(found)


@DTYPES
def test_results_are_the_callers(dtype: type) -> None:
    z, x = LABELS.astype(dtype), LOGITS.astype(dtype)
    v2.nn.sigmoid_cross_entropy_with_logits(z, x)
    loss = v2.nn.softmax_cross_entropy_with_logits(z, x)
    found = gradients.softmax_cross_entropy_with_logits_v2(z, x, with_loss=True)
    assert type(found) is gradients.Gradients
    assert type(loss) is v2.Tensor
    assert found.pos_weight is None
    for array in (loss, found.loss, found.labels, found.logits):
        assert array is not None
        assert array.base is None
        assert array.flags.owndata
        assert array.flags.writeable
        assert np.asarray(array).dtype is x.dtype


def test_nothing_is_kept() -> None:
    """Results, arguments and dtypes are let go of, also where C refuses."""
    z, x = LABELS.astype(np.float32), LOGITS.astype(np.float32)
    made = calls(z, x, NUMBERS) | {
        f"{name}, refused": call for name, call in calls(z, x, NUMBERS + 3).items()
    }
    for call in made.values():
        outcome(call)
    gc.collect()
    objects = (z, x, NUMBERS, x.dtype, NUMBERS.dtype, np.ndarray, v2.Tensor, gradients.Gradients)
    before = [sys.getrefcount(item) for item in objects]
    for call in made.values():
        for _ in range(50):
            outcome(call)
    gc.collect()
    after = [sys.getrefcount(item) for item in objects]
    assert all(b - a < 25 for a, b in zip(before, after, strict=True)), (before, after)


def test_a_tape_sees_every_call() -> None:
    x = v2.constant(LOGITS)
    with v2.GradientTape() as tape:
        tape.watch(x)
        loss = v2.nn.sigmoid_cross_entropy_with_logits(LABELS, x)
    assert tape.gradient(loss, x) is not None


@pytest.mark.parametrize(
    "name", ["loss", "gradients", "call", "differentiate", "begin", "tell_dtype", "make"]
)
def test_wrong_calls_are_refused(name: str) -> None:
    assert arrays._module is not None
    try:
        assert getattr(arrays._module, name)(1) is None
    except (TypeError, ValueError):
        return
    assert name in ("loss", "gradients", "call", "differentiate")
    assert arrays._module.call(0, 0, (1, 2), {}) is None
    assert arrays._module.differentiate(0, 99, True, (1, 2), {}) is None  # noqa: FBT003
    for arguments in ((0, 0, 1, 2, 3), (0, -1, LABELS, LABELS, 0), ("", "", "", "", "")):
        assert arrays._module.loss(*arguments) is None


def test_arrays_that_lie_elsewhere_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A NumPy with other fields, were there one, is found out before anything is computed."""
    assert arrays._ready() is not None

    class Other:
        def __getattr__(self, name: str) -> Any:
            if name == "read":
                return lambda array: (*arrays._module.read(array)[:-1], 0)  # type: ignore[union-attr]
            return getattr(arrays._module, name)

    monkeypatch.setattr(arrays, "_load", Other)
    assert arrays._ready() is None
    monkeypatch.setattr(arrays, "_load", lambda: None)
    assert arrays._ready() is None


def test_another_binary_interface_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a NumPy with an unknown interface nothing but its number is asked for."""
    number = ctypes.CFUNCTYPE(ctypes.c_uint)(lambda: 0x3000000)
    table = (ctypes.c_void_p * 1)(ctypes.cast(number, ctypes.c_void_p))
    new = ctypes.pythonapi.PyCapsule_New
    monkeypatch.setattr(new, "restype", ctypes.py_object)
    monkeypatch.setattr(new, "argtypes", [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p])
    capsule = new(ctypes.addressof(table), None, None)
    monkeypatch.setattr(arrays, "c_interface", lambda: capsule)
    assert arrays._ready() is None


def test_a_second_copy_of_the_package_has_its_own_tensors_and_tapes() -> None:
    """As test runners that import anew make one; C serves the first one only."""
    code = """
import sys
import numpy as np
from tf_losses.compat import v2 as first
x = np.ones(3, np.float32)
before = type(first.nn.sigmoid_cross_entropy_with_logits(x, x))
for name in [name for name in sys.modules if name.split(".")[0] == "tf_losses"]:
    if "_ffi" not in name:
        del sys.modules[name]
from tf_losses.compat import v2 as second
assert type(first.nn.sigmoid_cross_entropy_with_logits(x, x)) is before
assert type(second.nn.sigmoid_cross_entropy_with_logits(x, x)) is not before
with second.GradientTape() as tape:
    logits = second.constant(x)
    tape.watch(logits)
    loss = second.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits)
assert tape.gradient(loss, logits).shape == (3,)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
