# SPDX-License-Identifier: Apache-2.0
"""Any arguments to the Python functions: it refuses them by a documented exception, or gives bits.

Arrays of any dtype, shape and layout, numbers, lists, nothing at all. What must hold: the exception
is one that the docstrings name, and never `InternalError`; the outcome is the same on the portable
path with one thread; nothing is written to an argument; floating-point arithmetic works as before.

HYPOTHESIS_PROFILE=fuzz draws 200,000 calls.
"""
# ruff: noqa: ANN401 (arguments of any type are the point)

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import arithmetic
import cases
import fuzzed
import tf_losses
from bits import differing
from layouts import misaligned
from tf_losses import errors, gradients, raw_ops
from tf_losses._internal.runtime import native
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bits import Array

DOCUMENTED = (ValueError, TypeError, errors.OpError, MemoryError)
# Those of one loss, as TensorFlow has them: an axis that is no number, and arguments that have no
# axis (1.15); Python numbers in an array of weights that are too large.
MORE = {cases.SOFTMAX: (AssertionError, IndexError), cases.WEIGHTED: (OverflowError,)}
MOST_ELEMENTS = 2200
ISAS = [name for name, runs in native.isa_known().items() if runs]
FLOATS = list(cases.DTYPES.values())
OTHERS = [*(np.dtype(code) for code in "?bBhHiIlLFDSUOM"), np.dtype(">f4"), np.dtype(">f8")]


@pytest.fixture(scope="module", autouse=True)
def _split_small_calls() -> Iterator[None]:
    """Give threads to small calls as well, and put the settings back in the end."""
    isa, threads = native.isa_name(), native.get_num_threads()
    native.set_thread_elements(64)
    yield
    native.set_thread_elements(native.THREAD_ELEMENTS)
    native.isa_select(isa)
    native.set_num_threads(threads)


class Choices:
    """Choices made by one number that hypothesis draws and shrinks: each takes a part of it."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1; 0 where the bytes have ended."""
        byte = self._data[self._at] if self._at < len(self._data) else 0
        self._at += 1
        return byte % limit

    def rarely(self, times: int) -> bool:
        return self.below(times) == 1

    def of(self, options: Any) -> Any:
        return options[self.below(len(options))]

    def generator(self) -> np.random.Generator:
        return np.random.default_rng([cases.SEED, self.below(256)])


def any_shape(choices: Choices) -> tuple[int, ...]:
    """Few axes, mostly; few enough elements for a result that pos_weight enlarges."""
    shape: tuple[int, ...] = ()
    for _ in range(choices.of((2, 1, 2, 3, 0, 4, 9))):
        length = choices.of((1, 2, 3, 5, 8, 13, 17, 33, 0, 130))
        full = math.prod(n or 1 for n in shape)  # another axis may be 1 in the place of 0
        shape = (*shape, length if length * full <= MOST_ELEMENTS else 1)
    return shape


def shape_like(choices: Choices, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape itself, mostly; or one that goes with it, or does not."""
    kind = choices.below(40)
    if kind == 1:
        return shape[1:]
    if kind == 2:
        return tuple(1 if choices.below(2) else n for n in shape)
    if kind == 3:
        return (*shape, 1)
    return any_shape(choices) if kind == 4 else shape


def values(choices: Choices, shape: tuple[int, ...], dtype: Any) -> Array:
    dtype = np.dtype(dtype)
    rng = choices.generator()
    with np.errstate(all="ignore"):
        drawn = rng.normal(0, choices.of((8, 1, 60)), shape)
        if choices.rarely(3):
            drawn = np.where(
                rng.random(shape) < 0.2, rng.choice(cases.SPECIAL_LOGITS, shape), drawn
            )
        if choices.rarely(6):
            drawn = np.abs(drawn) % 5
        return np.asarray(drawn).astype("M8[s]" if dtype.kind == "M" else dtype)


def laid_out(choices: Choices, array: Array) -> Array:
    kind = choices.below(10)
    if kind == 1:
        return np.array(array, order="F")
    if kind == 2 and array.ndim:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if kind == 3 and array.ndim:
        return array[::-1].copy()[::-1]
    if kind == 4 and array.dtype.kind in "fiu" and array.size:
        return misaligned(array)
    if kind == 5:
        array.flags.writeable = False
    return array


class Stranger:
    """An object that turns into an array, or fails to."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __array__(self, *_: Any, **__: Any) -> Any:
        if self._value is None:
            raise ValueError("no array today")
        return self._value


def oddity(choices: Choices, array: Array) -> Any:
    """What people pass where an array is wanted."""
    return choices.of(
        [
            lambda: None,
            array.tolist,
            lambda: [[1.0], [2.0, 3.0]],
            lambda: 1.5,
            lambda: 7,
            lambda: True,
            lambda: "logits",
            list,
            dict,
            lambda: Stranger(array),
            lambda: Stranger(None),
            lambda: v2.constant(1.0),
            lambda: float("nan"),
            lambda: [None],
            lambda: 10**400,
            lambda: (1, 2.5),
            object,
            lambda: np.float32(2.0),
            lambda: [float("nan"), 2**70],
            lambda: (
                tuple(map(tuple, np.atleast_2d(np.asarray(array, object)).tolist()))
                if array.ndim < 3
                else array
            ),
        ]
    )()


def argument(choices: Choices, shape: tuple[int, ...], dtype: Any) -> Any:
    if choices.rarely(12):
        dtype = choices.of(FLOATS + OTHERS)
    array = laid_out(choices, values(choices, shape_like(choices, shape), dtype))
    return oddity(choices, array) if choices.rarely(8) else array


def class_numbers(choices: Choices, shape: tuple[int, ...]) -> Any:
    array = choices.generator().integers(0, max(shape[-1:] or (1,)) or 1, shape[:-1])
    array = np.asarray(array).astype(choices.of((*(np.int64, np.int32) * 5, np.int8, np.float32)))
    if choices.rarely(8) and array.size:
        array.flat[0] = choices.of((-1, 127, shape[-1] if shape and shape[-1] < 100 else 3))
    return oddity(choices, array) if choices.rarely(10) else laid_out(choices, array)


@dataclass
class Call:
    loss: str
    function: Callable[..., Any]
    arguments: dict[str, Any]


def an_axis(choices: Choices) -> Any:
    return choices.of(
        (*(-1, 0, 1, 2) * 6, -2, 9, -9, None, 1.0, "x", True, 2**40, np.int32(1), [0])
    )


def a_call(choices: Choices, loss: str, *, gradient: bool) -> Call:
    shape, dtype = any_shape(choices), choices.of(FLOATS)
    logits = argument(choices, shape, dtype)
    if loss == cases.SPARSE_SOFTMAX:
        labels = class_numbers(choices, shape)
    else:
        labels = argument(choices, shape, dtype)
    arguments = {"labels": labels, "logits": logits}
    if loss == cases.WEIGHTED:
        weight = argument(choices, choices.of(((), shape[-1:], shape, (2, *shape))), dtype)
        arguments["pos_weight"] = choices.of((2.5, 1.0, 3, *[weight] * 8, None, "x", [2.0]))
    name = f"{loss}_cross_entropy_with_logits"
    if loss == cases.SOFTMAX and choices.below(2):
        arguments["axis"] = an_axis(choices)
    if gradient:
        name += "_v2" if loss == cases.SOFTMAX else ""
        rest = the_rest_of_a_gradient(choices, loss, shape, dtype)
        return Call(loss, getattr(gradients, name), arguments | rest)
    namespace = choices.of((v2.nn, v1.nn, tf_losses.nn, raw_ops))
    if namespace is raw_ops and loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX):
        words = "SoftmaxCrossEntropyWithLogits"
        function = getattr(raw_ops, words if loss == cases.SOFTMAX else f"Sparse{words}")
        return Call(loss, function, {"features": logits, "labels": labels})
    namespace = v2.nn if namespace is raw_ops else namespace
    if namespace is not v2.nn:
        if "axis" in arguments and choices.below(2):
            arguments["dim"] = arguments.pop("axis")
        if choices.rarely(10):
            arguments["_sentinel"] = 1
        if loss == cases.WEIGHTED and choices.below(2):
            arguments["targets"] = arguments.pop("labels")
    return Call(loss, getattr(namespace, name), arguments)


def the_rest_of_a_gradient(
    choices: Choices, loss: str, shape: tuple[int, ...], dtype: Any
) -> dict[str, Any]:
    by_row = loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX)
    rest: dict[str, Any] = {}
    if choices.below(2):
        rest["upstream"] = argument(choices, shape[:-1] if by_row else shape, dtype)
    if choices.below(2):
        rest["with_loss"] = True
    if choices.below(2) and loss != cases.SPARSE_SOFTMAX:
        rest["wrt"] = choices.of(
            (*("logits", "labels", None, ["logits"]) * 3, "pos_weight", "x", [], 3)
        )
    if choices.rarely(4) and not by_row:
        rest["mode"] = choices.of((*("eager", "function") * 4, "graph", None, 1))
    if choices.rarely(16) and loss == cases.SOFTMAX:
        rest["grad_grad"] = argument(choices, shape, dtype)
    return rest


def outcome_of(call: Call) -> tuple[str, Any]:
    """An exception's class and text, or arrays."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = call.function(**call.arguments)
        except DOCUMENTED as error:
            raised: Exception = error
        except (AssertionError, IndexError, OverflowError) as error:
            if not isinstance(error, MORE.get(call.loss, ())):
                raise
            raised = error
        else:
            several = found if isinstance(found, tuple) else (found,)
            return "result", [None if one is None else np.asarray(one) for one in several]
    # TensorFlow, too, lets NumPy subtract 1 from an array of weights: a TypeError of NumPy's.
    ours = type(raised).__module__ in ("builtins", errors.__name__)
    assert ours or (call.loss == cases.WEIGHTED and isinstance(raised, TypeError)), raised
    assert not isinstance(raised, errors.InternalError), raised
    return type(raised).__name__, str(raised)


def contents(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tobytes() if value.dtype.kind != "O" else repr(value)
    return repr(value) if isinstance(value, (list, tuple, dict)) else None


def assert_same(found: tuple[str, Any], portable: tuple[str, Any]) -> None:
    assert found[0] == portable[0], (found, portable)
    if found[0] != "result":
        assert found[1] == portable[1]
        return
    for one, other in zip(found[1], portable[1], strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert (one.shape, one.dtype) == (other.shape, other.dtype)
            assert one.dtype.kind not in "fV" or differing(one, other).size == 0


@pytest.mark.parametrize("gradient", [False, True], ids=["loss", "gradient"])
@pytest.mark.parametrize("loss", cases.LOSSES)
@given(data=st.binary(min_size=48, max_size=48))
def test_any_arguments(loss: str, gradient: bool, data: bytes) -> None:  # noqa: FBT001
    choices = Choices(data)
    isa, threads = choices.of(ISAS[::-1]), choices.of((1, 1, 3))
    version = choices.of(("2.21", "2.21", "2.20", "2.16", "1.15"))
    call = a_call(choices, loss, gradient=gradient)
    before = {name: contents(value) for name, value in call.arguments.items()}
    with tf_losses.tf_version(version):
        native.isa_select(isa)
        native.set_num_threads(threads)
        found = outcome_of(call)
        native.isa_select("portable")
        native.set_num_threads(1)
        portable = outcome_of(call)
    assert before == {name: contents(value) for name, value in call.arguments.items()}
    assert arithmetic.is_usual()
    assert_same(found, portable)
    fuzzed.outcomes[f"{loss} {'gradient' if gradient else 'loss'}", found[0]] += 1
