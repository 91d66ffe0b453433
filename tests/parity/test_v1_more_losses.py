# SPDX-License-Identifier: Apache-2.0
"""Losses of sequences, of samples and of replicas, and metrics of 1.x, beside TensorFlow.

TensorFlow 2 has no `tf.contrib`: what its losses are composed of is written down here once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
import tf_losses
from beside import described, result_of
from bits import assert_same_bits
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]

tf1 = tf.compat.v1


def assert_same(ours: Callable[..., Any], theirs: Callable[..., Any], *arrays: Array) -> None:
    """Compare two programs and their gradients."""
    found = result_of(v2, lambda _, *given: ours(*given), *arrays)
    wanted = result_of(tf, lambda _, *given: theirs(*given), *arrays)
    for place, (mine, other) in enumerate(zip(found, wanted, strict=True)):
        assert (mine is None) == (other is None), place
        if mine is not None and other is not None:
            assert_same_bits(mine, other, str(place))


def sequences(dtype: str, *shape: int) -> tuple[Array, Array, Array]:
    """Logits, weights that are 0 for some steps and one whole sequence, and class numbers."""
    rng = cases.generator("sequences", dtype, shape)
    weights = rng.random(shape[:2]) * (rng.random(shape[:2]) < 0.6)
    weights[0] = 0
    logits = rng.normal(0, 3, shape)
    kind = cases.DTYPES[dtype]
    return logits.astype(kind), weights.astype(kind), rng.integers(0, shape[2], shape[:2])


def of_sequences(x: Any, z: Array, w: Any, options: tuple[bool, ...]) -> Any:  # noqa: ANN401 (tensors)
    """What `tf.contrib.seq2seq.sequence_loss` is composed of."""
    by_time, by_batch, sum_time, sum_batch = options
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        z.reshape(-1), tf.reshape(x, [-1, x.shape[2]])
    ) * tf.reshape(w, [-1])
    count = tf.math.count_nonzero
    if by_time and by_batch:
        return tf.math.divide_no_nan(tf.reduce_sum(losses), tf.reduce_sum(w))
    if sum_time and sum_batch:
        return tf.math.divide_no_nan(tf.reduce_sum(losses), tf.cast(count(w), w.dtype))
    losses = tf.reshape(losses, x.shape[:2])
    if by_time or by_batch:
        axis = [0] if by_batch else [1]
        return tf.math.divide_no_nan(tf.reduce_sum(losses, axis), tf.reduce_sum(w, axis))
    if sum_time or sum_batch:
        axis = [0] if sum_batch else [1]
        counts = tf.cast(count(w, axis=axis), w.dtype)
        return tf.math.divide_no_nan(tf.reduce_sum(losses, axis), counts)
    return losses


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_sequences(dtype: str) -> None:
    loss = tf_losses.contrib.seq2seq.sequence_loss
    for shape in ((1, 1, 2), (4, 7, 5), (16, 20, 33)):
        x, w, z = sequences(dtype, *shape)
        for options in (
            *((True, True, False, False), (True, False, False, False), (False, True, False, False)),
            *((False,) * 4, (False, False, True, True), (False, False, True, False)),
            (False, False, False, True),
        ):
            assert_same(
                lambda x, w, z=z, options=options: loss(x, z, w, *options),
                lambda x, w, z=z, options=options: of_sequences(x, z, w, options),
                *(x, w),
            )


def of_steps(x: Any, z: Array, w: Any, options: tuple[bool, bool]) -> Any:  # noqa: ANN401 (tensors)
    """What `tf.contrib.legacy_seq2seq.sequence_loss` is composed of."""
    losses = [
        tf.nn.sparse_softmax_cross_entropy_with_logits(number, logits) * weight
        for logits, number, weight in zip(x, z.T, w, strict=True)
    ]
    total = tf.add_n(losses)
    if options[0]:
        total /= tf.add_n(list(w)) + 1e-12
    cost = tf.reduce_sum(total)
    return cost / tf.cast(len(z), cost.dtype) if options[1] else cost


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_sequences_in_lists(dtype: str) -> None:
    loss = tf_losses.contrib.legacy_seq2seq.sequence_loss
    for shape in ((1, 1, 2), (4, 7, 5), (16, 5, 33)):
        x, w, z = sequences(dtype, *shape)
        parts = [np.array(of[:, i]) for of in (x, w) for i in range(shape[1])]
        for options in ((True, True), (True, False), (False, True), (False, False)):
            n = shape[1]
            assert_same(
                lambda *given, z=z, n=n, o=options: loss(given[:n], list(z.T), given[n:], *o),
                lambda *given, z=z, n=n, o=options: of_steps(given[:n], z, given[n:], o),
                *parts,
            )


def test_a_loss_function_of_their_own() -> None:
    x, w, z = sequences("float32", 4, 7, 5)

    def ours(labels: Any, logits: Any) -> Any:  # noqa: ANN401 (tensors)
        return v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits) * 2.0

    doubled = tf_losses.contrib.seq2seq.sequence_loss(x, z, w, softmax_loss_function=ours)
    assert float(doubled) == 2 * float(tf_losses.contrib.seq2seq.sequence_loss(x, z, w))
    with pytest.raises(ValueError, match="Targets must be a"):
        tf_losses.contrib.seq2seq.sequence_loss(x, z[0], w)
    with pytest.raises(ValueError, match="cannot be set to True at same time"):
        tf_losses.contrib.seq2seq.sequence_loss(x, z, w, sum_over_batch=True)


@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_average_losses(dtype: str) -> None:
    for shape in ((1,), (33, 4), (0,), (100, 17)):
        rng = cases.generator("average", dtype, shape)
        x = rng.normal(0, 2, shape).astype(cases.DTYPES[dtype])
        for weights in (None, 0.3, rng.random(shape).astype(np.float32)):
            for size in (None, 5, 0):
                options = {"sample_weight": weights, "global_batch_size": size}
                assert_same(
                    lambda x, o=options: v2.nn.compute_average_loss(x, **o),
                    lambda x, o=options: tf.nn.compute_average_loss(x, **o),
                    x,
                )
        assert_same(v2.nn.scale_regularization_loss, tf.nn.scale_regularization_loss, x)


@pytest.mark.parametrize(
    "options",
    [
        {"per_example_loss": 1.0},
        {"per_example_loss": [1.0], "global_batch_size": -1},
        {"per_example_loss": [1.0], "global_batch_size": 1.5},
        {"per_example_loss": [1.0], "global_batch_size": [1]},
        {"per_example_loss": [1.0, 2.0], "sample_weight": [1.0, 2.0, 3.0]},
    ],
)
def test_average_losses_refuse(options: dict[str, Any]) -> None:
    found = [described(lambda m=m: m.nn.compute_average_loss(**options)) for m in (v2, tf)]
    assert len(found[0]) == 1
    assert found[0] == found[1]


def sampled(rng: np.random.Generator, true: int, drawn: int) -> dict[str, Any]:
    """Small whole numbers, whose products and sums are exact in whatever order they are added."""
    return {
        "labels": rng.integers(0, 20, (9, true)),
        "num_sampled": drawn,
        "num_classes": 20,
        "num_true": true,
        "sampled_values": (
            rng.integers(0, 20, drawn),
            rng.random((9, true)).astype(np.float32),
            rng.random(drawn).astype(np.float32),
        ),
    }


@pytest.mark.parametrize("hits", [False, True])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("name", ["nce_loss", "sampled_softmax_loss"])
def test_losses_of_samples(name: str, parts: int, *, hits: bool) -> None:
    """The values; where products of matrices are not exact, the last bits may differ."""
    for strategy in ("mod", "div"):
        for true in (1, 2):
            rng = cases.generator(name, parts, hits, strategy, true)
            # nce_loss adds up a row by a product, too: two terms have only one sum.
            two = name == "nce_loss"
            arguments = sampled(rng, 1 if two else true, 1 if two else 7)
            table = rng.integers(-3, 4, (20, 6)).astype(np.float32)
            biases = rng.integers(-3, 4, 20).astype(np.float32)
            inputs = rng.integers(-2, 3, (9, 6)).astype(np.float32) / 8
            pieces = [np.split(one, [7, 14]) for one in (table, biases)]
            if strategy == "mod":
                pieces = [[one[i::3].copy() for i in range(3)] for one in (table, biases)]
            weights, offsets = pieces if parts == 3 else (table, biases)
            losses = [
                getattr(m.nn, name)(
                    weights,
                    offsets,
                    inputs=inputs if m is v1 else tf.constant(inputs),
                    remove_accidental_hits=hits,
                    partition_strategy=strategy,
                    **(arguments if m is v1 else tensors_in(arguments)),
                )
                for m in (v1, tf1)
            ]
            assert_same_bits(np.asarray(losses[0]), losses[1].numpy(), f"{strategy} {true}")


def tensors_in(arguments: dict[str, Any]) -> dict[str, Any]:
    """TensorFlow asks for tensors here."""
    values = tuple(tf.constant(one) for one in arguments["sampled_values"])
    return {**arguments, "labels": tf.constant(arguments["labels"]), "sampled_values": values}


def test_no_classes_are_drawn() -> None:
    table = np.zeros((2, 1), np.float32)
    for module in (v1.nn, v2.nn, tf_losses.nn):
        for name in ("nce_loss", "sampled_softmax_loss"):
            with pytest.raises(NotImplementedError, match="no classes are drawn") as error:
                getattr(module, name)(table, table[:, 0], [[0]], [[1.0]], 1, 2)
            text = "\n".join([str(error.value), *getattr(error.value, "__notes__", [])])
            assert "as TensorFlow's candidate samplers return it" in text


METRICS = ("accuracy", "precision", "recall", "mean_squared_error", "mean_absolute_error", "mean")


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name: str) -> None:
    """Beside a graph of TensorFlow's: updates, values after them, and how they are set back."""
    for n, of_weights in enumerate((None, (), (17, 3), (17, 1), (1, 3))):
        found = []
        for m in (v1, tf1):
            with m.Graph().as_default(), m.Session() as session:
                fed = [m.placeholder(m.float32, shape) for shape in ((17, 3), (17, 3), of_weights)]
                weights = None if of_weights is None else fed[2]
                metric = getattr(m.metrics, name)
                of = (fed[0],) if name == "mean" else fed[:2]
                value, update = metric(*of, weights=weights)
                found.append(steps(session, value, update, fed, m.local_variables_initializer(), n))
        assert found[0] == found[1], of_weights


def steps(
    session: Any,  # noqa: ANN401 (either library's)
    value: object,
    update: object,
    fed: list[Any],
    initializer: object,
    key: int,
) -> list[bytes]:
    rng = cases.generator("metrics", key)
    given = []
    for _ in range(2):
        session.run(initializer)
        for _ in range(3):
            arrays = [rng.integers(0, 3, (17, 3)).astype(np.float32) for _ in range(2)]
            shape = fed[2].shape.as_list() if key else []
            weights = np.asarray(rng.random(shape) * rng.integers(0, 2, shape), np.float32)
            feed = dict(zip(fed, [*arrays, weights], strict=True))
            given += [session.run(update, feed).tobytes(), session.run(value).tobytes()]
    return given


def test_a_metric_of_values_is_updated_at_once() -> None:
    value, update = tf_losses.metrics.mean([1.0, 2.0])
    assert float(value) == float(update) == 1.5


def session_of(m: Any) -> Any:  # noqa: ANN401 (either library)
    """A session that runs the graph as it was written: an optimizer would add in another order."""
    config = m.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return m.Session(config=config)


def collected(m: Any) -> list[Any]:  # noqa: ANN401 (either library)
    """What a program of that age does with its losses."""
    with m.Graph().as_default(), session_of(m) as session:
        x = m.placeholder(m.float32, [None, 3])
        z = m.placeholder(m.float32, [None, 3])
        first = m.losses.softmax_cross_entropy(z, x)
        m.losses.sigmoid_cross_entropy(z, x, loss_collection="mine")
        m.losses.mean_squared_error(z, x, loss_collection=None)
        second = m.losses.absolute_difference(z, x, weights=0.5)
        none = m.losses.get_regularization_loss()
        m.add_to_collection(m.GraphKeys.REGULARIZATION_LOSSES, m.reduce_sum(m.square(x)))
        m.losses.add_loss(m.reduce_sum(z))
        counts = [
            len(m.losses.get_losses()),
            len(m.get_collection("mine")),
            len(m.losses.get_losses(scope="nothing")),
            len(m.losses.get_regularization_losses()),
            m.losses.get_losses()[0] is first,
            m.get_collection(m.GraphKeys.LOSSES)[1] is second,
        ]
        m.get_collection_ref("own").append(1)
        m.add_to_collections(["own", "other", "own"], 2)
        lists = [m.get_collection("own"), m.get_collection("other"), m.get_collection("none")]
        totals = [
            m.losses.get_total_loss(),
            m.losses.get_total_loss(add_regularization_losses=False),
            m.losses.get_regularization_loss(),
            none,
            *m.gradients(m.losses.get_total_loss(), [x]),
        ]
        values = np.arange(6.0).reshape(2, 3)
        found = session.run(totals, {x: values / 3, z: np.eye(2, 3)})
        return [counts, lists, [one.tobytes() for one in found]]


def test_collections() -> None:
    assert collected(v1) == collected(tf1)
    assert collected(tf_losses) == collected(tf1)


def test_a_total_of_nothing() -> None:
    for m in (v1, tf1):
        with m.Graph().as_default(), pytest.raises(ValueError, match="at least one Tensor"):
            m.losses.get_total_loss()


def test_of_tensors_too_there_is_a_total() -> None:
    with tf_losses.Graph().as_default():
        losses = [tf_losses.losses.mean_squared_error([1.0], [x]) for x in (2.0, 4.0)]
        assert [one is two for one, two in zip(losses, tf_losses.losses.get_losses(), strict=True)]
        assert float(tf_losses.losses.get_total_loss()) == 10.0
