# SPDX-License-Identifier: Apache-2.0
"""A gradient is that of what the call saw, whatever happens to its arguments afterwards."""
# ruff: noqa: ANN401 (either library is an argument of its tests)

from __future__ import annotations

import copy
import gc
import pickle
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.runtime.native import Call
from tf_losses.compat import v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bits import Array

ROWS, CLASSES = 5, 4


class Holder:
    """Something of another library that shows its memory to NumPy."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def __array__(self, *_: object, **__: object) -> Array:
        return self.array


def _read_only(array: Array) -> Array:
    """A view that cannot be written to, of memory that can."""
    view = array.view()
    view.flags.writeable = False
    return view


def _frozen_later(array: Array) -> Array:
    """An array that owns its data and is read-only, though a view of it made before is not."""
    own = array.copy()
    VIEWS.append(own[:])
    own.flags.writeable = False
    return own


VIEWS: list[Array] = []
HANDED: dict[str, Callable[[Array], Any]] = {
    "array": lambda a: a,
    "slice": lambda a: a[:],
    "read-only view": _read_only,
    "memoryview": memoryview,
    "__array__": Holder,
    "list of rows": list,
    "read-only owner": _frozen_later,
}
FLOAT_LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": v2.nn.sigmoid_cross_entropy_with_logits,
    "softmax": v2.nn.softmax_cross_entropy_with_logits,
    "softmax, axis 0": lambda z, x: v2.nn.softmax_cross_entropy_with_logits(z, x, axis=0),
    "weighted": lambda z, x: v2.nn.weighted_cross_entropy_with_logits(z, x, 2.5),
}


def _drawn(dtype: Any) -> tuple[Array, Array]:
    rng = np.random.default_rng(3)
    labels = rng.uniform(size=(ROWS, CLASSES)).astype(dtype)
    return labels, rng.normal(size=(ROWS, CLASSES)).astype(dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("handed", HANDED)
@pytest.mark.parametrize("name", FLOAT_LOSSES)
def test_labels_refilled_after_the_call(name: str, handed: str, dtype: str) -> None:
    labels, logits = _drawn(dtype)
    loss_of = FLOAT_LOSSES[name]
    given = HANDED[handed](labels)
    if handed == "memoryview" and dtype == "float16":
        pytest.skip("CPython's memoryview has no items of float16")
    if handed == "memoryview":  # a sequence of Python's numbers
        logits = logits.astype(np.float32)
    x = v2.constant(logits)
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(x)
        loss = loss_of(given, x)
    before = tape.gradient(loss, x).numpy()
    labels[...] = 7
    for view in VIEWS:
        view[...] = 7
    VIEWS.clear()
    assert_same_bits(tape.gradient(loss, x).numpy(), before, f"{name} {handed}")


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("handed", ["array", "slice", "read-only view", "__array__"])
def test_class_numbers_refilled_after_the_call(handed: str, dtype: str) -> None:
    """Not even with numbers that are no classes."""
    numbers = np.arange(ROWS, dtype=dtype) % CLASSES
    x = v2.constant(_drawn(np.float32)[1])
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(x)
        loss = v2.nn.sparse_softmax_cross_entropy_with_logits(HANDED[handed](numbers), x)
    before = tape.gradient(loss, x).numpy()
    numbers[...] = 1000
    assert_same_bits(tape.gradient(loss, x).numpy(), before, handed)


@pytest.mark.parametrize("name", FLOAT_LOSSES)
def test_logits_refilled_after_the_call(name: str) -> None:
    """Where only the labels are watched."""
    labels, logits = _drawn(np.float32)
    z = v2.constant(labels)
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(z)
        loss = FLOAT_LOSSES[name](z, logits)
    before = tape.gradient(loss, z).numpy()
    logits[...] = np.nan
    assert_same_bits(tape.gradient(loss, z).numpy(), before, name)


@pytest.mark.parametrize("shape", [(), (1,), (CLASSES,), (ROWS, 1), (2, 1, 1)])
def test_weights_refilled_after_the_call(shape: tuple[int, ...]) -> None:
    labels, logits = _drawn(np.float32)
    weight = np.full(shape, 2.5, np.float32)
    x = v2.constant(logits)
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(x)
        loss = v2.nn.weighted_cross_entropy_with_logits(labels, x, weight)
    before = tape.gradient(loss, x).numpy()
    weight[...] = 9
    labels[...] = 9
    assert_same_bits(tape.gradient(loss, x).numpy(), before, str(shape))


def test_one_buffer_for_three_batches() -> None:
    """Each loss keeps its own labels: the gradients add up to those of three buffers."""
    buffer = np.zeros((4, 3), np.float32)
    x = v2.constant(np.zeros((4, 3), np.float32))
    losses, separate = [], []
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(x)
        for batch in range(3):
            buffer[...] = 0
            buffer[:, batch] = 1
            losses.append(v2.nn.softmax_cross_entropy_with_logits(buffer, x))
            separate.append(v2.nn.softmax_cross_entropy_with_logits(buffer.copy(), x))
    assert_same_bits(tape.gradient(losses, x).numpy(), tape.gradient(separate, x).numpy(), "sum")
    for batch, loss in enumerate(losses):
        assert tape.gradient(loss, x).numpy()[0, batch] < 0


def test_what_belongs_to_nobody_else_is_not_copied() -> None:
    """Tensors, and arrays made of lists, are kept as they are."""
    labels, logits = (v2.constant(a) for a in _drawn(np.float32))
    with v2.GradientTape() as tape:
        tape.watch(logits)
        v2.nn.sigmoid_cross_entropy_with_logits(labels, logits)
    backward: Any = tape._log.operations[0].backward  # noqa: SLF001 (what is kept is inside)
    kept = backward.__closure__
    arrays = [
        argument
        for cell in kept
        if hasattr(cell.cell_contents, "args")
        for call in cell.cell_contents.args
        if isinstance(call, Call)
        for argument in (call.labels, call.logits)
    ]
    assert len(arrays) == 2
    assert all(np.shares_memory(a, b) for a, b in zip(arrays, (labels, logits), strict=True))


def test_an_array_that_no_tape_follows_is_not_kept_alive() -> None:
    labels, logits = _drawn(np.float32)
    x = v2.constant(logits)
    with v2.GradientTape() as tape:
        tape.watch(x)
        v2.nn.sigmoid_cross_entropy_with_logits(labels, x)
        v2.nn.sigmoid_cross_entropy_with_logits(labels, logits)
    assert len(tape._log.operations) == 1  # noqa: SLF001 (as above)
    assert not any(item is labels for item in tape._log.operations[0].inputs)  # noqa: SLF001


# ---- tensors do not change ----

COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": lambda x: x.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "in a list": lambda x: copy.deepcopy([x])[0],
    "np.copy": lambda x: np.copy(x, subok=True),
    "np.array": lambda x: np.array(x, subok=True),
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),  # noqa: S301 (made here)
    "pickle, protocol 5": lambda x: pickle.loads(pickle.dumps(x, protocol=5)),  # noqa: S301
    "astype": lambda x: x.astype(np.float64),
    "astype, the same": lambda x: x.astype(x.dtype),
    "indices": lambda x: x[[0, 1]],
    "a mask": lambda x: x[np.array([True] * ROWS)],
    "one element": lambda x: x[0, 0],
    "flatten": lambda x: x.flatten(),
    "ravel": lambda x: x.ravel("F"),
    "reshape": lambda x: x.T.reshape(-1),
    "take": lambda x: x.take([0, 1]),
    "np.take": lambda x: np.take(x, [0, 1]),
    "repeat": lambda x: x.repeat(2),
    "compress": lambda x: x.compress([True, False, True], axis=0),
    "choose": lambda x: np.choose(np.zeros((ROWS, CLASSES), int), [x, x]),
    "byteswap": lambda x: x.byteswap(),
    "clip": lambda x: x.clip(0, 1),
    "round": lambda x: x.round(),
    "conj": lambda x: x.conj(),
    "cumsum": lambda x: x.cumsum(),
    "cumprod": lambda x: x.cumprod(),
    "max": lambda x: x.max(0),
    "mean": lambda x: x.mean(0),
    "var": lambda x: x.var(0),
    "trace": lambda x: x.trace(),
    "diagonal": lambda x: x.diagonal(),
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "squeeze": lambda x: x.squeeze(),
    "view": lambda x: x.view(),
    "real": lambda x: x.real,
    "getfield": lambda x: x.getfield(np.float32),
    "dot": lambda x: x.dot(x.T),
    "add": lambda x: x + 1,
    "iteration": lambda x: next(iter(x)),
    "flat": lambda x: x.flat[:2],
    "vectorize": np.vectorize(lambda a: -a),
    "sort": np.sort,
    "split": lambda x: np.split(x, [1])[0],
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, np.ones((1, CLASSES)))[0],
}
# NumPy makes these tensors itself and leaves them unprotected.
UNPROTECTED = ("flat", "np.array", "vectorize")


@pytest.mark.parametrize("how", [how for how in COPIES if how not in UNPROTECTED])
def test_copies_of_a_tensor_are_tensors_that_cannot_be_written_to(how: str) -> None:
    x = v2.constant(_drawn(np.float32)[1])
    with v2.GradientTape():
        made = COPIES[how](x)
    assert isinstance(made, type(x)), type(made)
    assert not made.flags.writeable
    with pytest.raises(ValueError, match="cannot set WRITEABLE"):
        made.flags.writeable = True


@pytest.mark.parametrize("how", UNPROTECTED)
def test_a_change_of_a_copy_after_the_call_changes_no_gradient(how: str) -> None:
    made = COPIES[how](v2.constant([0.25, 0.5]))
    x = v2.constant([1.0, 2.0])
    with v2.GradientTape(persistent=True) as tape:
        tape.watch(x)
        loss = v2.nn.sigmoid_cross_entropy_with_logits(made, x)
    before = tape.gradient(loss, x).numpy()
    made[...] = 7
    assert_same_bits(tape.gradient(loss, x).numpy(), before, how)


@pytest.mark.parametrize("how", UNPROTECTED)
def test_an_unprotected_copy_is_not_silently_without_gradient(how: str) -> None:
    x = v2.constant([0.25, 0.5])
    with v2.GradientTape() as tape:
        tape.watch(x)
        loss = v2.nn.sigmoid_cross_entropy_with_logits(COPIES[how](x), [1.0, 1.0])
    with pytest.raises(ValueError, match="cannot follow"):
        tape.gradient(loss, x)


WRITES: dict[str, Callable[[Array, Any], object]] = {
    "add.at": lambda b, x: np.add.at(b, np.arange(ROWS), np.asanyarray(x)),
    "copyto": np.copyto,
    "put": lambda b, x: np.put(b, np.arange(b.size), x),
    "place": lambda b, x: np.place(b, np.ones(b.shape, bool), x),
    "putmask": lambda b, x: np.putmask(b, np.ones(b.shape, bool), x),
    "exp": lambda b, x: np.exp(x, out=b),
    "multiply": lambda b, x: np.multiply(x, 2, b),
    "mean": lambda b, x: np.mean(x[None], axis=0, out=b),
    "cumsum": lambda b, x: x.cumsum(0, out=b),
}


@pytest.mark.parametrize("how", WRITES)
def test_an_array_written_from_a_tensor_is_not_silently_without_gradient(how: str) -> None:
    x = v2.constant(_drawn(np.float32)[1])
    buffer = np.zeros((ROWS, CLASSES), np.float32)
    with v2.GradientTape() as tape:
        tape.watch(x)
        WRITES[how](buffer, x)
        loss = v2.nn.sigmoid_cross_entropy_with_logits(buffer[1:], buffer[1:])
    assert buffer.flags.writeable
    with pytest.raises(ValueError, match=f"'{how.removesuffix('.at')}', which this tape cannot"):
        tape.gradient(loss, x)


def test_arguments_of_numpy_stay_as_they_were() -> None:
    """What NumPy hands back of a plain argument is not made read-only."""
    x, plain = v2.constant([1.0, 2.0]), np.zeros(2, np.float32)
    np.add(x, 1, out=plain)
    first, second = np.atleast_1d(plain, x)
    assert plain.flags.writeable
    assert first is plain
    assert not second.flags.writeable


# ---- tapes that stay open ----


@pytest.fixture(autouse=True)
def _no_tape_stays_open() -> Iterator[None]:
    yield
    gc.collect()
    assert not OPEN


def _is_plain_call() -> bool:
    """Tell whether a call takes no tape to be open, which would protect what it made."""
    made = tf_losses.compat.v2.nn.sigmoid_cross_entropy_with_logits([1.0], [1.0])
    return bool(made.flags.writeable)


def test_a_tape_in_a_generator_that_is_dropped() -> None:
    def steps() -> Iterator[None]:
        with v2.GradientTape():
            yield

    running = steps()
    next(running)
    assert OPEN
    del running
    gc.collect()
    assert not OPEN
    assert _is_plain_call()


def test_a_generator_closed_in_another_thread() -> None:
    def steps() -> Iterator[None]:
        with v2.GradientTape():
            yield

    running = steps()
    next(running)
    other = threading.Thread(target=running.close)
    other.start()
    other.join()
    assert not OPEN
    assert _is_plain_call()


def test_a_thread_that_ends_with_an_open_tape() -> None:
    kept: list[Any] = []

    def work() -> None:
        kept.append(v2.GradientTape())
        kept[0].__enter__()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    gc.collect()
    assert not OPEN
    kept[0].__exit__(None, None, None)


def test_a_tape_that_nobody_has_any_more() -> None:
    v2.GradientTape().__enter__()
    gc.collect()
    assert not OPEN


# ---- structures and conversions ----


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_structures_that_contain_themselves() -> None:
    itself: list[Any] = []
    itself.append(itself)
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    x = v2.constant([1.0])
    for structure in (itself, deep, {"a": itself}, (itself,)):
        with v2.GradientTape() as tape:
            with pytest.raises(ValueError, match="nested more than"):
                tape.watch(structure)
            tape.watch(x)
            loss = v2.nn.sigmoid_cross_entropy_with_logits(x, x)
        for ask in (
            lambda tape=tape, s=structure: tape.gradient(s, x),
            lambda tape=tape, s=structure, loss=loss: tape.gradient(loss, s),
        ):
            with pytest.raises((ValueError, RuntimeError)):
                ask()
        with pytest.raises((ValueError, TypeError)):
            v2.nn.softmax_cross_entropy_with_logits(structure, x)
        with pytest.raises((ValueError, TypeError)):
            tf_losses.nn.softmax_cross_entropy_with_logits(labels=structure, logits=x)
        with pytest.raises((ValueError, TypeError)), tf_losses.Session() as session:
            session.run(structure)
