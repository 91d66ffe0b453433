# SPDX-License-Identifier: Apache-2.0
"""Arrays of torch, pandas and JAX, where these are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tf_losses
from bits import assert_same_bits
from tf_losses import gradients
from tf_losses.compat import v1, v2
from tf_losses.errors import InvalidArgumentError
from tf_losses.testing import assert_bits_equal

if TYPE_CHECKING:
    from collections.abc import Callable

LOGITS = np.array([[1.5, -2.0, 0.25], [3.0, 0.0, -1.0]], np.float32)
LABELS = np.array([2, 0])
WANTED = v2.nn.sparse_softmax_cross_entropy_with_logits(LABELS, LOGITS).numpy()


def loss_of(labels: Any, logits: Any) -> Any:  # noqa: ANN401 (arrays of any library)
    return v2.nn.sparse_softmax_cross_entropy_with_logits(labels, logits).numpy()


@pytest.mark.parametrize("how", ["plain", "requires_grad", "parameter", "transposed", "in a list"])
def test_torch(how: str) -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(LOGITS)
    given = {
        "plain": x,
        "requires_grad": x.clone().requires_grad_(),
        "parameter": torch.nn.Parameter(x),
        "transposed": x.T.contiguous().T,
        "in a list": list(x.clone().requires_grad_()),
    }[how]
    assert_same_bits(loss_of(torch.tensor(LABELS), given), WANTED, how)


def _torch(x: np.ndarray) -> Any:  # noqa: ANN401 (of a library that may not be there)
    """A tensor that a gradient of torch's flows through, if it can."""
    tensor = pytest.importorskip("torch").tensor(x)
    return tensor.requires_grad_() if x.dtype.kind == "f" else tensor


def _jax(x: np.ndarray) -> Any:  # noqa: ANN401 (as above)
    return pytest.importorskip("jax").numpy.asarray(x)


def _pandas(x: np.ndarray) -> Any:  # noqa: ANN401 (as above)
    pandas = pytest.importorskip("pandas")
    return pandas.Series(x) if x.ndim == 1 else pandas.DataFrame(x)


def _nullable(x: np.ndarray) -> Any:  # noqa: ANN401 (as above)
    return _pandas(x).astype(x.dtype.name.capitalize())


MADE = {"torch": _torch, "jax": _jax, "pandas": _pandas, "pandas, nullable": _nullable}
FACES = {"1.x": tf_losses.nn, "compat.v1": v1.nn, "compat.v2": v2.nn}
CLASSES = np.array([2, 0], np.int32)
PROBABILITIES = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]], np.float32)
ONE_WEIGHT = np.array([1.0, 2.0, 0.5], np.float32)
CALLS: dict[str, dict[str, np.ndarray]] = {
    "sigmoid_cross_entropy_with_logits": {"labels": PROBABILITIES},
    "softmax_cross_entropy_with_logits": {"labels": PROBABILITIES},
    "sparse_softmax_cross_entropy_with_logits": {"labels": CLASSES},
    "weighted_cross_entropy_with_logits": {"labels": PROBABILITIES, "pos_weight": ONE_WEIGHT},
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", CALLS)
def test_labels_logits_and_weights(name: str, face: str, made: Callable[..., Any]) -> None:
    """Of each library, in each face, all arguments or only one: what NumPy's arrays give."""
    given = {**CALLS[name], "logits": LOGITS}
    function = getattr(FACES[face], name)
    if face != "compat.v2" and name.startswith("weighted"):
        given["targets" if face == "1.x" else "labels"] = given.pop("labels")
    wanted = function(**given)
    others = {key: made(x) for key, x in given.items()}
    assert_same_bits(np.asarray(function(**others)), np.asarray(wanted), name)
    for key in given:
        mixed = function(**{**given, key: others[key]})
        assert_same_bits(np.asarray(mixed), np.asarray(wanted), f"{name}, {key}")


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_gradients_tapes_and_keras(made: Callable[..., Any]) -> None:
    z, x = made(PROBABILITIES), made(LOGITS)
    wanted = gradients.sigmoid_cross_entropy_with_logits(PROBABILITIES, LOGITS).logits
    assert_same_bits(gradients.sigmoid_cross_entropy_with_logits(z, x).logits, wanted, "by a call")
    with v2.GradientTape() as tape:
        watched = v2.constant(x)
        tape.watch(watched)
        loss = v2.nn.sigmoid_cross_entropy_with_logits(z, watched)
    assert_same_bits(tape.gradient(loss, watched).numpy(), wanted, "by a tape")
    keras = v2.keras.losses.BinaryCrossentropy(from_logits=True)
    assert_same_bits(keras(z, x).numpy(), keras(PROBABILITIES, LOGITS).numpy(), "Keras")
    assert_bits_equal(x, LOGITS)


def test_a_tensor_of_torch_is_detached_and_left_as_it_was() -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(LOGITS, requires_grad=True)
    loss = loss_of(LABELS, x)
    loss += 1
    assert x.requires_grad
    assert x.grad is None
    assert_same_bits(x.detach().numpy(), LOGITS, "logits")


def test_views_of_torch_with_a_sign_to_be_turned() -> None:
    torch = pytest.importorskip("torch")
    pair = torch.view_as_complex(torch.tensor(np.stack([LOGITS, -LOGITS], -1)))
    assert pair.conj().imag.is_neg()
    assert_same_bits(loss_of(LABELS, pair.conj().imag), WANTED, "imaginary part of a conjugate")


def test_what_torch_has_no_numbers_for() -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(LOGITS)
    with pytest.raises(TypeError, match=r"Sparse layout.*to_dense"):
        loss_of(LABELS, x.to_sparse())
    with pytest.raises(NotImplementedError, match="no data"):
        loss_of(LABELS, x.to("meta"))
    with pytest.raises(TypeError, match="unsupported ScalarType Float8_e4m3fn"):
        loss_of(LABELS, x.to(torch.float8_e4m3fn))


def test_torch_bfloat16() -> None:
    torch = pytest.importorskip("torch")
    ml_dtypes = pytest.importorskip("ml_dtypes")
    found = loss_of(LABELS, torch.tensor(LOGITS).to(torch.bfloat16))
    assert_same_bits(found, loss_of(LABELS, LOGITS.astype(ml_dtypes.bfloat16)), "bfloat16")


@pytest.mark.parametrize("dtype", ["float32", "Float32"])
def test_pandas_columns(dtype: str) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(LOGITS).astype(dtype)
    labels = pandas.Series(LABELS, dtype="Int64")
    assert_same_bits(loss_of(labels, frame), WANTED, dtype)
    column = v2.nn.sigmoid_cross_entropy_with_logits(frame[0] * 0, frame[0]).numpy()
    wanted = v2.nn.sigmoid_cross_entropy_with_logits(LOGITS[:, 0] * 0, LOGITS[:, 0]).numpy()
    assert_same_bits(column, wanted, dtype)


def test_pandas_missing_values() -> None:
    pandas = pytest.importorskip("pandas")
    floats = pandas.Series([1.0, None], dtype="Float32")
    found = v2.nn.sigmoid_cross_entropy_with_logits(np.zeros(2, np.float32), floats).numpy()
    assert np.isnan(found).tolist() == [False, True]
    with pytest.raises(TypeError, match=r"missing values.*\n.*fillna"):
        loss_of(pandas.Series([1, None], dtype="Int64"), LOGITS)


def test_jax() -> None:
    jax = pytest.importorskip("jax")
    assert_same_bits(loss_of(jax.numpy.asarray(LABELS), jax.numpy.asarray(LOGITS)), WANTED, "jax")
    half = jax.numpy.asarray(LOGITS, jax.numpy.bfloat16)
    assert_same_bits(loss_of(LABELS, half), loss_of(LABELS, np.asarray(half)), "bfloat16")


def test_what_jax_has_no_numbers_for() -> None:
    jax = pytest.importorskip("jax")
    with pytest.raises(TypeError, match=r"PRNGKey.*jax\.random\.key_data"):
        loss_of(LABELS, jax.random.key(0))
    gone = jax.numpy.asarray(LOGITS) + 1
    gone.delete()
    with pytest.raises(RuntimeError, match="has been deleted"):
        loss_of(LABELS, gone)


def test_columns_of_pandas_that_hold_no_numbers() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InvalidArgumentError, match="'Tlabels' of string"):
        loss_of(pandas.Series(["a", "b"], dtype="category"), LOGITS)
    with pytest.raises(ValueError, match="Unsupported object type"):
        loss_of(LABELS, pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}))
    with pytest.raises(ValueError, match="NPY_DATETIME"):
        loss_of(pandas.Series(pandas.to_datetime(["2020-01-01", "2020-01-02"])), LOGITS)
    by_index = pandas.Series(LABELS, index=[1, 0])  # which is a name, and orders nothing
    assert_same_bits(loss_of(by_index, LOGITS), WANTED, "index")


def test_a_jax_tracer() -> None:
    jax = pytest.importorskip("jax")
    with pytest.raises(TypeError, match=r"tracer has no values.*\n.*pure_callback"):
        jax.jit(lambda x: loss_of(LABELS, x))(LOGITS)
