# SPDX-License-Identifier: Apache-2.0
"""The namespaces: calls, refusals and their hints, warnings, errors, the session."""

# ruff: noqa: ANN401 (arguments and results of all kinds are what is tested)

from __future__ import annotations

import collections
import pickle
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from tf_losses._internal.arguments import signatures
from tf_losses.compat.v1 import nn as v1
from tf_losses.compat.v2 import nn as v2

if TYPE_CHECKING:
    from collections.abc import Callable

tf1 = tf_losses.nn
LOGITS = np.array([[4, 2, 1], [0, 5, 1]], np.float32)
LABELS = np.array([[1, 0, 0], [0, 0.8, 0.2]], np.float32)
CLASSES = np.array([0, 2], np.int32)


def text_and_hints(call: Callable[[], object], kind: type[Exception] = Exception) -> str:
    with pytest.raises(kind) as caught:
        call()
    return "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


# ---- the namespaces contradict each other ----


def test_positional_calls() -> None:
    expected = v2.sigmoid_cross_entropy_with_logits(labels=LABELS, logits=LOGITS)
    assert np.array_equal(v2.sigmoid_cross_entropy_with_logits(LABELS, LOGITS), expected)
    assert np.array_equal(v1.sigmoid_cross_entropy_with_logits(LABELS, LOGITS), expected)
    assert np.array_equal(tf1.sigmoid_cross_entropy_with_logits(None, LABELS, LOGITS), expected)
    text = text_and_hints(lambda: tf1.sigmoid_cross_entropy_with_logits(LABELS, LOGITS))
    assert text.startswith("Only call `sigmoid_cross_entropy_with_logits` with named arguments")
    assert "tf_losses.compat.v2.nn" in text
    text = text_and_hints(lambda: v2.sigmoid_cross_entropy_with_logits(None, LABELS, LOGITS))
    assert "tf_losses.nn" in text


def test_keywords_of_another_face_name_it() -> None:
    text = text_and_hints(lambda: v2.weighted_cross_entropy_with_logits(targets=1))  # type: ignore[call-arg]
    assert text.startswith("Got an unexpected keyword argument 'targets'")
    assert "tf_losses.compat.v1.nn" in text


def test_softmax_v2_is_absent_from_v2() -> None:
    assert not hasattr(v2, "softmax_cross_entropy_with_logits_v2")
    assert not hasattr(v2, "conv2d")
    text = text_and_hints(lambda: v2.softmax_cross_entropy_with_logits_v2)
    assert "tf_losses.nn" in text


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((1, 2, 3, 4, 5), {"bad": 1}, "Too many arguments were given. Expected 4 but got 5."),
        ((1,), {"bad": 1}, "Got an unexpected keyword argument 'bad'"),
        ((1, 2), {"labels": 1}, "Got multiple values for argument 'labels'"),
        ((1,), {}, "Missing required positional argument"),
        ((), {"logits": 1}, "Missing required positional argument"),
    ],
)
def test_calls_that_do_not_fit(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    text = text_and_hints(lambda: v2.softmax_cross_entropy_with_logits(*args, **kwargs), TypeError)
    assert text.startswith(message)
    assert "(labels, logits, axis, name)" in text


# ---- warnings ----


@pytest.fixture
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "_warned", set())


@pytest.mark.usefixtures("_forgetful")
@pytest.mark.parametrize("namespace", [tf1, v1])
@pytest.mark.parametrize(
    ("name", "kwargs", "message"),
    [
        ("softmax_cross_entropy_with_logits", {}, "softmax_cross_entropy_with_logits is deprec"),
        ("softmax_cross_entropy_with_logits_v2", {"dim": 0}, "dim is deprecated, use axis"),
        (
            "weighted_cross_entropy_with_logits",
            {"targets": LABELS, "pos_weight": 1.0, "labels": None},
            "targets is deprecated, use labels",
        ),
    ],
)
def test_deprecations_warn_once_and_at_the_caller(
    namespace: Any, name: str, kwargs: dict[str, Any], message: str
) -> None:
    arguments = {"labels": LABELS, "logits": LOGITS} | kwargs
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(namespace, name)(**arguments)
        getattr(namespace, name)(**arguments)
    assert [message in str(warning.message) for warning in caught] == [True]
    assert caught[0].category is DeprecationWarning
    assert caught[0].filename == __file__


def test_nothing_else_warns() -> None:
    huge = np.array([[1e300, -1e300, np.inf]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        v2.softmax_cross_entropy_with_logits(huge, LOGITS)
        v2.softmax_cross_entropy_with_logits(huge.astype(complex), LOGITS)
        v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, huge)
        v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, 1e300)


# ---- errors ----


def test_an_error_is_caught_however_tensorflow_programs_catch_it() -> None:
    with pytest.raises(tf_losses.errors.InvalidArgumentError) as caught:
        v2.sparse_softmax_cross_entropy_with_logits(np.array([0.0, 1.0]), LOGITS)
    error = caught.value
    assert isinstance(error, ValueError)
    assert isinstance(error, TypeError)
    assert isinstance(error, tf_losses.errors.OpError)
    assert (error.op, error.node_def, error.error_code) == (None, None, 3)
    assert error.message.startswith("Value for attr 'Tlabels' of double")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    plain = tf_losses.errors.OpError(None, None, "text", 13)
    assert pickle.loads(pickle.dumps(plain)).error_code == 13  # noqa: S301


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: v2.sigmoid_cross_entropy_with_logits([0.0, 1.0], [[1.0], [2.0]]), "reshape"),
        (lambda: v2.sigmoid_cross_entropy_with_logits([1], [1.0]), "cast the labels"),
        (lambda: v2.sigmoid_cross_entropy_with_logits([1], [1]), "float32"),
        (lambda: v2.sparse_softmax_cross_entropy_with_logits([0.0, 1.0], LOGITS), "int64"),
        (lambda: v2.sparse_softmax_cross_entropy_with_logits([[0], [1]], LOGITS), "labels[..., 0]"),
        (lambda: v2.sparse_softmax_cross_entropy_with_logits(LABELS, LOGITS), "argmax"),
        (lambda: v2.sparse_softmax_cross_entropy_with_logits([0, 3], LOGITS), "labels[1] = 3"),
        (lambda: v2.sparse_softmax_cross_entropy_with_logits(7, LOGITS[0]), "labels[()] = 7"),
        (lambda: v2.softmax_cross_entropy_with_logits(CLASSES, LOGITS), "sparse_softmax"),
        (lambda: v2.softmax_cross_entropy_with_logits(LABELS, LOGITS, -2), "0, 1 or -1"),
        (lambda: v2.softmax_cross_entropy_with_logits(LABELS, LOGITS, axis=True), "0, 1 or -1"),
        (lambda: v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, [1, 2, 3]), "np.array"),
        (lambda: v2.weighted_cross_entropy_with_logits(LABELS, LOGITS, np.ones(2)), "last axis"),
        (lambda: v2.softmax_cross_entropy_with_logits([[1, None, 0]] * 2, LOGITS), "number 1"),
        (lambda: v2.softmax_cross_entropy_with_logits([[1], [1, 2]], LOGITS), "pad"),
        (lambda: v1.softmax_cross_entropy_with_logits(LABELS, LOGITS, dim=0, axis=0), "old name"),
        (lambda: v1.softmax_cross_entropy_with_logits(LABELS), "`logits` came as None"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_hints_name_the_way_out(call: Callable[[], object], hint: str) -> None:
    assert hint in text_and_hints(call)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes are part of the text there")
def test_hints_are_notes() -> None:
    with pytest.raises(ValueError, match="same shape") as caught:
        v2.sigmoid_cross_entropy_with_logits([0.0], 0.0)
    assert caught.value.__notes__
    assert caught.value.__notes__[0] not in str(caught.value)


def test_the_list_of_labels_has_an_end() -> None:
    labels = np.zeros(100_007, np.int64)
    labels[100_001] = -7
    logits = np.zeros((100_007, 1), np.float32)
    text = text_and_hints(lambda: v2.sparse_softmax_cross_entropy_with_logits(labels, logits))
    assert text.startswith("Received a label value of -7 which is outside the valid range")
    assert "0 ... (the first 100000 of 100007 labels)" in text
    assert "labels[100001] = -7" in text


# ---- session ----


def test_session_hands_back_values_in_their_structure() -> None:
    pair = collections.namedtuple("pair", "a b")  # noqa: PYI024 (as programs of that age had it)
    loss = tf1.sigmoid_cross_entropy_with_logits(labels=LABELS, logits=LOGITS)
    scalar = tf1.sigmoid_cross_entropy_with_logits(labels=1.0, logits=1.0)
    with tf_losses.Session() as session:
        assert type(session.run(loss)) is np.ndarray
        assert session.run(loss).tobytes() == loss.tobytes()
        assert isinstance(session.run(scalar), np.float32)
        assert session.run([]) == []
        got = session.run({"a": [loss, (scalar,)], "b": pair(loss, scalar)}, feed_dict={})
        assert got["a"][0].tobytes() == loss.tobytes()
        assert got["a"][1] == (scalar,)
        assert isinstance(got["b"], pair)
        ordered = session.run(collections.OrderedDict(a=loss))
        assert isinstance(ordered, collections.OrderedDict)


def test_session_is_exported_where_tensorflow_has_it() -> None:
    assert tf_losses.compat.v1.Session is tf_losses.Session
    assert not hasattr(tf_losses.compat.v2, "Session")


def test_closed_session() -> None:
    with tf_losses.Session() as session:
        pass
    session.close()
    with pytest.raises(RuntimeError, match=r"^Attempted to use a closed Session\.$"):
        session.run(LOGITS)


@pytest.mark.parametrize(
    ("fetch", "kind", "message"),
    [
        (None, TypeError, "Fetch argument None has invalid type <class 'NoneType'>"),
        (3, TypeError, "Fetch argument 3 has invalid type <class 'int'>, must be a string or"),
        ("a", ValueError, "Fetch argument 'a' cannot be interpreted as a Tensor."),
        ({1}, TypeError, "Fetch argument {1} has invalid type <class 'set'>"),
    ],
)
def test_refused_fetches(fetch: Any, kind: type[Exception], message: str) -> None:
    assert text_and_hints(lambda: tf_losses.Session().run(fetch), kind).startswith(message)


def test_nothing_can_be_fed() -> None:
    session = tf_losses.Session()
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        session.run(LOGITS, {"x": 1})
    with pytest.raises(TypeError, match="input must be a dictionary"):
        session.run(LOGITS, feed_dict=3)  # type: ignore[arg-type]
