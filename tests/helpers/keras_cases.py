# SPDX-License-Identifier: Apache-2.0
"""Random calls of Keras's losses, and what comes of one by either library, of any version.

Runs beside any TensorFlow from 2.13 on, and so asks for NumPy alone.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]
Case = dict[str, Any]

PROBABILITIES, CLASSES, SPARSE = "probabilities", "classes", "sparse"
NUMBERS, POSITIVE = "numbers", "positive"
# Each class: what it is called with, and its options with the values that are drawn.
SMOOTHING = {"label_smoothing": [0.0, 0.0, 0.1, 0.25]}
LOGITS = {"from_logits": [True, False]}
FOCAL = {"gamma": [2.0, 1.5, 3], "alpha": [0.25, 0.7]}
LOSSES: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "BinaryCrossentropy": (PROBABILITIES, {**LOGITS, **SMOOTHING, "axis": [-1, -1, 0]}),
    "BinaryFocalCrossentropy": (
        PROBABILITIES,
        {**LOGITS, **SMOOTHING, **FOCAL, "apply_class_balancing": [True, False]},
    ),
    "CategoricalCrossentropy": (CLASSES, {**LOGITS, **SMOOTHING, "axis": [-1, -1, 0]}),
    "CategoricalFocalCrossentropy": (CLASSES, {**LOGITS, **SMOOTHING, **FOCAL}),
    "SparseCategoricalCrossentropy": (SPARSE, {**LOGITS, "ignore_class": [None, None, 0, 2]}),
    "MeanSquaredError": (NUMBERS, {}),
    "MeanAbsoluteError": (NUMBERS, {}),
    "MeanAbsolutePercentageError": (NUMBERS, {}),
    "MeanSquaredLogarithmicError": (POSITIVE, {}),
    "Huber": (NUMBERS, {"delta": [1.0, 0.3, 2]}),
    "LogCosh": (NUMBERS, {}),
    "CosineSimilarity": (NUMBERS, {"axis": [-1, -1, 0]}),
    "Hinge": (CLASSES, {}),
    "SquaredHinge": (CLASSES, {}),
    "CategoricalHinge": (CLASSES, {}),
    "KLDivergence": (PROBABILITIES, {}),
    "Poisson": (POSITIVE, {}),
}
REDUCTIONS = {
    2: ["auto", "none", "sum", "sum_over_batch_size"],
    3: ["none", "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight", None],
}
DTYPES = ["float32", "float32", "float64", "float16", "bfloat16"]
WEIGHTS = [None, None, "scalar", "samples", "column", "all", "wrong"]
SHAPES = [(1, 1), (4, 3), (3, 5), (7, 1), (2, 3, 4), (5, 17), (3, 8), (2, 2, 3, 2), (31, 9), (6,)]


def generator(*key: object) -> np.random.Generator:
    """A generator seeded by a case's own name."""
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def draw(keras: int, name: str, number: int, seed: int = 0) -> Case:
    """A call of a loss."""
    rng = generator(seed, name, number)
    kind, options = LOSSES[name]
    shape = SHAPES[rng.integers(len(SHAPES))]
    case: Case = {
        "keras": keras,
        "name": name,
        "kind": kind,
        "options": {key: values[rng.integers(len(values))] for key, values in options.items()},
        "reduction": REDUCTIONS[keras][rng.integers(len(REDUCTIONS[keras]))],
        "dtype": DTYPES[rng.integers(len(DTYPES))],
        "weights": WEIGHTS[rng.integers(len(WEIGHTS))],
        "seed": (seed, name, number),
        "shape": shape,
        "as_function": bool(rng.random() < 0.25),
        "as_tensors": bool(rng.random() < 0.7),
        "told_dtype": bool(rng.random() < 0.8),
        "special": bool(rng.random() < 0.15),
        "squeezed": [None, None, None, "y_true", "y_pred"][rng.integers(5)],
    }
    return case


def inputs(case: Case) -> tuple[Array, Array, Array | None]:
    """Labels, predictions and weights, in float64 or as class numbers."""
    rng = generator("inputs", case["seed"])
    shape, kind = case["shape"], case["kind"]
    logits = case["options"].get("from_logits", False)
    y_pred = rng.normal(0.0, 3.0, shape)
    y_true: Array = rng.normal(0.0, 2.0, shape)
    if kind in (PROBABILITIES, CLASSES, SPARSE) and not logits:
        y_pred = np.clip(rng.random(shape) * 1.1 - 0.05, 0.0, 1.0)
    if kind == POSITIVE:
        y_true, y_pred = rng.exponential(2.0, shape), rng.exponential(2.0, shape)
    if kind in (PROBABILITIES, CLASSES):
        y_true = rng.random(shape)
        if rng.random() < 0.6:
            y_true = np.round(y_true)
    if kind == SPARSE:
        shape = shape[:-1] + ((1,) if rng.random() < 0.3 else ())
        y_true = rng.integers(0, case["shape"][-1], shape)
        return y_true.astype(rng.choice(["int32", "int64", "float32"])), y_pred, _weights(case, rng)
    if case["special"]:
        for one in (y_true, y_pred):
            hit = rng.random(one.shape) < 0.2
            values = [0.0, -0.0, 1.0, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 1e-7, 6e-8, 1e30]
            one[hit] = rng.choice(values, int(hit.sum()))
    if case["squeezed"] == "y_true" and y_true.shape[-1] == 1:
        y_true = y_true[..., 0]
    if case["squeezed"] == "y_pred" and y_pred.shape[-1] == 1:
        y_pred = y_pred[..., 0]
    return y_true, y_pred, _weights(case, rng)


def _weights(case: Case, rng: np.random.Generator) -> Array | None:
    of_losses = case["shape"][:-1]
    shapes: dict[str, tuple[int, ...]] = {
        "scalar": (),
        "samples": of_losses[:1],
        "column": (*of_losses, 1),
        "all": of_losses,
        "wrong": (*of_losses, 2),
    }
    if case["weights"] is None:
        return None
    weights = np.asarray(rng.random(shapes[case["weights"]]) * 2)
    weights[rng.random(weights.shape) < 0.2] = 0.0
    return weights


def run(tf: Any, case: Case) -> list[Any]:  # noqa: ANN401 (either library)
    """The loss and its gradients for predictions, labels and weights; or the kind of error."""
    return _or_error(lambda: _run(tf, case))


def _or_error(compute: Callable[[], list[Any]]) -> list[Any]:
    try:
        return compute()
    except Exception as error:  # noqa: BLE001 (whatever either raises)
        kinds = ("InvalidArgumentError", "UnimplementedError", "ValueError", "TypeError")
        mro = [kind.__name__ for kind in type(error).__mro__]
        return [next((kind for kind in mro if kind in kinds), mro[0])]


def _run(tf: Any, case: Case) -> list[Any]:  # noqa: ANN401 (either library)
    y_true, y_pred, weights = inputs(case)
    with np.errstate(all="ignore"):
        given = [_given(tf, case, one) for one in (y_pred, y_true, weights)]
    tensors = [one for one in given if hasattr(one, "numpy") and one.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = _loss(tf, case)
        made = (
            loss(given[1], given[0]) if case["as_function"] else loss(given[1], given[0], given[2])
        )
    return list(map(described, [made, *(tape.gradient(made, tensors) if tensors else [])]))


def _given(tf: Any, case: Case, values: Array | None) -> Any:  # noqa: ANN401 (either library)
    if values is None or values.dtype.kind == "i":
        return values
    dtype = case["dtype"]
    if not case["as_tensors"]:
        return values.astype("float32" if dtype == "bfloat16" else dtype)
    if values.dtype == np.float32:  # class numbers
        return tf.constant(values)
    return tf.cast(
        tf.constant(values.astype("float64" if dtype == "float64" else "float32")), dtype
    )


FUNCTIONS = {
    "MeanSquaredError": "MSE",
    "MeanAbsoluteError": "MAE",
    "MeanAbsolutePercentageError": "MAPE",
    "MeanSquaredLogarithmicError": "MSLE",
    "KLDivergence": "KLD",
    "LogCosh": "logcosh",
}


def _loss(tf: Any, case: Case) -> Any:  # noqa: ANN401 (either library)
    losses, name, options = tf.keras.losses, case["name"], case["options"]
    if case["as_function"]:
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")
        function = getattr(losses, FUNCTIONS.get(name, snake))
        return lambda y_true, y_pred: function(y_true, y_pred, **options)
    told = {"dtype": case["dtype"]} if case["keras"] == 3 and case["told_dtype"] else {}
    return getattr(losses, name)(reduction=case["reduction"], **options, **told)


METRICS: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "Mean": (NUMBERS, {}),
    "Sum": (NUMBERS, {}),
    "Accuracy": ("numbers of classes", {}),
    "BinaryAccuracy": (PROBABILITIES, {"threshold": [0.5, 0.3]}),
    "CategoricalAccuracy": (CLASSES, {}),
    "SparseCategoricalAccuracy": (SPARSE, {}),
    "TopKCategoricalAccuracy": (CLASSES, {"k": [1, 2]}),
    "SparseTopKCategoricalAccuracy": (SPARSE, {"k": [1, 2]}),
    "BinaryCrossentropy": (PROBABILITIES, {**LOGITS, **SMOOTHING}),
    "CategoricalCrossentropy": (CLASSES, {**LOGITS, **SMOOTHING}),
    "SparseCategoricalCrossentropy": (SPARSE, {**LOGITS, "ignore_class": [None, None, 0]}),
    "MeanSquaredError": (NUMBERS, {}),
    "MeanAbsoluteError": (NUMBERS, {}),
    "KLDivergence": (PROBABILITIES, {}),
    "Precision": (PROBABILITIES, {"thresholds": [None, 0.3, [0.2, 0.6], [0.0, 0.5, 1.0]]}),
    "Recall": (PROBABILITIES, {"thresholds": [None, 0.3, [0.2, 0.6]], "top_k": [None, None, 1]}),
    "TruePositives": (PROBABILITIES, {"thresholds": [None, [0.2, 0.6]]}),
    "TrueNegatives": (PROBABILITIES, {"thresholds": [None, [0.2, 0.6]]}),
}


def draw_metric(keras: int, name: str, number: int, seed: int = 0) -> Case:
    """A metric, and two batches for it."""
    rng = generator("metric", seed, name, number)
    kind, options = METRICS[name]
    return {
        "keras": keras,
        "name": name,
        "kind": kind,
        "options": {key: values[rng.integers(len(values))] for key, values in options.items()},
        "dtype": ["float32", "float32", "float32", "float64", "float16"][rng.integers(5)],
        "told_dtype": bool(rng.random() < 0.3),
        "weights": WEIGHTS[rng.integers(len(WEIGHTS) - 1)],
        "seed": ("metric", seed, name, number),
        "shape": SHAPES[rng.integers(len(SHAPES))],
        "as_tensors": bool(rng.random() < 0.5),
        "special": False,
        "squeezed": [None, None, None, "y_true", "y_pred"][rng.integers(5)],
    }


def run_metric(tf: Any, case: Case) -> list[Any]:  # noqa: ANN401 (either library)
    """The results after each of two batches; or the kind of error."""
    return _or_error(lambda: _run_metric(tf, case))


def _run_metric(tf: Any, case: Case) -> list[Any]:  # noqa: ANN401 (either library)
    told = {"dtype": case["dtype"]} if case["told_dtype"] else {}
    metric = getattr(tf.keras.metrics, case["name"])(**case["options"], **told)
    results = []
    for batch in range(2):
        y_true, y_pred, weights = inputs({**case, "seed": (*case["seed"], batch)})
        if case["kind"] == "numbers of classes":
            y_true, y_pred = np.round(y_true), np.round(y_true + y_pred * 0.2)
        given = [_given(tf, case, one) for one in (y_true, y_pred, weights)]
        if case["name"] in ("Mean", "Sum"):
            del given[0]
        metric.update_state(*given[:-1], sample_weight=given[-1])
        results.append(described(metric.result()))  # at once: Keras may give what changes later
    metric.reset_state()
    return [*results, described(metric.result())]


def described(made: Any) -> Any:  # noqa: ANN401 (a tensor or None)
    """What can be written down and compared: dtype, shape and bits, of NaN one kind."""
    if made is None:
        return None
    values = np.asarray(made.numpy())
    bits = np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}").copy()
    bits[np.isnan(values.astype("float64"))] = 0x7FFF
    return [values.dtype.name, list(values.shape), bits.ravel().tolist()]
