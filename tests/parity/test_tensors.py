# SPDX-License-Identifier: Apache-2.0
"""What a tensor is, beside TensorFlow's: its text, dtype and shape, and its operators."""

from __future__ import annotations

import copy
import itertools
import operator
import pickle
from functools import partial
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import cases
import tf_losses
from beside import described
from bits import assert_same_bits
from tf_losses.compat import v1, v2

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES: dict[str, Any] = {
    "a text": "abc",
    "a scalar": 0.1,
    "a row": [1.5, -2.0, 1e-7],
    "a matrix": [[1, 2], [3, 4]],
    "no element": np.zeros((0, 3), np.float32),
    "many": np.arange(3000.0),
    "large": np.arange(12, dtype=np.float64).reshape(2, 3, 2) * 1e9,
    "nan": [float("nan"), float("inf"), -0.0],
    "bools": [True, False],
    "one bool": True,
    "float16": np.array([0.1, 65504], np.float16),
    "int64": np.int64(2**40),
    "complex": 1 + 2j,
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("write", [repr, str, "{}".format, "{0!r}".format])
def test_text(name: str, write: Callable[[Any], str]) -> None:
    ours, theirs = (write(m.constant(VALUES[name])) for m in (v2, tf))
    assert ours == theirs


@pytest.mark.parametrize("spec", [".3f", "8.2e", "g", ">10"])
def test_format(spec: str) -> None:
    ours, theirs = (format(m.constant(2.5), spec) for m in (v2, tf))
    assert ours == theirs


DTYPES = (
    *("float16", "bfloat16", "float32", "float64", "half", "double", "bool", "string"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("complex64", "complex128"),
)
ATTRIBUTES = (
    *("name", "as_numpy_dtype", "as_datatype_enum", "is_bool", "is_integer", "is_unsigned"),
    *("is_floating", "is_complex", "is_numpy_compatible", "size"),
)


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("module", [tf_losses, v1, v2], ids=["1.x", "compat.v1", "2.x"])
def test_dtypes(name: str, module: Any) -> None:  # noqa: ANN401 (a face)
    ours, theirs = getattr(module, name), getattr(tf, name)
    assert (repr(ours), str(ours)) == (repr(theirs), str(theirs))
    for attribute in ATTRIBUTES:
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    for attribute in ("base_dtype", "real_dtype"):
        assert str(getattr(ours, attribute)) == str(getattr(theirs, attribute))
    if theirs.is_floating or theirs.is_integer:
        for attribute in ("min", "max"):
            assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    assert ours == theirs.as_numpy_dtype
    assert (ours == None) is (theirs == None) is False  # noqa: E711 (as programs compare)
    assert ours != "no dtype"
    assert hash(ours) == hash(np.dtype(theirs.as_numpy_dtype))
    assert pickle.loads(pickle.dumps(ours)) is ours  # noqa: S301 (made here)
    assert module.as_dtype(name) is ours
    assert np.zeros(1, ours).dtype == theirs.as_numpy_dtype


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (1, 2, 3)])
def test_shapes(shape: tuple[int, ...]) -> None:
    def seen(module: Any) -> list[object]:  # noqa: ANN401 (either library)
        s = module.zeros(shape).shape
        return [
            *(repr(s), str(s), f"{s}", s.as_list(), s.rank, s.ndims, s.num_elements()),
            *(s.is_fully_defined(), s == shape, s == list(shape), s != (9,), len(s), list(s)),
            *(repr(s[1:]), repr(s + [7]), repr(s.concatenate([7])), repr([7] + s)),  # noqa: RUF005 (what is tested)
            *(s.is_compatible_with([None] * len(shape)), s.is_compatible_with([5, 5])),
            *(np.zeros(s).shape, module.zeros(s).get_shape().as_list(), s.dims == list(shape)),
        ]

    assert seen(v2)[:-1] == seen(tf)[:-1]


# `x` is a tensor's shape, `m` the library.
OF_SHAPES = [
    f"{method}({other})"
    for method in (
        *(
            "x.is_compatible_with",
            "x.assert_is_compatible_with",
            "x.merge_with",
            "x.assert_same_rank",
        ),
        *("x.concatenate", "x.__add__", "x.__radd__", "x == ", "x != ", "m.TensorShape"),
    )
    for other in (
        *(
            "5",
            "-1",
            "()",
            "(3,)",
            "[2, 3]",
            "(4, 3)",
            "(2, None)",
            "(2, 3, 1)",
            "[-2, 3]",
            "[0, 4]",
        ),
        *(
            "m.zeros([2, 3]).shape",
            "np.array([2, 3])",
            "'ab'",
            "(2.5,)",
            "np.int64(3)",
            "range(2, 4)",
        ),
    )
] + [
    f"x.{method}({rank})"
    for method in ("assert_has_rank", "with_rank", "with_rank_at_least", "with_rank_at_most")
    for rank in range(4)
]
OF_SHAPES += [
    *("x.is_compatible_with(None)", "x.assert_is_compatible_with(None)", "x.merge_with(None)"),
    *("x.assert_same_rank(None)", "x.with_rank(None)", "x.rank"),
    *("m.TensorShape([None, 3]).merge_with([2, None])", "m.TensorShape([None]).num_elements()"),
    *("m.TensorShape([None, 2]).assert_is_fully_defined()", "x.assert_is_fully_defined()"),
    *("m.TensorShape([None, 2]) == [None, 2]", "hash(x) == hash(m.TensorShape(x))"),
    *("m.TensorShape([None]).is_compatible_with(x)", "x == None", "x != None", "x == m"),
    *("pickle.loads(pickle.dumps(m.TensorShape([None, 2])))", "pickle.loads(pickle.dumps(x))"),
]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (1, 2, 3)])
def test_what_shapes_tell_of_each_other(shape: tuple[int, ...]) -> None:
    def seen(module: Any, use: str) -> str:  # noqa: ANN401 (either library)
        names = {"x": module.zeros(shape).shape, "m": module, "np": np, "pickle": pickle}
        try:
            return repr(eval(use, names))  # noqa: S307 (the uses above)
        except (TypeError, ValueError) as error:
            return f"{type(error).__name__}: {error}"

    for use in OF_SHAPES:
        ours, theirs = seen(v2, use), seen(tf, use)
        assert ours == theirs, use


def test_a_dimension_of_1_x() -> None:
    shape = v1.zeros([2, 3]).get_shape()
    assert [shape[0].value, shape[-1].value, shape[1] * 2] == [2, 3, 6]


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
FLOATS, WHOLE = [[1.5, -2.0, 0.25], [3.0, 0.5, -1.0]], [[1, -2, 3], [4, 5, -6]]
LEFT: dict[str, Callable[[Any], Any]] = {
    **{dtype: lambda m, d=dtype: m.constant(FLOATS, cases.DTYPES[d]) for dtype in cases.DTYPES},
    "int32": lambda m: m.constant(WHOLE),
    "int64": lambda m: m.constant(WHOLE, "int64"),
    "bool": lambda m: m.constant([[True, False, True], [False, True, True]]),
    "an int scalar": lambda m: m.constant(3),
}
RIGHT: dict[str, Callable[[Any], Any]] = {
    **LEFT,
    "an int": lambda _: 2,
    "a float": lambda _: 2.5,
    "a bool": lambda _: True,
    "a float32 of NumPy": lambda _: np.float32(1.5),
    "an int64 of NumPy": lambda _: np.int64(3),
    "an array of float64": lambda _: np.array([1.0, 2.0, 4.0]),
    "an array of int64": lambda _: np.array([1, 2, 4]),
    "an array of another shape": lambda _: np.ones(4, np.float32),
    "a list": lambda _: [1.0, 2.0, 4.0],
    "a list of ints": lambda _: [1, 2, 4],
    "None": lambda _: None,
    "a string": lambda _: "1",
}


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.filterwarnings("ignore")
def test_operators(symbol: str) -> None:
    """Between tensors, and between tensors and whatever else, in both orders."""
    wrong = []
    for left, right, turn in itertools.product(LEFT, RIGHT, (False, True)):
        pair = [_used(m, OPERATORS[symbol], left, right, turn=turn) for m in (v2, tf)]
        if not _agree(left, right, *pair):
            wrong.append((left, right, turn, *(p[:2] for p in pair)))
    assert wrong == []


def _used(
    module: Any,  # noqa: ANN401 (either library)
    use: Callable[[Any, Any], Any],
    left: str,
    right: str,
    *,
    turn: bool,
) -> tuple[object, ...]:
    operands = LEFT[left](module), RIGHT[right](module)
    return described(lambda: _tensor(use(*operands[:: -1 if turn else 1])))


# Where TensorFlow refuses, Python asks the other operand, which is NumPy's or a list: it gives an
# array without a tape, or the list several times. Here the refusal stands.
OTHERS_ANSWER = {
    ("bool", "a float32 of NumPy"),
    ("bool", "an int64 of NumPy"),
    ("bool", "an array of float64"),
    ("bool", "an array of int64"),
    ("an int scalar", "a list"),
    ("an int scalar", "a string"),
}


def _agree(left: str, right: str, ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    """Compare results but for the payload of NaN; TensorFlow's own crashes are refusals."""
    if theirs == ("AttributeError",):
        return ours in (("TypeError",), ("ValueError",))
    if (left, right) in OTHERS_ANSWER and ours == ("TypeError",):
        return True
    if len(ours) != len(theirs) or ours[:2] != theirs[:2] or "float" not in str(ours[0]):
        return ours == theirs
    mine, wanted = (np.frombuffer(one[2], cases.DTYPES[one[0]]) for one in (ours, theirs))
    bits = f"u{mine.itemsize}"
    same = mine.view(bits) == wanted.view(bits)
    return bool(np.all(same | (np.isnan(mine) & np.isnan(wanted))))


def _tensor(value: Any) -> Any:  # noqa: ANN401 (whatever comes of it)
    """Give what has values: `==` with None gives a plain bool, "1" % 3 a text."""
    if isinstance(value, (v2.Tensor, tf.Tensor)):
        return value
    return SimpleNamespace(numpy=lambda: np.asarray(value))


@pytest.mark.parametrize("use", [operator.neg, abs, operator.invert], ids=["-", "abs", "~"])
def test_operators_of_one(use: Callable[[Any], Any]) -> None:
    for name, make in LEFT.items():
        ours, theirs = (described(partial(use, make(m))) for m in (v2, tf))
        assert ours == theirs, name


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "float": lambda m: float(m.constant(2.5)),
    "int": lambda m: int(m.constant(2.5)),
    "bool": lambda m: bool(m.constant(0.0)),
    "bool of many": lambda m: bool(m.constant([1.0, 2.0])),
    "index": lambda m: list(range(5))[m.constant(2)],
    "len": lambda m: len(m.constant(FLOATS)),
    "len of a scalar": lambda m: len(m.constant(1.0)),
    "list": lambda m: [one.numpy().tolist() for one in m.constant(FLOATS)],
    "list of a scalar": lambda m: list(m.constant(1.0)),
    "zip": lambda m: [(float(a), b) for a, b in zip(m.constant([1.0, 2.0]), "ab", strict=True)],
    "in a condition": lambda m: "yes" if m.constant(1.0) > 0 else "no",
    "hash": lambda m: hash(m.constant(1.0)),
    "a set of references": lambda m: len({m.constant(1.0).ref(), m.constant(1.0).ref()}),
    "sum of Python": lambda m: float(sum(m.constant([1.0, 2.0, 3.0]))),
    "max of Python": lambda m: float(max(m.constant([1.0, 3.0, 2.0]))),
    "asarray": lambda m: np.asarray(m.constant(FLOATS)).tolist(),
    "numpy of a scalar": lambda m: type(m.constant(1.0).numpy()).__name__,
    "numpy can be written to": lambda m: m.constant([1.0]).numpy().flags.writeable,
    "item assignment": lambda m: operator.setitem(m.constant([1.0]), 0, 2.0),
    "copy": lambda m: copy.copy(m.constant([1.0])).numpy().tolist(),
    "deepcopy": lambda m: copy.deepcopy(m.constant([1.0])).numpy().tolist(),
    "set_shape": lambda m: m.constant([1.0]).set_shape([1]),
    "set_shape of another": lambda m: m.constant([1.0]).set_shape([2]),
    "tensors are the type": lambda m: isinstance(m.constant(1.0), m.Tensor),
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_conversions(name: str) -> None:
    def outcome(module: Any) -> object:  # noqa: ANN401 (either library)
        try:
            return CONVERSIONS[name](module)
        except (TypeError, ValueError) as error:
            return "ValueError" if isinstance(error, ValueError) else "TypeError"

    ours, theirs = outcome(v2), outcome(tf)
    # NumPy refuses to write where TensorFlow has no such thing at all.
    assert ours == theirs or (name == "item assignment" and ours == "ValueError")


def test_results_are_tensors_everywhere() -> None:
    x = np.array([[1.0, 2.0]], np.float32)
    for module in (tf_losses, v1, v2):
        made = [
            module.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x),
            module.nn.sparse_softmax_cross_entropy_with_logits(labels=[1], logits=x),
            module.nn.weighted_cross_entropy_with_logits(labels=x, logits=x, pos_weight=2.0),
            module.nn.softmax_cross_entropy_with_logits(labels=x, logits=x.astype(np.float16)),
            *module.raw_ops.SoftmaxCrossEntropyWithLogits(features=x, labels=x),
            *(module.reduce_mean(x), module.reduce_sum(x, 0), module.zeros([2]), module.exp(x)),
        ]
        assert {type(one) for one in made} == {v2.Tensor}


def test_gradients_keep_plain_arrays() -> None:
    x = np.array([1.0, 2.0], np.float32)
    found = tf_losses.gradients.sigmoid_cross_entropy_with_logits(x, x, with_loss=True)
    assert {type(one) for one in found if one is not None} == {np.ndarray}


@pytest.mark.parametrize(
    "function",
    [np.linalg.slogdet, np.linalg.eigh, np.linalg.qr, np.linalg.svd],
    ids=attrgetter("__name__"),
)
def test_what_numpy_gives_under_names(function: Callable[[Any], Any]) -> None:
    """Several results in a named tuple, since NumPy 1.25, are tensors in one of the same type."""
    values = np.array([[2.0, 1.0], [1.0, 3.0]], np.float32)
    found, want = function(v2.constant(values)), function(values)
    assert type(found) is type(want)
    assert {type(one) for one in found} == {v2.Tensor}
    for one, other in zip(found, want, strict=True):
        assert_same_bits(np.asarray(one), np.asarray(other), function.__name__)
