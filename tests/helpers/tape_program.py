# SPDX-License-Identifier: Apache-2.0
"""One program for either library: `run(tf)` takes `tensorflow` or `tf_losses.compat.v2`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import DTypeLike

Array = np.ndarray[Any, Any]


def run(tf: ModuleType, dtype: DTypeLike) -> dict[str, Array | None]:
    """Losses, and gradients through everything a tape can follow, by name."""
    rng = np.random.default_rng(7)
    rows, classes = 33, 11
    logits = tf.constant((rng.normal(size=(rows, classes)) * 4).astype(dtype))
    labels = tf.constant(rng.dirichlet(np.ones(classes), rows).astype(dtype))
    weight = tf.constant(rng.exponential(2.0, classes).astype(dtype))
    numbers = tf.constant(rng.integers(0, classes, rows))
    other = tf.constant(np.ones(3, dtype))
    upstream = tf.constant(rng.normal(size=rows).astype(dtype))
    results: dict[str, Any] = {}

    with tf.GradientTape(persistent=True) as tape:
        tape.watch([logits, labels])
        tape.watch({"weight": weight, "other": other})
        sigmoid = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
        weighted = tf.nn.weighted_cross_entropy_with_logits(labels, logits, weight)
        single = tf.nn.weighted_cross_entropy_with_logits(labels, logits, 1.7)
        softmax = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        stopped = tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(labels), logits)
        columns = tf.nn.softmax_cross_entropy_with_logits(labels, logits, axis=0)
        sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(numbers, logits)
        repeated = tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(labels)[:1], logits)
        targets = {
            "sigmoid": sigmoid,
            "weighted": weighted,
            "single": single,
            "softmax": softmax,
            "stopped": stopped,
            "columns": columns,
            "sparse": sparse,
            "repeated": repeated,
            "sigmoid sum": tf.reduce_sum(sigmoid),
            "sigmoid mean": tf.reduce_mean(sigmoid),
            "sigmoid rows": tf.reduce_sum(sigmoid, axis=1),
            "sigmoid columns": tf.reduce_mean(sigmoid, axis=[0], keepdims=True),
            "weighted mean": tf.reduce_mean(tf.reduce_sum(weighted, axis=-1)),
            "softmax mean": tf.reduce_mean(softmax),
            "sparse sum": tf.reduce_sum(sparse),
        }
    for name, target in targets.items():
        results[f"{name}: value"] = target
        sources = [logits, labels, weight, other]
        for kind in ("none", "zero"):
            found = tape.gradient(target, sources, unconnected_gradients=kind)
            for source, gradient in zip(
                ("logits", "labels", "weight", "other"), found, strict=True
            ):
                results[f"{name}: {source}, {kind}"] = gradient
    for name in ("softmax", "stopped", "sparse"):
        both = tape.gradient(targets[name], (logits, labels), output_gradients=upstream)
        results[f"{name}: upstream, logits"], results[f"{name}: upstream, labels"] = both
    structure = tape.gradient({"a": softmax, "b": sparse}, {"x": logits, "deep": [labels]})
    results["structure, logits"], results["structure, labels"] = (
        structure["x"],
        structure["deep"][0],
    )
    results["class numbers"] = tape.gradient(sparse, numbers)
    results["itself"] = tape.gradient(logits, logits)

    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        inner.watch(logits)
        outer.watch(labels)
        loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    results["inner"] = inner.gradient(loss, logits)
    results["outer"] = outer.gradient(loss, labels)

    with tf.GradientTape() as tape:
        loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    results["nothing watched"] = tape.gradient(loss, logits)
    results |= _again(tf, labels, logits)
    return {k: None if v is None else np.asarray(v.numpy()) if hasattr(v, "numpy") else v
            for k, v in results.items()}  # fmt: skip


def _again(tf: ModuleType, labels: object, logits: object) -> dict[str, Any]:
    """Use one tape twice: after its gradient it begins anew, before that it goes on."""
    results = {}
    tape = tf.GradientTape()
    for number in range(2):
        with tape:
            tape.watch(logits)
            loss = tf.nn.softmax_cross_entropy_with_logits(labels, tf.constant(logits))
        with tape:
            mean = tf.reduce_mean(tf.convert_to_tensor(loss))
        results[f"again {number}"] = tape.gradient(mean, logits)
    return results
