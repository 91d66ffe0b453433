# SPDX-License-Identifier: Apache-2.0
"""Logits of the true classes and of given samples, for the losses of many classes.

TensorFlow multiplies matrices by code that is chosen for the processor and the sizes; NumPy's
product of matrices stands in its place, which often has other last bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments.messages import bad
from tf_losses._internal.autodiff.arithmetic import add, divide, multiply, subtract
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.autodiff.plumbing import cast, ones_like, reshape, zeros_like
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.shapes import expand_dims
from tf_losses._internal.autodiff.tape import stop_gradient
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.operations.transcendental import log
from tf_losses._internal.runtime.dtypes import FLOAT32, INT64
from tf_losses._internal.runtime.kinds import is_listed
from tf_losses._internal.runtime.subnormals import cast as plain_cast
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Wanted = tuple[bool, ...]

__all__ = ["Sampled", "sampled_logits", "sum_rows"]


class Sampled(NamedTuple):
    """What a sampled loss is called with, apart from what its name says."""

    weights: Any
    biases: Any
    labels: Any
    inputs: Any
    num_true: int
    sampled_values: Any
    remove_accidental_hits: bool
    partition_strategy: str


def sampled_logits(call: Sampled) -> tuple[Tensor, Tensor]:
    """Compute logits and labels: the true classes first, then the samples."""
    if call.sampled_values is None:
        raise hinted(
            NotImplementedError("sampled_values=None: no classes are drawn here"),
            "Pass `sampled_values`, a tuple (sampled_candidates, true_expected_count, "
            "sampled_expected_count), as TensorFlow's candidate samplers return it; "
            "TensorFlow's random numbers are not reproduced.",
        )
    inputs = convert_to_tensor(call.inputs)
    labels = cast(call.labels, INT64)
    drawn, true_counts, drawn_counts = map(stop_gradient, call.sampled_values)
    samples = cast(drawn, INT64)
    numbers = np.concatenate([np.asarray(labels).ravel(), np.asarray(samples).ravel()])
    rows = cast(_looked_up(call.weights, numbers, call.partition_strategy), inputs.dtype)
    biases = cast(_looked_up(call.biases, numbers, call.partition_strategy), inputs.dtype)
    count, width = labels.size, rows.shape[1]

    of_samples = _product(inputs, _part(rows, count, None))
    products = multiply(
        expand_dims(inputs, 1), reshape(_part(rows, 0, count), [-1, call.num_true, width])
    )
    of_true = reshape(sum_rows(reshape(products, [-1, width])), [-1, call.num_true])
    of_true = add(of_true, reshape(_part(biases, 0, count), [-1, call.num_true]))
    of_samples = add(of_samples, _part(biases, count, None))
    if call.remove_accidental_hits:
        of_samples = add(of_samples, _hits(np.asarray(labels), np.asarray(samples), inputs.dtype))
    of_true = subtract(of_true, log(true_counts))
    of_samples = subtract(of_samples, log(drawn_counts))
    right = divide(ones_like(of_true), call.num_true)
    return _beside(of_true, of_samples), _beside(right, zeros_like(of_samples))


def sum_rows(values: Tensor) -> Tensor:
    """Sum each row, as the product with a column of ones that it is in TensorFlow.

    >>> sum_rows(convert_to_tensor([[1.0, 2.0]])).numpy()
    array([3.], dtype=float32)
    """
    ones = tensor(np.ones((1, values.shape[1]), np.asarray(values).dtype))
    return reshape(_product(values, ones), [-1])


def _hits(labels: Array, samples: Array, dtype: Any) -> Tensor:  # noqa: ANN401 (a dtype)
    """Give the least number where a sample is one of its row's true classes.

    Of a sample that was drawn several times, TensorFlow finds the last.
    """
    hit = (labels[:, :, None] == samples).any(axis=1)
    hit &= [sample not in samples[i + 1 :] for i, sample in enumerate(samples)]
    least = np.where(hit, -np.finfo(FLOAT32).max, np.zeros((), FLOAT32))
    return cast(tensor(least.astype(FLOAT32)), dtype)


# ---- operations that only this needs ----


def _looked_up(parts: object, numbers: Array, strategy: str) -> Tensor:
    """Give rows of a table, which may lie in several parts."""
    given = list(parts) if is_listed(parts) else [parts]
    tables = [np.asarray(convert_to_tensor(part)) for part in given]
    if strategy not in ("mod", "div"):
        raise ValueError(f'Only "mod" and "div" partition strategies are supported, not {strategy}')
    sizes = [len(table) for table in tables]
    total = sum(sizes)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < total):
        wrong = numbers[(numbers < 0) | (numbers >= total)][0]
        raise hinted(
            bad(f"indices[{int(np.argmax(numbers == wrong))}] = {wrong} is not in [0, {total})"),
            "A label or a sample is no class.",
        )
    where, at = _places(numbers, len(tables), total, strategy)
    starts = np.cumsum([0, *sizes])
    found = np.concatenate(tables)[starts[where] + at]
    shapes = [table.shape for table in tables]
    return result(
        "embedding_lookup", tuple(given), found, _looked_up_gradients, shapes, starts[where] + at
    )


def _places(numbers: Array, parts: int, total: int, strategy: str) -> tuple[Array, Array]:
    """Give the part in which each row lies, and where."""
    if strategy == "mod":
        return numbers % parts, numbers // parts
    longer, extra = total // parts + 1, total % parts
    where = np.maximum(numbers // longer, (numbers - extra) // max(longer - 1, 1))
    at = np.where(where < extra, numbers % longer, (numbers - extra) % max(longer - 1, 1))
    return where, at


def _looked_up_gradients(
    shapes: list[tuple[int, ...]], at: Array, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    rows = sum(shape[0] for shape in shapes)
    whole = np.zeros((rows, *shapes[0][1:]), g.dtype)
    np.add.at(whole, at, g)
    ends = np.cumsum([shape[0] for shape in shapes])[:-1]
    parts = np.split(whole, ends)
    return tuple(
        np.ascontiguousarray(part) if want else None
        for part, want in zip(parts, wanted, strict=True)
    )


def _part(values: Tensor, start: int, end: int | None) -> Tensor:
    """Give some rows."""
    plain = np.asarray(values)
    return result("slice", (values,), plain[start:end], _part_gradient, plain.shape, start)


def _part_gradient(
    shape: tuple[int, ...], start: int, g: Array, wanted: Wanted
) -> tuple[Array | None, ...]:
    if not wanted[0]:
        return (None,)
    whole = np.zeros(shape, g.dtype)
    whole[start : start + len(g)] = g
    return (whole,)


def _beside(left: Tensor, right: Tensor) -> Tensor:
    """Put columns beside columns."""
    a, b = np.asarray(left), np.asarray(right)
    return result(
        "concat", (left, right), np.concatenate([a, b], axis=1), _beside_gradients, a.shape[1]
    )


def _beside_gradients(columns: int, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return tuple(
        np.ascontiguousarray(part) if want else None
        for part, want in zip((g[:, :columns], g[:, columns:]), wanted, strict=True)
    )


def _product(left: Tensor, right: Tensor) -> Tensor:
    """Multiply a matrix with the transpose of another."""
    a, b = np.asarray(left), np.asarray(right)
    return result("matmul", (left, right), _multiplied(a, b.T), _product_gradients, a, b)


def _product_gradients(a: Array, b: Array, g: Array, wanted: Wanted) -> tuple[Array | None, ...]:
    return (
        _multiplied(g, b) if wanted[0] else None,
        _multiplied(g.T, a) if wanted[1] else None,
    )


def _multiplied(a: Array, b: Array) -> Array:
    wide = np.float64 if a.dtype == np.float64 else np.float32
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(plain_cast(a.astype(wide) @ b.astype(wide), a.dtype))
