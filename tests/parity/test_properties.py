# SPDX-License-Identifier: Apache-2.0
"""Drawn shapes, layouts and broadcasts against TensorFlow: the bits of losses and gradients.

HYPOTHESIS_PROFILE=thorough draws more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import cases
from bits import Array, assert_same_bits
from layouts import misaligned, read_only
from tf_losses import gradients
from tf_losses.compat import v2

if TYPE_CHECKING:
    from types import ModuleType

MOST_AXES = 8
MOST_ELEMENTS = 4096


def values_of(result: Any) -> Array:  # noqa: ANN401 (what either library gives)
    """An array of either library's result, also where that is a scalar of bfloat16."""
    return np.asarray(result.numpy() if hasattr(result, "numpy") else result)


def loss_of(library: ModuleType, loss: str, arguments: dict[str, Any]) -> Array:
    return values_of(getattr(library.nn, f"{loss}_cross_entropy_with_logits")(**arguments))


def arguments_of(loss: str, dtype: str, shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    """Arguments of one call, plain arrays, special values among them."""
    rng = cases.generator("property", loss, dtype, shape, seed)
    with np.errstate(over="ignore"):
        logits = (rng.normal(0, 8, shape)).astype(cases.DTYPES[dtype])
        special = np.asarray(rng.choice(cases.SPECIAL_LOGITS, shape)).astype(logits.dtype)
    logits = np.where(rng.random(shape) < rng.choice([0, 0.02, 0.2]), special, logits)
    if loss == cases.SPARSE_SOFTMAX:
        integer = rng.choice([np.int32, np.int64])
        return {
            "labels": np.asarray(rng.integers(0, shape[-1], shape[:-1])).astype(integer),
            "logits": logits,
        }
    arguments = {"labels": np.asarray(rng.random(shape)).astype(logits.dtype), "logits": logits}
    return arguments | ({"pos_weight": 2.5} if loss == cases.WEIGHTED else {})


def assert_like_tensorflow(
    loss: str, arguments: dict[str, Any], plain: dict[str, Any], case: str
) -> None:
    """Loss and gradients of `arguments` have the bits TensorFlow gives for `plain`."""
    expected = loss_of(tf, loss, plain)
    assert_same_bits(loss_of(v2, loss, arguments), expected, f"{loss} {case}")
    tensors = {name: tf.constant(value) for name, value in plain.items() if name != "pos_weight"}
    weight = {"pos_weight": plain["pos_weight"]} if "pos_weight" in plain else {}
    axis = {"axis": tensors.pop("axis").numpy()} if "axis" in tensors else {}
    watched = {name: tensor for name, tensor in tensors.items() if tensor.dtype.is_floating}
    with tf.GradientTape() as tape:
        tape.watch(watched)
        value = getattr(tf.nn, f"{loss}_cross_entropy_with_logits")(**tensors, **weight, **axis)
    wanted = tape.gradient(value, watched)
    suffix = "_v2" if loss == cases.SOFTMAX else ""
    found = getattr(gradients, f"{loss}_cross_entropy_with_logits{suffix}")(**arguments)
    for name, want in wanted.items():
        where = f"gradient of {name}, {loss} {case}"
        assert_same_bits(getattr(found, name), values_of(want), where)


# ---- ranks ----


@st.composite
def shapes(draw: st.DrawFn, least_axes: int = 0, least_length: int = 0) -> tuple[int, ...]:
    """Shapes of up to eight axes with few enough elements."""
    shape: list[int] = []
    for _ in range(draw(st.integers(least_axes, MOST_AXES))):
        room = MOST_ELEMENTS // max(1, int(np.prod(shape, dtype=np.int64)))
        longest = max(1, min(room, draw(st.sampled_from([1, 2, 3, 9, 40]))))
        shape.append(draw(st.integers(min(least_length, longest), longest)))
    return tuple(shape)


@pytest.mark.parametrize("rank", range(MOST_AXES + 1))
@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("loss", cases.LOSSES)
def test_every_rank(loss: str, dtype: str, rank: int) -> None:
    """From a scalar to eight axes; along every axis where one can be chosen."""
    shape = (2, 3, 1, 2, 1, 3, 2, 5)[MOST_AXES - rank :]
    if rank == 0 and loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX):
        for library in (tf, v2):
            with pytest.raises((ValueError, library.errors.InvalidArgumentError)):
                loss_of(library, loss, {"labels": library.constant(0), "logits": np.float32(1)})
        return
    arguments = arguments_of(loss, dtype, shape, 0)
    assert_like_tensorflow(loss, arguments, arguments, f"{dtype} {shape}")
    for axis in range(rank if loss == cases.SOFTMAX else 0):
        chosen = arguments | {"axis": axis}
        assert_like_tensorflow(loss, chosen, chosen, f"{dtype} {shape} axis={axis}")


@pytest.mark.parametrize("loss", cases.LOSSES)
@given(data=st.data())
def test_any_shape(loss: str, data: st.DataObject) -> None:
    by_row = loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX)
    shape = data.draw(shapes(int(by_row), int(by_row)))
    dtype = data.draw(st.sampled_from(list(cases.DTYPES)))
    arguments = arguments_of(loss, dtype, shape, data.draw(st.integers(0, 9)))
    assert_like_tensorflow(loss, arguments, arguments, f"{dtype} {shape}")


# ---- layouts ----


def sliced(values: Array) -> Array:
    wide = np.zeros(tuple(3 * n + 1 for n in values.shape), values.dtype)
    view = wide[(..., *(slice(1, 3 * n + 1, 3) for n in values.shape))]
    view[...] = values
    return view


def reversed_axes(values: Array) -> Array:
    backwards = (..., *(slice(None, None, -1) for _ in values.shape))
    return values[backwards].copy()[backwards]


def big_endian(values: Array) -> Array:
    # ml_dtypes has no big-endian types.
    return values if values.dtype.kind == "V" else values.astype(values.dtype.newbyteorder(">"))


def in_a_record(values: Array) -> Array:
    records = np.zeros(values.shape, [("pad", np.uint8), ("value", values.dtype)])
    records["value"] = values
    return records["value"]


LAYOUTS = {
    "plain": lambda values: values.copy(),
    "transposed": lambda values: np.array(values, order="F"),
    "sliced": sliced,
    "negative strides": reversed_axes,
    "misaligned": misaligned,
    "read-only": read_only,
    "big-endian": big_endian,
    "in a record": in_a_record,
}
layouts = st.sampled_from(list(LAYOUTS))


@pytest.mark.parametrize("loss", cases.LOSSES)
@given(data=st.data())
def test_any_layout(loss: str, data: st.DataObject) -> None:
    by_row = loss in (cases.SOFTMAX, cases.SPARSE_SOFTMAX)
    shape = data.draw(shapes(1, int(by_row)))
    dtype = data.draw(st.sampled_from(list(cases.DTYPES)))
    plain = arguments_of(loss, dtype, shape, data.draw(st.integers(0, 9)))
    names = {name: data.draw(layouts) for name in ("labels", "logits")}
    arguments = plain | {name: LAYOUTS[layout](plain[name]) for name, layout in names.items()}
    before = {name: arguments[name].tobytes() for name in names}
    assert_like_tensorflow(loss, arguments, plain, f"{dtype} {shape} {names}")
    assert before == {name: arguments[name].tobytes() for name in names}, "an input was written to"


@pytest.mark.parametrize("loss", cases.LOSSES)
@given(data=st.data())
def test_zero_strides(loss: str, data: st.DataObject) -> None:
    """np.broadcast_to repeats elements by a stride of zero."""
    dtype = data.draw(st.sampled_from(list(cases.DTYPES)))
    rows, columns = data.draw(st.integers(1, 20)), data.draw(st.integers(1, 40))
    small = data.draw(st.sampled_from([(rows, 1), (1, columns), (1, 1)]))
    plain = arguments_of(loss, dtype, small, data.draw(st.integers(0, 9)))
    if loss == cases.SPARSE_SOFTMAX:
        full = {"labels": (rows,), "logits": (rows, columns)}
    else:
        full = {"labels": (rows, columns), "logits": (rows, columns)}
    arguments = plain | {name: np.broadcast_to(plain[name], shape) for name, shape in full.items()}
    copies = arguments | {name: arguments[name].copy() for name in full}
    assert_like_tensorflow(loss, arguments, copies, f"{dtype} {small} to {(rows, columns)}")


# ---- broadcasts ----


@given(data=st.data())
def test_softmax_labels_broadcast(data: st.DataObject) -> None:
    """After both are flattened to rows; only the logits have a gradient then."""
    dtype = data.draw(st.sampled_from(list(cases.DTYPES)))
    shape = data.draw(shapes(1, 1))
    rows, classes = int(np.prod(shape[:-1])), shape[-1]
    small = data.draw(st.sampled_from([(classes,), (1, classes), (rows, 1), (1,), (1, 1)]))
    logits = arguments_of(cases.SOFTMAX, dtype, shape, 1)["logits"]
    labels = arguments_of(cases.SOFTMAX, dtype, small, 2)["labels"]
    arguments = {"labels": labels, "logits": logits}
    expected = loss_of(tf, cases.SOFTMAX, arguments)
    assert_same_bits(loss_of(v2, cases.SOFTMAX, arguments), expected, f"{dtype} {small} {shape}")
    x = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.nn.softmax_cross_entropy_with_logits(labels, x)
    want = values_of(tape.gradient(value, x))
    ours = v2.constant(logits)
    with v2.GradientTape() as our_tape:
        our_tape.watch(ours)
        loss = v2.nn.softmax_cross_entropy_with_logits(labels, ours)
    found = values_of(our_tape.gradient(loss, ours))
    assert_same_bits(found, want, f"gradient of logits, {dtype} {small} {shape}")


@given(data=st.data())
def test_pos_weight_broadcasts(data: st.DataObject) -> None:
    """Against the logits, and where it makes the loss larger than they are."""
    dtype = data.draw(st.sampled_from(list(cases.DTYPES)))
    full = data.draw(shapes(0, 1).filter(lambda shape: len(shape) <= 4))
    shape, weight_shape = (
        tuple(1 if data.draw(st.integers(0, 3)) == 0 else n for n in full) for _ in range(2)
    )
    weight_shape = weight_shape[data.draw(st.integers(0, len(full))) :]
    arguments = arguments_of(cases.WEIGHTED, dtype, shape, data.draw(st.integers(0, 9)))
    rng = cases.generator("property weight", full, weight_shape)
    weight = np.asarray(rng.exponential(2.0, weight_shape)).astype(arguments["logits"].dtype)
    plain = [arguments["labels"], arguments["logits"], weight]
    tensors = [tf.constant(value) for value in plain]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = tf.nn.weighted_cross_entropy_with_logits(*tensors)
    case = f"{dtype} {shape} pos_weight {weight_shape}"
    found = v2.nn.weighted_cross_entropy_with_logits(*plain)
    assert_same_bits(values_of(found), values_of(value), case)
    ours = gradients.weighted_cross_entropy_with_logits(*plain)
    names = ("labels", "logits", "pos_weight")
    for name, got, want in zip(names, ours[:3], tape.gradient(value, tensors), strict=True):
        assert_same_bits(values_of(got), values_of(want), f"gradient of {name}, {case}")
