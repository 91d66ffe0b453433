# SPDX-License-Identifier: Apache-2.0
"""Calls with drawn arguments, that are made once of NumPy arrays and once of Dask arrays."""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import ml_dtypes
import numpy as np

import tf_losses
import tf_losses.compat.v1 as tf1
import tf_losses.compat.v2 as tf2
from tf_losses import gradients

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Given = Callable[[Any], Any]

DTYPES = (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)
LENGTHS = (1, 2, 3, 7, 8, 9, 16, 17, 33, 100, 257)
VERSIONS = tf_losses.known_tf_versions()
LOSSES = ("sigmoid", "weighted", "softmax", "sparse_softmax")
KERAS = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("categorical_hinge", "huber", "kl_divergence", "log_cosh", "mean_absolute_error"),
    *("mean_absolute_percentage_error", "mean_squared_error", "poisson"),
    "mean_squared_logarithmic_error",
)
KERAS_CLASSES = (
    *("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
    *("MeanSquaredError", "Huber", "KLDivergence"),
)
OLD = (
    *("sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_softmax_cross_entropy"),
    *("log_loss", "mean_squared_error", "absolute_difference", "huber_loss", "hinge_loss"),
)
BY_ROW = ("softmax_cross_entropy", "sparse_softmax_cross_entropy")
REDUCTIONS = ("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod")


class Case(NamedTuple):
    """One call."""

    what: str
    version: str
    threads: int
    call: Callable[[Given], Any]
    """Makes it, of arrays that have been given as the argument says."""


class Drawn:
    """Draws calls; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (no secret)
        self.numbers = np.random.default_rng(seed)

    def case(self, kind: str) -> Case:
        what, call = getattr(self, kind)()
        version = self.random.choice([VERSIONS[-2], *self.random.sample(VERSIONS, 1)])
        return Case(f"{kind} {what}", version, self.random.choice([1, 2, 4, 7]), call)

    def chunks(self, length: int) -> tuple[int, ...]:
        found = []
        most = self.random.choice([length, length, max(1, length // 3)])
        while length:
            found.append(self.random.randint(1, min(most, length)))
            length -= found[-1]
        return tuple(found) or (0,)

    def shape(self, *, rows: bool = False) -> tuple[int, ...]:
        if self.random.random() < 0.3:
            return self.random.choice([500, 1003, 3000]), self.random.choice([1, 3, 7, 10, 50])
        if self.random.random() < 0.05:
            return self.random.choice([17, 40]), self.random.choice([1500, 5000, 9001])
        while True:
            rank = self.random.randint(2 if rows else 1, 3)
            shape = tuple(self.random.choice(LENGTHS) for _ in range(rank))
            if math.prod(shape) <= 100_000:
                return shape

    def dtype(self) -> Any:  # noqa: ANN401 (a dtype)
        return self.random.choice(DTYPES)

    def logits(self, shape: tuple[int, ...], dtype: Any) -> Array:  # noqa: ANN401 (a dtype)
        """Some of a size that is usual, some tiny, some whose exponentials are."""
        x = self.numbers.normal(size=shape) * self.random.choice([4, 4, 4, 100])
        x[self.numbers.random(shape) < 0.05] *= 1e-39
        return x.astype(dtype)

    def labels(self, shape: tuple[int, ...], dtype: Any) -> Array:  # noqa: ANN401 (a dtype)
        z = self.numbers.random(shape)
        z[self.numbers.random(shape) < 0.05] *= 1e-40
        return z.astype(dtype)

    def classes(self, rows: tuple[int, ...], count: int) -> Array:
        dtype = self.random.choice([np.int32, np.int64])
        return np.asarray(self.numbers.integers(0, count, rows), dtype)

    def weight(self, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 (a number or an array)
        """One number, or some that are repeated along some axes."""
        if self.random.random() < 0.4:
            return self.random.choice([2.5, 1.0, 0, np.float32(1.1)])
        kept = shape[self.random.randrange(len(shape)) :]
        mine = tuple(self.random.choice([1, length]) for length in kept)
        return self.numbers.random(mine).astype(self.random.choice([np.float32, np.float64]))

    # ---- kinds of calls ----

    def _of_loss(self) -> tuple[str, str, dict[str, Any], tuple[int, ...]]:
        """A loss, its arrays, and the shape of its result."""
        loss, dtype, shape = self.random.choice(LOSSES), self.dtype(), self.shape()
        arrays: dict[str, Any] = {"logits": self.logits(shape, dtype)}
        place, rows = len(shape) - 1, shape
        if loss == "softmax" and self.random.random() < 0.3:
            place = self.random.randrange(len(shape))
        if "softmax" in loss:
            rows = (*shape[:place], *shape[place + 1 :])
        if loss == "sparse_softmax":
            arrays["labels"] = self.classes(rows, shape[-1])
        else:
            arrays["labels"] = self.labels(shape, dtype)
        if loss == "weighted":
            arrays["pos_weight"] = self.weight(shape)
        if loss == "softmax":
            arrays["axis"] = place if place < len(shape) - 1 else -1
        what = f"{loss} {np.dtype(dtype).name} {shape} axis={arrays.get('axis')}"
        return what, loss, arrays, rows

    def loss(self) -> tuple[str, Callable[[Given], Any]]:
        what, loss, arrays, _ = self._of_loss()
        function = getattr(tf2.nn, f"{loss}_cross_entropy_with_logits")
        return what, lambda given: function(**{key: given(one) for key, one in arrays.items()})

    def gradients(self) -> tuple[str, Callable[[Given], Any]]:
        what, loss, arrays, rows = self._of_loss()
        if self.random.random() < 0.6:
            dtype = arrays["logits"].dtype
            arrays["upstream"] = np.asarray(self.numbers.normal(size=rows)).astype(dtype)
        options: dict[str, Any] = {"mode": self.random.choice(["eager", "function"])}
        options["with_loss"] = self.random.random() < 0.5
        if loss != "sparse_softmax":
            names = ["labels", "logits", *["pos_weight"] * (loss == "weighted")]
            options["wrt"] = self.random.choice([None, *names])
        version = "_v2" if loss == "softmax" else ""
        function = getattr(gradients, f"{loss}_cross_entropy_with_logits{version}")
        return f"{what} {options}", lambda given: function(
            **{key: given(one) for key, one in arrays.items()}, **options
        )

    def reduction(self) -> tuple[str, Callable[[Given], Any]]:
        shape, dtype = self.shape(), self.dtype()
        x = self.logits(shape, dtype)
        rank = len(shape)
        some = [c for n in range(1, rank + 1) for c in itertools.combinations(range(rank), n)]
        axis, keepdims = self.random.choice([None, *some]), self.random.random() < 0.5
        name = self.random.choice(REDUCTIONS)
        function = getattr(tf2, name)
        return f"{name} {x.dtype} {shape} {axis}", lambda given: function(given(x), axis, keepdims)

    def keras(self) -> tuple[str, Callable[[Given], Any]]:
        name = self.random.choice(KERAS + KERAS_CLASSES)
        options: dict[str, Any] = {}
        if "rossentropy" in name:
            options["from_logits"] = self.random.random() < 0.5
            if "parse" not in name:
                options["label_smoothing"] = self.random.choice([0.0, 0.1])
        shape, dtype = self.shape(rows=True), self.dtype()
        is_logits = options.get("from_logits", False)
        predicted = (self.logits if is_logits else self.labels)(shape, dtype)
        labels = self.labels(shape, dtype)
        if "parse" in name:
            labels = self.classes(shape[:-1], shape[-1])
        what = f"{name} {predicted.dtype} {shape} {options}"
        if name in KERAS:
            function = getattr(tf2.keras.losses, name)
            return what, lambda given: function(given(labels), given(predicted), **options)
        options["reduction"] = self.random.choice(["sum_over_batch_size", "sum", "none"])
        weights = self.random.choice([None, self.numbers.random(shape[:-1]).astype(np.float32)])
        kind = getattr(tf2.keras.losses, name)
        return f"{what} {options['reduction']}", lambda given: kind(**options)(
            given(labels), given(predicted), None if weights is None else given(weights)
        )

    def old(self) -> tuple[str, Callable[[Given], Any]]:
        name, shape, dtype = self.random.choice(OLD), self.shape(rows=True), self.dtype()
        predicted = (self.labels if name == "log_loss" else self.logits)(shape, dtype)
        labels = self.labels(shape, dtype)
        rows = shape[:-1] if name in BY_ROW else shape
        if name.startswith("sparse"):
            labels = self.classes(rows, shape[-1])
        some = self.numbers.random(rows).astype(np.float32)
        weights = self.random.choice([1.0, some])
        reduction = self.random.choice(tf1.losses.Reduction.all())
        function = getattr(tf1.losses, name)
        return f"{name} {predicted.dtype} {shape} {reduction}", lambda given: function(
            given(labels), given(predicted), given(weights), reduction=reduction
        )
