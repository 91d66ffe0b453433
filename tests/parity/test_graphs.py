# SPDX-License-Identifier: Apache-2.0
"""Graph programs beside TensorFlow's: what is fetched, fed, named, refused and differentiated."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import tf_losses
from tf_losses.compat import v1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THEIRS = tf.compat.v1
LOGITS = np.array([[1.5, -2.0, 0.25], [3.0, 0.0, -1.0]], np.float32)
LABELS = np.array([2, 0], np.int32)
Pair = collections.namedtuple("Pair", "a b")  # noqa: PYI024 (as programs of that age have it)


@pytest.fixture(params=[v1, tf_losses], ids=["compat.v1", "1.x"])
def ours(request: pytest.FixtureRequest) -> Iterator[Any]:
    with request.param.Graph().as_default():
        yield request.param


def flat(value: Any) -> Any:  # noqa: ANN401 (any structure of results)
    """What can be compared: types of structures, dtypes, shapes and bytes."""
    if isinstance(value, dict):
        return type(value).__name__, {key: flat(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [flat(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        is_array = isinstance(value, np.ndarray)
        return is_array, value.dtype.name, value.shape, value.tobytes()
    return value


def outcome(module: Any, program: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401 (either library)
    with module.Graph().as_default(), module.Session() as session:
        try:
            return flat(program(module, session))
        except Exception as error:  # noqa: BLE001 (whatever either raises)
            kinds = ("InvalidArgumentError", "ValueError", "TypeError", "RuntimeError", "KeyError")
            mro = [kind.__name__ for kind in type(error).__mro__]
            return next((kind for kind in kinds if kind in mro), mro[0])


def _inputs(m: Any) -> Any:  # noqa: ANN401 (either library)
    x = m.placeholder(m.float32, [None, 3], name="logits")
    y = m.placeholder(m.int32, [None], name="labels")
    return x, y, m.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)


def _fed(x: Any, y: Any) -> dict[Any, Any]:  # noqa: ANN401 (symbols)
    return {x: LOGITS, y: LABELS}


def nested(m: Any, s: Any) -> Any:  # noqa: ANN401 (as below)
    x, y, loss = _inputs(m)
    mean = m.reduce_mean(loss)
    fetches = [loss, (mean, [x]), {"m": mean, "p": Pair(loss, mean)}, [], mean.op]
    return s.run(fetches, _fed(x, y))


def nested_in_other_dicts(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    default = collections.defaultdict(list, {"l": loss, "a": m.unique([2.0, 1.0, 2.0])})
    ordered = collections.OrderedDict([("l", loss), ("a", m.reduce_mean(loss))])
    found = s.run([default, ordered], _fed(x, y))
    return found, found[0]["missing"]


def fed_on_the_way(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    doubled = loss * 2.0
    return s.run([doubled, loss], {loss: [1.0, 2.0, 3.0]}), s.run(doubled, _fed(x, y))


def lists_and_64_bits(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    return s.run(loss, {x: LOGITS.astype(np.float64).tolist(), y: LABELS.astype(np.int64)})


def names(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    m.identity(loss, name="the_loss")
    return (
        s.run(["the_loss:0", "logits:0"], {"logits:0": LOGITS, "labels:0": LABELS}),
        x.name,
        y.name,
    )


def scopes(m: Any, _s: Any) -> Any:  # noqa: ANN401
    with m.name_scope("a"):
        one = m.placeholder(m.float32, name="x")
        with m.name_scope("b") as scope:
            two = m.placeholder(m.float32, name="x")
    three = m.placeholder(m.float32, name="x")
    four = m.placeholder(m.float32, name="x")
    found = m.get_default_graph().get_tensor_by_name("a/b/x:0")
    return [
        one.name,
        two.name,
        three.name,
        four.name,
        scope,
        found is two,
        m.placeholder(m.int32).name,
    ]


def default(m: Any, s: Any) -> Any:  # noqa: ANN401
    rate = m.placeholder_with_default(0.5, [])
    half = rate * [2.0, 4.0]
    return s.run(half), s.run(half, {rate: 3})


def evaluated(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    with s.as_default():
        return loss.eval(_fed(x, y)), m.reduce_sum(loss).eval(feed_dict=_fed(x, y), session=s)


def shapes(m: Any, _s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    sums = m.reduce_sum(x, 1, keepdims=True)
    listed = [x, y, loss, sums, m.reduce_sum(x), m.reshape(x, [-1]), x * x, m.cast(x, m.float64)]
    return [(one.get_shape().as_list(), one.dtype.name) for one in listed]


def gradient(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, loss = _inputs(m)
    total = m.reduce_mean(loss) + 0.01 * m.reduce_sum(m.square(x))
    return s.run([total, m.gradients(total, x), m.gradients(loss, [x], [[1.0, 2.0]])], _fed(x, y))


def gradient_to_the_middle(m: Any, s: Any) -> Any:  # noqa: ANN401
    x, y, _ = _inputs(m)
    middle = x * 2.0
    loss = m.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=middle)
    return s.run(m.gradients(loss, [middle, x]), _fed(x, y))


def gradient_of_constants(m: Any, s: Any) -> Any:  # noqa: ANN401
    logits, labels = m.constant(LOGITS), m.constant(LOGITS * 0.25)
    loss = m.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    return s.run(m.gradients(m.reduce_mean(loss), [labels, logits]))


def two_ways_to_a_source(m: Any, s: Any) -> Any:  # noqa: ANN401
    x = m.placeholder(m.float32, [2, 3])
    one = m.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x)
    two = m.nn.weighted_cross_entropy_with_logits(labels=x * 0.5, logits=x, pos_weight=3.0)
    return s.run(m.gradients([one, two], x), {x: LOGITS})


def stopped(m: Any, _s: Any) -> Any:  # noqa: ANN401
    x = m.placeholder(m.float32, [2])
    loss = m.nn.sigmoid_cross_entropy_with_logits(labels=m.stop_gradient(x), logits=[1.0, 2.0])
    return m.gradients(loss, [x])


def several_results(m: Any, s: Any) -> Any:  # noqa: ANN401
    x = m.placeholder(m.float32, [2, 3])
    return s.run([x[0], x[:, 1], x[..., -1], x[0, 2] - 1.0], {x: LOGITS})


def nothing_to_do(m: Any, s: Any) -> Any:  # noqa: ANN401
    both = m.group(m.global_variables_initializer(), m.local_variables_initializer())
    return s.run([both, m.no_op(), m.tables_initializer()])


PROGRAMS: dict[str, Callable[[Any, Any], Any]] = {
    "nested": nested,
    "nested in other dicts": nested_in_other_dicts,
    "fed on the way": fed_on_the_way,
    "lists, 64 bits": lists_and_64_bits,
    "names": names,
    "scopes": scopes,
    "default": default,
    "evaluated": evaluated,
    "shapes": shapes,
    "gradient": gradient,
    "gradient to the middle": gradient_to_the_middle,
    "gradient of constants": gradient_of_constants,
    "two ways to a source": two_ways_to_a_source,
    "stopped": stopped,
    "several results": several_results,
    "nothing to do": nothing_to_do,
    "not fed": lambda m, s: s.run(_inputs(m)[2]),
    "fed another shape": lambda m, s: s.run(
        _inputs(m)[2], {"logits:0": LOGITS[:, :2], "labels:0": LABELS}
    ),
    "fed a string": lambda m, s: s.run(m.placeholder(m.float32, name="f"), {"f:0": "one"}),
    "fed what is no symbol": lambda m, s: s.run(_inputs(m)[2], {3: LOGITS}),
    "fed an unknown name": lambda m, s: s.run(_inputs(m)[2], {"nobody:0": LOGITS}),
    "fed a symbol": lambda m, s: s.run(
        _inputs(m)[2], {"logits:0": m.placeholder(m.float32), "labels:0": LABELS}
    ),
    "fetched an unknown name": lambda m, s: (_inputs(m), s.run("nobody:0")),
    "fetched nothing": lambda m, s: (_inputs(m), s.run(None)),
    "fetched a number": lambda m, s: (_inputs(m), s.run(3)),
    "a label out of range": lambda m, s: s.run(
        _inputs(m)[2], {"logits:0": LOGITS, "labels:0": [0, 7]}
    ),
    "as a condition": lambda m, _s: bool(_inputs(m)[2]),
    "iterated over an unknown length": lambda m, _s: list(_inputs(m)[2]),
    "iterated": lambda m, s: s.run(list(m.placeholder_with_default(LOGITS, [2, 3]))),
    "unknown tensor": lambda m, _s: m.get_default_graph().get_tensor_by_name("nobody:0"),
    "eval without session": lambda m, _s: m.placeholder_with_default(1.0, []).eval(
        session=m.get_default_session()
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str, ours: Any) -> None:  # noqa: ANN401 (a face)
    assert outcome(ours, PROGRAMS[name]) == outcome(THEIRS, PROGRAMS[name])


def test_a_symbol_of_another_graph() -> None:
    def program(m: Any, s: Any) -> Any:  # noqa: ANN401 (either library)
        with m.Graph().as_default():
            other = m.placeholder_with_default(1.0, [])
        _inputs(m)
        return s.run(other)

    assert outcome(v1, program) == outcome(THEIRS, program) == "ValueError"


def test_no_session() -> None:
    with v1.Graph().as_default(), pytest.raises(ValueError, match="No default session"):
        v1.placeholder_with_default(1.0, []).eval()


def test_a_session_that_is_interactive() -> None:
    with v1.Graph().as_default():
        session = v1.InteractiveSession()
        assert v1.get_default_session() is session
        assert v1.placeholder_with_default(1.0, []).eval() == 1.0
        session.close()
        assert v1.get_default_session() is None
        with pytest.raises(RuntimeError, match="closed"):
            session.run([])


@pytest.mark.parametrize("kind", ["Session", "InteractiveSession"])
def test_what_kind_of_session_optimizes(kind: str) -> None:
    """TensorFlow optimizes no graph of an interactive session."""

    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        with m.Graph().as_default():
            x = m.placeholder(m.float32, [None])
            session = getattr(m, kind)()
            found = session.run(x * 2.2 * 3.3 + 1.7 + 0.3, {x: np.linspace(-3, 3, 999)})
            session.close()
        return found.tobytes()

    assert program(v1) == program(THEIRS)


def test_each_symbol_is_computed_once() -> None:
    from tf_losses._internal.arguments.symbols import make  # noqa: PLC0415 (what a face does)

    calls = []

    def counted(x: Any) -> Any:  # noqa: ANN401 (a tensor)
        calls.append(1)
        return x

    with v1.Graph().as_default(), v1.Session() as session:
        once = make(counted, v1.placeholder_with_default(2.0, []))
        calls.clear()
        assert session.run([once + once, once * once, once]) == [4.0, 4.0, 2.0]
    assert len(calls) == 1


def test_a_deep_graph() -> None:
    with v1.Graph().as_default(), v1.Session() as session:
        total = v1.placeholder_with_default(0.0, [])
        for _ in range(3000):
            total = total + 1.0
        assert session.run(total) == 3000.0


@pytest.mark.parametrize("shape", [[64, 5], [None, 5], None], ids=str)
@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("loss", ["sigmoid", "weighted", "softmax"])
def test_gradients_of_losses(loss: str, mean: bool, shape: Any) -> None:  # noqa: ANN401, FBT001 (a shape)
    """What a session's default optimizer makes of them; fed shapes count as unknown."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(64, 5)).astype(np.float32) for _ in range(2)]

    def program(m: Any, s: Any) -> Any:  # noqa: ANN401 (either library)
        z, x = (m.placeholder(m.float32, shape) for _ in range(2))
        if loss == "sigmoid":
            made = m.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x)
        elif loss == "weighted":
            made = m.nn.weighted_cross_entropy_with_logits(labels=z, logits=x, pos_weight=2.5)
        else:
            made = m.nn.softmax_cross_entropy_with_logits_v2(labels=z, logits=x)
        made = m.reduce_mean(made) if mean else made
        # That of weighted labels is one of two, by how tensors enter the graph.
        sources = [x] if loss == "weighted" else [z, x]
        return s.run([made, *m.gradients(made, sources)], dict(zip((z, x), arrays, strict=True)))

    assert outcome(v1, program) == outcome(THEIRS, program)


@pytest.mark.parametrize("seed", range(40))
def test_gradients_without_the_optimizer(seed: int) -> None:
    """A tensor used by several losses, and constants, as a session computes them as they stand.

    Each loss occurs once: equal nodes are merged even so.
    """
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=(7, 5)).astype(np.float32) for _ in range(2)]
    steps = [LOSSES[int(i)] for i in rng.permutation(len(LOSSES))[:4]]

    def program(m: Any) -> Any:  # noqa: ANN401 (either library)
        config = m.ConfigProto()
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        with m.Graph().as_default(), m.Session(config=config) as session:
            z, x = (m.placeholder(m.float32, [None, 5]) for _ in range(2))
            made = [step(m, z, x) / 3.0 * 0.7 for step in steps]
            total = m.add_n([m.reduce_mean(one) for one in made])
            fed = dict(zip((z, x), arrays, strict=True))
            return flat(session.run([total, *m.gradients(total, [z, x])], fed))

    assert program(v1) == program(THEIRS)


LOSSES: tuple[Callable[[Any, Any, Any], Any], ...] = (
    lambda m, z, x: m.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x),
    lambda m, z, x: m.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x * z),
    lambda m, z, x: m.nn.weighted_cross_entropy_with_logits(labels=z, logits=x, pos_weight=2.5),
    lambda m, z, x: m.nn.softmax_cross_entropy_with_logits_v2(labels=z, logits=x),
    lambda m, z, x: m.square(x) * 0.01 + z,
    lambda m, z, x: m.nn.softplus(x) * z,
)
