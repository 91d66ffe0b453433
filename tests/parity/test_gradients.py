# SPDX-License-Identifier: Apache-2.0
"""The gradients against TensorFlow's tape in the same process: equal bits for every input, dtype,
shape and special value, on every instruction set this processor has and with several threads."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import cases
from bits import Array, assert_same_bits, count
from tf_losses import gradients, raw_ops
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

pytestmark = pytest.mark.usefixtures("restore_native")

THREADS = (1, 3)
ISAS = [name for name, runs in native.isa_known().items() if runs]
INPUTS = ("labels", "logits", "pos_weight")


def expected(
    loss: str, arguments: dict[str, Array], upstream: Array | None, mode: str = "eager"
) -> dict[str, Array]:
    """TensorFlow's gradients of all inputs that have one."""
    function = getattr(tf.nn, f"{loss}_cross_entropy_with_logits")

    def differentiate(d: dict[str, Any], g: object) -> list[Any]:
        watched = [d[name] for name in names]
        with tf.GradientTape() as tape:
            tape.watch(watched)
            value = function(**d)
        return tape.gradient(value, watched, output_gradients=g)

    tensors = {name: tf.constant(value) for name, value in arguments.items()}
    names = [name for name, tensor in tensors.items() if tensor.dtype.is_floating]
    if mode == "function":  # the graph optimizer leaves a differentiated weight where it is
        names = [name for name in names if name != "pos_weight"]
    run = tf.function(differentiate, autograph=False) if mode == "function" else differentiate
    found = run(tensors, None if upstream is None else tf.constant(upstream))
    return {name: value.numpy() for name, value in zip(names, found, strict=True)}


def actual(
    loss: str, arguments: dict[str, Array], upstream: Array | None, mode: str
) -> gradients.Gradients:
    """Our gradients."""
    suffix = "_v2" if loss == cases.SOFTMAX else ""
    function = getattr(gradients, f"{loss}_cross_entropy_with_logits{suffix}")
    extra: dict[str, Any] = {}
    if loss not in (cases.SOFTMAX, cases.SPARSE_SOFTMAX):
        extra["mode"] = mode
    if loss == cases.WEIGHTED and mode == "function":  # as above
        extra["wrt"] = ("labels", "logits")
    return function(**arguments, upstream=upstream, **extra)  # type: ignore[no-any-return]


def compare(
    table: str,
    loss: str,
    arguments: dict[str, Array],
    upstream: Array | None,
    case: str,
    mode: str = "eager",
    threads_tried: tuple[int, ...] = THREADS,
) -> None:
    """Compare all gradients of one case on every instruction set and thread count."""
    wanted = expected(loss, arguments, upstream, mode)
    dtype = arguments["logits"].dtype.name
    for isa, threads in itertools.product(ISAS, threads_tried):
        native.isa_select(isa)
        native.set_num_threads(threads)
        found = actual(loss, arguments, upstream, mode)
        for name, want in wanted.items():
            where = f"gradient of {name}, {loss} {dtype} {case} isa={isa} threads={threads}"
            assert_same_bits(getattr(found, name), want, where, **arguments)
        if threads == threads_tried[0]:
            count(table, loss, dtype, isa, arguments["logits"].size)


def upstream_of(loss: str, dtype: str, shape: tuple[int, ...], kind: cases.Kind) -> Array | None:
    """Sometimes none, else values as special as those of the labels."""
    rng = cases.generator("upstream", loss, dtype, shape, kind.name)
    if rng.random() < 1 / 4:
        return None
    values = rng.normal(size=shape)
    if kind.specials:
        hit = rng.random(shape) < 1 / 8
        values[hit] = rng.choice(cases.SPECIAL_LABELS, int(hit.sum()))
    with np.errstate(over="ignore"):
        return values.astype(cases.DTYPES[dtype])  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", cases.KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", cases.LOSSES)
def test_table(loss: str, dtype: str, kind: cases.Kind) -> None:
    """Every size around a packet, leaf or tile, for usual and special values."""
    for number, shape in enumerate(cases.shapes_of(loss)):
        if 0 in shape and loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX):
            continue  # test_empty
        labels, logits = cases.draw(loss, dtype, shape, kind)
        arguments = {"labels": labels, "logits": logits}
        if loss == cases.WEIGHTED:
            weight = cases.POS_WEIGHTS[number % len(cases.POS_WEIGHTS)]
            arguments["pos_weight"] = np.array(weight, logits.dtype)
        shape_of_loss = shape if loss in (cases.SIGMOID, cases.WEIGHTED) else shape[:1]
        upstream = upstream_of(loss, dtype, shape_of_loss, kind)
        compare("gradient", loss, arguments, upstream, f"{shape} {kind.name}")


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_empty(shape: tuple[int, int], dtype: str) -> None:
    """No rows, or no classes: empty gradients."""
    zeros = np.zeros(shape, cases.DTYPES[dtype])
    compare("gradient", cases.SOFTMAX, {"labels": zeros, "logits": zeros}, None, f"{shape}")
    if shape[1]:
        labels = np.zeros(shape[0], np.int32)
        compare("gradient", cases.SPARSE_SOFTMAX, {"labels": labels, "logits": zeros}, None, "")


# Each pair: shape of the logits, shape of pos_weight. The later ones make the result larger.
BROADCASTS = [
    *(((17, 10), shape) for shape in [(), (1,), (10,), (1, 10), (17, 1), (17, 10), (1, 1)]),
    *(((3, 5, 24), shape) for shape in [(24,), (5, 1), (3, 1, 1), (3, 1, 24), (1, 5, 1), (5, 24)]),
    *(((20, 3, 17), shape) for shape in [(17,), (3, 1), (20, 1, 17), (20, 1, 1)]),
    *(((2, 3, 4, 5), shape) for shape in [(3, 1, 5), (2, 1, 4, 1), (1, 3, 1, 5)]),
    ((10,), (7, 10)),
    ((1,), (33,)),
    ((3, 1), (3, 20)),
    ((1, 13), (18, 13)),
    ((4, 1, 9), (4, 17, 1)),
    ((), (5,)),
    ((60001,), (1,)),
    ((400, 300), ()),
    ((400, 300), (300,)),
    ((400, 300), (400, 1)),
]


@pytest.mark.parametrize("mode", ["eager", "function"])
@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_broadcast_pos_weight(dtype: str, mode: str) -> None:
    """The weight's gradient is summed in TensorFlow's order, as are those of repeated logits."""
    for (shape, weight_shape), specials in itertools.product(BROADCASTS, (False, True)):
        if mode == "function" and np.broadcast_shapes(shape, weight_shape) == shape:
            continue  # there the labels' gradient is one of two
        kind = cases.KINDS[-1] if specials else cases.KINDS[1]
        labels, logits = cases.draw(cases.WEIGHTED, dtype, shape, kind)
        rng = cases.generator("weight", dtype, shape, weight_shape)
        weight = np.asarray(rng.exponential(2.0, weight_shape)).astype(logits.dtype)
        arguments = {"labels": labels, "logits": logits, "pos_weight": weight}
        loss_shape = np.broadcast_shapes(shape, weight_shape)
        upstream = upstream_of(cases.WEIGHTED, dtype, loss_shape, kind)
        case = f"{shape} pos_weight {weight_shape} {kind.name}"
        compare("broadcast", cases.WEIGHTED, arguments, upstream, f"{case} {mode}", mode, (2,))


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", cases.LOSSES)
def test_function_mode(loss: str, dtype: str) -> None:
    """Inside a tf.function the additions come in another order."""
    for shape in [(1, 1), (9, 10), (33, 17), (40, 250)]:
        labels, logits = cases.draw(loss, dtype, shape, cases.KINDS[1])
        arguments = {"labels": labels, "logits": logits}
        if loss == cases.WEIGHTED:
            arguments["pos_weight"] = np.array(1.3, logits.dtype)
        loss_shape = shape if loss in (cases.SIGMOID, cases.WEIGHTED) else shape[:1]
        upstream = cases.generator("function", shape).normal(size=loss_shape).astype(logits.dtype)
        compare("function", loss, arguments, upstream, f"{shape} tf.function", "function", (1,))


@pytest.mark.parametrize("labels_dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_softmax_of_other_labels(dtype: str, labels_dtype: str) -> None:
    """Labels of another dtype are cast, and so is their gradient."""
    labels, logits = cases.draw(cases.SOFTMAX, dtype, (13, 11), cases.KINDS[1])
    labels = labels.astype(cases.DTYPES[labels_dtype])
    for upstream in (None, np.linspace(-1, 2, 13).astype(logits.dtype)):
        arguments = {"labels": labels, "logits": logits}
        compare("labels", cases.SOFTMAX, arguments, upstream, f"labels {labels_dtype}")


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_softmax_axis(dtype: str, axis: int) -> None:
    """Gradients come back in the order of the arguments' axes."""
    labels, logits = cases.draw(cases.SOFTMAX, dtype, (60, 5), cases.KINDS[1])
    labels, logits = labels.reshape(5, 6, 10), logits.reshape(5, 6, 10)
    tensors = [tf.constant(labels), tf.constant(logits)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = tf.nn.softmax_cross_entropy_with_logits(*tensors, axis=axis)
    want = tape.gradient(loss, tensors)
    found = gradients.softmax_cross_entropy_with_logits_v2(labels, logits, axis)
    assert_same_bits(found.labels, want[0].numpy(), f"labels {dtype} axis={axis}")
    assert_same_bits(found.logits, want[1].numpy(), f"logits {dtype} axis={axis}")
    v1 = gradients.softmax_cross_entropy_with_logits(labels, logits, axis)
    assert v1.labels is None
    assert_same_bits(v1.logits, want[1].numpy(), f"v1 logits {dtype} axis={axis}")


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", [cases.SOFTMAX, cases.SPARSE_SOFTMAX])
def test_raw_ops(loss: str, dtype: str) -> None:
    """Both outputs of the kernels; 16-bit types round after every operation there."""
    name = (
        "SoftmaxCrossEntropyWithLogits"
        if loss == cases.SOFTMAX
        else "SparseSoftmaxCrossEntropyWithLogits"
    )
    for shape, kind in itertools.product(cases.shapes_of(loss), cases.KINDS):
        labels, logits = cases.draw(loss, dtype, shape, kind)
        want = getattr(tf.raw_ops, name)(features=tf.constant(logits), labels=tf.constant(labels))
        for isa in ISAS:
            native.isa_select(isa)
            found = getattr(raw_ops, name)(features=logits, labels=labels)
            for output in ("loss", "backprop"):
                where = f"{name}.{output} {dtype} {shape} {kind.name} isa={isa}"
                assert_same_bits(getattr(found, output), getattr(want, output).numpy(), where)
            count("raw op", loss, dtype, isa, logits.size)


@pytest.mark.parametrize(
    ("features", "labels"),
    [
        ((4, 5), (1, 5)),
        ((4, 5), (4, 1)),
        ((4, 5), (5,)),
        ((1, 5), (4, 5)),
        ((4, 1), (4, 5)),
        ((4, 1), (1, 5)),
    ],
)
def test_raw_op_broadcasts(features: tuple[int, ...], labels: tuple[int, ...]) -> None:
    """The kernel repeats either side."""
    rng = cases.generator("raw", features, labels)
    x, z = (rng.normal(size=shape).astype(np.float32) for shape in (features, labels))
    want = tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=tf.constant(x), labels=tf.constant(z))
    found = raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=z)
    assert_same_bits(found.loss, want.loss.numpy(), "loss")
    assert_same_bits(found.backprop, want.backprop.numpy(), "backprop")


REFUSED = [
    ("SoftmaxCrossEntropyWithLogits", np.ones(3, np.float32), np.ones(3, np.float32)),
    (
        "SoftmaxCrossEntropyWithLogits",
        np.ones((2, 3, 2), np.float32),
        np.ones((2, 3, 2), np.float32),
    ),
    ("SoftmaxCrossEntropyWithLogits", np.ones((2, 3), np.float32), np.ones((2, 4), np.float32)),
    ("SoftmaxCrossEntropyWithLogits", np.ones((2, 3), np.int32), np.ones((2, 3), np.int32)),
    ("SparseSoftmaxCrossEntropyWithLogits", np.ones((2, 3), np.float32), np.array([0, 5])),
    ("SparseSoftmaxCrossEntropyWithLogits", np.ones((2, 3), np.float32), np.array([0, 1, 1])),
    ("SparseSoftmaxCrossEntropyWithLogits", np.ones((2, 3), np.float32), np.array([[0], [1]])),
    ("SparseSoftmaxCrossEntropyWithLogits", np.ones(3, np.float32), np.array(0)),
    ("SparseSoftmaxCrossEntropyWithLogits", np.ones((2, 0), np.float32), np.array([0, 1])),
]


@pytest.mark.parametrize(("name", "features", "labels"), REFUSED)
def test_raw_op_refusals(name: str, features: Array, labels: Array) -> None:
    """What TensorFlow's kernels refuse, in their words."""
    with pytest.raises(tf.errors.InvalidArgumentError) as theirs:
        getattr(tf.raw_ops, name)(features=tf.constant(features), labels=tf.constant(labels))
    with pytest.raises(v2.errors.InvalidArgumentError) as ours:
        getattr(raw_ops, name)(features=features, labels=labels)
    assert ours.value.message.splitlines()[0] in str(theirs.value)


# ---- the mathematics ----


@pytest.mark.parametrize("loss", cases.LOSSES)
def test_central_differences(loss: str) -> None:
    """The gradients are derivatives, where the loss has one and labels sum to 1."""
    rng = cases.generator("differences", loss)
    logits = rng.normal(0, 3, (6, 7))
    logits[0, 0] = 25.0
    labels: Array = rng.dirichlet(np.ones(7), 6)
    if loss == cases.SPARSE_SOFTMAX:
        labels = rng.integers(0, 7, 6)
    arguments = {"labels": labels, "logits": logits}
    if loss == cases.WEIGHTED:
        arguments["pos_weight"] = rng.exponential(2.0, 7)
    function = getattr(v2.nn, f"{loss}_cross_entropy_with_logits")
    found = actual(loss, arguments, None, "eager")
    step = 1e-6
    for name, array in arguments.items():
        if array.dtype.kind != "f":
            continue
        gradient = getattr(found, name)
        for index in np.ndindex(array.shape):
            sides = []
            for sign in (step, -step):
                moved = array.copy()
                moved[index] += sign
                sides.append(function(**{**arguments, name: moved}).sum())
            # Central differences are good to step^2 plus rounding: 1e-9 of a loss near 100.
            slope = (sides[0] - sides[1]) / (2 * step)
            assert abs(slope - gradient[index]) < 1e-7 * (1 + abs(slope)), (name, index)


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_rows_sum_to_what_they_should(dtype: str) -> None:
    """softmax(x) sums to 1: a row of the gradient to 1 - sum(labels), of the sparse one to 0."""
    rng = cases.generator("rows", dtype)
    logits = rng.normal(0, 3, (50, 20)).astype(cases.DTYPES[dtype])
    labels = rng.random((50, 20)).astype(logits.dtype)
    epsilon = {"float16": 2**-11, "bfloat16": 2**-8, "float32": 2**-24, "float64": 2**-53}[dtype]
    dense = gradients.softmax_cross_entropy_with_logits_v2(labels, logits).logits
    sums = dense.astype(np.float64).sum(axis=1)
    missing = 1 - labels.astype(np.float64).sum(axis=1)
    assert np.abs(sums - missing).max() < 40 * epsilon  # 20 elements below 1, each rounded twice
    sparse = gradients.sparse_softmax_cross_entropy_with_logits(np.arange(50) % 20, logits).logits
    assert np.abs(sparse.astype(np.float64).sum(axis=1)).max() < 40 * epsilon


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", [cases.SOFTMAX, cases.SPARSE_SOFTMAX])
def test_second_derivative(loss: str, dtype: str) -> None:
    """TensorFlow's grad_grad term of the op, beside the gradient that upstream gives."""
    labels, logits = cases.draw(loss, dtype, (9, 600), cases.KINDS[0])
    rng = cases.generator("second", loss, dtype)
    h, g = (rng.normal(size=shape).astype(logits.dtype) for shape in (logits.shape, 9))
    x = tf.constant(logits)
    name = (
        "SoftmaxCrossEntropyWithLogits"
        if loss == cases.SOFTMAX
        else "SparseSoftmaxCrossEntropyWithLogits"
    )
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = getattr(tf.raw_ops, name)(features=x, labels=tf.constant(labels))
    want = tape.gradient([out.loss, out.backprop], x, [tf.constant(g), tf.constant(h)])
    suffix = "_v2" if loss == cases.SOFTMAX else ""
    function = getattr(gradients, f"{loss}_cross_entropy_with_logits{suffix}")
    found = function(labels, logits, upstream=g, grad_grad=h).logits
    assert_same_bits(found, want.numpy(), name)


# ---- the edge of the subnormal numbers ----


@pytest.mark.parametrize("mode", ["eager", "function"])
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", [cases.SIGMOID, cases.WEIGHTED])
def test_sums_that_underflow(loss: str, dtype: str, mode: str) -> None:
    """Upstream near the least normal number: the order of additions shows in the sign of zero."""
    least = {"float16": -14, "bfloat16": -126, "float32": -126, "float64": -1022}[dtype]
    rng = cases.generator("underflow", loss, dtype)
    size = 20_011
    with np.errstate(over="ignore", under="ignore"):
        logits = (rng.normal(size=size) * 10.0 ** rng.integers(-8, 2, size)).astype(
            cases.DTYPES[dtype]
        )
        labels = rng.random(size).astype(logits.dtype)
        upstream = np.ldexp(rng.normal(size=size), least + rng.integers(0, 8, size))
        arguments = {"labels": labels, "logits": logits}
        if loss == cases.WEIGHTED:
            arguments["pos_weight"] = np.array(1.3, logits.dtype)
        compare("underflow", loss, arguments, upstream.astype(logits.dtype), "", mode, (1,))


@pytest.mark.parametrize("labels_dtype", ["float32", "bfloat16", "float64"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float64"])
def test_casts_that_underflow(dtype: str, labels_dtype: str) -> None:
    """Labels, and their gradients, are cast with subnormal results written as zero."""
    near = [1 - 2.0**-e for e in (9, 10, 24, 25, 26)] + [1 - 3 * 2.0**-26, 1.0, 1 + 2.0**-20, 0.5]
    labels = np.array([[0, 2.0**-126 * value] for value in near]).astype(cases.DTYPES[labels_dtype])
    logits = np.array([[0, -10.0]] * len(near)).astype(cases.DTYPES[dtype])
    upstream = np.array([2.0**-126 * value / np.log(2) for value in near]).astype(logits.dtype)
    for x, g in itertools.product((logits, np.zeros_like(logits)), (None, upstream)):
        compare("underflow", cases.SOFTMAX, {"labels": labels, "logits": x}, g, labels_dtype)
    want = tf.nn.softmax_cross_entropy_with_logits(labels, logits).numpy()
    found = v2.nn.softmax_cross_entropy_with_logits(labels, logits)
    assert_same_bits(found, want, f"{dtype}, labels {labels_dtype}")
