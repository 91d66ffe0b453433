# SPDX-License-Identifier: Apache-2.0
"""GradientTape and stop_gradient: one program on either library, and what a tape refuses."""
# ruff: noqa: ANN401 (either library is an argument of its tests)

from __future__ import annotations

import collections
import threading
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
import tape_program
import tf_losses
from bits import assert_same_bits
from tf_losses import gradients
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

    from bits import Array


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_one_program_on_either_library(dtype: str) -> None:
    """Every array of the program is the same, to the bit; None where TensorFlow has None."""
    theirs = tape_program.run(tf, cases.DTYPES[dtype])
    ours = tape_program.run(v2, cases.DTYPES[dtype])
    assert list(ours) == list(theirs)
    for name, want in theirs.items():
        found = ours[name]
        assert (found is None) == (want is None), name
        if found is not None and want is not None:
            assert_same_bits(np.asarray(found), np.asarray(want), f"{dtype} {name}")


def _taped(use: Callable[[Any], Any]) -> tuple[v2.GradientTape, Any, Any]:
    x = v2.constant([[1.0, 2.0]])
    with v2.GradientTape() as tape:
        tape.watch(x)
        loss = use(x)
    return tape, loss, x


def _loss(x: object) -> Array:
    return v2.nn.softmax_cross_entropy_with_logits([[1.0, 0.0]], x)


@pytest.mark.parametrize(
    ("use", "operation"),
    [
        (lambda x: _loss(np.multiply(x, 2)), "multiply"),
        (lambda x: _loss(np.subtract(2, x)), "subtract"),
        (lambda x: _loss(x.T.T), "indexing or reshaping"),
        (lambda x: _loss(x.copy()), "copy"),
        (lambda x: _loss(np.concatenate([x[:, :1], x[:, 1:]], axis=1)), "concatenate"),
        (lambda x: np.exp(_loss(x)), "exp"),
        (lambda x: _loss(x).sum(), "sum"),
        (lambda x: np.mean(_loss(x)), "mean"),
        (lambda x: np.where(x > 0, x, 0), "where"),
    ],
)
def test_what_the_tape_cannot_follow_is_an_error(use: Callable[[Any], Any], operation: str) -> None:
    """Never a silent None."""
    tape, loss, x = _taped(use)
    with pytest.raises(ValueError, match="cannot follow") as error:
        tape.gradient(loss, x)
    assert repr(operation) in str(error.value)
    assert "output_gradients" in error.value.__notes__[0]


@pytest.mark.parametrize(
    ("use", "operation"),
    [
        (lambda x: v2.raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=x).loss, "raw_ops"),
        (
            lambda x: v2.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=x, labels=[0]).loss,
            "raw_ops",
        ),
        (lambda x: gradients.sigmoid_cross_entropy_with_logits(x, x).logits, "gradients.sigmoid"),
        (
            lambda x: gradients.weighted_cross_entropy_with_logits(x, x, 2.0).labels,
            "gradients.weighted",
        ),
        (
            lambda x: gradients.softmax_cross_entropy_with_logits_v2(x, x).logits,
            "gradients.softmax",
        ),
        (
            lambda x: gradients.sparse_softmax_cross_entropy_with_logits([0], x).logits,
            "gradients.sparse",
        ),
        (lambda x: v2.convert_to_tensor([x, x]), "constant"),
        (lambda x: v2.constant(x, shape=(2,)), "constant"),
        (lambda x: [x, x], "a list of tensors"),
        (lambda x: _loss(list(x)), "a list of tensors"),
        (lambda x: x[0].dot(x[0]), "dot"),
        (lambda x: x.trace(), "trace"),
    ],
)
def test_what_ends_in_a_sum_is_an_error_too(use: Callable[[Any], Any], operation: str) -> None:
    """reduce_sum takes plain arrays, so each of these has to tell the tape where it came from."""
    tape, loss, x = _taped(lambda x: v2.reduce_sum(use(x)))
    with pytest.raises(ValueError, match="cannot follow") as error:
        tape.gradient(loss, x)
    assert operation in str(error.value)


def test_a_buffer_that_is_written_to_twice_is_an_error() -> None:
    x, z, buffer = v2.constant([1.0, 2.0]), np.full(2, 0.5, np.float32), np.zeros(2, np.float32)
    with v2.GradientTape() as tape:
        tape.watch(x)
        h: Any = x
        for _ in range(2):
            np.tanh(h, out=buffer)
            h = v2.nn.sigmoid_cross_entropy_with_logits(z, buffer)
    with pytest.raises(ValueError, match="'tanh', which this tape cannot follow"):
        tape.gradient(h, x)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: v2.cast([x, x], np.float32),
        lambda x: v2.cast([x, x], np.float64),
        lambda x: v2.cast(v2.cast(x, np.complex64), np.float32),
        lambda x: v2.cast(v2.reshape(v2.cast(x, np.complex64), [-1]), np.float32),
    ],
)
def test_casts_that_the_tape_cannot_follow(use: Callable[[Any], Any]) -> None:
    """TensorFlow has a gradient there: a silent None would be wrong."""
    x = v2.constant([1.0, 2.0])
    with v2.GradientTape() as tape:
        tape.watch(x)
        y = use(x)
    with pytest.raises(ValueError, match="cannot follow"):
        tape.gradient(y, x)


def test_a_gradient_is_not_differentiated_again() -> None:
    x = v2.constant([[1.0, 2.0]])
    with v2.GradientTape() as outer:
        outer.watch(x)
        with v2.GradientTape() as inner:
            inner.watch(x)
            loss = _loss(x)
        first = inner.gradient(loss, x)
    with pytest.raises(
        ValueError, match=r"'GradientTape\.gradient', which this tape cannot follow"
    ):
        outer.gradient(first, x)


def test_untracked_arithmetic_off_the_path_does_no_harm() -> None:
    tape, loss, x = _taped(lambda x: (np.multiply(x, 2), _loss(x))[1])
    assert tape.gradient(loss, x).shape == (1, 2)


def test_numpy_and_stop_gradient_cut_the_path() -> None:
    """As in TensorFlow: a plain copy has no history."""
    for cut in (lambda x: x.numpy(), v2.stop_gradient, np.asarray):
        tape, loss, x = _taped(lambda x, cut=cut: _loss(cut(x)))
        assert tape.gradient(loss, x) is None


def test_v1_softmax_stops_the_labels() -> None:
    x, z = v1.constant([[1.0, 2.0]]), v1.constant([[0.0, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # tested in test_api.py
        for function in (
            v1.nn.softmax_cross_entropy_with_logits,
            tf_losses.nn.softmax_cross_entropy_with_logits,
        ):
            with v1.GradientTape() as tape:
                tape.watch([x, z])
                loss = function(labels=z, logits=x)
            dz, dx = tape.gradient(loss, [z, x])
            assert dz is None
            assert dx is not None
            with v1.GradientTape() as tape:
                tape.watch(z)
                loss = function(labels=[z, z], logits=[x, x])
            assert tape.gradient(loss, z) is None
    with v1.GradientTape() as tape:
        tape.watch([x, z])
        loss = v1.nn.softmax_cross_entropy_with_logits_v2(labels=z, logits=x)
    assert tape.gradient(loss, z) is not None


def test_a_tape_is_used_once_unless_persistent() -> None:
    tape, loss, x = _taped(_loss)
    tape.gradient(loss, x)
    with pytest.raises(RuntimeError, match="A non-persistent GradientTape can only be used"):
        tape.gradient(loss, x)


def test_refused_arguments() -> None:
    tape, loss, x = _taped(_loss)
    with pytest.raises(ValueError, match="Passed in object"):
        tape.watch(np.ones(2))
    with pytest.raises(ValueError, match="Unknown value for unconnected_gradients: 'some'"):
        tape.gradient(loss, x, unconnected_gradients="some")
    with pytest.raises(TypeError, match="Argument `target` should be a list or nested structure"):
        tape.gradient(None, x)
    with pytest.raises(TypeError, match="`sources` has a 'ndarray'"):
        tape.gradient(loss, np.ones(2))
    with pytest.raises(v2.errors.InvalidArgumentError, match="Incompatible shapes"):
        tape.gradient(loss, x, output_gradients=np.ones(2, np.float32))
    tape, loss, x = _taped(_loss)
    with pytest.raises(v2.errors.InvalidArgumentError, match="was expected to be a double tensor"):
        tape.gradient(loss, x, output_gradients=np.ones(1))


def test_sources_in_other_dicts() -> None:
    """Gradients come in a dict of the same type, made as it is made."""
    found = []
    for library in (tf, v2):
        x = library.constant([1.0, 2.0])
        with library.GradientTape() as tape:
            tape.watch(x)
            loss = x * x
        sources = collections.defaultdict(list, {"b": x, "a": (x,)})
        made = tape.gradient(loss, sources)
        assert (type(made), list(made), made["missing"]) == (type(sources), ["b", "a"], [])
        found.append(made["b"].numpy())
    assert_same_bits(*found, "gradient in a defaultdict")


def test_repeated_labels_have_no_gradient() -> None:
    """TensorFlow's own error, in its words."""
    messages = []
    for library in (tf, v2):
        z = library.constant([[0.0, 1.0]])
        with library.GradientTape() as tape:
            tape.watch(z)
            loss = library.nn.softmax_cross_entropy_with_logits(z, np.ones((3, 2), np.float32))
        with pytest.raises(library.errors.InvalidArgumentError) as error:
            tape.gradient(loss, z)
        messages.append(error.value.message)
    assert messages[1] in messages[0]


def test_reentering_and_reusing() -> None:
    tape = v2.GradientTape(persistent=True)
    with tape, pytest.raises(ValueError, match="Tape is still recording"), tape:
        pass
    x = v2.constant([[1.0, 2.0]])
    with tape:
        tape.watch(x)
        loss = _loss(x)
        tape.reset()
    assert tape.gradient(loss, x) is None


@pytest.mark.parametrize("library", [tf, v2])
def test_a_tape_that_has_not_begun(library: Any) -> None:
    x = library.constant([[1.0, 2.0]])
    tape = library.GradientTape()
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute '_tape'"):
        tape.watch(x)
    with pytest.raises(RuntimeError, match="A non-persistent GradientTape can only be used"):
        tape.gradient(x, x)
    with pytest.raises(ValueError, match="Tape is not recording"):
        tape.reset()


@pytest.mark.parametrize("library", [tf, v2])
def test_a_refused_question_does_not_use_a_tape_up(library: Any) -> None:
    x = library.constant([[1.0, 2.0]])
    with library.GradientTape() as tape:
        tape.watch(x)
        loss = library.nn.softmax_cross_entropy_with_logits([[1.0, 0.0]], x)
    with pytest.raises(TypeError, match="Argument `target`"):
        tape.gradient(None, x)
    assert tape.gradient(loss, x) is not None


CONSTANTS = [
    ((1.1, np.float64), {}),
    (([[1.1, 2], [3, 1e300]], np.float64), {}),
    (([1.1, np.float32(1.1)], np.float64), {}),
    ((1.00048828125 + 1e-12, np.float16), {}),  # rounded twice, through float32
    ((1e40, np.float32), {}),
    ((2**24 + 1, np.float32), {}),
    ((2**40,), {}),
    ((True, np.int32), {}),
    ((np.array([1.5, 1e-50]), np.float32), {}),
    ((np.array([1.5]), np.int32), {}),
    ((0.5,), {"shape": 3}),
    (([0.5],), {"shape": (2, 2)}),
    (([1, 2, 3, 4],), {"shape": (2, 2), "dtype": np.float64}),
]


@pytest.mark.parametrize(("args", "kwargs"), CONSTANTS)
def test_constants(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    want = np.asarray(tf.constant(*args, **kwargs))
    assert_same_bits(np.asarray(v2.constant(*args, **kwargs)), want, f"{args} {kwargs}")


@pytest.mark.parametrize(
    "make",
    [
        lambda library: library.constant(1.5, np.int32),
        lambda library: library.constant(1, np.bool_),
        lambda library: library.constant([1.0, 2.0], shape=(3,)),
        lambda library: library.constant(library.constant(1.0), np.float64),
        lambda library: library.convert_to_tensor(library.constant(1.0), np.float64),
    ],
)
def test_refused_constants(make: Callable[[Any], object]) -> None:
    raised = []
    for library in (tf, v2):
        with pytest.raises((TypeError, ValueError)) as error:
            make(library)
        raised.append((error.type, str(error.value).split("<tf.Tensor")[0].split("Tensor(")[0]))
    assert raised[0] == raised[1]


def test_tensors_cannot_be_written_to() -> None:
    x = v2.constant(np.zeros(3))
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 1
    source = np.zeros(3)
    kept = v2.constant(source)
    source[0] = 1
    assert kept.numpy()[0] == 0


def test_outside_of_a_tape_losses_can_be_written_to() -> None:
    loss = _loss(v2.constant([[1.0, 2.0]]))
    loss[0] = 7
    assert loss.numpy() == [7]


def test_tapes_belong_to_their_thread() -> None:
    """A loss computed by another thread is not recorded."""
    found: list[Any] = []
    x = v2.constant([[1.0, 2.0]])
    with v2.GradientTape() as tape:
        tape.watch(x)
        thread = threading.Thread(target=lambda: found.append(_loss(x)))
        thread.start()
        thread.join()
    assert tape.gradient(found[0], x) is None


SHAPES = [
    *((1,), (33,), (8193,), (100003,), (250000,), (16, 8), (17, 20), (1000, 10), (3, 20000)),
    *((4, 5, 6), (16, 5, 6), (3, 16, 9), (3, 17, 24), (2, 16, 3, 17), (2, 3, 4, 5, 6)),
]


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("name", ["reduce_sum", "reduce_mean"])
def test_reductions(name: str, dtype: str) -> None:
    """Sums over every choice of axes, with the threads that this TensorFlow has."""
    for shape in SHAPES:
        values = (
            cases.generator("sum", name, dtype, shape)
            .normal(0, 3, shape)
            .astype(cases.DTYPES[dtype])
        )
        for chosen in range(1 << len(shape)):
            axes = [axis for axis in range(len(shape)) if chosen >> axis & 1]
            want = getattr(tf, name)(tf.constant(values), axis=axes).numpy()
            found = getattr(v2, name)(values, axis=axes)
            assert_same_bits(np.asarray(found), np.asarray(want), f"{name} {dtype} {shape} {axes}")


def test_reductions_refuse() -> None:
    x = v2.constant([[1.0, 2.0]])
    for axis, text in (
        (5, "Invalid reduction dimension"),
        ((0, 0), "Axes contains duplicate"),
    ):
        for library in (tf, v2):
            with pytest.raises(library.errors.InvalidArgumentError, match=text):
                library.reduce_sum(library.constant([[1.0]]), axis=axis)
    for library in (tf, v2):  # TensorFlow raises the one or the other
        with pytest.raises((TypeError, library.errors.InvalidArgumentError)):
            library.reduce_sum(library.constant([[1.0]]), axis=1.5)
    with pytest.raises(v2.errors.InvalidArgumentError, match="not in the list of allowed"):
        v2.reduce_sum(v2.constant([True]))
    assert v2.reduce_sum(x, axis=-1, keepdims=True).shape == (1, 1)
    assert np.isnan(v2.reduce_mean(np.zeros((0, 3), np.float32)))


def test_threads_of_a_sum() -> None:
    """The setting changes the order of a full sum, and comes back."""
    values = np.random.default_rng(0).normal(size=600_000).astype(np.float32)
    sums = set()
    try:
        for threads in (1, 2, 4):
            v2.config.threading.set_intra_op_parallelism_threads(threads)
            assert v2.config.threading.get_intra_op_parallelism_threads() == threads
            sums.add(float(v2.reduce_sum(values)))
    finally:
        v2.config.threading.set_intra_op_parallelism_threads(0)
    assert len(sums) > 1
    with pytest.raises(ValueError, match="out of range: -1"):
        v2.config.threading.set_intra_op_parallelism_threads(-1)


# ---- found by comparing random programs with TensorFlow's ----


def test_only_watched_tensors_have_gradients() -> None:
    """A source that was not watched is not connected; nor are tensors of other dtypes."""
    for library in (tf, v2):
        x, z = library.constant([[1.0, 2.0]]), library.constant([[0.0, 1.0]])
        numbers = library.constant([[1, 0]])
        with library.GradientTape(persistent=True) as tape:
            tape.watch([x, numbers])
            loss = library.nn.softmax_cross_entropy_with_logits(z, x)
            other = library.nn.softmax_cross_entropy_with_logits(numbers, x)
        assert tape.gradient(loss, z) is None
        assert tape.gradient(other, numbers) is None


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_threads_of_tensorflow_count_on_a_tape_too(threads: int) -> None:
    """A single pos_weight's gradient is a sum over everything, in the order of those threads."""
    rng = np.random.default_rng(0)
    labels, logits = rng.random(600_001, np.float32), rng.normal(size=600_001).astype(np.float32)
    weight = v2.constant(1.7)
    try:
        v2.config.threading.set_intra_op_parallelism_threads(threads)
        with v2.GradientTape() as tape:
            tape.watch(weight)
            loss = v2.nn.weighted_cross_entropy_with_logits(labels, logits, weight)
        found = tape.gradient(loss, weight)
        want = gradients.weighted_cross_entropy_with_logits(
            labels, logits, weight.numpy(), intra_op_threads=threads
        )
    finally:
        v2.config.threading.set_intra_op_parallelism_threads(0)
    assert_same_bits(np.asarray(found), np.asarray(want.pos_weight), f"{threads} threads")


@pytest.mark.parametrize("name", ["reduce_sum", "reduce_mean"])
def test_gradients_of_reductions_near_the_edges(name: str) -> None:
    """Scalars keep their shape; a mean divides, and thus flushes, even over one element."""
    upstream = np.array([1e-40, -1e-40], np.float32)
    for values, axis, after in ((3.0, None, None), ([[1.0], [2.0]], 1, upstream)):
        results = []
        for library in (tf, v2):
            x = library.constant(values)
            with library.GradientTape() as tape:
                tape.watch(x)
                total = getattr(library, name)(x, axis=axis)
            given = None if after is None else library.constant(after)
            results.append(np.asarray(tape.gradient(total, x, output_gradients=given).numpy()))
        assert_same_bits(results[1], results[0], f"{name} of {values}")
